"""The pages of rooms and bookings, and what they say to bad input."""

import re

import pytest

from portal.accounts import commands as accounts
from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.rooms import commands, keeping
from portal.rooms.models import Booking
from tests.conftest import HTMX, at, typed

DAY = "/rooms/day/2026-11-23"
NASTY = "<script>alert(1)</script>\"'&"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def bobs(sign_in, bob):
    return sign_in(bob)


# --- The day ---


def test_today_goes_to_the_address_of_the_day(bobs):
    assert bobs.get("/rooms").location == DAY


def test_the_day_shows_rooms_by_area_with_bookings_and_free_times(bobs, make_booking, other_room, third_room):
    booking = make_booking()
    page = bobs.get(DAY).text
    assert re.findall(r'scope="row"><span><a href="/rooms/\d+">(\w+)', page) == ["E101", "E102", "W201"]
    assert f'<td colspan="12" class="held"><a id="booking-{booking.id}" href="/bookings/{booking.id}">Planning' in page
    assert f"/bookings/new?room={booking.room.id}&amp;start=2026-11-23T10:00" in page
    assert f"room={booking.room.id}&amp;start=2026-11-23T09" not in page


def test_my_own_bookings_are_marked(sign_in, alice, make_booking):
    make_booking()
    assert 'class="held mine"' in sign_in(alice).get(DAY).text


def test_htmx_gets_the_days_region_only(bobs, room):
    answer = bobs.get(DAY, headers=HTMX)
    assert answer.text.lstrip().startswith('<div id="day"')
    assert "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_an_area_can_be_shown_alone(bobs, area, room, third_room):
    page = bobs.get(f"{DAY}?area={area.id}").text
    assert "E101" in page
    assert "W201" not in page
    assert f'<option value="{area.id}" selected>East wing' in page


def test_the_day_as_a_list(bobs, make_booking, other_room):
    make_booking()
    page = bobs.get(f"{DAY}?view=list").text
    assert '<span class="hours">09:00–10:00</span>' in page
    assert page.count("Free all day") == 1
    assert "<table" not in page


@pytest.mark.parametrize("path", [DAY, f"{DAY}?view=list"])
def test_a_cancelled_booking_is_not_shown(bobs, alice, make_booking, path):
    booking = make_booking()
    commands.cancel(alice, booking)
    db.session.commit()
    assert "Planning" not in bobs.get(path).text


def test_a_booking_over_midnight_is_shown_on_both_days(bobs, make_booking):
    make_booking(starts_at=at(23), ends_at=at(1, days=1))
    for day in ("2026-11-23", "2026-11-24"):
        assert "Planning" in bobs.get(f"/rooms/day/{day}").text
    for day in ("2026-11-22", "2026-11-25"):
        assert "Planning" not in bobs.get(f"/rooms/day/{day}").text


def test_the_day_is_on_the_readers_clock(sign_in, add_person, make_booking):
    make_booking()
    page = sign_in(add_person("Erika", timezone="Europe/Berlin")).get(f"{DAY}?view=list").text
    assert "02:00–03:00" in page


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "2026-11-23T00:00", "%00"])
def test_a_day_that_there_is_not(bobs, day):
    assert bobs.get(f"/rooms/day/{day}").status_code in {400, 404}


@pytest.mark.parametrize("day", ["1971-01-01", "2199-12-31", "2024-02-29"])
def test_days_far_off_can_be_shown(bobs, room, day):
    assert bobs.get(f"/rooms/day/{day}").status_code == 200


def test_an_area_that_there_is_not(bobs, room):
    assert bobs.get(f"{DAY}?area=99").status_code == 404


def test_a_house_without_rooms_says_so(bobs):
    assert "There are no rooms yet." in bobs.get(DAY).text


def test_the_little_form_goes_to_the_address_of_what_was_chosen(bobs, area):
    answer = bobs.get(f"/rooms/day?on=2026-12-24&area={area.id}&view=list")
    assert (answer.status_code, answer.location) == (303, f"/rooms/day/2026-12-24?area={area.id}&view=list")
    assert bobs.get("/rooms/day?on=soon").status_code == 404


@pytest.mark.parametrize("path", [DAY, f"{DAY}?view=list", "/bookings/new", "/bookings", "/rooms/1", "/my-day"])
def test_the_number_of_statements_does_not_grow(sign_in, alice, make_booking, area, west, statements, path):
    def count():
        with statements() as seen:
            assert sign_in(alice).get(path).status_code == 200
        return len([statement for statement in seen if "sign_in" not in statement])

    make_booking()
    few = count()
    for number in range(12):
        other = keeping.add_room(None, (area, west)[number % 2], f"Room {number}")
        make_booking(room_id=other.id, title=f"Meeting {number}")
        make_booking(starts_at=at(10, days=number), ends_at=at(11, days=number))
    assert count() == few


