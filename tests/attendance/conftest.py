"""Meetings of Alice's on their day: from 9 to 10, of the cast and of whole crowds."""

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from sqlalchemy import insert

from portal.accounts.models import Person
from portal.attendance import commands
from portal.attendance.codes import codes_at, window_at
from portal.attendance.queries import lines_of
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Guest, MeetingKind, Part
from tests.conftest import at
from tests.meetings.conftest import announced, draft, make_meeting, told  # noqa: F401  (fixtures)


@contextmanager
def time(hour, minute=0, days=0):
    """The clock shows that time of that Monday."""
    with clock.standing_at(at(hour, minute, days)):
        yield


def code_of(meeting, shift=0):
    """The codes on the meeting's wall so many half minutes from now."""
    return codes_at(meeting.check_in_key, meeting.id, window_at(clock.now()) + shift)


def states(meeting):
    """How each of the meeting's people stands, by name."""
    return {line.attendee.name: line.state.value for line in lines_of(meeting)}


def part_of(person, meeting):
    return db.session.query(Attendee).filter_by(person_id=person.id, meeting_id=meeting.id).one()


@pytest.fixture
def meeting(announced, alice):  # noqa: F811
    """Bob and Leo were told of it, its wall shows codes."""
    with time(8, 30):
        commands.show_codes(alice, announced)
    db.session.commit()
    return announced


@pytest.fixture
def guest(meeting):
    """Gwen comes from outside."""
    gwen = Attendee(
        guest=Guest(name="Gwen", unit="Elsewhere", email="gwen@example.com", locale="en"), invited_at=clock.now(),
        part=Part.REQUIRED, answer=Answer.NONE,
    )
    meeting.attendees.append(gwen)
    db.session.commit()
    return gwen


@pytest.fixture
def kind(meeting):
    """Where people sign out, late is after 10 minutes, and half of those with a vote must be there."""
    kind = MeetingKind(name="Council", prefix="C", has_check_out=True, quorum_percent=50)
    meeting.kind = kind
    db.session.commit()
    return kind


@pytest.fixture
def add_crowd(meeting) -> Callable[[int], list[Attendee]]:
    """Add so many people who were told of the meeting."""

    def add(count: int) -> list[Attendee]:
        start, now = db.session.query(Person).count(), clock.now()
        people = [
            {"login": f"c{number}", "name": f"Crowd {number}", "email": f"c{number}@example.org", "created_at": now}
            for number in range(start, start + count)
        ]
        ids = list(db.session.scalars(insert(Person).returning(Person.id), people))
        parts = [{"meeting_id": meeting.id, "person_id": person, "invited_at": now} for person in ids]
        db.session.execute(insert(Attendee), parts)
        db.session.commit()
        db.session.expire_all()
        return db.session.query(Attendee).filter(Attendee.person_id.in_(ids)).order_by(Attendee.id).all()

    return add


@pytest.fixture
def secret_meeting(meeting):
    """The same, named to nobody but those in it."""
    meeting.confidentiality = "secret"
    db.session.commit()
    return meeting
