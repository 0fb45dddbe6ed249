"""Whom a booking is for, as it is typed: a name, or what the search beside the field puts there."""

from collections.abc import Sequence

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext

FOUND = 8


def label_of(person: Person) -> str:
    """The name, and the login that tells two of one name apart."""
    return f"{person.name} · {person.login}"


def suggested(words: str) -> list[str]:
    """The labels of those whom the words fit. One statement at most."""
    return [label_of(person) for person in accounts.people_named(words, FOUND)] if words.strip() else []


def colleague(words: str) -> Person | None:
    """Who is meant by a label, a login or a whole name; None if nothing is typed.

    Raises DomainError, with those who may be meant, for words that do not mean exactly one: nobody books for
    somebody by a slip.
    """
    if not words.strip():
        return None
    by_login = accounts.person_by_login(words.rpartition("·")[2])
    if by_login:
        return by_login
    found = accounts.people_named(words, FOUND)
    same = [person for person in found if person.name.lower() == words.strip().lower()]
    if len(same) == 1:
        return same[0]
    raise DomainError(_whom(same or found), "for_whom")


def _whom(found: Sequence[Person]) -> str:
    if not found:
        return _("Nobody here is called that.")
    names = pgettext("between names", ", ").join(label_of(person) for person in found)
    return _("Whom do you mean: %(names)s?", names=names)
