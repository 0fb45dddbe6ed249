"""The week of one room, and how much of a month's days is booked."""

import re
from datetime import date, timedelta

import pytest

from portal.core.db import db
from portal.rooms import commands
from portal.rooms.commands import Details
from portal.rooms.models import Equipment, Visibility
from tests.conftest import at

WEEK = "/rooms/1/week/2026-W48"
MONTH = "/rooms/month/2026-11"


@pytest.fixture
def bobs(sign_in, bob):
    return sign_in(bob)


@pytest.fixture
def microphones(area):
    added = Equipment(area=area, name="Microphone", quantity=4)
    db.session.add(added)
    db.session.commit()
    return added


def day_in(page, on):
    """What stands in the month about that day, in words."""
    cell = re.search(rf'<td class="heat-(\d)[^"]*"><a href="/rooms/day/{on}[^"]*"[^>]*>(.*?)</a>', page, re.DOTALL)
    return int(cell[1]), " ".join(re.sub("<[^>]+>", " ", cell[2]).split())


# --- A room's week ---


def test_the_week_shows_each_day_with_bookings_and_free_times(bobs, make_booking, room):
    make_booking(starts_at=at(9, days=2), ends_at=at(10, days=2))
    page = bobs.get(WEEK).text
    assert page.count('<th scope="row"') == 7
    assert "Planning" in page
    assert "/bookings/new?room=1&amp;start=2026-11-25T08:30" in page
    assert "start=2026-11-25T09:00" not in page


def test_the_week_as_a_list(bobs, make_booking):
    make_booking(starts_at=at(9, days=2), ends_at=at(10, days=2))
    page = bobs.get(f"{WEEK}?view=list").text
    assert page.count("Free all day") == 6
    assert "09:00–10:00" in page


def test_a_private_booking_is_veiled_in_the_week_too(bobs, make_booking):
    make_booking(title="Secret talk", visibility=Visibility.PRIVATE)
    for address in (WEEK, f"{WEEK}?view=list"):
        page = bobs.get(address).text
        assert ("Secret talk" in page, "Booked" in page) == (False, True)


def test_the_week_of_something_with_several_units_says_how_many_are_free(bobs, bob, microphones, area):
    commands.book(bob, microphones.id, "Rally", at(9), at(10), details=Details(quantity=3))
    db.session.commit()
    page = bobs.get(f"/rooms/{microphones.id}/week/2026-W48").text
    assert page.count("1 of 4 free") == 2


@pytest.mark.parametrize("week", ["2026-W54", "2026-W00", "2026-48", "soon", "9999-W01", "1700-W10", "2026-W1"])
def test_a_week_that_there_is_not(bobs, room, week):
    assert bobs.get(f"/rooms/1/week/{week}").status_code == 404


def test_a_room_that_there_is_not(bobs):
    assert bobs.get("/rooms/77/week/2026-W48").status_code == 404


def test_choosing_goes_to_the_week_of_room_and_day(bobs, room):
    answer = bobs.get("/rooms/week?room=1&on=2026-12-31")
    assert (answer.status_code, answer.location) == (303, "/rooms/1/week/2026-W53")
    assert bobs.get("/rooms/week?room=x&on=2026-12-31").status_code == 404


def test_the_week_is_the_same_at_every_size(bobs, statements, make_booking):
    with statements() as few:
        bobs.get(WEEK)
    for days in range(5):
        make_booking(starts_at=at(9, days=days), ends_at=at(10, days=days))
    with statements() as many:
        assert bobs.get(WEEK).text.count("Planning") == 5
    assert len(few) == len(many)


# --- The month ---


def test_the_month_says_how_much_of_each_day_is_booked(bobs, make_booking, other_room):
    make_booking(starts_at=at(9), ends_at=at(15))
    make_booking(starts_at=at(9), ends_at=at(15), room_id=other_room.id)
    page = bobs.get(MONTH).text
    assert day_in(page, "2026-11-23") == (3, "23 50 % 2 bookings")
    assert day_in(page, "2026-11-24") == (0, "24 0 %")


def test_a_booking_counts_on_the_day_on_which_it_begins_on_the_readers_clock(bobs, make_booking):
    make_booking(starts_at=at(23), ends_at=at(1, days=1))
    page = bobs.get(MONTH).text
    assert ("One booking" in day_in(page, "2026-11-23")[1], "booking" in day_in(page, "2026-11-24")[1]) == (True, False)


def test_what_is_cancelled_or_lies_in_other_months_does_not_count(bobs, alice, make_booking):
    commands.cancel(alice, make_booking())
    make_booking(starts_at=at(9, days=8), ends_at=at(10, days=8))
    db.session.commit()
    assert "booking" not in re.sub("bookings", "", day_in(bobs.get(MONTH).text, "2026-11-23")[1])
    assert "One booking" in day_in(bobs.get("/rooms/month/2026-12").text, "2026-12-01")[1]


def test_an_area_and_a_kind_can_be_chosen(bobs, bob, make_booking, microphones, west):
    make_booking()
    commands.book(bob, microphones.id, "Rally", at(8), at(20), details=Details(quantity=2))
    db.session.commit()
    assert "50 % One booking" in day_in(bobs.get(f"{MONTH}?kind=equipment").text, "2026-11-23")[1]
    assert "One booking" not in bobs.get(f"{MONTH}?area={west.id}").text
    assert bobs.get(f"{MONTH}?area=77").status_code == 404
    assert bobs.get(f"{MONTH}?kind=ships").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "soon", "0001-01", "2026"])
def test_a_month_that_there_is_not(bobs, month):
    assert bobs.get(f"/rooms/month/{month}").status_code == 404


def test_choosing_goes_to_the_month(bobs, area):
    answer = bobs.get(f"/rooms/month?month=2026-12&area={area.id}&kind=room")
    assert (answer.status_code, answer.location) == (303, f"{MONTH[:-2]}12?area={area.id}")


def test_the_month_is_one_statement_more_or_less_at_every_size(bobs, statements, make_booking, other_room, west):
    with statements() as few:
        bobs.get(MONTH)
    for days in range(5):
        make_booking(starts_at=at(9, days=days), ends_at=at(10, days=days))
    with statements() as many:
        bobs.get(MONTH)
    assert len(few) == len(many)


def test_the_views_lead_to_each_other_on_the_same_date(bobs, room):
    on = date(2026, 12, 10)
    page = bobs.get(f"/rooms/day/{on}").text
    assert '/rooms/1/week/2026-W50"' in page
    assert '/rooms/month/2026-12"' in page
    assert f"/rooms/day/{on + timedelta(days=-3)}" in bobs.get("/rooms/1/week/2026-W50").text
