"""Meetings made directly, and a feed to ask."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from portal.accounts.models import Person
from portal.calendars import commands
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import AgendaItem, Answer, Attendee, Meeting, Part
from tests.calendars.weekly import make_weekly  # noqa: F401  (a fixture)
from tests.conftest import at


@pytest.fixture
def make_meeting(alice: Person) -> Callable[..., Meeting]:
    """An announced meeting of Alice's, 9 to 10 unless said otherwise, which `people` were told of."""

    def make(*people: Person, agenda: tuple[str, ...] = (), **values: Any) -> Meeting:
        now = clock.now()
        meeting = Meeting(
            **{
                "uid": str(uuid.uuid4()), "organizer_id": alice.id, "subject": "Board", "starts_at": at(9),
                "ends_at": at(10), "location": "E101 · East wing", "created_at": now, "changed_at": now,
                "announced_at": now, "number": str(uuid.uuid4()), **values,
            },
            agenda=[AgendaItem(position=place, title=title) for place, title in enumerate(agenda)],
            attendees=[Attendee(person_id=person.id, part=Part.REQUIRED, invited_at=now) for person in people],
        )
        db.session.add(meeting)
        db.session.commit()
        return meeting

    return make


@pytest.fixture
def answered() -> Callable[[Meeting, Person, Answer], None]:
    """Let the person have answered."""

    def answer(meeting: Meeting, person: Person, answer: Answer) -> None:
        own = next(attendee for attendee in meeting.attendees if attendee.person_id == person.id)
        own.answer, own.answered_at = answer, clock.now()
        db.session.commit()

    return answer


@pytest.fixture
def address_of() -> Callable[[Person], str]:
    """A new secret address for the person."""

    def make(person: Person) -> str:
        _feed, secret = commands.make_feed(person)
        db.session.commit()
        return f"/feeds/{secret}/calendar.ics"

    return make


def events(octets: bytes) -> list[Any]:
    """The events of a stream, read by another program."""
    return Calendar.from_ical(octets).walk("VEVENT")


def summaries(octets: bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(octets)]


@contextmanager
def with_portal_settings(app: Flask, **values: Any) -> Iterator[None]:
    """Other settings for a while."""
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, **values)
    try:
        yield
    finally:
        app.config["PORTAL"] = before
