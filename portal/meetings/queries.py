"""Reading meetings. Every search by time looks back one day at most: a meeting lasts no longer than its booking."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Attendee, Guest, Meeting, MeetingKind, MeetingTemplate, Part
from portal.rooms.models import Booking, Hold, Kind, Resource

DAY = timedelta(days=1)
FOUND = 12


def meeting_in(booking_id: int) -> Meeting | None:
    """The meeting that the booking was made into."""
    return db.session.scalars(select(Meeting).where(Meeting.booking_id == booking_id)).one_or_none()


def people_in(meeting_id: int) -> Sequence[Attendee]:
    """Who is in the meeting, with department, in the order of their parts and names. One statement."""
    return db.session.scalars(_people(meeting_id)).all()


def _people(meeting_id: int) -> Select[Attendee]:
    rank = case({part: place for place, part in enumerate(Part)}, value=Attendee.part)
    return (
        select(Attendee)
        .outerjoin(Attendee.person).outerjoin(Person.department).outerjoin(Attendee.guest)
        .options(
            contains_eager(Attendee.person).contains_eager(Person.department), contains_eager(Attendee.guest)
        )
        .where(Attendee.meeting_id == meeting_id)
        .order_by(rank, func.coalesce(Person.name, Guest.name), Attendee.id)
    )


class Tally(NamedTuple):
    """How many people are in a meeting: told by answer, not told yet, and by part."""

    people: int
    untold: int
    answers: dict[str, int]
    parts: dict[str, int]

    @property
    def told(self) -> int:
        return self.people - self.untold


def tally(meeting_id: int) -> Tally:
    """The people of a meeting in figures. One statement, however many they are."""
    is_told = Attendee.invited_at.is_not(None)
    rows = db.session.execute(
        select(Attendee.answer, Attendee.part, is_told, func.count())
        .where(Attendee.meeting_id == meeting_id)
        .group_by(Attendee.answer, Attendee.part, is_told)
    ).all()
    answers, parts = Counter[str](), Counter[str]()
    for answer, part, told, count in rows:
        parts[part] += count
        answers[answer] += count if told else 0
    return Tally(parts.total(), parts.total() - answers.total(), dict(answers), dict(parts))


def leads_of(meeting_id: int, limit: int = 8) -> Sequence[Attendee]:
    """Who chairs, keeps the record and speaks, in this order, with departments. One statement."""
    leading = (Part.CHAIR, Part.RECORDER, Part.SPEAKER)
    return db.session.scalars(_people(meeting_id).where(Attendee.part.in_(leading)).limit(limit)).all()


def people_to_add(words: str, attendees: Sequence[Attendee]) -> Sequence[Person]:
    """People that the words fit and who are not in the meeting yet, best first. One statement at most."""
    if not words.strip():
        return []
    known = {attendee.person_id for attendee in attendees}
    found = accounts.people_named(words, FOUND + len(known))
    return [person for person in found if person.id not in known][:FOUND]


def _mine(person_id: int) -> Select[Meeting]:
    """Meetings that the person organizes or was told of."""
    told = select(Attendee.meeting_id).where(Attendee.person_id == person_id, Attendee.invited_at.is_not(None))
    return (
        select(Meeting)
        .options(joinedload(Meeting.organizer))
        .where(or_(Meeting.organizer_id == person_id, Meeting.id.in_(told)))
    )


def meetings_between(person_id: int, starts_at: datetime, ends_at: datetime) -> Sequence[Meeting]:
    """The person's meetings that touch that span and are not postponed, soonest first. One statement."""
    touches = (
        Meeting.starts_at < ends_at, Meeting.ends_at > starts_at, Meeting.starts_at > starts_at - DAY,
        Meeting.postponed_at.is_(None),
    )
    return db.session.scalars(_mine(person_id).where(*touches).order_by(Meeting.starts_at, Meeting.id)).all()


def parts_of(person_id: int, meetings: Sequence[Meeting]) -> dict[int, Attendee]:
    """The person's told part in each of these meetings, by meeting. One statement."""
    ids = [meeting.id for meeting in meetings]
    parts = db.session.scalars(
        select(Attendee).where(
            Attendee.person_id == person_id, Attendee.meeting_id.in_(ids), Attendee.invited_at.is_not(None)
        )
    )
    return {part.meeting_id: part for part in parts}


def free_bookings(person_id: int, now: datetime, limit: int = 12) -> Sequence[Booking]:
    """The person's coming bookings that are no meeting yet, soonest first, with rooms. Two statements."""
    return db.session.scalars(
        select(Booking)
        .outerjoin(Meeting, Meeting.booking_id == Booking.id)
        .options(selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area))
        .where(
            or_(Booking.owner_id == person_id, Booking.booked_by_id == person_id), Booking.cancelled_at.is_(None),
            Booking.kind == Kind.BOOKING, Booking.ends_at > now, Booking.starts_at > now - DAY, Meeting.id.is_(None),
        )
        .order_by(Booking.starts_at, Booking.id)
        .limit(limit)
    ).all()


def kinds_in_use() -> Sequence[MeetingKind]:
    """The kinds that a new meeting may be of, by name. One statement."""
    return db.session.scalars(
        select(MeetingKind).where(MeetingKind.retired_at.is_(None)).order_by(MeetingKind.name)
    ).all()


def all_kinds() -> Sequence[tuple[MeetingKind, int]]:
    """Every kind, those in use first, with how many meetings are of it. One statement."""
    count = select(func.count(Meeting.id)).where(Meeting.kind_id == MeetingKind.id).scalar_subquery()
    kinds = select(MeetingKind, count).order_by(MeetingKind.retired_at.is_not(None), MeetingKind.name)
    return [(kind, number) for kind, number in db.session.execute(kinds)]


def kinds_by_profile() -> dict[str, list[str]]:
    """The names of the kinds in use that are under each regulation. One statement."""
    found: dict[str, list[str]] = {}
    for profile, name in db.session.execute(
        select(MeetingKind.profile, MeetingKind.name)
        .where(MeetingKind.profile != "", MeetingKind.retired_at.is_(None))
        .order_by(MeetingKind.name)
    ):
        found.setdefault(profile, []).append(name)
    return found


def templates(*, with_retired: bool = False) -> Sequence[MeetingTemplate]:
    """Templates by name, those out of use last, if at all. One statement."""
    query = select(MeetingTemplate).options(joinedload(MeetingTemplate.kind))
    if not with_retired:
        query = query.where(MeetingTemplate.retired_at.is_(None))
    return db.session.scalars(query.order_by(MeetingTemplate.retired_at.is_not(None), MeetingTemplate.name)).all()


def template(template_id: int) -> MeetingTemplate | None:
    """The template, if it is in use."""
    found = db.session.get(MeetingTemplate, template_id)
    return found if found is not None and found.retired_at is None else None


def lately_organized(person_id: int, limit: int = 6) -> Sequence[Meeting]:
    """What the person organized last, to be copied. One statement."""
    led = select(Meeting).where(Meeting.organizer_id == person_id).order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    return db.session.scalars(led.limit(limit)).all()
