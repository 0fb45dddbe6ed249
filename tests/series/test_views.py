"""The pages of series: dates are seen before they are saved, and what was chosen is kept."""

import re

import pytest

from portal.core import clock
from portal.core.db import db
from portal.rooms.models import Visibility
from portal.series.models import Series
from tests.conftest import HTMX, at, typed
from tests.series.conftest import bookings, starts

NEW = "/series/new"


def sent(**more):
    """The form of five Mondays in E101."""
    usual = {
        "title": "Planning", "room_id": "1", "starts_at": typed(at(9)), "ends_at": typed(at(10)), "interval": "1",
        "frequency": "WEEKLY", "monthly": "date", "ends": "count", "count": "5",
    }
    return {**usual, **more}


def shown(page):
    """What the dates on the page were made of."""
    return re.search(r'name="shown"[^>]*value="([^"]+)"', page.text)[1]


@pytest.fixture
def browser(sign_in, alice, room):
    return sign_in(alice)


@pytest.fixture
def save(browser):
    """Look at the dates and save them."""

    def save(address=NEW, headers=None, **more):
        page = browser.post(address, data=sent(**more))
        return browser.post(address, data=sent(**more, act="save", shown=shown(page)), headers=headers)

    return save


# --- Making ---


def test_the_form_is_filled_with_what_was_chosen(browser):
    page = browser.get(f"{NEW}?room=1&start=2026-11-24T14:00&end=2026-11-24T15:30&title=Weekly")
    assert 'value="2026-11-24T15:30"' in page.text
    assert 'value="Weekly"' in page.text


def test_the_booking_form_leads_here_with_all_that_is_typed(browser):
    assert 'formaction="/series/new"' in browser.get("/bookings/new").text
    typed_so_far = {"act": "open", "title": "Weekly", "room_id": "1", "starts_at": typed(at(9)), "ends_at": ""}
    answer = browser.post(NEW, data=typed_so_far)
    assert answer.status_code == 303
    assert answer.location == "/series/new?title=Weekly&room=1&start=2026-11-23T09:00"
    answer = browser.post(NEW, data=typed_so_far, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"][:11]) == (204, NEW)


def test_the_dates_are_shown_before_anything_is_booked(browser, make_booking, bob, other_room):
    make_booking(actor=bob, title="Audit", starts_at=at(9, days=7), ends_at=at(10, days=7))
    page = browser.post(NEW, data=sent())
    assert page.status_code == 200
    assert "Every week on Monday 5 times" in page.text
    assert "Audit 09:00–10:00" in page.text
    assert f'name="on-2026-11-30" value="room/{other_room.id}" checked' in page.text
    assert len(bookings()) == 1


def test_a_fragment_is_the_form_alone(browser):
    page = browser.post(NEW, data=sent(), headers=HTMX)
    assert "<html" not in page.text
    assert 'id="dates"' in page.text


def test_saving_books_what_was_shown(save):
    answer = save()
    series = db.session.query(Series).one()
    assert (answer.status_code, answer.location) == (303, f"/series/{series.id}")
    assert len(starts(series)) == 5


def test_saving_goes_on_for_htmx_too(save):
    answer = save(headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/series/1")


def test_what_was_not_shown_is_not_saved(browser):
    page = browser.post(NEW, data=sent())
    answer = browser.post(NEW, data=sent(act="save", shown=shown(page), count="9"))
    assert answer.status_code == 422
    assert "Look at them again" in answer.text
    assert "Every week on Monday 9 times" in answer.text
    assert bookings() == []


def test_a_date_taken_meanwhile_comes_back_with_what_was_chosen(browser, make_booking, bob, other_room):
    page = browser.post(NEW, data=sent())
    make_booking(actor=bob, title="Audit", starts_at=at(9, days=7), ends_at=at(10, days=7))
    answer = browser.post(NEW, data=sent(act="save", shown=shown(page), **{"on-2026-12-07": "skip"}))
    assert answer.status_code == 422
    assert "One date is not free" in answer.text
    assert 'name="on-2026-12-07" value="skip" checked' in answer.text
    assert "Audit 09:00–10:00" in answer.text
    assert len(bookings()) == 1
    chosen = {"on-2026-12-07": "skip", "on-2026-11-30": f"room/{other_room.id}"}
    assert browser.post(NEW, data=sent(act="save", shown=shown(answer), **chosen)).status_code == 303
    assert len(starts(db.session.query(Series).one())) == 4


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " "}, "Please fill this in"), ({"count": ""}, "Please say how many"),
        ({"count": "500"}, "Please give a number from 1 to 366"),
        ({"ends": "until", "until": ""}, "Please give the last day"), ({"interval": "0"}, "from 1 to 99"),
        ({"ends_at": typed(at(8))}, "later than the start"),
        ({"ends": "until", "until": "2026-11-01"}, "before it begins"),
        ({"frequency": "HOURLY"}, "Not a valid choice"), ({"for_whom": "Nobody"}, "Nobody here is called that"),
        ({"frequency": "YEARLY", "count": "9"}, "two years ahead"),
    ],
)
def test_what_cannot_be_a_series_is_said_and_what_was_typed_stays(browser, more, words):
    page = browser.post(NEW, data=sent(**more))
    assert page.status_code == 422
    assert words in page.text
    assert typed(at(9)) in page.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"frequency": "DAILY", "interval": "2"}, "Every 2 days 5 times"),
        ({"weekdays": ["0", "3"], "interval": "2"}, "Every 2 weeks on Monday and Thursday 5 times"),
        ({"frequency": "MONTHLY"}, "Every month on day 23 5 times"),
        ({"frequency": "MONTHLY", "monthly": "nth"}, "Every month on the fourth Monday 5 times"),
        ({"frequency": "MONTHLY", "monthly": "last"}, "Every month on the last Monday 5 times"),
        ({"frequency": "MONTHLY", "monthly": "last_day"}, "Every month on the last day 5 times"),
        ({"frequency": "YEARLY", "count": "2"}, "Every year on November 23 2 times"),
        ({"ends": "until", "until": "2027-03-31"}, "Every week on Monday until Mar 31, 2027"),
    ],
)
def test_every_rule_is_said_in_words(browser, more, words):
    assert words in browser.post(NEW, data=sent(**more)).text


