"""Meetings of the cast: Alice organizes."""

from collections.abc import Callable, Sequence

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands
from portal.meetings.details import PLAIN, Details
from portal.meetings.models import Meeting
from portal.meetings.people import invite
from portal.notifications.models import Notice
from portal.rooms.models import Booking


@pytest.fixture
def make_meeting(alice: Person, make_booking: Callable[..., Booking]) -> Callable[..., Meeting]:
    """A draft of Alice's, 9 to 10 in E101 unless said otherwise; with `people` also a notice to them."""

    def make(
        people: Sequence[Person] = (), *, subject: str = "Planning", purpose: str = "", agenda: Sequence[str] = (),
        details: Details = PLAIN, **booking: object,
    ) -> Meeting:
        meeting = commands.make_meeting(
            alice, make_booking(**booking), subject=subject, purpose=purpose, agenda=agenda,
            details=details,
        )
        if people:
            invite(alice, meeting, people)
            send_notice(alice, meeting)
        db.session.commit()
        return meeting

    return make


@pytest.fixture
def draft(make_meeting: Callable[..., Meeting]) -> Meeting:
    return make_meeting()


@pytest.fixture
def announced(make_meeting: Callable[..., Meeting], bob: Person, leo: Person) -> Meeting:
    """Bob and Leo were told of it."""
    return make_meeting([bob, leo], purpose="To plan", agenda=["Budget", "Rooms"])


@pytest.fixture
def told(app: object) -> Callable[[str], list[tuple[str, str, str]]]:
    """Who was told what of that kind: names, subjects and bodies, in order."""

    def told(kind: str) -> list[tuple[str, str, str]]:
        notices = db.session.query(Notice).filter_by(kind=kind).order_by(Notice.id)
        return [(notice.recipient.name, notice.subject, notice.body) for notice in notices]

    return told
