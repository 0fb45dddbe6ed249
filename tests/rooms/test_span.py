"""Another room or time for a booking, as a grid sends it."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.rooms.models import Booking
from tests.conftest import HTMX, at


def span(booking, room, starts_at, ends_at, **more):
    times = {"starts": int(starts_at.timestamp()), "ends": int(ends_at.timestamp())}
    return {"room_id": room.id, **times, "seen": booking.version, **more}


def test_a_booking_gets_another_room_and_time_and_keeps_the_rest(sign_in, alice, make_booking, other_room):
    booking = make_booking()
    answer = sign_in(alice).post(
        f"/bookings/{booking.id}/span", data=span(booking, other_room, at(10), at(11, 15)), headers=HTMX
    )
    assert answer.status_code == 204
    assert "E102" in answer.headers["HX-Trigger"]
    assert "bookings-changed" in answer.headers["HX-Trigger"]
    moved = db.session.get_one(Booking, booking.id)
    assert (moved.room.name, moved.starts_at, moved.ends_at, moved.title) == ("E102", at(10), at(11, 15), "Planning")
    assert "booking.moved" in db.session.scalars(select(AuditEntry.action)).all()


def test_without_htmx_it_goes_to_the_booking(sign_in, alice, make_booking, room):
    booking = make_booking()
    answer = sign_in(alice).post(f"/bookings/{booking.id}/span", data=span(booking, room, at(11), at(12)))
    assert (answer.status_code, answer.location) == (303, f"/bookings/{booking.id}")


def test_a_taken_time_is_refused_in_words_and_nothing_moves(sign_in, alice, make_booking, other_room):
    make_booking(room_id=other_room.id)
    booking = make_booking()
    answer = sign_in(alice).post(
        f"/bookings/{booking.id}/span", data=span(booking, other_room, at(9), at(10)), headers=HTMX
    )
    assert answer.status_code == 422
    assert "E102 is already booked for part of that time." in answer.text
    assert "<html" not in answer.text
    assert db.session.get_one(Booking, booking.id).room.name == "E101"


def test_what_somebody_changed_meanwhile_is_not_overwritten(sign_in, alice, make_booking, room):
    booking = make_booking()
    sent = span(booking, room, at(11), at(12), seen="another version")
    answer = sign_in(alice).post(f"/bookings/{booking.id}/span", data=sent, headers=HTMX)
    assert (answer.status_code, "Somebody else has changed this booking" in answer.text) == (422, True)


def test_a_stranger_may_not(sign_in, bob, make_booking, room):
    booking = make_booking()
    answer = sign_in(bob).post(f"/bookings/{booking.id}/span", data=span(booking, room, at(11), at(12)))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"starts": "soon"}, {"ends": ""}, {"room_id": "0"}, {"seen": ""}, {"ends": "9" * 30}]
)
def test_what_no_grid_sends_is_not_understood(sign_in, alice, make_booking, room, wrong):
    booking = make_booking()
    sent = {**span(booking, room, at(11), at(12)), **wrong}
    assert sign_in(alice).post(f"/bookings/{booking.id}/span", data=sent).status_code == 400


def test_there_is_no_such_booking(sign_in, alice):
    assert sign_in(alice).post("/bookings/99/span", data={}).status_code == 404


def test_only_ones_own_can_be_moved_in_the_grid(sign_in, alice, bob, make_booking):
    version = make_booking().version
    mine, other = (sign_in(person).get("/rooms/day/2026-11-23").text for person in (alice, bob))
    assert f'data-seen="{version}"' in mine
    assert "data-seen" not in other