# --- Bad input ---


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": "2026-11-23T08:30"}, "The end must be later than the start."),
        ({"ends_at": "2026-11-23T09:00"}, "The end must be later than the start."),
        ({"ends_at": "2026-11-24T09:01"}, "A booking lasts a day at most."),
        ({"starts_at": "2026-11-23T07:00"}, "That time is past."),
        ({"starts_at": "2025-11-23T09:00", "ends_at": "2025-11-23T10:00"}, "That time is past."),
        ({"starts_at": "tomorrow"}, "This is not a date and time"),
        ({"starts_at": "2026-11-31T09:00"}, "This is not a date and time"),
        ({"ends_at": "9999-12-31T23:59"}, "This is not a date and time"),
        ({"ends_at": "0001-01-01T00:00"}, "This is not a date and time"),
        ({"starts_at": "\0"}, "This is not a date and time"),
        ({"starts_at": ""}, "Please give a date and time."),
        ({"ends_at": ""}, "Please give a date and time."),
        ({"title": ""}, "Please fill this in."),
        ({"title": " \t\n "}, "Please fill this in."),
        ({"title": "x" * 10_000}, "At most 200 characters, please."),
        ({"title": "nul\0byte"}, "This holds characters that cannot be shown."),
        ({"title": "bell\x07"}, "This holds characters that cannot be shown."),
        ({"room_id": "999"}, "Not a valid choice."),
        ({"room_id": "99999999999999999999999"}, "Not a valid choice."),
        ({"room_id": "E101"}, "Invalid Choice: could not coerce."),
        ({"room_id": ""}, "Please choose a room."),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_changes_nothing(bobs, room, changes, words, headers):
    sent = {
        "title": "Our plans", "room_id": room.id, "starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T10:00",
        **changes,
    }
    answer = bobs.post("/bookings/new", headers=headers, data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert 'aria-invalid="true"' in answer.text
    for name in ("title", "starts_at", "ends_at"):
        if str(sent[name]).strip("\0 \t\n"):
            assert str(sent[name]) in answer.text
    assert db.session.query(Booking).count() == 0


@pytest.mark.parametrize("field", ["title", "room_id", "starts_at", "ends_at"])
def test_a_field_that_is_not_sent_at_all_is_asked_for(bobs, room, field):
    sent = {"title": "x", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    del sent[field]
    assert bobs.post("/bookings/new", data=sent).status_code == 422


def test_a_time_that_the_clocks_skip_is_refused(sign_in, add_person, room):
    erika = sign_in(add_person("Erika", timezone="Europe/Berlin"))
    sent = {"title": "x", "room_id": room.id, "starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T03:30"}
    answer = erika.post("/bookings/new", data=sent)
    assert answer.status_code == 422
    assert "This is not a date and time" in answer.text


def test_a_time_that_comes_twice_is_the_first(sign_in, add_person, room):
    erika = sign_in(add_person("Erika", timezone="Europe/Berlin"))
    sent = {"title": "x", "room_id": room.id, "starts_at": "2026-10-25T02:30", "ends_at": "2026-10-25T03:30"}
    assert erika.post("/bookings/new", data={**sent, "starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T03:30"})
    booking = db.session.query(Booking).one()
    assert booking.ends_at - booking.starts_at == 2 * (at(10) - at(9))


@pytest.fixture
def nasty_house(bob, room, west, make_booking):
    """Everything that somebody can name is named like an attack."""
    room.name, room.features, room.area.name, bob.name = NASTY, NASTY, NASTY, NASTY
    db.session.commit()
    return make_booking(actor=bob, title=NASTY)


@pytest.mark.parametrize(
    "path",
    [DAY, f"{DAY}?view=list", "/bookings", "/bookings/1", "/bookings/1/change", "/bookings/new", "/rooms/1", "/my-day",
     "/log/booking/1"],
)
def test_markup_in_any_name_is_shown_as_it_was_typed(bobs, nasty_house, path):
    answer = bobs.get(path)
    assert answer.status_code == 200
    assert ESCAPED in answer.text
    assert "<script>alert" not in answer.text


def test_markup_is_escaped_in_refusals_and_ways_out_too(bobs, nasty_house, room, other_room):
    other_room.name = f"{NASTY} 2"
    db.session.commit()
    answer = bobs.post(
        "/bookings/new", headers=HTMX,
        data={"title": NASTY, "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10)), "back": NASTY},
    )
    assert answer.status_code == 422
    assert answer.text.count(ESCAPED) >= 4
    assert "<script>alert" not in answer.text


# --- One booking, one room, my bookings ---


def test_a_booking_has_a_page_that_everybody_in_the_house_may_read(bobs, make_booking):
    page = bobs.get(f"/bookings/{make_booking().id}").text
    assert "Planning" in page
    assert "Mon, Nov 23 09:00–10:00" in page
    assert "Alice" in page
    assert "Cancel the booking" not in page


def test_whoever_booked_may_cancel_and_the_page_then_says_so(sign_in, alice, make_booking):
    booking, browser = make_booking(), sign_in(alice)
    path = f"/bookings/{booking.id}"
    assert "Cancel the booking" in browser.get(path).text
    answer = browser.post(f"{path}/cancellation")
    assert (answer.status_code, answer.location) == (303, path)
    page = browser.get(path).text
    assert "This booking was cancelled" in page
    assert "Cancel the booking" not in page
    actions = db.session.query(AuditEntry.action).filter_by(record_kind="booking", record_id=booking.id)
    assert [action for (action,) in actions.order_by(AuditEntry.id)] == ["booking.created", "booking.cancelled"]


def test_a_second_cancellation_is_refused_with_a_sentence(sign_in, alice, make_booking):
    path = f"/bookings/{make_booking().id}/cancellation"
    sign_in(alice).post(path)
    answer = sign_in(alice).post(path, headers=HTMX)
    assert answer.status_code == 422
    assert "This booking is cancelled already." in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "change"), ("POST", "change"), ("POST", "cancellation")])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_somebody_elses_booking_cannot_be_changed(bobs, make_booking, method, path, headers):
    booking = make_booking()
    sent = {"title": "Mine", "room_id": booking.room.id, "starts_at": typed(at(14)), "ends_at": typed(at(15))}
    answer = bobs.open(f"/bookings/{booking.id}/{path}", method=method, headers=headers, data=sent)
    assert answer.status_code == 403
    assert "You do not have the right to do this." in answer.text
    assert (booking.title, booking.is_standing, booking.starts_at) == ("Planning", True, at(9))


