"""A rule gives the same instants as reading it day by day, in every zone, and keeps its wall-clock time."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal.series.recurrence import BadRule, Frequency, Rule, end_of, first_date, instant, instants, parse
from tests.conftest import SHANGHAI, utc

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
NEW_YORK, BERLIN, LORD_HOWE = ZONES[2], ZONES[1], ZONES[3]
ONE_DAY = timedelta(days=1)

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
zones = st.sampled_from(ZONES)
quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
working_hours = st.builds(time, st.integers(8, 18), st.sampled_from([0, 30]))


@st.composite
def patterns(draw: st.DrawFn, day: date) -> Rule:
    """Any rule that the form can make for a first booking on that day, without its end."""
    frequency = draw(st.sampled_from(Frequency))
    rule = Rule(frequency, draw(st.integers(1, 4)))
    if frequency == Frequency.WEEKLY:
        weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
        return Rule(frequency, rule.interval, tuple(sorted(weekdays)))
    if frequency == Frequency.MONTHLY:
        nth = draw(st.sampled_from([None, (day.day - 1) // 7 + 1, -1]))
        if nth is None:
            return Rule(frequency, rule.interval, month_day=draw(st.sampled_from([day.day, -1])))
        return Rule(frequency, rule.interval, (day.weekday(),), nth)
    return rule


@st.composite
def series(draw: st.DrawFn, hours: st.SearchStrategy[time] = quarters) -> tuple[Rule, datetime, ZoneInfo]:
    """A whole rule with its end, and its first instance on the clock of a zone."""
    day, zone = draw(days), draw(zones)
    pattern = draw(patterns(day))
    starts_at = instant(first_date(pattern, day), draw(hours), zone).astimezone(zone)
    if draw(st.booleans()):
        end: dict[str, object] = {"count": draw(st.integers(1, 60))}
    else:
        end = {"until": end_of(starts_at.date() + timedelta(days=draw(st.integers(0, 700))), zone)}
    return Rule(**{**vars(pattern), **end}), starts_at, zone


# --- An independent reading: every day is asked whether it belongs ---


def is_meant(rule: Rule, first: date, day: date) -> bool:
    months = (day.year - first.year) * 12 + day.month - first.month
    weeks = (day - first + timedelta(days=first.weekday() - day.weekday())).days // 7
    return {
        Frequency.DAILY: (day - first).days % rule.interval == 0,
        Frequency.WEEKLY: weeks % rule.interval == 0 and day.weekday() in rule.weekdays,
        Frequency.MONTHLY: months % rule.interval == 0 and is_meant_in_month(rule, day),
        Frequency.YEARLY: months % (12 * rule.interval) == 0 and day.day == first.day,
    }[rule.frequency]


def is_meant_in_month(rule: Rule, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if rule.nth is None:
        return day.day == (last if rule.month_day == -1 else rule.month_day)
    from_end = day.day + 7 > last
    return day.weekday() in rule.weekdays and (from_end if rule.nth == -1 else (day.day - 1) // 7 + 1 == rule.nth)


def read_by_day(rule: Rule, starts_at: datetime, zone: ZoneInfo) -> list[datetime]:
    found: list[datetime] = []
    day = starts_at.date()
    while day < starts_at.date() + timedelta(days=1900) and len(found) < (rule.count or 9999):
        start = on_the_clock(datetime.combine(day, starts_at.time()), zone)
        if rule.until and start > rule.until:
            break
        if is_meant(rule, starts_at.date(), day):
            found.append(start)
        day += ONE_DAY
    return found


def on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock shows that; if it never does, by the offset some hours before."""
    offsets = {(wall + timedelta(hours=hours)).replace(tzinfo=zone).utcoffset() for hours in (-5, 5)}
    shown = [(wall - offset).replace(tzinfo=UTC) for offset in offsets]
    shown = sorted(start for start in shown if start.astimezone(zone).replace(tzinfo=None) == wall)
    before = (wall - timedelta(hours=5)).replace(tzinfo=zone).utcoffset()
    return shown[0] if shown else (wall - before).replace(tzinfo=UTC)


