"""When areas and rooms are open: by weekday, on public holidays, on weekends that are worked in exchange."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.db import db
from portal.rooms import hours
from portal.rooms.hours import closed_spans, holiday_on, hours_on, is_open, open_spans
from portal.rooms.models import Area, Resource, Room, WeekdayHours
from tests.conftest import at

MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 29)
SPRING_FESTIVAL, BRIDGE, WORKED_SATURDAY = date(2026, 2, 17), date(2026, 2, 20), date(2026, 2, 14)


def line(weekday, opens_at=None, closes_at=None):
    return WeekdayHours(weekday=weekday, opens_at=opens_at, closes_at=closes_at)


@pytest.fixture
def wing():
    """Open from 8 to 20, on Saturdays from 9 to 13, never on Sundays."""
    lines = [line(5, time(9), time(13)), line(6)]
    return Area(name="East wing", timezone="Asia/Shanghai", opens_at=time(8), closes_at=time(20), hours=lines)


def test_a_weekday_has_the_usual_hours_unless_it_has_its_own(wing):
    assert hours_on(wing, MONDAY) == (time(8), time(20))
    assert hours_on(wing, SATURDAY) == (time(9), time(13))
    assert hours_on(wing, SUNDAY) is None


def test_a_room_has_its_own_hours_before_those_of_its_area(wing):
    room = Room(name="E101", area=wing, hours=[line(0, time(10), time(12)), line(5)])
    assert hours_on(room, MONDAY) == (time(10), time(12))
    assert hours_on(room, SATURDAY) is None
    assert hours_on(room, SUNDAY) is None
    assert hours_on(room, MONDAY + timedelta(days=1)) == (time(8), time(20))


def test_holidays_are_those_of_the_country_that_the_area_keeps(wing):
    assert hours_on(wing, SPRING_FESTIVAL) == (time(8), time(20))
    wing.holidays = "CN"
    assert hours_on(wing, SPRING_FESTIVAL) is None
    wing.holidays = "DE"
    assert hours_on(wing, SPRING_FESTIVAL) == (time(8), time(20))


def test_a_day_off_that_was_shifted_is_free_and_the_weekend_worked_for_it_is_open_as_on_a_monday(wing):
    wing.holidays = "CN"
    assert hours_on(wing, BRIDGE) is None
    assert hours_on(wing, WORKED_SATURDAY) == (time(8), time(20))
    assert hours_on(wing, SATURDAY) == (time(9), time(13))


@pytest.mark.parametrize(
    ("country", "locale", "name"),
    [
        ("CN", "en", "Chinese New Year (Spring Festival)"), ("CN", "zh_Hans", "春节"), ("CN", "zh_Hant", "春節"),
        ("HK", "zh_Hant", "農曆年初一"), ("SG", "zh_Hans", ""), ("", "en", ""), ("DE", "en", ""),
    ],
)
def test_a_holiday_has_a_name_in_the_readers_language_if_anybody_knows_it(wing, country, locale, name):
    wing.holidays = country
    assert holiday_on(wing, SPRING_FESTIVAL, locale) == name


def test_countries_without_translations_say_their_holidays_in_english_only(wing):
    wing.holidays = "NZ"
    assert holiday_on(wing, date(2026, 2, 6), "en") == "Waitangi Day"
    assert holiday_on(wing, date(2026, 2, 6), "zh_Hans") == ""


def test_open_means_open_all_the_time(wing):
    assert is_open(wing, at(8), at(20))
    assert not is_open(wing, at(7), at(9))
    assert not is_open(wing, at(12, days=5), at(14, days=5))
    assert not is_open(wing, at(10, days=6), at(11, days=6))
    assert not is_open(wing, at(19), at(9, days=1))


def test_closed_is_from_each_closing_to_the_next_opening(wing):
    assert closed_spans(wing, at(12, days=4), at(12, days=7)) == [
        (at(20, days=4), at(9, days=5)), (at(13, days=5), at(8, days=7)),
    ]


def test_hours_are_on_the_areas_clock_when_the_clocks_change():
    area = Area(name="Berlin", timezone="Europe/Berlin", opens_at=time(8), closes_at=time(20))
    zone = ZoneInfo("UTC")
    found = open_spans(area, datetime(2027, 3, 27, tzinfo=zone), datetime(2027, 3, 29, tzinfo=zone))
    assert [opens.hour for opens, _closes in found] == [7, 6]


_week = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 11), st.integers(12, 23))), min_size=7, max_size=7)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    week=_week, start=st.integers(0, 400), length=st.integers(0, 200),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_every_quarter_of_an_hour_is_either_open_or_closed(week, start, length, zone):
    lines = [line(day, *(time(hour) for hour in found or ())) for day, found in enumerate(week)]
    area = Area(name="A", timezone=zone, opens_at=time(8), closes_at=time(20), hours=lines)
    moment = datetime(2026, 3, 27, tzinfo=ZoneInfo("UTC")) + timedelta(minutes=15 * start)
    until = moment + timedelta(minutes=15 * length)
    opened, closed = open_spans(area, moment, until), closed_spans(area, moment, until)
    while moment < until:
        local = moment.astimezone(ZoneInfo(zone))
        found = week[local.weekday()]
        expected = found is not None and time(found[0]) <= local.time() < time(found[1])
        assert any(first <= moment < last for first, last in opened) == expected
        assert any(first <= moment < last for first, last in closed) != expected
        moment += timedelta(minutes=15)


def test_the_hours_of_many_rooms_and_their_areas_are_read_in_one_statement(room, other_room, third_room, statements):
    db.session.add(WeekdayHours(resource_id=other_room.id, weekday=0, opens_at=time(10), closes_at=time(11)))
    db.session.add(WeekdayHours(area_id=third_room.area_id, weekday=0))
    db.session.commit()
    rooms = db.session.query(Resource).order_by(Resource.id).all()
    assert [one.area.name for one in rooms] == ["East wing", "East wing", "West wing"]
    with statements() as seen:
        closed = hours.closed_spans_of(rooms, at(8), at(20))
    assert len(seen) == 1
    assert closed == {
        room.id: [], other_room.id: [(at(8), at(10)), (at(11), at(20))], third_room.id: [(at(8), at(20))],
    }
