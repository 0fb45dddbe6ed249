"""The list of meetings: mine or all that I may know of, by time, kind and words; as a page and as a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person, Role
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.meetings import queries
from portal.meetings.kinds import kind_name
from portal.meetings.models import Attendee, Meeting
from portal.meetings.names import CONFIDENTIALITIES, PHASES
from portal.meetings.seeing import seen_by
from portal.web.addresses import record_number
from portal.web.tables import table_response

MINE, ALL, DRAFTS, APPROVALS = "mine", "all", "drafts", "approvals"
WHICH = (MINE, ALL, DRAFTS, APPROVALS)
AHEAD, PAST, ANY = "ahead", "past", "any"
WHEN = (AHEAD, PAST, ANY)
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for; what makes no sense is as if it had not been asked."""

    which: str = MINE
    when: str = AHEAD
    kind_id: int | None = None
    words: str = ""

    @classmethod
    def from_address(cls, arguments: Any) -> "Wanted":
        which, when = arguments.get("which", ""), arguments.get("when", "")
        return cls(
            which if which in WHICH else MINE, when if when in WHEN else AHEAD,
            arguments.get("kind", type=record_number), arguments.get("q", "").strip()[:LONGEST_WORDS],
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out of what the person has."""
        return self.which == MINE and self.kind_id is None and not self.words


def may_approve_some(actor: Person) -> bool:
    return actor.has_role(Role.LEADER, Role.MEETING_OFFICE)


def found(actor: Person, wanted: Wanted) -> Select[Meeting]:
    """What was asked for of what the actor may know of: ahead the soonest first, else the latest."""
    order = (Meeting.starts_at.desc(), Meeting.id.desc())
    if wanted.when == AHEAD:
        order = (Meeting.starts_at.asc(), Meeting.id.asc())
    return (
        select(Meeting)
        .options(joinedload(Meeting.organizer), joinedload(Meeting.kind))
        .where(_which(actor, wanted.which), _when(wanted.when, clock.now()), *_narrowed(wanted))
        .order_by(*order)
    )


def _which(actor: Person, which: str) -> ColumnElement[bool]:
    if which == ALL:
        return seen_by(actor)
    if which == DRAFTS:
        prepared = seen_by(actor) if actor.has_role(Role.MEETING_OFFICE) else Meeting.organizer_id == actor.id
        return and_(Meeting.announced_at.is_(None), Meeting.cancelled_at.is_(None), prepared)
    if which == APPROVALS:
        return _to_approve(actor)
    told = select(Attendee.meeting_id).where(Attendee.person_id == actor.id, Attendee.invited_at.is_not(None))
    return or_(Meeting.organizer_id == actor.id, Meeting.id.in_(told))


def _to_approve(actor: Person) -> ColumnElement[bool]:
    if not may_approve_some(actor):
        return false()
    return and_(
        Meeting.submitted_at.is_not(None), Meeting.approved_at.is_(None), Meeting.announced_at.is_(None),
        Meeting.cancelled_at.is_(None), Meeting.organizer_id != actor.id, seen_by(actor),
    )


def _when(when: str, now: datetime) -> ColumnElement[bool]:
    """What is postponed lies ahead, whenever it was to be."""
    postponed = and_(Meeting.postponed_at.is_not(None), Meeting.cancelled_at.is_(None))
    if when == AHEAD:
        return or_(and_(Meeting.ends_at > now, Meeting.starts_at > now - queries.DAY), postponed)
    return and_(Meeting.ends_at <= now, ~postponed) if when == PAST else true()


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.kind_id is not None:
        yield Meeting.kind_id == wanted.kind_id
    for word in wanted.words.split():
        yield or_(
            *(column.icontains(word, autoescape=True)
              for column in (Meeting.subject, Meeting.number, Meeting.purpose, Meeting.location))
        )


def to_approve_count(actor: Person) -> int:
    """How many meetings wait for the actor's approval. One statement at most."""
    if not may_approve_some(actor):
        return 0
    return db.session.scalars(select(func.count(Meeting.id)).where(_to_approve(actor))).one()


def as_file(meetings: Iterable[Meeting], parts: Mapping[int, Attendee], format: str) -> Response:
    """The list as CSV or XLSX."""
    phases, degrees, now = dict(PHASES), dict(CONFIDENTIALITIES), clock.now()
    rows = [
        (
            meeting.number or "", kind_name(meeting.kind), meeting.subject, meeting.starts_at, meeting.ends_at,
            meeting.location, meeting.organizer.name, str(degrees[meeting.confidentiality]),
            str(phases[meeting.phase(now)]), parts[meeting.id].answer if meeting.id in parts else "",
        )
        for meeting in meetings
    ]
    columns = (
        _("Number"), _("Kind"), _("Subject"), _("From"), _("Until"), _("Place"), _("Organizer"), _("Confidentiality"),
        _("Phase"), _("Your answer"),
    )
    return table_response(rows, columns, _("Meetings"), format)