@pytest.mark.parametrize(
    "path",
    ["/bookings/99", "/bookings/99/change", "/bookings/99999999999999999999", "/bookings/0", "/rooms/99",
     "/log/booking/99", "/log/booking/99999999999999999999", "/log/nothing/1"],
)
def test_what_there_is_not_is_not_found(bobs, path):
    assert bobs.get(path).status_code == 404


def test_a_manager_changes_anybodys_booking(sign_in, rita, make_booking, other_room):
    booking = make_booking()
    sent = {"title": "Moved", "room_id": other_room.id, "starts_at": typed(at(9)), "ends_at": typed(at(10))}
    assert sign_in(rita).post(f"/bookings/{booking.id}/change", data=sent).status_code == 303
    assert (booking.title, booking.room) == ("Moved", other_room)


def test_my_bookings_are_those_ahead_of_me_soonest_first(sign_in, alice, bob, rita, make_booking):
    make_booking(title="Later", starts_at=at(15), ends_at=at(16))
    make_booking(title="Sooner", starts_at=at(9), ends_at=at(10))
    make_booking(title="Not mine", actor=bob, starts_at=at(11), ends_at=at(12))
    given_back = make_booking(title="Given back", starts_at=at(13), ends_at=at(14))
    commands.cancel(alice, given_back)
    over = make_booking(title="Over", actor=rita, starts_at=at(6), ends_at=at(7))
    over.owner_id = alice.id
    db.session.commit()
    page = sign_in(alice).get("/bookings").text
    assert re.findall(r"<b>([^<]+)</b>", page) == ["Sooner", "Later"]
    assert re.findall(r"<b>([^<]+)</b>", sign_in(alice).get("/my-day").text) == ["Sooner", "Later"]


def test_a_long_list_of_bookings_has_pages(sign_in, alice, make_booking):
    for number in range(51):
        make_booking(title=f"No {number:02}", starts_at=at(9, days=number), ends_at=at(10, days=number))
    browser = sign_in(alice)
    first, second = browser.get("/bookings").text, browser.get("/bookings?page=2").text
    assert ("No 49" in first, "No 50" in first, 'href="/bookings?page=2"' in first) == (True, False, True)
    assert ("No 49" in second, "No 50" in second, 'href="/bookings?page=1"' in second) == (False, True, True)
    for odd in ("0", "-1", "x", "9" * 30):
        assert browser.get(f"/bookings?page={odd}").status_code == 200


def test_the_portal_speaks_chinese_on_all_of_it(sign_in, alice, make_booking):
    accounts.choose_language(alice, "zh_Hans")
    make_booking()
    page = sign_in(alice).get(DAY).text
    assert 'lang="zh-Hans"' in page
    assert "2026年11月23日" in page
