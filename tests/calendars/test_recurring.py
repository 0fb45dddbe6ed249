"""A series as one master with its exceptions: what the rule, EXDATE and overrides come to in another reader."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendars import recurring
from portal.calendars.components import Event, vcalendar
from portal.series.planning import begin
from portal.series.recurrence import Frequency, Rule, instants
from tests.calendars.conftest import events

MADE = datetime(2026, 11, 23, tzinfo=UTC)
# The last three change their rule on the way, or have none.
ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Asuncion", "Africa/Cairo",
    "Africa/Casablanca",
)
HOUR = timedelta(hours=1)


def event(starts_at, length=HOUR, **values):
    starts_at = starts_at.astimezone(UTC)
    known = {"uid": "series", "sequence": 0, "created_at": MADE, "changed_at": MADE, "summary": "Planning"}
    return Event(**{**known, "starts_at": starts_at, "ends_at": starts_at + length, **values})


def master(rule, starts_at, length=HOUR, **values):
    return event(starts_at, length, rule=str(rule), zone=str(starts_at.tzinfo), **values)


def stream(octets, zone):
    return vcalendar("x", [octets], zone=zone, zones_used=[zone])


def expanded(octets, zone):
    """Start and end of each instance, as a reader has them that has to take the zone's clock from VTIMEZONE."""
    calendar = Calendar.from_ical(stream(octets, zone).replace(zone.encode(), b"Own/" + zone.encode()))
    assert calendar.errors == []
    found = recurring_ical_events.of(calendar).between(datetime(2000, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001
    return sorted((one["DTSTART"].dt.astimezone(UTC), one["DTEND"].dt.astimezone(UTC)) for one in found)


def spans(shown):
    return sorted((one.starts_at, one.ends_at) for one in shown.values())


rules = st.one_of(
    st.builds(Rule, st.just(Frequency.DAILY), st.integers(1, 40), count=st.integers(1, 30)),
    st.builds(
        Rule, st.just(Frequency.WEEKLY), st.integers(1, 3), count=st.integers(1, 30),
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple), week_start=st.sampled_from((0, 6)),
    ),
    st.builds(
        Rule, st.just(Frequency.MONTHLY), st.integers(1, 3), count=st.integers(1, 24),
        month_day=st.sampled_from((1, 15, 29, 30, 31, -1)),
    ),
    st.builds(
        Rule, st.just(Frequency.MONTHLY), count=st.integers(1, 24), nth=st.sampled_from((1, 2, 4, 5, -1)),
        weekdays=st.integers(0, 6).map(lambda day: (day,)),
    ),
    st.builds(Rule, st.just(Frequency.YEARLY), count=st.integers(1, 5)),
)
# Nights, for there the clocks change; and what becomes of single dates.
hours = st.sampled_from(((0, 30), (1, 0), (1, 45), (2, 0), (2, 30), (3, 0), (9, 0), (23, 30)))
lengths = st.sampled_from((timedelta(minutes=15), HOUR, timedelta(hours=3), timedelta(hours=24)))
fates = st.lists(st.sampled_from(("stays", "stays", "gone", "moved", "renamed", "longer")), min_size=1, max_size=9)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(ZONES), rules, st.booleans(), st.dates(date(2024, 2, 1), date(2027, 12, 1)), hours, lengths, fates
)
def test_any_series_expands_to_its_own_instants(zone, rule, by_until, day, hour, length, fates):
    starts_at = begin(rule, datetime(day.year, day.month, day.day, *hour, tzinfo=ZoneInfo(zone)), ZoneInfo(zone))
    found = list(instants(rule, starts_at, ZoneInfo(zone)))
    if by_until:
        rule = replace(rule, count=None).ending(found)
    shown = {}
    for number, at in enumerate(found):
        fate = fates[number % len(fates)]
        if fate != "gone":
            by = timedelta(minutes=50) if fate == "moved" else timedelta()
            longer = length + HOUR if fate == "longer" else length
            shown[at] = event(at + by, longer, summary="Special" if fate == "renamed" else "Planning")
    octets = recurring.vevents(master(rule, found[0].astimezone(ZoneInfo(zone)), length), shown)
    assert bool(octets) == bool(shown)
    if shown:
        assert expanded(octets, zone) == spans(shown)


BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)
FIRST = datetime(2026, 10, 12, 9, tzinfo=BERLIN)


def mondays(**values):
    return {at: event(at, **values) for at in instants(MONDAYS, FIRST, BERLIN)}


def test_what_is_as_the_rule_says_is_one_component_in_its_own_zone():
    octets = recurring.vevents(master(MONDAYS, FIRST), mondays())
    assert octets.count(b"BEGIN:VEVENT") == 1
    assert b"DTSTART;TZID=Europe/Berlin:20261012T090000\r\nDTEND;TZID=Europe/Berlin:20261012T100000\r\n" in octets
    assert b"RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4\r\n" in octets
    assert [at.hour for at, _end in expanded(octets, "Europe/Berlin")] == [7, 7, 8, 8]


def test_a_series_without_its_first_date_still_begins_with_it():
    """DTSTART is an instance of the rule, and left out like any other (§3.8.5.1)."""
    shown = mondays()
    del shown[FIRST.astimezone(UTC)]
    (only,) = events(stream(recurring.vevents(master(MONDAYS, FIRST), shown), "Europe/Berlin"))
    assert only["DTSTART"].dt == only["EXDATE"].dts[0].dt == FIRST
    assert only["EXDATE"].params["TZID"] == "Europe/Berlin"


def test_an_override_says_all_that_a_reader_needs():
    shown = mondays()
    second = list(shown)[1]
    shown[second] = event(
        second + HOUR, summary="Special", location="E102", status="TENTATIVE", private=True, sequence=3,
        url="https://x/7",
    )
    octets = recurring.vevents(master(MONDAYS, FIRST, location="E101", sequence=2, related_to="before"), shown)
    whole, *others = events(stream(octets, "Europe/Berlin"))
    # The others have no place, which the master says.
    assert (len(others), whole["RELATED-TO"]) == (4, "before")
    one = next(one for one in others if one["SUMMARY"] == "Special")
    assert (one["UID"], one["RECURRENCE-ID"].dt, one.start) == (whole["UID"], second, second + HOUR)
    assert (one["LOCATION"], one["STATUS"], one["CLASS"], one["SEQUENCE"]) == ("E102", "TENTATIVE", "PRIVATE", 3)
    assert "RRULE" not in one
    assert "RELATED-TO" not in one


def test_the_address_of_its_own_page_makes_no_date_another():
    shown = {
        at: event(at, url=f"https://x/{number}", description=f"Bring ideas.\n\nhttps://x/{number}")
        for number, at in enumerate(mondays())
    }
    whole = master(MONDAYS, FIRST, url="https://x/series", description="Bring ideas.\n\nhttps://x/series")
    assert recurring.vevents(whole, shown).count(b"BEGIN:VEVENT") == 1


def test_what_the_clocks_skip_or_tell_twice_is_written_out():
    """The rule's name for it is kept; its real time is in the override, in UTC where the clock could mean two."""
    nightly = Rule(Frequency.DAILY, count=3)
    first = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    shown = {at: event(at) for at in instants(nightly, first, BERLIN)}
    octets = recurring.vevents(master(nightly, first), shown)
    assert b"RECURRENCE-ID;TZID=Europe/Berlin:20260329T023000\r\n" in octets
    assert b"DTSTART;TZID=Europe/Berlin:20260329T033000\r\n" in octets
    first = datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN)
    shown = {at: event(at) for at in instants(nightly, first, BERLIN)}
    octets = recurring.vevents(master(nightly, first), shown)
    assert b"DTSTART;TZID=Europe/Berlin:20261025T023000\r\nDTEND:20261025T013000Z\r\n" in octets


def test_dates_booked_by_older_rules_of_a_zone_stand_where_they_were_booked():
    """The clocks were to change otherwise when these were booked; the instants stand."""
    shown = {at + HOUR: event(at + HOUR) for at in mondays()}
    octets = recurring.vevents(master(MONDAYS, FIRST), shown)
    assert expanded(octets, "Europe/Berlin") == spans(shown)


@pytest.mark.parametrize("shown", [{}, {MADE: event(MADE)}])
def test_nothing_is_left_of_a_series_without_dates(shown):
    assert recurring.vevents(master(MONDAYS, FIRST), shown) == b""
