"""Meetings as events: in one's own calendar with one's answer, in those of departments and kinds without people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    union,
)

from portal.accounts.models import Person
from portal.calendars import components
from portal.calendars.models import Shows
from portal.calendars.sources import (
    CANCELLED_SINCE,
    MOST,
    PERSON,
    SINCE,
    Component,
    Scope,
    Source,
    add_source,
    raw,
    stamp_of,
)
from portal.core.db import UtcDateTime, db
from portal.core.i18n import gettext as _
from portal.meetings.models import AgendaItem, Answer, Attendee, Meeting, Part
from portal.meetings.seeing import seen_by

meetings, attendees = Meeting.__table__.c, Attendee.__table__.c
# Aliases for use within statements on the same tables, where they must not be taken for the outer ones.
_organizer = Person.__table__.alias("organizer")
people = _organizer.c
own, led = Attendee.__table__.alias("own").c, Meeting.__table__.alias("led").c
items = AgendaItem.__table__.c

ROLES: dict[str, str] = {
    Part.CHAIR: "CHAIR", Part.OPTIONAL: "OPT-PARTICIPANT", Part.OBSERVER: "NON-PARTICIPANT",
    Part.STAFF: "NON-PARTICIPANT",
}
PersonId = int | BindParameter[int]


class MeetingLine(NamedTuple):
    """A meeting with its organizer, and the part and answer of the person it is read for, if they were told."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    subject: str
    location: str
    purpose: str
    online_url: str
    announced_at: datetime | None
    # Since when it is cancelled or postponed.
    off_at: datetime | None
    organizer: str
    organizer_email: str
    part: str | None
    answer: str | None
    answered_at: datetime | None


def told_to(person_id: PersonId) -> CompoundSelect[int]:
    """The ids of the meetings that the person organizes or was told of."""
    return union(
        select(own.meeting_id).where(own.person_id == person_id, own.invited_at.is_not(None)),
        select(led.id).where(led.organizer_id == person_id),
    )


def told_part(person_id: PersonId) -> ColumnElement[bool]:
    """The attendee of a meeting is that person, and a notice told them so."""
    return and_(
        attendees.meeting_id == meetings.id, attendees.person_id == person_id, attendees.invited_at.is_not(None)
    )


OFF_AT = func.coalesce(meetings.cancelled_at, meetings.postponed_at, type_=UtcDateTime())


def joined(person_id: PersonId) -> Any:
    """Meetings with their organizers, and the told part of that person."""
    return Meeting.__table__.join(_organizer, people.id == meetings.organizer_id).outerjoin(
        Attendee.__table__, told_part(person_id)
    )


def meeting_columns() -> list[ColumnElement[Any]]:
    """The columns of `MeetingLine`."""
    return [
        meetings.id, meetings.uid, meetings.sequence, meetings.created_at, meetings.changed_at, meetings.starts_at,
        meetings.ends_at, meetings.subject, meetings.location, meetings.purpose, meetings.online_url,
        meetings.announced_at, OFF_AT.label("off_at"), people.name.label("organizer"),
        people.email.label("organizer_email"), attendees.part, attendees.answer, attendees.answered_at,
    ]


def meeting_lines(person_id: PersonId) -> Select[Any]:
    """Meetings as `MeetingLine`s."""
    return select(*meeting_columns()).select_from(joined(person_id))


def one_meeting(meeting_id: int, person_id: int) -> MeetingLine:
    """One meeting in this form."""
    return MeetingLine(*db.session.execute(meeting_lines(person_id).where(meetings.id == meeting_id)).one())


def agendas(meeting_ids: Iterable[int]) -> dict[int, list[str]]:
    """The lines of each meeting's agenda. One statement."""
    query = (
        select(items.meeting_id, items.title)
        .where(items.meeting_id.in_(list(meeting_ids)), items.removed_at.is_(None))
        .order_by(items.meeting_id, items.position)
    )
    found: dict[int, list[str]] = {}
    for meeting_id, title in db.session.connection().execute(query).all():
        found.setdefault(meeting_id, []).append(title)
    return found


# --- What a feed holds of them ---


def of_feed(scope: Scope) -> list[ColumnElement[bool]]:
    """Which of them it is of, and its reader knows of."""
    feed, person = scope.feed, scope.person
    if feed.shows == Shows.DEPARTMENT:
        return [func.coalesce(meetings.department_id, people.department_id) == feed.department_id, seen_by(person)]
    if feed.shows == Shows.KIND:
        return [meetings.kind_id.is_not_distinct_from(feed.meeting_kind_id), seen_by(person)]
    return mine(person.id, feed.with_declined)


