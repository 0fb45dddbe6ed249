"""Working days: weekdays that are no public holiday, and the weekends that a country works in exchange."""

from datetime import date, timedelta

from portal.rooms.hours import is_holiday, is_worked_weekend

ONE_DAY = timedelta(days=1)
SATURDAY = 5


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
