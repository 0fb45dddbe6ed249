"""Who is meant by a name as it is typed, or as the search beside the field puts it there."""

from collections.abc import Sequence

from portal.accounts import queries
from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext

FOUND = 8
# More than that nobody types: what is sent instead would make a statement too long.
LONGEST = 200


def label_of(person: Person) -> str:
    """The name, and the login that tells two of one name apart."""
    return f"{person.name} · {person.login}"


def suggested(words: str) -> list[str]:
    """The labels of those whom the words fit. One statement at most."""
    # What a form refuses is looked for too, and PostgreSQL takes no text with a NUL.
    wanted = words.replace("\0", "")[:LONGEST]
    return [label_of(person) for person in queries.people_named(wanted, FOUND)] if wanted.strip() else []


def person_meant(words: str, field: str) -> Person | None:
    """Who is meant by a label, a login or a whole name; None if nothing is typed.

    Raises DomainError, with those who may be meant, for words that do not mean exactly one: nobody is chosen by a
    slip. `field` is the form's field that the words of the refusal belong to.
    """
    if not words.strip():
        return None
    by_login = queries.person_by_login(words.rpartition("·")[2])
    if by_login:
        return by_login
    found = queries.people_named(words, FOUND)
    same = [person for person in found if person.name.lower() == words.strip().lower()]
    if len(same) == 1:
        return same[0]
    raise DomainError(_whom(same or found), field)


def _whom(found: Sequence[Person]) -> str:
    if not found:
        return _("Nobody here is called that.")
    names = pgettext("between names", ", ").join(label_of(person) for person in found)
    return _("Whom do you mean: %(names)s?", names=names)
