"""Meetings of the cast, put in directly: Alice organizes."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting
from portal.notifications.models import Notice
from tests.conftest import NOW, at


@pytest.fixture
def gather(alice: Person) -> Callable[..., Meeting]:
    """A draft, tomorrow from 14 to 15; with people announced to them."""

    def gather(*people: Person, **values: Any) -> Meeting:
        announced = {"number": f"M-{uuid.uuid4().hex[:8]}", "announced_at": NOW} if people else {}
        meeting = Meeting(
            **{
                "uid": str(uuid.uuid4()), "organizer": alice, "subject": "Planning", "starts_at": at(14, days=1),
                "ends_at": at(15, days=1), "location": "E101", "created_at": NOW, "changed_at": NOW, **announced,
                **values,
            }
        )
        meeting.attendees.extend(Attendee(person=person, invited_at=NOW) for person in people)
        db.session.add(meeting)
        db.session.commit()
        return meeting

    return gather


@pytest.fixture
def heard(app: object) -> Callable[[str], list[tuple[str, str]]]:
    """Who was told of that kind, and the body, in order."""

    def heard(kind: str) -> list[tuple[str, str]]:
        notices = db.session.query(Notice).filter_by(kind=kind).order_by(Notice.id)
        return [(notice.recipient.name, notice.body) for notice in notices]

    return heard
