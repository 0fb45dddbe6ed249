"""What few bookings say: how many people, which layout, what else is needed. Typed, refused, shown and copied."""

import re
from datetime import timedelta

import pytest

from portal.core.db import db
from portal.rooms import commands
from portal.rooms.commands import Details
from portal.rooms.models import Booking, Layout, Status, Vehicle
from tests.conftest import HTMX, at
from tests.rooms.test_booking_form import fields, offered, value_of


@pytest.fixture
def theatre(room):
    layout = Layout(resource_id=room.id, name="Theatre", capacity=30)
    db.session.add(layout)
    db.session.commit()
    return layout


@pytest.fixture
def alices(sign_in, alice):
    return sign_in(alice)


@pytest.fixture
def everything(make_booking, theatre, microphones, interpreter):
    """A booking that says all that can be said."""
    return make_booking(details=Details(8, theatre.id, {microphones.id: 2, interpreter.id: 1}))


def test_a_booking_takes_people_layout_and_all_that_else_is_needed(alices, room, theatre, microphones, interpreter):
    more = {"people": "8", "layout_id": theatre.id, f"extra-{microphones.id}": "2", f"extra-{interpreter.id}": "1"}
    assert alices.post("/bookings/new", data=fields(room, **more)).status_code == 303
    booking = db.session.query(Booking).one()
    assert (booking.people, booking.layout) == (8, theatre)
    assert booking.extras == {microphones: 2, interpreter: 1}


def test_three_fields_are_required_and_everything_else_is_behind_more(alices, room, theatre, microphones):
    page = alices.get(f"/bookings/new?room={room.id}", headers=HTMX).text
    shown, more, hidden = page.partition('<details class="more">')
    assert more
    required = re.findall(r"<(?:input|select)[^>]* required[^>]*>", shown)
    # When and where is filled in already: what is left to type is what it is for.
    assert [re.search(r'name="(\w+)"', tag)[1] for tag in required] == ["title", "room_id", "starts_at", "ends_at"]
    assert ["title" in tag for tag in required if 'value=""' in tag] == [True]
    assert " required" not in hidden


def test_what_is_listed_is_grouped_and_what_is_out_of_use_is_not(alices, room, microphones, interpreter, add_resource):
    add_resource(Vehicle, "Old van", retired_at=at(8))
    page = alices.get("/bookings/new").text
    assert re.findall(r"<h2>(\w+)</h2>", page) == ["Equipment", "Interpreters"]
    assert '<optgroup label="East wing">' in page
    assert "Old van" not in page
    assert re.search(r"Microphone <small>of 3</small>", page)
    # The select stays short: rooms only.
    assert "Microphone</option>" not in page


def test_what_is_no_room_is_booked_in_the_same_form(alices, room, microphones):
    page = alices.get(f"/bookings/new?room={microphones.id}").text
    assert f'<option selected value="{microphones.id}">Microphone' in page
    assert f'name="extra-{microphones.id}"' not in page
    assert alices.post("/bookings/new", data=fields(microphones, quantity="2")).status_code == 303
    booking = db.session.query(Booking).one()
    assert (booking.room, booking.quantity) == (microphones, 2)


def test_another_room_brings_its_own_layouts(alices, room, other_room, theatre):
    assert "Theatre · 30 seats" in alices.get(f"/bookings/new?room_id={room.id}", headers=HTMX).text
    assert "Theatre" not in alices.get(f"/bookings/new?room_id={other_room.id}", headers=HTMX).text


def test_a_layout_of_another_room_is_refused_beside_the_field(alices, other_room, theatre):
    answer = alices.post("/bookings/new", headers=HTMX, data=fields(other_room, layout_id=theatre.id))
    assert answer.status_code == 422
    assert re.search(r'id="layout_id-error">E102 is not furnished like that', answer.text)
    assert '<details class="more" open>' in answer.text


@pytest.mark.parametrize("layout", ["x", "999", "99999999999999999999"])
def test_a_layout_that_there_is_not_is_refused(alices, room, layout):
    assert alices.post("/bookings/new", data=fields(room, layout_id=layout)).status_code == 422


@pytest.mark.parametrize("number", ["-1", "1.5", "many", "100", "9" * 40, "000099999", "٣"])
def test_a_wrong_number_is_refused_beside_what_else_is_needed(alices, room, microphones, number):
    name = f"extra-{microphones.id}"
    answer = alices.post("/bookings/new", headers=HTMX, data=fields(room, **{name: number}))
    assert answer.status_code == 422
    assert re.search(r'id="extras-error"[^>]*>Whole numbers from 0 to 99, please\.', answer.text)
    assert value_of(answer.text, name) == number
    assert db.session.query(Booking).count() == 0


@pytest.mark.parametrize("people", ["0", "-3", "many", "10001", "9" * 30])
def test_a_wrong_number_of_people_is_refused_beside_its_field(alices, room, people):
    answer = alices.post("/bookings/new", data=fields(room, people=people))
    assert answer.status_code == 422
    assert 'id="people-error"' in answer.text


def test_what_there_is_not_cannot_be_needed(alices, room, other_room):
    for odd in (other_room.id, 999, 99999999999999999999):
        answer = alices.post("/bookings/new", data=fields(room, **{f"extra-{odd}": "1"}))
        assert answer.status_code == (303 if odd > 2**31 else 422), odd


