"""Who came to the meetings that have begun: most on time, some late, a few not at all."""

from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.attendance import absences, commands, policy, queries
from portal.attendance.models import Way
from portal.attendance.queries import Line
from portal.attendance.standing import State
from portal.core import clock
from portal.core.db import db
from portal.demo.words import Words
from portal.meetings.models import Meeting

WAYS = (Way.CODE, Way.CODE, Way.CODE, Way.DESK, Way.BADGE)
MINUTE = timedelta(minutes=1)
QUORUM = 4


def attend(words: Words) -> None:
    """Let people come to every meeting that has begun, and the wall of those that run show its code."""
    rng, now = Random(1949), clock.now()  # noqa: S311  (the same people come each time)
    begun = db.session.scalars(
        select(Meeting)
        .where(
            Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None),
            Meeting.closed_at.is_(None), Meeting.starts_at <= now,
        )
        .options(selectinload(Meeting.attendees))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    for meeting in begun:
        if policy.is_over(meeting, now):
            come_and_go(meeting, words, rng)
        else:
            _come(meeting, rng)
            meeting.quorum = meeting.quorum or QUORUM
            db.session.flush()
            commands.show_codes(meeting.organizer, meeting)


def come_and_go(meeting: Meeting, words: Words, rng: Random) -> None:
    """Let people come to a meeting that is over; some of those who were missed have said why."""
    _come(meeting, rng)
    _explain(meeting, words, rng)


def _come(meeting: Meeting, rng: Random) -> None:
    """Mark them in the order in which they come; whoever comes later than now has not come yet."""
    arrivals = []
    for line in queries.lines_of(meeting):
        luck, early, late, way = rng.random(), rng.randint(-15, 4), rng.randint(12, 25), rng.choice(WAYS)
        if luck < 0.85 and line.state in {State.EXPECTED, State.ABSENT}:
            arrivals.append((meeting.starts_at + MINUTE * (late if luck > 0.7 else early), line, way))
    latest = min(clock.now(), policy.closes_at(meeting))
    for arrived_at, line, way in sorted(arrivals, key=lambda arrival: arrival[0]):
        if arrived_at <= latest:
            with clock.standing_at(arrived_at):
                _mark(meeting, line, way)


def _mark(meeting: Meeting, line: Line, way: Way) -> None:
    """The person at the wall, else the organizer at the desk."""
    if way == Way.CODE and line.attendee.person is not None:
        commands.show_codes(meeting.organizer, meeting)
        proof = commands.code_now(meeting)
        commands.arrive(line.attendee.person, meeting, line.attendee, proof, [])
    else:
        commands.mark(meeting.organizer, meeting, line.attendee, Way.DESK if way == Way.CODE else way)


def _explain(meeting: Meeting, words: Words, rng: Random) -> None:
    """Some of those who were missed have said why, and nobody is asked any more."""
    for line in queries.lines_of(meeting):
        person = line.attendee.person
        if person is not None and absences.may_be_explained(meeting, line) and rng.random() < 0.6:
            said = rng.choice(words.maybes if line.state == State.LATE else words.declines)
            with clock.standing_at(min(clock.now(), meeting.ends_at + timedelta(hours=20))):
                absences.explain(person, meeting, line, said)
    meeting.absences_asked_at = min(clock.now(), meeting.ends_at + timedelta(days=1))
