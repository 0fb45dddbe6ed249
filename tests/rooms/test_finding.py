"""The page that finds a room: what it lists, what it offers, and what it says to what cannot be meant."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from portal.core.db import db
from portal.rooms import commands, keeping
from portal.rooms.models import Booking, BookingPolicy, Keeper
from tests.conftest import HTMX, at

NINE = "day=2026-11-23&time=09:00&length=60"


@pytest.fixture
def bobs(sign_in, bob):
    return sign_in(bob)


@pytest.fixture
def house(area, west):
    """Four rooms: the smallest and the largest in the east wing, two of twelve seats in the west wing."""
    def add(area, name, capacity, features):
        return keeping.add_room(None, area, name, capacity, features)

    rooms = {
        "E1": add(area, "E1", 4, ""), "E2": add(area, "E2", 40, "video, whiteboard"),
        "W1": add(west, "W1", 12, "video"), "W2": add(west, "W2", 12, "whiteboard"),
    }
    db.session.commit()
    return rooms


@pytest.fixture
def take(alice, house):
    def take(name, starts_at=None, ends_at=None):
        booking = commands.book(alice, house[name].id, "Planning", starts_at or at(9), ends_at or at(10))
        db.session.commit()
        return booking

    return take


def rows(answer):
    """Each room of the list with the words for when it is free."""
    found = re.findall(r'href="/rooms/\d+">(.*?)</a>.*?class="state">(.*?)</div>', answer.text, re.S)
    return [(name, re.sub(r"<svg.*?</svg>", "", state).strip()) for name, state in found]


def ways(answer):
    """Where the buttons of the list lead."""
    found = answer.text.partition('id="found"')[2]
    return [unescape(address) for address in re.findall(r'href="(/bookings/new[^"]*)" data-dialog', found)]


def test_without_a_question_it_answers_for_the_next_half_hour_and_an_hour(bobs, house):
    page = bobs.get("/rooms/find")
    assert page.status_code == 200
    assert 'type="date" value="2026-11-23"' in page.text
    assert 'type="time" value="08:00"' in page.text
    assert "Mon, Nov 23 08:00–09:00 · 4 rooms are free" in page.text
    assert '<option selected value="60">1 h' in page.text


def test_free_rooms_come_first_and_busy_ones_say_when_they_are_free(bobs, house, take):
    take("W1")
    take("W1", at(10, 30), at(11))
    take("E1", at(8), at(9, 30))
    assert rows(bobs.get(f"/rooms/find?{NINE}")) == [
        ("W2", "free"), ("E2", "free"), ("E1", "free 09:30"), ("W1", "free 11:00"),
    ]


def test_what_is_too_small_or_lacks_something_is_counted_only(bobs, house):
    page = bobs.get(f"/rooms/find?{NINE}&people=12&feature=video")
    assert rows(page) == [("W1", "free"), ("E2", "free")]
    assert "2 rooms are too small or lack what you need." in page.text
    page = bobs.get(f"/rooms/find?{NINE}&feature=video&feature=Whiteboard")
    assert rows(page) == [("E2", "free")]
    assert page.text.count(" checked") == 2


def test_the_area_that_is_asked_for_comes_first(bobs, house, area):
    page = bobs.get(f"/rooms/find?{NINE}&people=12&area={area.id}")
    assert rows(page) == [("E2", "free"), ("W1", "free"), ("W2", "free")]
    assert f'<option selected value="{area.id}">East wing' in page.text


def test_a_room_that_is_free_only_on_another_day_names_it(bobs, take):
    take("W1", at(9), at(20))
    take("W1", at(8, days=1), at(9, days=1))
    page = bobs.get(f"/rooms/find?{NINE}&people=12&feature=video")
    assert rows(page) == [("E2", "free"), ("W1", "free Tue, Nov 24 09:00")]


def test_a_booking_over_midnight_is_in_the_way(bobs, take):
    take("W1", at(15), at(9, 30, days=1))
    page = bobs.get("/rooms/find?day=2026-11-24&time=09:00&length=60&people=12&feature=video")
    assert rows(page) == [("E2", "free"), ("W1", "free 09:30")]


def test_a_cancelled_booking_and_a_retired_room_do_not_count(bobs, house, alice, take):
    commands.cancel(alice, take("W1"))
    house["E2"].retired_at = at(8)
    db.session.commit()
    assert rows(bobs.get(f"/rooms/find?{NINE}&people=12&feature=video")) == [("W1", "free")]


def test_a_room_that_is_got_ready_and_put_in_order_is_free_later(bobs, house, take):
    take("W1", at(9), at(10))
    take("W2", at(10), at(11))
    house["W1"].cleanup_minutes, house["W1"].setup_minutes, house["W2"].cleanup_minutes = 15, 15, 30
    db.session.commit()
    page = bobs.get("/rooms/find?day=2026-11-23&time=09:30&length=30&people=12")
    assert rows(page) == [("E2", "free"), ("W1", "free 10:15"), ("W2", "free 11:00")]


def test_a_room_kept_for_others_is_not_listed(bobs, bob, rita, sign_in, house):
    house["W1"].is_restricted = True
    db.session.commit()
    path = f"/rooms/find?{NINE}&feature=video"
    assert rows(bobs.get(path)) == [("E2", "free")]
    assert rows(sign_in(rita).get(path)) == [("W1", "free"), ("E2", "free")]
    house["W1"].keepers.append(Keeper(person_id=bob.id))
    db.session.commit()
    assert rows(bobs.get(path)) == [("W1", "free"), ("E2", "free")]


def test_what_is_listed_keeps_to_the_rules_of_each_room(bobs, house, west, take):
    take("W2", at(9), at(9, 40))
    west.policy = BookingPolicy(slot_minutes=30, lead_minutes=120)
    house["E2"].policy = BookingPolicy(longest_minutes=45)
    house["E1"].policy = BookingPolicy(days_ahead=0)
    db.session.commit()
    assert rows(bobs.get(f"/rooms/find?{NINE}")) == [
        ("E1", "free"), ("W1", "free 10:00"), ("W2", "free 10:00"), ("E2", "cannot be booked within thirty days"),
    ]
    tomorrow = bobs.get("/rooms/find?day=2026-11-24&time=09:15&length=60")
    assert rows(tomorrow)[:2] == [("W1", "free 09:30"), ("W2", "free 09:30")]
    assert ("E1", "cannot be booked within thirty days") in rows(tomorrow)


def test_a_room_full_for_thirty_days_stays_in_the_list_without_a_way_to_book(bobs, house, take):
    for day in range(32):
        take("W1", max(at(9), at(0, days=day)), at(0, days=day + 1))
    page = bobs.get(f"/rooms/find?{NINE}&people=12&feature=video")
    assert rows(page) == [("E2", "free"), ("W1", "cannot be booked within thirty days")]
    assert len(ways(page)) == 1


def test_what_is_free_in_the_fourth_week_is_found(bobs, house, take):
    for day in range(28):
        take("W1", max(at(9), at(0, days=day)), at(0, days=day + 1))
    page = bobs.get(f"/rooms/find?{NINE}&people=12&feature=video")
    assert rows(page)[1] == ("W1", "free Mon, Dec 21 08:00")


def test_every_row_books_its_room_at_its_time_with_the_length_asked_for(bobs, bob, house, take):
    take("W1")
    page = bobs.get("/rooms/find?day=2026-11-23&time=09:00&length=90&people=12&feature=video")
    later = parse_qs(urlsplit(ways(page)[1]).query)
    assert later["room"] == [str(house["W1"].id)]
    assert (later["start"], later["end"]) == (["2026-11-23T10:00"], ["2026-11-23T11:30"])
    form = bobs.get(ways(page)[1], headers=HTMX).text
    assert 'value="2026-11-23T10:00"' in form
    assert 'value="2026-11-23T11:30"' in form
    sent = {"title": "Review", "room_id": later["room"], "starts_at": later["start"], "ends_at": later["end"]}
    answer = bobs.post("/bookings/new", data={**sent, "back": later["back"]})
    assert answer.location == "/rooms/find?day=2026-11-23&time=09:00&length=90&people=12&feature=video"
    booking = db.session.query(Booking).filter_by(owner_id=bob.id).one()
    assert (booking.starts_at, booking.ends_at) == (at(10), at(11, 30))


@pytest.mark.parametrize(
    "end", ["", "soon", "2026-11-23T14:30", "2026-11-23T09:00", "2026-11-25T15:00", "9999-12-31T23:59"]
)
def test_an_end_that_cannot_be_is_an_hour_after_the_start(bobs, room, end):
    page = bobs.get(f"/bookings/new?room={room.id}&start=2026-11-23T14:30&end={end}").text
    assert 'value="2026-11-23T15:30"' in page


def test_times_are_on_the_readers_clock(sign_in, add_person, take):
    take("W1")
    erika = sign_in(add_person("Erika", timezone="Europe/Berlin"))
    page = erika.get("/rooms/find?day=2026-11-23&time=02:00&length=60&people=12&feature=video")
    assert rows(page) == [("E2", "free"), ("W1", "free 03:00")]


def test_htmx_gets_the_list_with_the_count_and_the_errors_to_put_in_their_places(bobs, house):
    answer = bobs.get(f"/rooms/find?{NINE}", headers=HTMX)
    assert answer.text.lstrip().startswith('<div id="found"')
    assert "<html" not in answer.text
    assert "<form" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]
    places = re.findall(r'id="([\w-]+)"[^>]* hx-swap-oob', answer.text)
    fields = ("day", "time", "length", "people", "area", "feature")
    assert sorted(places) == sorted(["found-count", *(f"{name}-error" for name in fields)])
    assert "hx-swap-oob" not in bobs.get(f"/rooms/find?{NINE}").text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ("time=07:29", "time", "That time is past."),
        ("day=2025-11-23", "time", "That time is past."),
        ("day=soon", "day", "Not a valid date value."),
        ("day=2026-02-30", "day", "Not a valid date value."),
        ("day=", "day", "Please give a date."),
        ("day=0001-01-01", "day", "This is not a date and time"),
        ("day=9999-12-31", "day", "This is not a date and time"),
        ("time=25:00", "time", "This is not a time of day"),
        ("time=noon", "time", "This is not a time of day"),
        ("time=", "time", "Please give a time."),
        ("length=0", "length", "A booking lasts a minute at least and a day at most."),
        ("length=-60", "length", "A booking lasts a minute"),
        ("length=1441", "length", "A booking lasts a minute"),
        ("length=long", "length", "A booking lasts a minute"),
        ("length=" + "9" * 5000, "length", "A booking lasts a minute"),
        ("people=0", "people", "Between 1 and 10,000 people, please."),
        ("people=-3", "people", "Between 1 and 10,000 people, please."),
        ("people=1000000000", "people", "Between 1 and 10,000 people, please."),
        ("people=many", "people", "Not a valid integer value."),
        ("feature=sauna", "feature", "No room has “sauna”."),
        ("feature=video&feature=<b>", "feature", "No room has “&lt;b&gt;”."),
        ("area=99", "area", "There is no such area."),
        ("area=east", "area", "There is no such area."),
        ("area=0", "area", "There is no such area."),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_beside_its_field_and_the_rest_stays(
    bobs, house, asked, field, words, headers
):
    given = {"day": "2026-11-23", "time": "09:15", "length": "90", "people": "7"}
    rest = {name: value for name, value in given.items() if name != asked.partition("=")[0]}
    answer = bobs.get(f"/rooms/find?{asked}&{urlencode(rest)}", headers=headers)
    assert answer.status_code == 422
    beside = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', answer.text)[1]
    assert beside.startswith(words)
    assert "Put right what is marked" in answer.text
    assert rows(answer) == []
    if not headers:
        for name, value in rest.items():
            assert (f'selected value="{value}"' if name == "length" else f'value="{value}"') in answer.text


def test_a_time_that_the_clocks_skip_is_refused(sign_in, add_person, house):
    erika = sign_in(add_person("Erika", timezone="Europe/Berlin"))
    answer = erika.get("/rooms/find?day=2027-03-28&time=02:30")
    assert answer.status_code == 422
    assert "This is not a date and time" in answer.text


def test_a_length_that_is_not_among_the_choices_is_one_of_them_then(bobs, house):
    page = bobs.get("/rooms/find?day=2026-11-23&time=09:00&length=100").text
    assert '<option selected value="100">1 h 40 min' in page


def test_a_house_without_rooms_says_so(bobs):
    page = bobs.get("/rooms/find")
    assert page.status_code == 200
    assert "There are no rooms yet." in page.text


def test_markup_in_names_is_shown_as_it_was_typed(bobs, house, area):
    nasty = "<script>alert(1)</script>\"'&"
    house["E2"].name, house["E2"].features, area.name = nasty, nasty, nasty
    db.session.commit()
    page = bobs.get(f"/rooms/find?{NINE}").text
    assert page.count("&lt;script&gt;alert(1)") >= 4
    assert "<script>alert" not in page


def test_who_is_not_signed_in_is_asked_to(client, house):
    answer = client.get(f"/rooms/find?{NINE}")
    assert answer.status_code == 401
    assert 'id="found"' not in answer.text


def test_the_day_and_an_empty_my_day_lead_there(bobs, house, area):
    assert f'href="/rooms/find?area={area.id}"' in bobs.get(f"/rooms/day/2026-11-23?area={area.id}").text
    assert 'href="/rooms/find?day=2026-11-24&amp;time=09:00"' in bobs.get("/rooms/day/2026-11-24").text
    assert 'href="/rooms/find"' in bobs.get("/my-day").text


def test_the_number_of_statements_does_not_grow(bobs, house, alice, take, area, west, statements):
    def count():
        with statements() as seen:
            assert bobs.get(f"/rooms/find?{NINE}").status_code == 200
        return len([statement for statement in seen if "sign_in" not in statement])

    take("W1", at(8), at(20, days=0))
    take("W1", at(8, days=1), at(7, 59, days=2))
    few = count()
    for number in range(12):
        room = keeping.add_room(None, (area, west)[number % 2], f"Room {number}", 10, "video")
        for day in range(3):
            start = at(8, days=day)
            commands.book(alice, room.id, "Planning", start, start + timedelta(hours=23))
    db.session.commit()
    assert count() == few
