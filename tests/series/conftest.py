"""Series of Alice's in E101, and a look at what is held."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.rooms.models import Booking, Hold, Room
from portal.series import commands
from portal.series.models import Series
from portal.series.recurrence import Frequency, Rule
from tests.conftest import SHANGHAI, at

MONDAYS = Rule(Frequency.WEEKLY, weekdays=(0,), count=5)


def day(days: int) -> date:
    """The date so many days after that Monday."""
    return at(9, days=days).date()


@pytest.fixture
def make_series(alice: Person, room: Room) -> Callable[..., Series]:
    """Five Mondays from 9 to 10 in E101 for Alice unless said otherwise."""

    def make(**values: Any) -> Series:
        usual = {
            "actor": alice, "room_id": room.id, "title": "Planning", "starts_at": at(9), "ends_at": at(10),
            "rule": MONDAYS, "choices": {},
        }
        series = commands.make(**{**usual, **values})
        db.session.commit()
        return series

    return make


def starts(series: Series) -> list[datetime]:
    """When the standing occurrences of a series begin, on the clock of Shanghai, by the order of its rule."""
    db.session.expire_all()
    return [booking.starts_at.astimezone(SHANGHAI) for booking in series.bookings if booking.is_standing]


def overlaps() -> int:
    """How many pairs of standing holds of one unit overlap: always none."""
    holds = db.session.query(Hold).filter(Hold.released_at.is_(None)).order_by(Hold.starts_at).all()
    return sum(
        (one.resource_id, one.unit) == (other.resource_id, other.unit) and other.starts_at < one.ends_at
        for index, one in enumerate(holds) for other in holds[index + 1 :]
    )


def bookings() -> list[Booking]:
    return db.session.query(Booking).order_by(Booking.starts_at, Booking.id).all()
