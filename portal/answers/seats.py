"""Who has one of a meeting's seats, and who waits for one: first come, first served.

Whoever calls holds the lock of the meeting, so that two never take the last seat.
"""

from sqlalchemy import func, select

from portal.answers import words
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Meeting, Part
from portal.meetings.signals import meeting_changed
from portal.meetings.telling import tell_attendees

# They are needed there, and take no seat from those who are invited.
WITHOUT_SEAT = frozenset({Part.STAFF, Part.CHAIR, Part.RECORDER})


def answer_for_seat(meeting: Meeting, attendee: Attendee) -> Answer:
    """What somebody's acceptance becomes: accepted if there is a seat for them, else waiting for one."""
    keeps = attendee.answer == Answer.ACCEPTED
    if meeting.capacity is None or attendee.part in WITHOUT_SEAT or keeps:
        return Answer.ACCEPTED
    if attendee.answer == Answer.WAITING:
        return Answer.WAITING
    return Answer.ACCEPTED if free_seats(meeting, meeting.capacity) > 0 else Answer.WAITING


def free_seats(meeting: Meeting, capacity: int) -> int:
    """How many seats of so many are left. One statement; below zero after the capacity was lowered."""
    db.session.flush()
    taken = db.session.scalars(
        select(func.count()).select_from(Attendee).where(
            Attendee.meeting_id == meeting.id, Attendee.answer == Answer.ACCEPTED, Attendee.part.not_in(WITHOUT_SEAT)
        )
    ).one()
    return capacity - taken


def give_free_seats(meeting: Meeting) -> list[Attendee]:
    """Let those who have waited longest have the seats that are free, and tell them; answers who moved up."""
    if meeting.cancelled_at is not None or meeting.ends_at <= clock.now():
        return []
    line = _in_line(meeting)
    moved = line and line[: _places(meeting, line)]
    for attendee in moved:
        attendee.answer = Answer.ACCEPTED
        record(None, "meeting.moved_up", meeting, person=attendee.name)
    if moved:
        db.session.flush()
        tell_attendees(meeting, moved, "meeting.moved_up", lambda: words.moved_up(meeting))
        people = [attendee.person_id for attendee in moved if attendee.person_id]
        meeting_changed.send(meeting, people=people)
    return moved


def _in_line(meeting: Meeting) -> list[Attendee]:
    """Who waits, as it stands in the database now, those without need of a seat first. One statement."""
    db.session.flush()
    waiting = db.session.scalars(
        select(Attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.answer == Answer.WAITING)
        .order_by(Attendee.answered_at, Attendee.id)
        .execution_options(populate_existing=True)
    ).all()
    return sorted(waiting, key=lambda attendee: attendee.part not in WITHOUT_SEAT)


def _places(meeting: Meeting, line: list[Attendee]) -> int:
    if meeting.capacity is None:
        return len(line)
    seatless = sum(1 for attendee in line if attendee.part in WITHOUT_SEAT)
    return seatless + max(0, free_seats(meeting, meeting.capacity))
