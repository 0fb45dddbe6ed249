"""Booking from the grid: the form, what it refuses, and the ways out that it offers."""

import json
import re

import pytest

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Booking
from tests.conftest import HTMX, at, typed

DAY = "/rooms/day/2026-11-23"


def fields(room, starts_at=None, ends_at=None, **more):
    """What the booking form sends: E101 from 9 to 10 unless said otherwise."""
    return {
        "title": "Planning", "room_id": room.id, "starts_at": typed(starts_at or at(9)),
        "ends_at": typed(ends_at or at(10)), **more,
    }


def value_of(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


@pytest.fixture
def bobs(sign_in, bob):
    """Bob's browser."""
    return sign_in(bob)


def test_the_form_opens_with_what_was_chosen_in_the_grid(bobs, room, other_room):
    page = bobs.get(f"/bookings/new?room={other_room.id}&start=2026-11-23T14:30", headers=HTMX).text
    assert f'<option selected value="{other_room.id}">E102' in page
    assert (value_of(page, "starts_at"), value_of(page, "ends_at")) == ("2026-11-23T14:30", "2026-11-23T15:30")
    assert "<html" not in page


def test_the_form_suggests_no_longer_than_the_room_is_free(bobs, room, make_booking):
    make_booking(starts_at=at(15), ends_at=at(16))
    page = bobs.get(f"/bookings/new?room={room.id}&start=2026-11-23T14:30").text
    assert value_of(page, "ends_at") == "2026-11-23T15:00"


@pytest.mark.parametrize(
    "query",
    ["", "?start=&room=", "?start=soon&room=E101", "?start=9999-12-31T23:59", "?start=0001-01-01T00:00",
     "?room=99999999999999999999", "?room=-1", "?start=2026-11-23T25:00"],
)
def test_without_a_sound_choice_the_form_opens_with_the_next_half_hour(bobs, room, query):
    answer = bobs.get(f"/bookings/new{query}")
    assert answer.status_code == 200
    assert value_of(answer.text, "starts_at") == "2026-11-23T08:00"


def test_a_booking_by_a_plain_form_goes_on_to_its_day(bobs, bob, room):
    answer = bobs.post("/bookings/new", data=fields(room))
    booking = db.session.query(Booking).one()
    assert (answer.status_code, answer.location) == (303, f"{DAY}#booking-{booking.id}")
    assert (booking.owner, booking.room, booking.starts_at, booking.ends_at) == (bob, room, at(9), at(10))
    assert "E101 is booked for you." in bobs.get(DAY).text


def test_a_booking_by_htmx_closes_the_dialog_and_tells_the_grid(bobs, room):
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room))
    booking = db.session.query(Booking).one()
    assert (answer.status_code, answer.text) == (204, "")
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "done": {"words": "E101 is booked for you.", "focus": f"booking-{booking.id}"}, "bookings-changed": {},
    }


def test_whoever_came_from_a_page_of_ours_goes_back_there(bobs, room):
    answer = bobs.post("/bookings/new", data=fields(room, back="/rooms/day/2026-11-23?view=list"))
    assert answer.location == "/rooms/day/2026-11-23?view=list"


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "javascript:alert(1)", "////evil.example"])
def test_nobody_is_led_away_by_the_way_back(bobs, room, back):
    assert f'href="{back}"' not in bobs.get("/bookings/new", query_string={"back": back}).text
    assert bobs.post("/bookings/new", data=fields(room, back=back)).location.startswith(DAY)


def test_an_overlap_is_refused_beside_the_form_and_the_input_kept(bobs, room, make_booking):
    make_booking()
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room, at(9, 30), at(11), title="Review <b>"))
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "E101 is already booked for part of that time." in answer.text
    assert value_of(answer.text, "title") == "Review &lt;b&gt;"
    kept = value_of(answer.text, "starts_at"), value_of(answer.text, "ends_at")
    assert kept == ("2026-11-23T09:30", "2026-11-23T11:00")
    assert db.session.query(Booking).count() == 1


def test_an_overlap_by_a_plain_form_is_a_whole_page_with_the_same(bobs, room, other_room, make_booking):
    make_booking()
    answer = bobs.post("/bookings/new", data=fields(room))
    assert answer.status_code == 422
    assert "<html" in answer.text
    assert "E101 is already booked" in answer.text
    assert len(offered(answer)) == 3


def offered(answer):
    return re.findall(r'name="way_out" value="([^"]+)"', answer.text)


def test_a_refusal_offers_rooms_free_then_and_the_same_room_near_in_time(bobs, room, other_room, make_booking):
    make_booking(starts_at=at(9), ends_at=at(10))
    make_booking(starts_at=at(10, 30), ends_at=at(12))
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room))
    assert offered(answer) == [
        f"{other_room.id}/2026-11-23T09:00/2026-11-23T10:00",
        f"{room.id}/2026-11-23T08:00/2026-11-23T09:00",
        f"{room.id}/2026-11-23T12:00/2026-11-23T13:00",  # 10:00 is free for half an hour only.
    ]


