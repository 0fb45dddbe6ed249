"""A real chat robot on loopback, and notices to send to it and to the mail server of `tests.mail`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.notifications import webhooks
from portal.notifications.commands import tell
from portal.notifications.models import Format, Group, Webhook
from portal.rooms.models import Booking
from tests.conftest import at
from tests.notifications.robot import Robot, listening


@pytest.fixture
def notice(make_booking: Callable[..., Booking], bob: Person) -> Callable[..., None]:
    """Tell Bob (or others) something about a booking."""
    booking = make_booking()

    def notify(*people: Person, subject: str = "Room changed", body: str = "Now in E102.") -> None:
        tell(people or [bob], "booking.moved", "booking", booking, lambda: (subject, body))
        db.session.commit()

    return notify


@pytest.fixture
def robot(with_settings: Callable[..., None]) -> Iterator[Robot]:
    """A server on loopback that webhooks may write to."""
    with listening() as robot:
        with_settings(webhook_hosts=frozenset({robot.host}))
        yield robot


@pytest.fixture
def add_webhook(robot: Robot, adam: Person) -> Callable[..., Webhook]:
    """Let public notices go to the robot, those of bookings as plain JSON unless said otherwise."""

    def add(**values: Any) -> Webhook:
        usual = {
            "name": "Office group", "url": robot.url, "format": Format.JSON, "secret": "", "locale": "en",
            "groups": {Group.BOOKINGS},
        }
        webhook = webhooks.add_webhook(adam, **{**usual, **values})
        db.session.commit()
        return webhook

    return add


@pytest.fixture
def announce(make_booking: Callable[..., Booking], bob: Person) -> Callable[..., int]:
    """Tell Bob (or others, or nobody) something public about a booking, and answer the booking's id."""
    booking = make_booking(starts_at=at(13), ends_at=at(14))

    def announce(*people: Person, subject: str = "The house opens late", body: str = "At ten.", **more: Any) -> int:
        more = {"public": True, **more}
        tell(people or [bob], "booking.moved", "booking", booking, lambda: (subject, body), **more)
        db.session.commit()
        return booking.id

    return announce