def test_too_few_are_refused_beside_the_field_with_fewer_or_another_time_instead(
    alices, make_booking, room, other_room, microphones
):
    make_booking(room_id=other_room.id, details=Details(extras={microphones.id: 2}))
    sent = fields(room, title="Review", people="4", **{f"extra-{microphones.id}": "3"})
    refused = alices.post("/bookings/new", headers=HTMX, data=sent)
    assert refused.status_code == 422
    assert "Only one of Microphone is free at that time." in refused.text
    assert offered(refused) == [
        f"fewer/{microphones.id}:1", f"{room.id}/2026-11-23T08:00/2026-11-23T09:00",
        f"{room.id}/2026-11-23T10:00/2026-11-23T11:00",
    ]
    for way, count in zip(offered(refused), (1, 3, 3), strict=True):
        assert alices.post("/bookings/new", headers=HTMX, data={**sent, "way_out": way}).status_code == 204
        made = db.session.query(Booking).order_by(Booking.id.desc()).first()
        assert (made.extras, made.people) == ({microphones: count}, 4)


def test_the_change_form_holds_the_details_and_sends_them_back(alices, everything, room, theatre, microphones):
    path = f"/bookings/{everything.id}/change"
    page = alices.get(path).text
    assert (value_of(page, "people"), value_of(page, f"extra-{microphones.id}")) == ("8", "2")
    assert f'<option selected value="{theatre.id}">' in page
    sent = fields(room, people="9", layout_id="", **{f"extra-{microphones.id}": "3"})
    assert alices.post(path, data=sent).status_code == 303
    assert (everything.people, everything.layout, everything.extras) == (9, None, {microphones: 3})


def test_with_a_layout_too_a_taken_time_is_refused_in_words(alices, everything, make_booking, room, theatre):
    number = everything.id
    make_booking(starts_at=at(14), ends_at=at(15))
    sent = fields(room, layout_id=theatre.id, starts_at=at(14), ends_at=at(15))
    answer = alices.post(f"/bookings/{number}/change", headers=HTMX, data=sent)
    assert answer.status_code == 422
    assert "E101 is already booked for part of that time." in answer.text


def test_a_shorter_form_keeps_the_details(alices, everything, room, microphones, interpreter):
    alices.post(f"/bookings/{everything.id}/change", data=fields(room, at(11), at(12)))
    assert everything.people == 8
    assert everything.extras == {microphones: 2, interpreter: 1}


def test_the_page_of_a_booking_shows_the_details(alices, everything):
    page = re.sub(r"\s+", " ", alices.get(f"/bookings/{everything.id}").text)
    assert "<dt>Number of people</dt><dd>8</dd>" in page
    assert "<dt>Layout</dt><dd>Theatre</dd>" in page
    assert "<dt>Also needed</dt><dd>Microphone × 2, Ms Wu</dd>" in page


def test_a_private_bookings_details_are_not_shown_to_others(sign_in, bob, everything):
    everything.visibility = "private"
    db.session.commit()
    page = sign_in(bob).get(f"/bookings/{everything.id}").text
    assert "Theatre" not in page
    assert "Ms Wu" not in page


def test_those_who_keep_a_room_see_how_long_it_is_kept(sign_in, alice, rita, room, make_booking):
    room.setup_minutes, room.cleanup_minutes = 30, 15
    path = f"/bookings/{make_booking().id}"
    assert "08:30–10:15" in sign_in(rita).get(path).text
    assert "08:30–10:15" not in sign_in(alice).get(path).text


@pytest.mark.parametrize(("status", "word"), [(Status.REQUESTED, "Requested"), (Status.OFFERED, "Offered")])
def test_a_booking_that_is_not_firm_says_so(alices, make_booking, status, word):
    booking = make_booking()
    for path in (f"/bookings/{booking.id}", "/bookings"):
        assert word not in alices.get(path).text
    booking.status = status
    db.session.commit()
    for path in (f"/bookings/{booking.id}", "/bookings"):
        assert word in alices.get(path).text


def test_a_copy_keeps_the_details(alices, everything, microphones, theatre):
    page = alices.get(f"/bookings/new?copy={everything.id}").text
    assert (value_of(page, "people"), value_of(page, f"extra-{microphones.id}")) == ("8", "2")
    assert f'<option selected value="{theatre.id}">' in page
    assert '<details class="more" open>' in page


def test_an_address_fills_in_people_and_what_else_is_needed(alices, room, microphones):
    page = alices.get(f"/bookings/new?room={room.id}&people=7&extra-{microphones.id}=2&extra-x=1&extra-9=-2").text
    assert (value_of(page, "people"), value_of(page, f"extra-{microphones.id}")) == ("7", "2")


@pytest.mark.parametrize("path", ["/bookings/1", "/bookings/1/change", "/bookings/new?copy=1"])
def test_the_statements_do_not_grow_with_what_is_needed(
    alices, make_booking, add_resource, everything, statements, path
):
    def count():
        with statements() as seen:
            assert alices.get(path).status_code == 200
        return len([statement for statement in seen if "sign_in" not in statement])

    few = count()
    more = {add_resource(Vehicle, f"Van {number}").id: 1 for number in range(6)}
    with db.session.no_autoflush:
        commands.move(
            everything.owner, everything, everything.room.id, "Planning", everything.starts_at + timedelta(hours=1),
            everything.ends_at + timedelta(hours=1), details=Details(8, everything.layout_id, more),
        )
    db.session.commit()
    assert count() == few
