"""Reading meetings. Every search by time looks back one day at most: a meeting lasts no longer than its booking."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Attendee, Guest, Meeting, Part

DAY = timedelta(days=1)
FOUND = 12


def meeting_in(booking_id: int) -> Meeting | None:
    """The meeting that the booking was made into."""
    return db.session.scalars(select(Meeting).where(Meeting.booking_id == booking_id)).one_or_none()


def people_in(meeting_id: int) -> Sequence[Attendee]:
    """Who is in the meeting, with department, in the order of their parts and names. One statement."""
    rank = case({part: place for place, part in enumerate(Part)}, value=Attendee.part)
    return db.session.scalars(
        select(Attendee)
        .outerjoin(Attendee.person).outerjoin(Person.department).outerjoin(Attendee.guest)
        .options(
            contains_eager(Attendee.person).contains_eager(Person.department), contains_eager(Attendee.guest)
        )
        .where(Attendee.meeting_id == meeting_id)
        .order_by(rank, func.coalesce(Person.name, Guest.name), Attendee.id)
    ).all()


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


def coming_meetings(person_id: int, now: datetime) -> Select[Meeting]:
    """The person's meetings that have not ended, soonest first."""
    ahead = (Meeting.ends_at > now, Meeting.starts_at > now - DAY)
    return _mine(person_id).where(*ahead).order_by(Meeting.starts_at, Meeting.id)


def past_meetings(person_id: int, now: datetime) -> Select[Meeting]:
    """The person's meetings that have ended, latest first."""
    return _mine(person_id).where(Meeting.ends_at <= now).order_by(Meeting.starts_at.desc(), Meeting.id.desc())


def meetings_between(person_id: int, starts_at: datetime, ends_at: datetime) -> Sequence[Meeting]:
    """The person's meetings that touch that span, soonest first. One statement."""
    touches = (Meeting.starts_at < ends_at, Meeting.ends_at > starts_at, Meeting.starts_at > starts_at - DAY)
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
