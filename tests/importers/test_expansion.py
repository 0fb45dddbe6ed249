# ruff: noqa: DTZ001  (clocks on a wall)
"""Days of rules: as dateutil has them, and never more work than is paid for."""

from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.importers.expansion import BadPattern, Budget, Exhausted, days_of, pattern_of

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
START = st.datetimes(datetime(1996, 1, 1), datetime(2032, 12, 31)).map(lambda at: at.replace(microsecond=0))


def listed(name, values, **more):
    return st.lists(values, min_size=1, max_size=3, unique=True, **more).map(
        lambda found: f";{name}={','.join(map(str, found))}"
    )


def maybe(strategy):
    return st.one_of(st.just(""), strategy)


@st.composite
def rules(draw):
    """Any rule whose first period is whole for dateutil too."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(maybe(st.integers(1, 7).map(lambda number: f";INTERVAL={number}")))
    months = draw(maybe(listed("BYMONTH", st.integers(1, 12))))
    month_days = draw(maybe(listed("BYMONTHDAY", st.integers(-31, 31).filter(bool)))) if frequency != "WEEKLY" else ""
    weekday = st.sampled_from(WEEKDAYS)
    nth = st.tuples(st.sampled_from([-2, -1, 1, 2, 3, 5]), weekday).map(lambda pair: f"{pair[0]}{pair[1]}")
    by_day = draw(maybe(listed("BYDAY", st.one_of(weekday, nth) if frequency in ("MONTHLY", "YEARLY") else weekday)))
    positions = ""
    if frequency in ("MONTHLY", "YEARLY") and (by_day or month_days):
        positions = draw(maybe(listed("BYSETPOS", st.sampled_from([-2, -1, 1, 2]))))
    first = draw(maybe(weekday.map(lambda day: f";WKST={day}")))
    count = draw(maybe(st.integers(1, 50).map(lambda number: f";COUNT={number}")))
    return f"FREQ={frequency}{interval}{months}{month_days}{by_day}{positions}{first}{count}"


@settings(max_examples=200, deadline=None)
@given(rule=rules(), start=START, skip=st.integers(0, 1500))
def test_days_are_those_of_dateutil(rule, start, skip):
    first = start.date()
    wanted_from, last = first + timedelta(days=skip), first + timedelta(days=skip + 900)
    end = datetime.combine(last, start.time())
    whole = rule if "COUNT" in rule else f"{rule};UNTIL={end:%Y%m%dT%H%M%S}"
    found = takewhile(lambda day: day <= last, days_of(pattern_of(rule, start), first, wanted_from, Budget(10**6)))
    expected = takewhile(lambda at: at <= end, rrule.rrulestr(whole, dtstart=start))
    assert [day for day in found if day >= wanted_from] == [at.date() for at in expected if at.date() >= wanted_from]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=999999999", "FREQ=HOURLY", "", "FREQ", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=9" + "9" * 5000, "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;UNTIL=99999999", "FREQ=DAILY;BYHOUR=3,4",
        "FREQ=DAILY;BYMONTHDAY=1;BYMONTHDAY=³",
    ],
)
def test_what_is_no_rule_or_none_of_days_is_refused(rule):
    with pytest.raises(BadPattern):
        pattern_of(rule, datetime(2026, 11, 23, 9))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;COUNT=999999999", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
     "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"],
)
def test_rules_without_an_end_or_without_a_day_cost_no_more_than_is_paid(rule):
    budget = Budget(5000)
    found = days_of(pattern_of(rule, datetime(1970, 1, 1)), date(1970, 1, 1), date(2026, 1, 1), budget)
    with pytest.raises(Exhausted):
        list(islice(found, 10**9))


def test_the_hour_of_the_first_instance_may_be_said_again():
    pattern = pattern_of("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", datetime(2026, 11, 23, 9))
    assert next(days_of(pattern, date(2026, 11, 23), date(2026, 11, 23), Budget(9))) == date(2026, 11, 23)