@pytest.mark.parametrize("name", ["x" * 100_000, "Ali\0ce"], ids=["far too long", "with a NUL"])
def test_a_name_that_nobody_types_is_refused(browser, room, name):
    answer = browser.post("/series/new", data={"title": "Round", "room_id": room.id, "for_whom": name, "act": "show"})
    assert answer.status_code == 422
    assert 'id="for_whom-error"' in answer.text


def test_a_room_that_is_not_there_is_no_choice(browser):
    assert browser.post(NEW, data=sent(room_id="99")).status_code == 422


def test_choices_that_mean_nothing_are_passed_over(browser):
    odd = {"on-soon": "skip", "on-2026-11-23": "room/x", "on-2026-11-30": "time/99:00", "on-2026-12-07": "room/999"}
    page = browser.post(NEW, data=sent(**odd))
    assert page.status_code == 200


# --- One series ---


@pytest.fixture
def series(make_series):
    return make_series()


def test_its_page_lists_its_dates_and_what_is_different(browser, series, other_room, alice):
    from portal.rooms import commands

    booking = series.bookings[1]
    commands.move(alice, booking, other_room.id, "Special", at(14, days=7), at(15, days=7))
    db.session.commit()
    page = browser.get(f"/series/{series.id}")
    assert "Every week on Monday 5 times" in page.text
    assert page.text.count('href="/bookings/') == 5
    for tag in ("Another time", "E102", "Special"):
        assert f'<span class="tag">{tag}</span>' in page.text


def test_the_page_of_an_occurrence_says_what_it_is_part_of(browser, sign_in, bob, series):
    address = f"/bookings/{series.bookings[1].id}"
    assert "Change this and following" in browser.get(address).text
    his = sign_in(bob).get(address).text
    assert "Every week on Monday" in his
    assert "Change this and following" not in his


