"""Working days: weekdays that are no public holiday, and the weekends that a country works in exchange."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays
from flask import current_app

from portal.core import clock
from portal.core.settings import Settings

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# The hours of a working day, on the organisation's clock, in which the portal writes by itself.
HOURS = range(8, 18)
END_OF_DAY = time(18)


def is_worked(day: date, country: str) -> bool:
    """Whether people work on that day; without a country (ISO 3166) only weekends are free."""
    return is_worked_weekend(country, day) if day.weekday() >= SATURDAY else not is_holiday(country, day)


def before(day: date, count: int, country: str) -> date:
    """The last day from which there are `count` working days until `day`, which is not counted itself."""
    while count:
        day -= ONE_DAY
        count -= is_worked(day, country)
    return day


def after(day: date, count: int, country: str) -> date:
    """The day that is `count` working days after `day`."""
    while count:
        day += ONE_DAY
        count -= is_worked(day, country)
    return day


def is_holiday(country: str, day: date) -> bool:
    """Whether the country (ISO 3166-1) has a day off then; no country has none."""
    return bool(country) and day in _calendar(country, day.year).days_off


def is_worked_weekend(country: str, day: date) -> bool:
    """Whether that day of a weekend is a working day in place of another one."""
    return bool(country) and day in _calendar(country, day.year).worked_weekends


class _Calendar(NamedTuple):
    """A country's days off and worked weekends, of one year."""

    days_off: frozenset[date]
    worked_weekends: frozenset[date]


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> _Calendar:
    known = holidays.country_holidays(country, years=year)
    return _Calendar(frozenset(known) - known.weekend_workdays, frozenset(known.weekend_workdays))


def is_quiet() -> bool:
    """Whether nobody is to be written to by the clock now: a day without work, or no hour for it."""
    settings: Settings = current_app.config["PORTAL"]
    local = clock.now().astimezone(settings.timezone)
    return local.hour not in HOURS or not is_worked(local.date(), settings.holidays)


def last_moment(starts_at: datetime, days: int) -> datetime:
    """The last moment of what is due so many working days before (-) or after (+) something that begins then.

    It is the end of the office's day on the organisation's clock, with its holidays; with 0 days the beginning itself.
    """
    if not days:
        return starts_at
    settings: Settings = current_app.config["PORTAL"]
    day = starts_at.astimezone(settings.timezone).date()
    last = (before if days < 0 else after)(day, abs(days), settings.holidays)
    return datetime.combine(last, END_OF_DAY, settings.timezone).astimezone(UTC)
