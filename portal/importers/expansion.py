"""The days of a rule of recurrence (RFC 5545 §3.3.10), whatever the rule, with a bound on the work. Pure.

`portal.series.recurrence` has the rules that the portal makes itself. Files of others have any, and some are made to
keep a reader busy for ever: here every day that is looked at is paid out of a budget. Tests hold it against dateutil.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)
LAST_DAY = date(2299, 12, 31)


class BadPattern(ValueError):
    """The text is no rule, or none that is carried; the words are the part of it."""


class Exhausted(Exception):
    """So many days have been looked at that it is enough."""


class Frequency(IntEnum):
    DAILY = 0
    WEEKLY = 1
    MONTHLY = 2
    YEARLY = 3


@dataclass(frozen=True)
class Pattern:
    """A rule, all that it leaves unsaid filled in from its first day. `until` is a naive UTC instant, a day, or None.

    `nths` are (which one, weekday) of the month, or of the year where no months are named.
    """

    frequency: Frequency
    interval: int
    count: int | None
    until: date | None
    week_start: int
    months: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[int]
    nths: frozenset[tuple[int, int]]
    positions: tuple[int, ...]


class Budget:
    """How many days may be looked at."""

    def __init__(self, days: int) -> None:
        self.left = days

    def spend(self, days: int) -> None:
        """Raises Exhausted."""
        self.left -= days
        if self.left < 0:
            raise Exhausted


def pattern_of(text: str, start: datetime) -> Pattern:
    """Read the value of RRULE for a first instance at that time on the clock of its zone; raises BadPattern."""
    parts = {name.strip(): value.strip() for name, _is, value in (
        part.partition("=") for part in text.upper().rstrip(";").split(";")
    )}
    frequency = parts.pop("FREQ", "")
    if frequency not in Frequency.__members__:
        raise BadPattern(f"FREQ={frequency}"[:60])
    for name, own in (("BYHOUR", start.hour), ("BYMINUTE", start.minute), ("BYSECOND", start.second)):
        if parts.get(name, "").lstrip("0") == str(own).lstrip("0"):
            parts.pop(name, None)
    pattern = _pattern(Frequency[frequency], parts, start)
    if parts:
        raise BadPattern(", ".join(parts)[:60])
    return pattern


def _pattern(frequency: Frequency, parts: dict[str, str], start: datetime) -> Pattern:
    months = frozenset(_numbers(parts, "BYMONTH", 1, 12))
    month_days = frozenset(_numbers(parts, "BYMONTHDAY", -31, 31))
    named = [_weekday(one) for one in parts.pop("BYDAY", "").split(",") if one]
    has_nths = frequency >= Frequency.MONTHLY
    weekdays = frozenset(day for which, day in named if not (which and has_nths))
    nths = frozenset((which, day) for which, day in named if which and has_nths)
    if not (month_days or named):
        if frequency == Frequency.YEARLY and not months:
            months = frozenset({start.month})
        if frequency >= Frequency.MONTHLY:
            month_days = frozenset({start.day})
        elif frequency == Frequency.WEEKLY:
            weekdays = frozenset({start.weekday()})
    return Pattern(
        frequency, _number(parts.pop("INTERVAL", "1"), 1, 10_000),
        _number(parts.pop("COUNT"), 1, 10**12) if "COUNT" in parts else None,
        _until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
        _weekday(parts.pop("WKST", "MO"))[1], months, month_days, weekdays, nths,
        tuple(_numbers(parts, "BYSETPOS", -366, 366)),
    )


def _numbers(parts: dict[str, str], name: str, least: int, most: int) -> list[int]:
    return [_number(one, least, most) for one in parts.pop(name).split(",")] if name in parts else []


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,13}", text) or not least <= int(text) <= most or int(text) == 0:
        raise BadPattern(text[:60])
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text.strip())
    if found is None:
        raise BadPattern(text[:60])
    return int(found.group(1) or 0), DAYS.index(found.group(2))


def _until(text: str) -> date:
    try:
        if "T" not in text:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
        found = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
        return found.replace(tzinfo=UTC) if text.endswith("Z") else found
    except ValueError:
        raise BadPattern(text[:60]) from None


def days_of(pattern: Pattern, first: date, wanted_from: date, budget: Budget) -> Iterator[date]:
    """The days of the rule from `first` on, in order, without an end but COUNT's; UNTIL is left to the caller.

    Those before `wanted_from` need not be among them: where nothing is counted, they are passed over. Raises Exhausted.
    """
    left = pattern.count
    skipped = 0 if left is not None else _periods_before(pattern, first, wanted_from)
    for number in range(skipped, 1_000_000):
        days = _days_in(pattern, first, number)
        if days is None:
            return
        budget.spend(len(days) + 1)
        for day in _at_positions(pattern, [day for day in days if _has(pattern, day)]):
            if day < first:
                continue
            yield day
            left = None if left is None else left - 1
            if left == 0:
                return


def _periods_before(pattern: Pattern, first: date, wanted_from: date) -> int:
    """How many periods of the rule end before that day, or one less."""
    days = (wanted_from - first).days
    months = (wanted_from.year - first.year) * 12 + wanted_from.month - first.month
    passed = {
        Frequency.DAILY: days, Frequency.WEEKLY: days // 7, Frequency.MONTHLY: months,
        Frequency.YEARLY: wanted_from.year - first.year,
    }
    return max(0, passed[pattern.frequency] // pattern.interval - 1)


def _days_in(pattern: Pattern, first: date, number: int) -> Sequence[date] | None:
    """All days of a period of the rule, None if that is beyond all time."""
    step = number * pattern.interval
    if step > 366 * 400:
        return None
    if pattern.frequency == Frequency.DAILY:
        day = first + step * ONE_DAY
        return [day] if day <= LAST_DAY else None
    if pattern.frequency == Frequency.WEEKLY:
        monday = first - ((first.weekday() - pattern.week_start) % 7) * ONE_DAY + step * ONE_WEEK
        return [monday + number * ONE_DAY for number in range(7)] if monday <= LAST_DAY else None
    if pattern.frequency == Frequency.MONTHLY:
        months = first.month - 1 + step
        return _month(first.year + months // 12, months % 12 + 1)
    year = first.year + step
    if year > LAST_DAY.year:
        return None
    wanted = sorted(pattern.months) or range(1, 13)
    return [day for month in wanted for day in _month(year, month) or ()]


def _month(year: int, month: int) -> Sequence[date] | None:
    if year > LAST_DAY.year:
        return None
    return [date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]


def _has(pattern: Pattern, day: date) -> bool:
    if pattern.months and day.month not in pattern.months:
        return False
    if pattern.weekdays and day.weekday() not in pattern.weekdays:
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    if pattern.month_days and not pattern.month_days & {day.day, day.day - last - 1}:
        return False
    return not pattern.nths or bool(pattern.nths & _nths(pattern, day, last))


def _nths(pattern: Pattern, day: date, last: int) -> set[tuple[int, int]]:
    """Which one of its weekday the day is, from the beginning and from the end."""
    position, length = day.day, last
    if pattern.frequency == Frequency.YEARLY and not pattern.months:
        position, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    return {((position - 1) // 7 + 1, day.weekday()), (-((length - position) // 7 + 1), day.weekday())}


def _at_positions(pattern: Pattern, days: list[date]) -> list[date]:
    if not pattern.positions:
        return days
    found = {days[at - 1 if at > 0 else at] for at in pattern.positions if (at if at > 0 else -at) <= len(days)}
    return sorted(found)
