"""Entering a series from a file: what is free is booked, exceptions included, and the rest is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portal.core.db import db
from portal.core.errors import DomainError
from portal.series.entering import Override, series_from_file
from tests.conftest import SHANGHAI, at, utc
from tests.series.conftest import bookings, starts


@pytest.fixture
def enter(alice, room):
    def enter(rule="FREQ=WEEKLY;COUNT=4", starts_at=None, ends_at=None, **more):
        found = series_from_file(
            alice, room.id, "Planning", rule, starts_at or at(9), ends_at or at(10), "uid-1", **more
        )
        db.session.commit()
        return found.series, [spot[1:] for spot in found.taken]

    return enter


def test_exceptions_and_overrides_are_entered_too(enter):
    special = Override("Special", at(14, days=14), at(15, days=14))
    series, taken = enter(exdates={at(9, days=7)}, overrides={at(9, days=14): special})
    assert (starts(series), taken) == ([at(9), at(14, days=14), at(9, days=21)], [])
    assert [booking.title for booking in series.bookings] == ["Planning", "Special", "Planning"]
    assert (series.uid, series.rule) == ("uid-1", "FREQ=WEEKLY;BYDAY=MO;COUNT=4")


def test_the_past_is_entered_and_what_is_taken_is_told(enter, make_booking, bob):
    make_booking(actor=bob, starts_at=at(9, days=7), ends_at=at(10, days=7))
    series, taken = enter(starts_at=at(9, days=-7), ends_at=at(10, days=-7))
    assert starts(series) == [at(9, days=-7), at(9), at(9, days=14)]
    assert taken == [(at(9, days=7), at(10, days=7))]


def test_a_rule_without_an_end_goes_as_far_as_series_reach(enter):
    series, _taken = enter(rule="FREQ=WEEKLY")
    assert len(starts(series)) == 105
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20281120T010000Z"


def test_days_are_those_of_the_clock_that_the_file_keeps(enter):
    """Sunday 20:00 in New York is Monday 09:00 in Shanghai, and in summer 08:00."""
    sunday = datetime(2027, 3, 7, 20, tzinfo=ZoneInfo("America/New_York"))
    series, _taken = enter(rule="FREQ=WEEKLY;BYDAY=SU;COUNT=2", starts_at=sunday, ends_at=sunday.replace(hour=21))
    assert starts(series) == [datetime(2027, 3, 8, 9, tzinfo=SHANGHAI), datetime(2027, 3, 15, 8, tzinfo=SHANGHAI)]
    assert series.timezone == "America/New_York"


def test_instants_in_utc_keep_to_the_clock_of_the_room(enter):
    series, _taken = enter(starts_at=utc(2026, 11, 23, 1), ends_at=utc(2026, 11, 23, 2))
    assert (series.timezone, starts(series)[0]) == ("Asia/Shanghai", at(9))


@pytest.mark.parametrize(
    ("rule", "words"), [("FREQ=HOURLY", "FREQ=HOURLY"), ("FREQ=DAILY;UNTIL=20200101", "before it begins")]
)
def test_what_is_not_carried_is_refused(enter, rule, words):
    with pytest.raises(DomainError, match=words):
        enter(rule=rule)
    db.session.rollback()
    assert bookings() == []
