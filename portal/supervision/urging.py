"""Urging by hand those who owe something, with words. Letters by the clock are in `portal.supervision.letters`."""

from functools import partial

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.resolutions import policy
from portal.resolutions.commands import insist_words, take
from portal.resolutions.models import Resolution
from portal.resolutions.nodes import insist_running
from portal.supervision import urging_words as words
from portal.supervision.models import Letter, Urging

LONGEST_WORDS = 1000


def urge(actor: Person, resolution: Resolution, said: str) -> Urging:
    """Urge the owner and the heads of the department.

    Raises NotAllowed, or DomainError without words, for what is not running, and for what nobody here owes.
    """
    allow(policy.may_supervise(actor, resolution))
    said = insist_words(said)
    _insist_expected(resolution)
    people = _owing(actor, resolution)
    made = Urging(
        resolution=resolution, letter=Letter.HAND, by_id=actor.id, at=clock.now(), words=said[:LONGEST_WORDS],
        recipients=", ".join(person.name for person in people),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "resolution.urged", resolution, words=said, people=[person.name for person in people])
    tell(people, "resolution.urged", "resolution", resolution, partial(words.by_hand, actor.name, made))
    return made


def _insist_expected(resolution: Resolution) -> None:
    take(resolution)
    insist_running(resolution)
    if resolution.paused_at is not None:
        raise DomainError(_("This resolution is paused: nothing is expected of it."))


def _owing(actor: Person, resolution: Resolution) -> list[Person]:
    found = dict.fromkeys([resolution.owner, *accounts.heads_of(resolution.department_id)])
    people = [one for one in found if one.is_active and one.id != actor.id]
    if not people:
        raise DomainError(_("Nobody else who works here owes this: hand it over first."))
    return people
