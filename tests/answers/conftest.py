"""Announced meetings of the cast, put in directly: Alice organizes, tomorrow from 14 to 15."""

import itertools
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Guest, Meeting, MeetingKind, Part
from portal.notifications.models import Notice
from tests.conftest import NOW, at

_numbers = itertools.count(1)


@pytest.fixture
def meet(alice: Person) -> Callable[..., Meeting]:
    """A meeting that these were told of, as required unless `parts` says otherwise."""

    def meet(*people: Person, parts: dict[Person, Part] | None = None, **values: Any) -> Meeting:
        meeting = Meeting(
            **{
                "uid": str(uuid.uuid4()), "organizer": alice, "number": f"M-{next(_numbers)}", "subject": "Planning",
                "starts_at": at(14, days=1), "ends_at": at(15, days=1), "location": "E101", "created_at": NOW,
                "changed_at": NOW, "announced_at": NOW, **values,
            }
        )
        for person in people:
            part = (parts or {}).get(person, Part.REQUIRED)
            meeting.attendees.append(Attendee(person=person, part=part, invited_at=NOW))
        db.session.add(meeting)
        db.session.commit()
        return meeting

    return meet


@pytest.fixture
def board(app: object) -> MeetingKind:
    """A kind whose leave and substitutes are approved."""
    kind = MeetingKind(name="Board", prefix="B", leave_needs_approval=True, substitute_needs_approval=True)
    db.session.add(kind)
    db.session.commit()
    return kind


@pytest.fixture
def staff(add_person: Callable[..., Person], works: Any) -> Sequence[Person]:
    """Six of the works department."""
    return [add_person(name, department=works) for name in ("Ann", "Ben", "Cat", "Dan", "Eve", "Fay")]


@pytest.fixture
def guest(app: object) -> Callable[..., Attendee]:
    """Add Gus from outside to a meeting."""

    def guest(meeting: Meeting, name: str = "Gus") -> Attendee:
        attendee = Attendee(
            guest=Guest(name=name, unit="Elsewhere Ltd", email=f"{name.lower()}@else.example", locale="en"),
            part=Part.OPTIONAL, invited_at=NOW,
        )
        meeting.attendees.append(attendee)
        db.session.commit()
        return attendee

    return guest


@pytest.fixture
def told(app: object) -> Callable[[str], list[str]]:
    """The names of those who were told something of that kind, in order."""

    def told(kind: str) -> list[str]:
        return [notice.recipient.name for notice in db.session.query(Notice).filter_by(kind=kind).order_by(Notice.id)]

    return told


def part_of(person: Person, meeting: Meeting) -> Attendee:
    """The person's part as it is in the database now."""
    db.session.expire_all()
    return next(attendee for attendee in meeting.attendees if attendee.person_id == person.id)


def answers_in(meeting: Meeting) -> dict[str, Answer]:
    """What each has answered, by name, as it is in the database now."""
    db.session.expire_all()
    return {attendee.name: attendee.answer for attendee in meeting.attendees}