def test_a_private_series_is_veiled(make_series, sign_in, bob):
    series = make_series(visibility=Visibility.PRIVATE, title="Dismissals")
    browser = sign_in(bob)
    for address in (f"/series/{series.id}", f"/bookings/{series.bookings[0].id}"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "Dismissals" not in page.text
        assert "Alice" not in page.text
    assert browser.get(f"/log/series/{series.id}").status_code == 403
    assert browser.get(f"/series/{series.id}/change").status_code == 403


def test_its_page_takes_as_many_statements_for_two_dates_as_for_many(browser, make_series, statements):
    from portal.series.recurrence import Frequency, Rule

    counts = []
    for hour, count in ((9, 2), (11, 60)):
        series = make_series(starts_at=at(hour), ends_at=at(hour + 1), rule=Rule(Frequency.DAILY, count=count))
        address = f"/series/{series.id}"
        with statements() as seen:
            browser.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_following_dates_are_changed_after_a_look(browser, save, series):
    address = f"/series/{series.id}/change?from={series.bookings[2].id}"
    form = browser.get(address)
    assert 'value="2026-12-07T09:00"' in form.text
    assert 'id="count"' in form.text
    assert 'value="3"' in form.text
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', form.text)[1]
    change = {
        "starts_at": typed(at(14, days=14)), "ends_at": typed(at(15, days=14)), "count": "3", "scope": "following",
        "seen": seen,
    }
    answer = save(address, **change)
    assert (answer.status_code, answer.location) == (303, "/series/2")
    assert starts(db.session.get(Series, 2))[0] == at(14, days=14)


def test_the_look_says_what_falls_away_and_what_stands_alone(browser, series, alice):
    from portal.rooms import commands

    first, second, *_others = series.bookings
    commands.move(alice, second, 1, "Special", second.starts_at, second.ends_at)
    db.session.commit()
    page = browser.post(f"/series/{series.id}/change", data=sent(interval="2", count="3", scope="all"))
    assert "One date is no longer part of it and is cancelled" in page.text
    assert "stands on as a booking of its own" in page.text
    assert "As it is" in page.text
    assert first.id != second.id


def test_a_stale_form_is_refused(save, series, make_booking):
    answer = save(f"/series/{series.id}/change", scope="all", title="Other", seen="0/0/house/Older")
    assert answer.status_code == 422
    assert "Somebody else has changed this series" in answer.text


def test_cancelling_asks_what_is_meant_and_can_be_undone(browser, series):
    address = f"/series/{series.id}/cancellation"
    start = series.bookings[3].id
    assert "From Mon, Dec 14 09:00 on" in browser.get(f"{address}?from={start}").text
    browser.post(f"{address}?from={start}", data={"scope": "following"})
    assert len(starts(series)) == 3
    page = browser.get(f"/series/{series.id}")
    assert "2 dates were cancelled" in page.text
    assert browser.post(f"/series/{series.id}/restoration").status_code == 303
    assert len(starts(series)) == 5
    browser.post(address)
    assert starts(series) == []
    with clock.standing_at(at(8, 11)):
        assert "/restoration" not in browser.get(f"/series/{series.id}").text


@pytest.mark.parametrize("what", ["change", "cancellation"])
def test_strangers_change_and_cancel_nothing(sign_in, bob, series, what):
    browser = sign_in(bob)
    assert browser.get(f"/series/{series.id}/{what}").status_code == 403
    assert browser.post(f"/series/{series.id}/{what}", data=sent(scope="all")).status_code == 403
    assert browser.post(f"/series/{series.id}/restoration").status_code == 403


def test_what_is_not_there_is_not_found(browser, series, make_booking):
    other = make_booking(starts_at=at(15), ends_at=at(16))
    for address in ("/series/99", f"/series/{series.id}/change?from={other.id}", "/series/99/change"):
        assert browser.get(address).status_code == 404


def test_a_single_booking_is_repeated_from_a_week_later_on(browser, make_booking, make_series):
    booking = make_booking(starts_at=at(15), ends_at=at(16))
    page = browser.get(f"/bookings/{booking.id}")
    assert "/series/new?room=1&amp;title=Planning&amp;start=2026-11-30T15:00&amp;end=2026-11-30T16:00" in page.text
    series = make_series()
    assert "/series/new" not in browser.get(f"/bookings/{series.bookings[0].id}").text