@settings(deadline=None, max_examples=150)
@given(series())
def test_every_rule_is_read_as_day_by_day(found: tuple[Rule, datetime, ZoneInfo]) -> None:
    rule, starts_at, zone = found
    expected = read_by_day(rule, starts_at, zone)
    assert list(islice(instants(rule, starts_at, zone), len(expected) + 1))[: len(expected)] == expected
    if rule.until:
        assert list(instants(rule, starts_at, zone)) == expected


@settings(deadline=None, max_examples=40)
@given(series(working_hours))
def test_other_calendars_read_the_stored_text_alike(found: tuple[Rule, datetime, ZoneInfo]) -> None:
    rule, starts_at, zone = found
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:S\r\n"
        f"DTSTART;TZID={zone.key}:{starts_at:%Y%m%dT%H%M%S}\r\nDURATION:PT1H\r\nRRULE:{rule}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    until = starts_at + timedelta(days=1100)
    read = recurring_ical_events.of(Calendar.from_ical(text)).between(starts_at - ONE_DAY, until)
    ours = [start for start in instants(rule, starts_at, zone) if start < until]
    assert sorted(event.start.astimezone(UTC) for event in read) == ours


@settings(deadline=None)
@given(series(working_hours))
def test_the_wall_clock_time_is_kept(found: tuple[Rule, datetime, ZoneInfo]) -> None:
    rule, starts_at, zone = found
    shown = {start.astimezone(zone).time() for start in islice(instants(rule, starts_at, zone), 60)}
    assert shown <= {starts_at.time()}


@settings(deadline=None)
@given(series())
def test_the_text_of_a_rule_says_all_of_it(found: tuple[Rule, datetime, ZoneInfo]) -> None:
    rule, starts_at, _zone = found
    assert parse(str(rule), starts_at) == rule


# --- When the clocks change (RFC 5545 §3.3.5) ---


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        (NEW_YORK, "2026-03-07 02:30", ["2026-03-07 07:30", "2026-03-08 07:30", "2026-03-09 06:30"]),
        (NEW_YORK, "2026-10-31 01:30", ["2026-10-31 05:30", "2026-11-01 05:30", "2026-11-02 06:30"]),
        (BERLIN, "2026-03-28 09:00", ["2026-03-28 08:00", "2026-03-29 07:00", "2026-03-30 07:00"]),
        (LORD_HOWE, "2026-10-03 09:00", ["2026-10-02 22:30", "2026-10-03 22:00", "2026-10-04 22:00"]),
    ],
)
def test_a_skipped_time_moves_forward_and_of_a_repeated_one_the_first_counts(zone, wall, expected):
    starts_at = datetime.fromisoformat(wall).replace(tzinfo=zone)
    found = instants(Rule(Frequency.DAILY, count=3), starts_at, zone)
    assert [f"{start:%Y-%m-%d %H:%M}" for start in found] == expected


# --- Reading what others write ---

MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=WEEKLY", Rule(Frequency.WEEKLY, weekdays=(0,))),
        ("freq=weekly;byday=th,mo;interval=2;wkst=su", Rule(Frequency.WEEKLY, 2, (0, 3), week_start=6)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=9", Rule(Frequency.WEEKLY, weekdays=(0, 1, 2, 3, 4), count=9)),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1", Rule(Frequency.MONTHLY, weekdays=(0,), nth=-1)),
        ("FREQ=MONTHLY;BYDAY=4MO", Rule(Frequency.MONTHLY, weekdays=(0,), nth=4)),
        ("FREQ=MONTHLY", Rule(Frequency.MONTHLY, month_day=23)),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=23", Rule(Frequency.YEARLY)),
        ("FREQ=WEEKLY;UNTIL=20261231", Rule(Frequency.WEEKLY, weekdays=(0,), until=utc(2026, 12, 31, 15, 59, 59))),
        ("FREQ=WEEKLY;UNTIL=20261231T010000Z", Rule(Frequency.WEEKLY, weekdays=(0,), until=utc(2026, 12, 31, 1))),
    ],
)
def test_rules_of_other_programs_are_understood(text, rule):
    assert parse(text, MONDAY) == rule


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=SECONDLY", "FREQ=WEEKLY;BYHOUR=9", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=2;UNTIL=20261231",
     "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;UNTIL=soon",
     "FREQ=YEARLY;BYMONTH=3", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=x"],
)
def test_what_the_portal_does_not_carry_is_refused(text):
    with pytest.raises(BadRule):
        parse(text, MONDAY)
