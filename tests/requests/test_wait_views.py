"""The pages of waiting lists."""

import re

import pytest

from portal.core.db import db
from portal.requests import clockwork, waiting
from portal.requests.models import Wait
from portal.rooms import commands as rooms
from portal.rooms.models import Status, Visibility
from tests.conftest import HTMX, at, typed


@pytest.fixture
def taken(make_booking, rita):
    """Rita's booking of E101 from 9 to 10 on Thursday."""
    return make_booking(actor=rita, title="Ours", starts_at=at(9, days=3), ends_at=at(10, days=3))


@pytest.fixture
def wanted(taken, room):
    """What the booking form held when it was refused, and the button that waits."""
    return {
        "title": "Supplier talk", "room_id": room.id, "starts_at": typed(at(9, days=3)),
        "ends_at": typed(at(10, days=3)), "way": "ask",
    }


@pytest.fixture
def offer(taken, room, alice, rita):
    """What is offered to Alice."""
    wait = waiting.wait_for(alice, room.id, "Supplier talk", at(9, days=3), at(10, days=3), False)
    rooms.cancel(rita, taken)
    clockwork.give_times()
    return wait


def test_a_refused_booking_offers_to_wait_for_the_time(sign_in, alice, wanted):
    answer = sign_in(alice).post("/bookings/new", data=wanted, headers=HTMX)
    assert answer.status_code == 422
    assert len(re.findall('name="way" value="(?:ask|book)" formaction="/waits"', answer.text)) == 2
    assert "waits already" not in answer.text


def test_it_says_how_many_wait_already(sign_in, alice, bob, wanted):
    sign_in(bob).post("/waits", data=wanted)
    assert "One other waits already." in sign_in(alice).post("/bookings/new", data=wanted).text


@pytest.mark.parametrize(("headers", "status"), [(None, 303), (HTMX, 204)])
@pytest.mark.parametrize(("way", "at_once"), [("ask", False), ("book", True)])
def test_the_forms_fields_put_the_reader_in_line(sign_in, alice, wanted, way, at_once, headers, status):
    answer = sign_in(alice).post("/waits", data={**wanted, "way": way, "private": "y"}, headers=headers)
    assert answer.status_code == status
    wait = db.session.query(Wait).one()
    assert (wait.person, wait.title, wait.takes_at_once) == (alice, "Supplier talk", at_once)
    assert (wait.starts_at, wait.ends_at, wait.visibility) == (at(9, days=3), at(10, days=3), Visibility.PRIVATE)


@pytest.mark.parametrize("headers", [None, HTMX])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "Please fill this in"), ({"starts_at": "soon"}, "This is not a date and time"),
        ({"starts_at": typed(at(11, days=3)), "ends_at": typed(at(12, days=3))}, "Book it instead"),
        ({"way": "never"}, "Not a valid choice"), ({"room_id": "x"}, "Not a valid integer"),
        ({"room_id": 2**31}, "Please choose a room"),
    ],
)
def test_what_cannot_be_waited_for_is_refused_and_the_rest_kept(sign_in, alice, wanted, values, words, headers):
    answer = sign_in(alice).post("/waits", data={**wanted, **values}, headers=headers)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Supplier talk" in answer.text or "title" in values
    assert ("<html" in answer.text) == (headers is None)
    assert db.session.query(Wait).count() == 0


def test_a_room_that_there_is_not_is_answered_as_such(sign_in, alice, wanted):
    assert sign_in(alice).post("/waits", data={**wanted, "room_id": 999}).status_code == 404


def test_mine_are_listed_with_their_place_and_nobody_elses(sign_in, alice, bob, wanted):
    sign_in(bob).post("/waits", data={**wanted, "title": "Bob's secret"})
    sign_in(alice).post("/waits", data=wanted)
    page = sign_in(alice).get("/waits").text
    assert "Number 2 in line" in page
    assert "Bob" not in page
    assert "Next in line" in sign_in(bob).get("/waits").text
    assert "<html" not in sign_in(alice).get("/waits", headers=HTMX).text


@pytest.mark.parametrize(("headers", "status"), [(None, 303), (HTMX, 204)])
def test_the_line_is_left_on_the_page(sign_in, alice, bob, wanted, headers, status):
    sign_in(alice).post("/waits", data=wanted)
    address = f"/waits/{db.session.query(Wait).one().id}/leaving"
    assert sign_in(bob).post(address).status_code == 404
    assert sign_in(alice).post(address, headers=headers).status_code == status
    assert not db.session.query(Wait).one().is_standing


def test_an_offer_is_taken_from_my_day(sign_in, alice, offer):
    page = sign_in(alice).get("/my-day").text
    assert "Free now: E101" in page
    assert f'action="/waits/{offer.id}/acceptance"' in page
    answer = sign_in(alice).post(f"/waits/{offer.id}/acceptance")
    assert answer.location == f"/bookings/{offer.booking_id}"
    assert offer.booking.status == Status.CONFIRMED
    assert "Free now" not in sign_in(alice).get("/my-day").text


def test_or_let_pass(sign_in, alice, bob, offer):
    for way in ("acceptance", "passing"):
        assert sign_in(bob).post(f"/waits/{offer.id}/{way}").status_code == 404
    assert sign_in(alice).post(f"/waits/{offer.id}/passing", data={"back": "my-day"}).location == "/my-day"
    assert not offer.booking.is_standing


def test_an_offer_that_is_over_is_refused_in_a_sentence(sign_in, alice, offer):
    sign_in(alice).post(f"/waits/{offer.id}/passing")
    answer = sign_in(alice).post(f"/waits/{offer.id}/acceptance")
    assert answer.status_code == 422
    assert "This offer is over." in answer.text


def test_the_page_of_an_offered_booking_says_whose_it_may_be(sign_in, alice, bob, offer):
    assert "Kept for you until Mon, Nov 23 10:00" in sign_in(alice).get(f"/bookings/{offer.booking_id}").text
    page = sign_in(bob).get(f"/bookings/{offer.booking_id}").text
    assert "Offered to Alice" in page
    assert "acceptance" not in page


def test_my_day_says_nothing_to_who_waits_for_nothing(sign_in, bob, offer):
    assert "Waiting list" not in sign_in(bob).get("/my-day").text


@pytest.mark.parametrize("address", ["/waits", "/my-day"])
def test_many_waits_take_as_many_statements_as_few(sign_in, alice, room, taken, statements, address):
    counts = []
    for minutes in (range(1, 3), range(3, 12)):
        for minute in minutes:
            waiting.wait_for(alice, room.id, "Talk", at(9, minute, days=3), at(10, days=3), False)
        db.session.commit()
        browser = sign_in(alice)
        with statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
