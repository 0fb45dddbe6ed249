"""The calendar by week and as a list."""

import re

import pytest

from portal.core.db import db
from portal.meetings.models import Answer
from tests.conftest import HTMX, at

# --- Week and list ---


def test_the_week_shows_my_meetings_and_bookings_by_day(sign_in, make_meeting, make_booking, alice, bob):
    make_meeting(subject="Board", starts_at=at(9, days=1), ends_at=at(10, days=1))
    make_booking(title="Workshop", starts_at=at(11), ends_at=at(12))
    page = sign_in(alice).get("/calendar?week=2026-W48").text
    monday, tuesday = re.findall(r'<li class="week-day.*?</ul>', page, re.DOTALL)[:2]
    assert "Workshop" in monday
    assert 'aria-current="date"' in monday
    assert "Board" in tuesday
    assert "09:00–10:00" in tuesday
    theirs = sign_in(bob).get("/calendar?week=2026-W48").text
    assert "Board" not in theirs
    assert "Workshop" not in theirs


def test_without_a_week_it_is_the_present_one(sign_in, alice):
    page = sign_in(alice).get("/calendar").text
    assert "week=2026-W47" in page
    assert "week=2026-W49" in page
    assert page.count('class="week-day today"') == 1


def test_weeks_over_the_new_year_are_those_of_iso_8601(sign_in, alice):
    page = sign_in(alice).get("/calendar?week=2026-W53").text
    assert "week=2026-W52" in page
    assert "week=2027-W01" in page


@pytest.mark.parametrize(
    "week", ["2026-W54", "2027-W53", "2026-W00", "2026", "W47", "0001-W01", "2026-W4<", "9999-W52"]
)
def test_what_is_no_week_is_not_found(sign_in, alice, week):
    assert sign_in(alice).get("/calendar", query_string={"week": week}).status_code == 404


def test_an_entry_over_midnight_stands_on_both_days(sign_in, make_booking, alice):
    make_booking(title="Night shift", starts_at=at(22), ends_at=at(2, days=1))
    assert sign_in(alice).get("/calendar?week=2026-W48").text.count("Night shift") == 2


def test_a_draft_shows_to_its_organizer_and_a_declined_meeting_says_so(
    sign_in, make_meeting, make_booking, answered, alice, bob
):
    make_meeting(bob, subject="Secret plan", announced_at=None, booking_id=make_booking(title="Hold").id)
    answered(make_meeting(bob, subject="Not me", starts_at=at(11), ends_at=at(12)), bob, Answer.DECLINED)
    hers, his = sign_in(alice).get("/calendar?week=2026-W48").text, sign_in(bob).get("/calendar?week=2026-W48").text
    assert "Secret plan" in hers
    assert "Draft" in hers
    assert "Hold" not in hers
    assert "Declined" in his


def test_the_untold_see_nothing_of_it(sign_in, make_meeting, bob):
    make_meeting(bob, subject="Secret plan").attendees[0].invited_at = None
    db.session.commit()
    browser = sign_in(bob)
    assert "Secret plan" not in browser.get("/calendar?week=2026-W48").text
    assert "Secret plan" not in browser.get("/calendar/list").text


def test_htmx_gets_the_week_alone(sign_in, alice):
    answer = sign_in(alice).get("/calendar", headers=HTMX)
    assert answer.text.startswith('<div id="week">')


def test_titles_are_shown_as_typed_not_as_markup(sign_in, make_booking, alice):
    make_booking(title="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in sign_in(alice).get("/calendar?week=2026-W48").text


def test_the_list_shows_what_lies_ahead_and_is_paged(sign_in, make_meeting, alice, monkeypatch):
    from portal.calendars import views

    monkeypatch.setattr(views, "SIZE", 2)
    for number in range(3):
        make_meeting(subject=f"Meeting no. {number}", starts_at=at(9, days=number), ends_at=at(10, days=number))
    make_meeting(subject="Past", starts_at=at(9, days=-1), ends_at=at(10, days=-1))
    browser = sign_in(alice)
    first, second = browser.get("/calendar/list").text, browser.get("/calendar/list?page=2").text
    assert "Meeting no. 0" in first
    assert "Meeting no. 1" in first
    assert "Meeting no. 2" not in first
    assert "Meeting no. 2" in second
    assert "Past" not in first
    assert "page=2" in first


def test_an_empty_list_offers_to_book(sign_in, alice):
    assert "no meetings and no bookings ahead" in sign_in(alice).get("/calendar/list").text


@pytest.mark.parametrize("address", ["/calendar?week=2026-W48", "/calendar/list"])
def test_statements_do_not_grow_with_what_is_shown(
    sign_in, make_meeting, make_booking, alice, bob, area, statements, address
):
    browser, counts = sign_in(alice), []
    for number in range(2):
        for day in range(1 + number * 3):
            make_meeting(bob, starts_at=at(9 + number, days=day), ends_at=at(10 + number, days=day))
            make_booking(starts_at=at(12 + number, days=day), ends_at=at(13 + number, days=day))
        with statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7


def test_strangers_are_asked_to_sign_in(client):
    for address in ("/calendar", "/calendar/list", "/calendar/subscriptions"):
        assert client.get(address).status_code == 401
