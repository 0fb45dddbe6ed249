"""What zones of iCalendar files are at IANA: by their names, by those of Windows, or by what the file says of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from portal.core import clock
from portal.core.i18n import reader
from portal.importers.expansion import BadPattern, Budget, days_of, pattern_of

# No name of a zone begins so: what is marked with it is not found by whoever looks.
UNKNOWN = "?"
LONGEST_NAME = 60
HOUR = timedelta(hours=1)


class Observance(NamedTuple):
    """Standard or daylight saving time as a VTIMEZONE describes it, each property as it is written (§3.6.5)."""

    is_daylight: bool
    starts: str
    offset_from: str
    offset_to: str
    rule: str


class Definition(NamedTuple):
    """A VTIMEZONE: where it says to be (X-LIC-LOCATION), and its observances."""

    location: str
    observances: Sequence[Observance]


class _Change(NamedTuple):
    """The clocks of a zone go from one offset to another at that instant."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta


@dataclass
class Known:
    """The zones of one file. Each name is looked up once."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def name_of(self, tzid: str) -> str:
        """The name at IANA; what cannot be found is marked as unknown, and harmless to look up."""
        if tzid not in self._names:
            self._names[tzid] = self._find(tzid) or UNKNOWN + re.sub(r'[^\w /+.:()-]|\.\.', "", tzid)[:LONGEST_NAME]
        return self._names[tzid]

    def _find(self, tzid: str) -> str | None:
        definition = self.definitions.get(tzid)
        found = iana_name(tzid)
        if found or definition is None:
            return found
        return iana_name(definition.location) or _like(definition)


def iana_name(name: str) -> str | None:
    """A name of IANA's however it is written, of Windows', or one with the maker of the program in front (§3.2.19)."""
    cleaned = name.strip().strip('"/').casefold()
    if found := _by_name().get(cleaned):
        return found
    parts = cleaned.split("/")
    tails = ("/".join(parts[-count:]) for count in (3, 2, 1) if len(parts) > count)
    return next((_by_name()[tail] for tail in tails if tail in _by_name()), None)


def zone_named(name: str) -> ZoneInfo | None:
    found = iana_name(name)
    return ZoneInfo(found) if found else None


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, str]:
    windows = {name.casefold(): olson for name, olson in WINDOWS_TO_OLSON.items()}
    return windows | {name.casefold(): name for name in available_timezones()}


def _like(definition: Definition) -> str | None:
    """A zone whose clocks go as described this year: the reader's own first, then the usual ones."""
    try:
        changes = list(_changes(definition, clock.now().year))
    except (ValueError, OverflowError, BadPattern):
        return None
    names = (reader().zone.key, *_usual_zones())
    return next((name for name in names if changes and _keeps_to(ZoneInfo(name), changes)), None)


@lru_cache(maxsize=1)
def _usual_zones() -> Sequence[str]:
    return sorted(set(WINDOWS_TO_OLSON.values()) & available_timezones())


def _keeps_to(zone: ZoneInfo, changes: Sequence[_Change]) -> bool:
    return all(
        (change.at - HOUR).astimezone(zone).utcoffset() == change.offset_from
        and (change.at + HOUR).astimezone(zone).utcoffset() == change.offset_to
        for change in changes
    )


def _changes(definition: Definition, year: int) -> Iterator[_Change]:
    """When the clocks are changed in that year, by the newest description of each; without changes, both solstices."""
    daylight = _newest(definition, year, is_daylight=True)
    standard = _newest(definition, year, is_daylight=False)
    if daylight and standard and daylight.offset_to != standard.offset_to:
        yield _change(daylight, year)
        yield _change(standard, year)
    elif found := standard or daylight:
        offset = _offset(found.offset_to)
        for month in (1, 7):
            yield _Change(datetime(year, month, 1, tzinfo=UTC), offset, offset)


def _newest(definition: Definition, year: int, *, is_daylight: bool) -> Observance | None:
    """The last one that still holds: daylight saving time only if it comes every year."""
    found = [
        one for one in definition.observances
        if one.is_daylight == is_daylight and (one.rule or not is_daylight) and one.starts[:4] <= str(year)
    ]
    lasting = [one for one in found if f"UNTIL={year}" < _until(one.rule)]
    return max(lasting, key=lambda one: (bool(one.rule), one.starts), default=None)


def _until(rule: str) -> str:
    found = re.search(r"UNTIL=\d{4}", rule.upper())
    return found.group() if found else "UNTIL=9999"


def _change(observance: Observance, year: int) -> _Change:
    start = datetime.strptime(observance.starts[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    pattern = pattern_of(observance.rule, start)
    first = date(max(start.year, 1970), start.month, start.day) if start.day < 29 else start.date()
    day = next(
        (day for day in days_of(pattern, first, date(year, 1, 1), Budget(100_000)) if day.year >= year), None
    )
    if day is None or day.year > year:
        raise ValueError("no change in that year")
    before, after = _offset(observance.offset_from), _offset(observance.offset_to)
    wall = datetime.combine(day, time(start.hour, start.minute), UTC)
    return _Change(wall - before, before, after)


def _offset(text: str) -> timedelta:
    """Raises ValueError for what is no UTC offset (§3.3.14)."""
    found = re.fullmatch(r"([+-])(\d{2})(\d{2})(?:\d{2})?", text)
    if found is None:
        raise ValueError(text)
    size = timedelta(hours=int(found.group(2)), minutes=int(found.group(3)))
    return -size if found.group(1) == "-" else size
