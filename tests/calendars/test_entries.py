"""What other slices add to the calendar pages: in its place among meetings and bookings."""

import re
from datetime import date, timedelta

import pytest

from portal.calendars import entries, views
from portal.calendars.entries import Entry, days_within, whole_days
from portal.core.i18n import speaking_to
from tests.conftest import SHANGHAI, at


@pytest.fixture
def add(monkeypatch):
    """Let the pages show these of Alice's too; answers what they were asked for."""

    def add(person, *added):
        asked = []

        def find(person_id, starts_at, ends_at, most):
            asked.append((starts_at, ends_at, most))
            found = [
                one for one in added
                if person_id == person.id and one.ends_at > starts_at and (ends_at is None or one.starts_at < ends_at)
            ]
            return found[:most]

        monkeypatch.setitem(entries._added, "test", find)
        return asked

    return add


def titles(page):
    return re.findall(r"<b>(.*?)</b>", page)


def in_days(page):
    """The titles of each day of a week."""
    return [titles(day) for day in page.split('<li class="week-day')[1:]]


def test_whole_days_come_first_and_the_rest_by_time(sign_in, add, make_booking, alice):
    make_booking(title="Workshop", starts_at=at(9), ends_at=at(10))
    add(
        alice, Entry("busy", "Dentist", at(8), at(9)),
        Entry("busy", "Fair", *whole_days(date(2026, 11, 23), date(2026, 11, 25)), all_day=True),
    )
    page = sign_in(alice).get("/calendar?week=2026-W48").text
    assert in_days(page)[:4] == [["Fair", "Dentist", "Workshop"], ["Fair"], ["Fair"], []]
    assert page.count("All day") == 3
    assert '<a href="">' not in page


def test_it_is_shown_to_whose_it_is_alone(sign_in, add, alice, bob):
    add(alice, Entry("busy", "Dentist", at(10), at(11)))
    assert titles(sign_in(bob).get("/calendar?week=2026-W48").text) == []


def test_the_list_counts_off_its_pages_from_all_together(sign_in, add, make_booking, alice, monkeypatch):
    monkeypatch.setattr(views, "SIZE", 2)
    make_booking(title="Second", starts_at=at(10), ends_at=at(11))
    make_booking(title="Fourth", starts_at=at(10, days=2), ends_at=at(11, days=2))
    asked = add(
        alice, Entry("busy", "First", at(7), at(9)), Entry("busy", "Third", at(9, days=1), at(10, days=1)),
        Entry("busy", "Fifth", at(9, days=900), at(10, days=900)),
    )
    browser = sign_in(alice)
    pages = [titles(browser.get(f"/calendar/list?page={number}").text) for number in (1, 2, 3)]
    assert pages == [["First", "Second"], ["Third", "Fourth"], ["Fifth"]]
    assert asked == [(at(8), None, 3), (at(8), None, 5), (at(8), None, 7)]


def test_days_are_those_of_whoever_reads(app):
    with speaking_to("en", SHANGHAI):
        span = whole_days(date(2026, 11, 23))
        assert span == (at(0), at(0, days=1))
        assert days_within(*span) == (date(2026, 11, 23), date(2026, 11, 23))
        assert days_within(at(23), at(1, days=1))[1] - timedelta(days=1) == date(2026, 11, 23)
        assert days_within(at(9), None) == (date(2026, 11, 23), date.max)
