"""VTIMEZONE components (RFC 5545 §3.6.5) of every zone that the IANA database knows.

Generators go wrong here: history from 1901, RDATE lists, onsets in the wrong offset. These begin with 2007. If a zone
changes its clocks by a yearly rule, that is RRULE from the first year since which it holds; changes before, and all of
a zone without such a rule, stand one by one. The tests read every zone back with another reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.calendars import text

START = datetime(2007, 1, 1, tzinfo=UTC)
# Changes that follow no yearly rule are known or foretold until then.
HORIZON = datetime(2037, 1, 1, tzinfo=UTC)
# In 28 years every date has each weekday four times: what comes in all of them by one rule is a rule.
SETTLED = range(2030, 2058)
# No zone changes its clocks twice within so long; and it does so at a full minute.
STEP = timedelta(days=10)
EXACT = timedelta(minutes=1)

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Clock(NamedTuple):
    """How a zone's clocks go: so far from UTC, and so far from its standard time."""

    offset: timedelta
    name: str
    saving: timedelta


class Onset(NamedTuple):
    """From when on, by the clock that goes until then, another one goes."""

    at: datetime
    before: Clock
    after: Clock

    @property
    def pattern(self) -> tuple[object, ...]:
        """What is the same of all that follow one rule; of most the day of the month is not."""
        return (self.at.month, self.at.weekday(), self.at.time(), self.before, self.after)


class Rule(NamedTuple):
    """RRULE, and the years and the first onset for which it holds."""

    text: str
    first: Onset
    covers: frozenset[datetime]


@cache
def vtimezone(name: str) -> bytes:
    """The component of that zone; raises ZoneInfoNotFoundError if there is none of that name."""
    zone = ZoneInfo(name)
    onsets = list(_onsets(zone))
    rules = _rules(onsets)
    covered = frozenset[datetime]().union(*(rule.covers for rule in rules))
    single = [onset for onset in onsets if onset.at not in covered and onset.at.year < HORIZON.year]
    if single or not rules:
        clock = _clock(zone, START)
        single.append(Onset(START.replace(tzinfo=None), clock, clock))
    parts = sorted([*((rule.first, rule.text) for rule in rules), *((onset, "") for onset in single)])
    content = [line for onset, rule in parts for line in _part(onset, rule)]
    return text.lines(["BEGIN:VTIMEZONE", f"TZID:{name}", *content, "END:VTIMEZONE"])


# --- When its clocks change ---


def _clock(zone: ZoneInfo, at: datetime) -> Clock:
    local = at.astimezone(zone)
    return Clock(local.utcoffset() or timedelta(), local.tzname() or "", local.dst() or timedelta())


def _onsets(zone: ZoneInfo) -> Iterator[Onset]:
    """All changes of the zone's clocks, in order, until the end of the settled years."""
    at, now, end = START, _clock(zone, START), datetime(SETTLED.stop, 1, 1, tzinfo=UTC)
    while at < end:
        if _clock(zone, at + STEP) == now:
            at += STEP
            continue
        at = _changed_at(zone, now, at)
        before, now = now, _clock(zone, at)
        yield Onset((at + before.offset).replace(tzinfo=None), before, now)


def _changed_at(zone: ZoneInfo, before: Clock, at: datetime) -> datetime:
    """When within a step the clock is no longer that one."""
    earliest, latest = 0, STEP // EXACT
    while latest - earliest > 1:
        middle = (earliest + latest) // 2
        if _clock(zone, at + middle * EXACT) == before:
            earliest = middle
        else:
            latest = middle
    return at + latest * EXACT


# --- By which rules ---


def _rules(onsets: Sequence[Onset]) -> list[Rule]:
    """The rules of the settled years, if all of their changes follow some."""
    settled = sorted((onset for onset in onsets if onset.at.year in SETTLED), key=_order)
    rules = []
    for pattern, of_one in groupby(settled, key=lambda onset: onset.pattern):
        days = [onset.at.day for onset in of_one]
        said = _rrule(sorted(days), pattern)
        if len(days) != len(SETTLED) or not said:
            return []
        by_year = {
            onset.at.year: onset for onset in onsets
            if onset.pattern == pattern and min(days) <= onset.at.day <= max(days)
        }
        rules.append(_since(said, by_year))
    return rules


def _order(onset: Onset) -> tuple[object, ...]:
    return onset.pattern


def _since(said: str, by_year: Mapping[int, Onset]) -> Rule:
    """The rule from the first year on since which it holds without a break."""
    year = SETTLED.start
    while year - 1 in by_year:
        year -= 1
    return Rule(said, by_year[year], frozenset(onset.at for at, onset in by_year.items() if at >= year))


def _rrule(days: Sequence[int], pattern: tuple[object, ...]) -> str:
    """The yearly rule (§3.3.10) of onsets on these days of one month and weekday; empty if there is none."""
    month, weekday, *_more = pattern
    first, last = days[0], days[-1]
    if last - first != 6:
        return ""
    day = DAYS[int(str(weekday))]
    yearly = f"FREQ=YEARLY;BYMONTH={month};BYDAY="
    length = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30
    if last == length:
        return f"{yearly}-1{day}"
    if last % 7 == 0:
        return f"{yearly}{last // 7}{day}"
    return f"{yearly}{day};BYMONTHDAY=" + ",".join(map(str, range(first, last + 1)))


# --- As lines ---


def _part(onset: Onset, rule: str) -> list[str]:
    """One observance. Some zones call summer their standard time and save less than nothing in winter."""
    before, after = onset.before, onset.after
    is_daylight = after.saving > timedelta() or (not after.saving and before.saving < timedelta())
    kind = "DAYLIGHT" if is_daylight else "STANDARD"
    return [
        f"BEGIN:{kind}", f"DTSTART:{onset.at:%Y%m%dT%H%M%S}", *([f"RRULE:{rule}"] if rule else []),
        f"TZOFFSETFROM:{_offset(before.offset)}", f"TZOFFSETTO:{_offset(after.offset)}", f"TZNAME:{after.name}",
        f"END:{kind}",
    ]


def _offset(offset: timedelta) -> str:
    """`+0530` (§3.3.14)."""
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}{minutes % 60:02}"
