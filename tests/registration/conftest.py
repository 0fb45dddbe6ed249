"""A meeting of Alice's, tomorrow from 14 to 15, and its registration page."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.guests import Facts
from portal.meetings.models import Meeting
from portal.notifications.models import OutsideNotice
from portal.registration import commands
from portal.registration.models import Registrant, Registration
from portal.registration.registering import Entry, confirm, register, written_by
from tests.conftest import NOW, at


@pytest.fixture
def meeting(alice: Person) -> Meeting:
    """Announced to the house."""
    meeting = Meeting(
        uid=str(uuid.uuid4()), organizer=alice, number="M-1", subject="Open day", purpose="For Alice’s eyes",
        starts_at=at(14, days=1), ends_at=at(15, days=1), location="E101", created_at=NOW, changed_at=NOW,
        announced_at=NOW,
    )
    db.session.add(meeting)
    db.session.commit()
    return meeting


@pytest.fixture
def opened(alice: Person, meeting: Meeting) -> Callable[..., Registration]:
    """Open the page with these settings."""

    def open_(**settings: Any) -> Registration:
        commands.set_up(alice, meeting, **settings)
        registration = commands.open_page(alice, meeting)
        db.session.commit()
        return registration

    return open_


@pytest.fixture
def come(app: object) -> Callable[..., Registrant]:
    """Let somebody register, and confirm it unless said otherwise."""

    def come(registration: Registration, name: str, *, confirmed: bool = True, address: str = "", **values: str) -> Any:
        entry = Entry(Facts(name, "Elsewhere", "", f"{name.lower()}@else.example", "en"), values)
        registrant = register(registration.key, entry, address)
        if confirmed:
            confirm(registrant, written_by(registrant))
        db.session.commit()
        return registrant

    return come


@pytest.fixture
def mails(app: object) -> Callable[[], list[tuple[str, str, str]]]:
    """To whom outside went mail of which kind, under which subject, in order."""

    def mails() -> list[tuple[str, str, str]]:
        found = db.session.query(OutsideNotice).order_by(OutsideNotice.id)
        return [(one.address, one.kind, one.subject) for one in found]

    return mails
