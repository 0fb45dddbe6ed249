"""Reading answers: of one meeting all together, and what waits for somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.answers import policy
from portal.answers.models import LeaveRequest, Outcome
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Meeting, Need
from portal.meetings.queries import DAY
from portal.rooms.busy import busy

SUGGESTED = 8


def waiting_for(person_id: int, now: datetime, limit: int = 10) -> Sequence[Attendee]:
    """The person's parts in standing meetings ahead that have no answer yet, soonest first. One statement.

    Who has asked for leave has said something: chair or office have the next word.
    """
    asked = select(LeaveRequest.id).where(LeaveRequest.attendee_id == Attendee.id, LeaveRequest.decided_at.is_(None))
    return db.session.scalars(
        select(Attendee)
        .join(Attendee.meeting)
        .options(
            contains_eager(Attendee.meeting).joinedload(Meeting.organizer),
            contains_eager(Attendee.meeting).joinedload(Meeting.kind),
        )
        .where(
            Attendee.person_id == person_id, Attendee.invited_at.is_not(None), Attendee.answer == Answer.NONE,
            Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None), Meeting.ends_at > now,
            Meeting.starts_at > now - DAY, ~asked.exists(),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    ).all()


def to_decide(actor: Person, now: datetime) -> Select[LeaveRequest]:
    """Requests that the actor decides on, those of the next meeting first."""
    return (
        _requests()
        .where(
            LeaveRequest.decided_at.is_(None), Meeting.cancelled_at.is_(None), Meeting.ends_at > now,
            policy.deciding(actor),
        )
        .order_by(Meeting.starts_at, LeaveRequest.id)
    )


def requests_of(meeting_id: int) -> Sequence[LeaveRequest]:
    """All requests of one meeting, the newest first, each with who asks and who goes instead. One statement."""
    return db.session.scalars(
        _requests().where(Attendee.meeting_id == meeting_id).order_by(LeaveRequest.id.desc())
    ).all()


def _requests() -> Select[LeaveRequest]:
    asker = contains_eager(LeaveRequest.attendee)
    return (
        select(LeaveRequest)
        .join(LeaveRequest.attendee).join(Attendee.meeting).join(Attendee.person)
        .options(
            asker.contains_eager(Attendee.person).joinedload(Person.department), asker.contains_eager(Attendee.meeting),
            joinedload(LeaveRequest.substitute).joinedload(Person.department), joinedload(LeaveRequest.decided_by),
        )
    )


def place_in_line(part: Attendee) -> int:
    """How many wait for a seat up to this one. One statement."""
    before = or_(
        Attendee.answered_at < part.answered_at,
        and_(Attendee.answered_at == part.answered_at, Attendee.id <= part.id),
    )
    waiting = Attendee.meeting_id == part.meeting_id, Attendee.answer == Answer.WAITING, before
    return db.session.scalars(select(func.count()).select_from(Attendee).where(*waiting)).one()


def newest_request(attendee_id: int) -> LeaveRequest | None:
    """What the attendee asked for last. One statement."""
    return db.session.scalars(
        select(LeaveRequest)
        .options(joinedload(LeaveRequest.decided_by), joinedload(LeaveRequest.substitute))
        .where(LeaveRequest.attendee_id == attendee_id)
        .order_by(LeaveRequest.id.desc())
        .limit(1)
    ).first()


def asked_for_leave(attendees: Sequence[Attendee]) -> Sequence[int]:
    """Which of these asked for leave and have it, or wait for a decision, by their ids. One statement."""
    stands = or_(LeaveRequest.decided_at.is_(None), LeaveRequest.outcome == Outcome.GRANTED)
    ids = [attendee.id for attendee in attendees]
    return db.session.scalars(
        select(LeaveRequest.attendee_id).where(LeaveRequest.attendee_id.in_(ids), stands).distinct()
    ).all()


def on_leave(meeting_id: int) -> dict[int, LeaveRequest]:
    """The leave that was granted, by the attendee's id; the newest of each. One statement."""
    granted = db.session.scalars(
        select(LeaveRequest)
        .join(LeaveRequest.attendee)
        .where(Attendee.meeting_id == meeting_id, LeaveRequest.outcome == Outcome.GRANTED)
        .order_by(LeaveRequest.id)
    )
    return {leave.attendee_id: leave for leave in granted}


def substitution(meeting_id: int) -> Sequence[Attendee]:
    """Those of the meeting who come in somebody's place, and in whose place they come. One statement."""
    comes = aliased(Attendee)
    absent = select(comes.substitutes_id).where(comes.meeting_id == meeting_id, comes.substitutes_id.is_not(None))
    return db.session.scalars(
        select(Attendee)
        .options(joinedload(Attendee.person))
        .where(
            Attendee.meeting_id == meeting_id, or_(Attendee.substitutes_id.is_not(None), Attendee.id.in_(absent))
        )
    ).all()


def needs_of(meeting_id: int) -> Sequence[Need]:
    """All needs of one meeting's people. One statement."""
    mine = select(Attendee.id).where(Attendee.meeting_id == meeting_id)
    return db.session.scalars(select(Need).where(Need.attendee_id.in_(mine)).order_by(Need.attendee_id)).all()


class Suggestion(NamedTuple):
    """Somebody who may go instead, and how well it suits."""

    person: Person
    is_free: bool
    is_like: bool


def substitutes_for(person: Person, meeting: Meeting, words: str = "") -> list[Suggestion]:
    """Who may go in the person's place: of the department, or whom the words fit.

    Those first who are free then, and of these those with the same post or rank. As many statements as there are
    sources of what keeps people busy, and three.
    """
    known = {attendee.person_id for attendee in meeting.attendees} | {person.id, meeting.organizer_id}
    if words.strip():
        found = accounts.people_named(words, SUGGESTED + len(known))
    else:
        found = accounts.members_of(person.department_id) if person.department_id else []
    others = [one for one in found if one.id not in known]
    taken = {had.person_id for had in busy([one.id for one in others], meeting.starts_at, meeting.ends_at)}
    suggested = [Suggestion(one, one.id not in taken, _is_like(one, person)) for one in others]
    suggested.sort(key=lambda one: (not one.is_free, not one.is_like, one.person.name))
    return suggested[:SUGGESTED]


def _is_like(one: Person, other: Person) -> bool:
    same_post = bool(other.post) and one.post == other.post
    return same_post or (bool(other.rank) and one.rank == other.rank)


def with_needs(meeting_id: int) -> Sequence[Attendee]:
    """Those of the meeting's people who need something. Two statements."""
    needing = select(Need.attendee_id)
    return db.session.scalars(
        select(Attendee)
        .options(
            selectinload(Attendee.needs), joinedload(Attendee.person).joinedload(Person.department),
            joinedload(Attendee.guest),
        )
        .where(Attendee.meeting_id == meeting_id, Attendee.id.in_(needing))
        .order_by(Attendee.id)
    ).all()
