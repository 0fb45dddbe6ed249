"""A meeting on four Mondays in a row, from 9 to 10."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, Meeting, MeetingSeries
from portal.meetings.people import invite
from portal.meetings.recurring import make_meetings
from portal.rooms.models import Room
from portal.series import commands
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at

MONDAYS = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)


@dataclass
class Weekly:
    """The dates in their order, and the series that they are."""

    dates: list[Meeting] = field(default_factory=list)

    @property
    def series(self) -> MeetingSeries:
        series = self.dates[0].series
        assert series is not None
        return series


@pytest.fixture
def make_weekly(alice: Person, room: Room) -> Callable[..., Weekly]:
    """Alice's meeting on four Mondays, a draft; with people they are told of `told` of its dates, one by one."""

    def make(*people: Person, told: Sequence[int] = range(4), **values: Any) -> Weekly:
        booked = commands.make(alice, room.id, "Board", at(9), at(10), MONDAYS, {})
        details = Details(**{"confidentiality": Confidentiality.INVITED, **values.pop("details", {})})
        dates = make_meetings(alice, booked.bookings[0], subject="Board", details=details, **values)
        for number in told if people else ():
            invite(alice, dates[number], people)
            send_notice(alice, dates[number])
        db.session.commit()
        return Weekly(dates)

    return make
