"""Booking the same again: the form filled from another booking, on the next such weekday."""

from datetime import UTC, datetime

import pytest

from portal.core import clock
from portal.core.db import db
from portal.rooms import commands, keeping
from portal.rooms.models import Visibility
from tests.conftest import HTMX, at
from tests.rooms.test_booking_form import value_of


def test_a_copy_opens_a_week_later_with_title_and_room(make_booking, sign_in, alice, other_room):
    booking = make_booking(room_id=other_room.id)
    page = sign_in(alice).get(f"/bookings/new?copy={booking.id}", headers=HTMX).text
    assert (value_of(page, "starts_at"), value_of(page, "ends_at")) == ("2026-11-30T09:00", "2026-11-30T10:00")
    assert value_of(page, "title") == "Planning"
    assert f'<option selected value="{other_room.id}">' in page
    assert "<html" not in page


def test_a_copy_of_an_old_booking_opens_on_the_next_such_weekday(make_booking, sign_in, alice):
    booking = make_booking()
    with clock.standing_at(at(12, days=16)):
        page = sign_in(alice).get(f"/bookings/new?copy={booking.id}").text
    assert value_of(page, "starts_at") == "2026-12-14T09:00"


def test_a_copy_keeps_the_time_of_day_when_the_clocks_change(sign_in, alice):
    area = keeping.add_area(None, "Hamburg", "Europe/Berlin")
    room = keeping.add_room(None, area, "H1")
    # 09:00 in Berlin, on the last Thursday before the clocks are set forward.
    start = datetime(2027, 3, 25, 8, tzinfo=UTC)
    booking = commands.book(alice, room.id, "Planning", start, start.replace(hour=9))
    db.session.commit()
    page = sign_in(alice).get(f"/bookings/new?copy={booking.id}").text
    # 09:00 in Berlin is 15:00 in Shanghai from then on, an hour earlier than before.
    assert value_of(page, "starts_at") == "2027-04-01T15:00"


def test_a_copy_stays_private_and_for_whom_it_was(make_booking, sign_in, alice, bob):
    booking = make_booking(owner=bob, visibility=Visibility.PRIVATE)
    page = sign_in(alice).get(f"/bookings/new?copy={booking.id}").text
    assert value_of(page, "for_whom") == "Bob · bob"
    assert "<input checked" in page


def test_somebody_elses_booking_is_copied_for_oneself(make_booking, sign_in, bob):
    page = sign_in(bob).get(f"/bookings/new?copy={make_booking().id}").text
    assert value_of(page, "for_whom") == ""


def test_the_page_of_a_booking_offers_a_copy(make_booking, sign_in, bob):
    booking = make_booking()
    assert f"/bookings/new?copy={booking.id}" in sign_in(bob).get(f"/bookings/{booking.id}").text


@pytest.mark.parametrize("copy", ["1", "9999999999", "-1", "x"])
def test_without_such_a_booking_nothing_is_copied(sign_in, bob, room, copy):
    answer = sign_in(bob).get(f"/bookings/new?copy={copy}")
    assert answer.status_code == (404 if copy == "1" else 200)