def mine(person_id: PersonId, with_declined: bool) -> list[ColumnElement[bool]]:
    """Those of the person that they have not left to somebody else, or declined."""
    unwanted = [Answer.DELEGATED] if with_declined else [Answer.DECLINED, Answer.DELEGATED]
    return [
        meetings.id.in_(told_to(person_id)), or_(attendees.answer.is_(None), attendees.answer.not_in(unwanted)),
    ]


_ANSWERED_AT = func.coalesce(attendees.answered_at, meetings.changed_at, type_=UtcDateTime())
_STAMP = stamp_of(
    case((meetings.changed_at < _ANSWERED_AT, _ANSWERED_AT), else_=meetings.changed_at),
    meetings.changed_at, meetings.sequence, attendees.part, attendees.answer,
)
_PIECES = (
    select(meetings.id, raw(meetings.starts_at), _STAMP)
    .where(
        meetings.series_id.is_(None), meetings.starts_at >= SINCE, meetings.announced_at.is_not(None),
        or_(OFF_AT.is_(None), CANCELLED_SINCE <= OFF_AT),
    )
    .order_by(meetings.starts_at.desc(), meetings.id.desc())
    .limit(MOST)
)


@cache
def _my_pieces(with_declined: bool) -> Select[Any]:
    own_part = Meeting.__table__.outerjoin(Attendee.__table__, told_part(PERSON))
    return _PIECES.select_from(own_part).where(*mine(PERSON, with_declined))


def _pieces(scope: Scope, most: int) -> Sequence[Any]:
    """One statement. Nothing of it is made an object: there are a thousand, and few have changed."""
    if scope.feed.shows == Shows.MINE:
        query = _my_pieces(scope.feed.with_declined)
    else:
        query = _PIECES.select_from(joined(PERSON)).where(*of_feed(scope))
    return db.session.connection().execute(query, scope.values | {"most": most}).all()


def _build(scope: Scope, ids: Collection[int]) -> Mapping[int, Component]:
    """Two statements."""
    query = meeting_lines(scope.person.id).where(meetings.id.in_(list(ids)))
    rows = [MeetingLine(*row) for row in db.session.connection().execute(query)]
    lines = agendas(ids)
    return {row.id: Component(components.vevent(event_of(row, scope, lines.get(row.id, [])))) for row in rows}


def event_of(row: MeetingLine, scope: Scope, agenda: list[str]) -> components.Event:
    """A meeting as the feed's event: one's own with one's ATTENDEE line, and never anybody else's."""
    event = meeting_event(row, scope.person, agenda, scope.base_url, own=scope.feed.shows == Shows.MINE)
    return replace(event, alarm_minutes=scope.feed.alarm_minutes)


def partstat(answer: str) -> str:
    """PARTSTAT (§3.2.12), which knows no waiting list."""
    return "TENTATIVE" if answer == Answer.WAITING else answer.upper()


def meeting_event(
    row: MeetingLine, person: Person, agenda: list[str], base_url: str, *, own: bool = True
) -> components.Event:
    """A row as that person's event: with their own ATTENDEE line, and nobody else's; without any if not `own`."""
    address = f"{base_url}/meetings/{row.id}"
    numbered = "\n".join(f"{number}. {title}" for number, title in enumerate(agenda, 1))
    who = [components.organizer(row.organizer, row.organizer_email)] if own else []
    if own and row.part and row.answer:
        role = ROLES.get(row.part, "REQ-PARTICIPANT")
        who.append(components.attendee(person.name, person.email, role, partstat(row.answer)))
    status = "CANCELLED" if row.off_at else "CONFIRMED" if row.announced_at else "TENTATIVE"
    return components.Event(
        uid=row.uid, sequence=row.sequence, created_at=row.created_at,
        changed_at=max(row.changed_at, row.answered_at or row.changed_at) if own else row.changed_at,
        starts_at=row.starts_at, ends_at=row.ends_at, location=row.location, url=address, status=status, people=who,
        conference=row.online_url, transparent=own and row.answer == Answer.DECLINED,
        # Some clients show a cancelled event as if it stood.
        summary=_("Cancelled: %(subject)s", subject=row.subject) if row.off_at else row.subject,
        description=components.description(
            [row.purpose, _("Agenda") + "\n" + numbered if numbered else "", row.online_url], address
        ),
    )


add_source("meetings", Source(frozenset({Shows.MINE, Shows.DEPARTMENT, Shows.KIND}), _pieces, _build))