def test_each_way_out_books_in_one_request(bobs, room, other_room, make_booking):
    make_booking()
    refused = fields(room, title="Review")
    for way in offered(bobs.post("/bookings/new", headers=HTMX, data=refused)):
        answer = bobs.post("/bookings/new", headers=HTMX, data={**refused, "way_out": way})
        assert answer.status_code == 204
    made = {(booking.room.name, booking.starts_at, booking.title) for booking in db.session.query(Booking)}
    assert made == {
        ("E101", at(9), "Planning"), ("E101", at(8), "Review"), ("E101", at(10), "Review"), ("E102", at(9), "Review"),
    }


@pytest.mark.parametrize("way", ["x", "1/2", "//", "x/y/z", "999/2026-11-23T09:00/2026-11-23T10:00", "1/soon/later"])
def test_a_garbled_way_out_is_refused_as_any_input(bobs, room, make_booking, way):
    make_booking()
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room, way_out=way))
    assert answer.status_code == 422
    assert db.session.query(Booking).count() == 1


def test_rooms_are_offered_nearest_first(bobs, room, area, west, make_booking):

    for wing, name, capacity in (
        (west, "W1", 10), (area, "small", 4), (area, "large", 60), (area, "fits", 12), (west, "W2", 11),
    ):
        keeping.add_room(None, wing, name, capacity)
    db.session.commit()
    make_booking(starts_at=at(8), ends_at=at(20))
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room))
    assert re.findall(r"<b>(.+?)</b> free at that time", answer.text) == ["fits", "large", "W1"]


def test_a_room_that_is_taken_or_retired_is_no_way_out(bobs, room, other_room, third_room, make_booking):
    make_booking()
    make_booking(room_id=other_room.id, starts_at=at(9, 30), ends_at=at(9, 45))
    third_room.retired_at = at(8)
    db.session.commit()
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room))
    assert offered(answer) == [
        f"{room.id}/2026-11-23T08:00/2026-11-23T09:00", f"{room.id}/2026-11-23T10:00/2026-11-23T11:00",
    ]


def test_a_refusal_for_another_reason_offers_no_ways_out(bobs, room, other_room):
    answer = bobs.post("/bookings/new", headers=HTMX, data=fields(room, at(7), at(7, 30)))
    assert answer.status_code == 422
    assert offered(answer) == []


def test_a_change_is_made_in_the_same_form(sign_in, alice, make_booking, other_room):
    booking, browser = make_booking(), sign_in(alice)
    page = browser.get(f"/bookings/{booking.id}/change").text
    assert (value_of(page, "title"), value_of(page, "starts_at")) == ("Planning", "2026-11-23T09:00")
    answer = browser.post(f"/bookings/{booking.id}/change", data=fields(other_room, at(11), at(12), title="Review"))
    assert (answer.status_code, answer.location) == (303, f"/bookings/{booking.id}")
    assert (booking.title, booking.room, booking.starts_at) == ("Review", other_room, at(11))


def test_a_change_onto_a_taken_room_offers_ways_out_and_taking_one_moves(sign_in, alice, make_booking, room):
    make_booking(starts_at=at(8), ends_at=at(10))
    booking, browser = make_booking(starts_at=at(10), ends_at=at(11)), sign_in(alice)
    path, wish = f"/bookings/{booking.id}/change", fields(room, at(9, 30), at(10, 30))
    refused = browser.post(path, headers=HTMX, data=wish)
    # Its own hour is not in its way.
    assert (refused.status_code, offered(refused)) == (422, [f"{room.id}/2026-11-23T10:00/2026-11-23T11:00"])
    wish |= {"ends_at": typed(at(11, 30))}
    refused = browser.post(path, headers=HTMX, data=wish)
    moved = browser.post(path, headers=HTMX, data={**wish, "way_out": offered(refused)[0]})
    assert (moved.status_code, moved.headers["HX-Redirect"]) == (204, f"/bookings/{booking.id}")
    assert (booking.starts_at, booking.ends_at) == (at(10), at(12))


def test_a_form_that_somebody_else_overtook_is_refused(sign_in, alice, rita, make_booking, room):
    booking = make_booking()
    path = f"/bookings/{booking.id}/change"
    seen = value_of(sign_in(alice).get(path).text, "seen")
    sign_in(rita).post(path, data=fields(room, at(14), at(15)))
    answer = sign_in(alice).post(path, headers=HTMX, data=fields(room, at(16), at(17), seen=seen))
    assert answer.status_code == 422
    assert "Somebody else has changed this booking meanwhile." in answer.text
    assert booking.starts_at == at(14)
