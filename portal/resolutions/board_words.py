"""What the filters of the board are called that its address asks for."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from portal.accounts.models import Department, Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.resolutions.board import Wanted
from portal.resolutions.names import NODES, ORIGINS, PRIORITIES


class Chip(NamedTuple):
    """A filter that is set, and the query of the board without it."""

    words: str
    query: str


def chips_of(actor: Person, wanted: Wanted) -> list[Chip]:
    """The filters that are set beyond whose and which light, to be taken away one by one."""
    return [Chip(words, wanted.query(**{name: None})) for name, words in _said(actor, wanted)]


def _said(actor: Person, wanted: Wanted) -> Iterator[tuple[str, str]]:
    if wanted.q:
        yield "q", _("“%(words)s”", words=wanted.q)
    yield from _named(actor, wanted)
    for name, names in (("node", NODES), ("origin", ORIGINS), ("priority", PRIORITIES)):
        value: Any = getattr(wanted, name)
        if value:
            yield name, str(names[value])
    if wanted.since:
        yield "since", _("Due from %(day)s", day=plain_day(wanted.since))
    if wanted.until:
        yield "until", _("Due until %(day)s", day=plain_day(wanted.until))
    if wanted.waits:
        yield "waits", _("Waits for me")
    if wanted.ownerless:
        yield "ownerless", _("No active owner")


def _named(actor: Person, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """What is asked for by a number; of a meeting its subject only to those who may know it."""
    if wanted.department and (department := db.session.get(Department, wanted.department)):
        yield "department", department.name
    if wanted.owner and (owner := db.session.get(Person, wanted.owner)):
        yield "owner", _("Owner: %(name)s", name=owner.name)
    if wanted.meeting:
        meeting = db.session.get(Meeting, wanted.meeting)
        is_known = meeting is not None and meetings.may_see(actor, meeting)
        yield "meeting", meeting.subject if meeting and is_known else _("One meeting")
