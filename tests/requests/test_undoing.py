"""Taking back what was turned down, and asking for more than was approved."""

import pytest

from portal.core.db import db
from portal.core.errors import DomainError
from portal.requests import commands, queries
from portal.rooms import commands as rooms
from portal.rooms.commands import Details
from portal.rooms.models import BookingPolicy, Equipment, Status
from portal.series import commands as series
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at
from tests.requests.conftest import request_of

WEEKLY = Rule(Frequency.WEEKLY, weekdays=(0,), count=3)


def test_who_asked_does_not_take_back_that_it_was_turned_down(requested, alice, carl, sign_in):
    asked = requested()
    commands.decline(carl, asked, "Needed by the board")
    db.session.commit()
    answer = sign_in(alice).post(f"/bookings/{asked.booking_id}/restoration")
    assert answer.status_code < 500
    assert not asked.booking.is_standing
    with pytest.raises(DomainError, match="Carl has already turned this request down"):
        rooms.restore(alice, asked.booking)


def test_who_keeps_the_room_does(requested, carl):
    asked = requested()
    commands.decline(carl, asked, "Needed by the board")
    rooms.restore(carl, asked.booking)
    assert request_of(asked.booking).is_pending


def test_nor_that_a_series_was(approved_room, alice, carl):
    made = series.make(alice, approved_room.id, "Round", at(9, days=7), at(10, days=7), WEEKLY, {})
    commands.decline(carl, queries.pending_of_series(made.id), "Needed by the board")
    with pytest.raises(DomainError, match="Carl has already turned this request down"):
        series.restore(alice, made)


@pytest.mark.parametrize(("count", "status"), [(3, Status.REQUESTED), (1, Status.CONFIRMED)])
def test_more_units_than_were_approved_are_asked_for_anew(alice, area, rita, count, status):
    microphones = Equipment(area=area, name="Microphone", features="", quantity=3)
    microphones.policy = BookingPolicy(needs_approval=True)
    db.session.add(microphones)
    db.session.commit()
    time = at(9, days=3), at(10, days=3)
    booking = rooms.book(alice, microphones.id, "Talk", *time, details=Details(quantity=2))
    commands.approve(rita, request_of(booking))
    rooms.move(alice, booking, microphones.id, "Talk", *time, details=Details(quantity=count))
    assert booking.status == status
    assert request_of(booking).is_pending is (status == Status.REQUESTED)
