"""Rules of recurrence (RFC 5545 §3.3.10) and the instants that they give. Pure: nothing here asks the database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil import rrule

MOST_DATES = 366
FARTHEST = timedelta(days=731)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Frequency(StrEnum):
    """How often at most, as FREQ says it."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class BadRule(ValueError):
    """The text is no rule, or none that the portal carries."""


@dataclass(frozen=True)
class Rule:
    """Every `interval` days, weeks, months or years, `count` times or `until` an instant (in UTC, inclusive).

    Weeks have `weekdays` (0 is Monday). Months have a `month_day`, or the `nth` of one weekday, -1 for the last.
    Years have the date of the first instance. Dates that a month does not have are left out (§3.3.10).
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    month_day: int | None = None
    count: int | None = None
    until: datetime | None = None
    # Which weekday a week begins with: it matters to every second week (WKST).
    week_start: int = 0

    def __str__(self) -> str:
        """The value of RRULE."""
        ordinal = "" if self.nth is None else str(self.nth)
        parts = {
            "FREQ": self.frequency.value,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "BYDAY": ",".join(ordinal + DAYS[day] for day in self.weekdays),
            "BYMONTHDAY": self.month_day or "",
            "COUNT": self.count or "",
            "UNTIL": self.until.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if self.until else "",
            "WKST": DAYS[self.week_start] if self.week_start else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def ending(self, dates: list[datetime]) -> "Rule":
        """The same, ended after these instants, by COUNT if it ends so already, else by UNTIL."""
        if self.count:
            return replace(self, count=len(dates))
        return replace(self, until=dates[-1])


def instants(rule: Rule, starts_at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the rule's instances begin, in UTC and in order, the first not before `starts_at` (an aware instant).

    Each keeps the wall-clock time of `starts_at` in the zone, see `instant`. Without COUNT and UNTIL they do not end.
    """
    return (wall.astimezone(UTC) for wall in clock_times(rule, starts_at, zone))


def clock_times(rule: Rule, starts_at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The same on the zone's own clock, those that the clocks skip too: as calendars name an instance (§3.8.4.4)."""
    wall = starts_at.astimezone(zone).replace(tzinfo=None, fold=0)
    found = (day.replace(tzinfo=zone) for day in _days(rule, wall))
    return found if rule.until is None else takewhile(lambda start: start <= rule.until, found)  # type: ignore[operator]


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time; of one that comes twice the first.

    One that the clocks skip has the offset from before the gap, which moves it forward (RFC 5545 §3.3.5).
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def first_date(rule: Rule, day: date) -> date:
    """The first date from that day on that the rule could have, whichever weeks or months it leaves out."""
    found: datetime = next(iter(_days(replace(rule, interval=1, count=1, until=None), datetime.combine(day, time()))))
    return found.date()


def _days(rule: Rule, wall: datetime) -> rrule.rrule:
    weekdays = [rrule.weekday(day, rule.nth) for day in rule.weekdays]
    return rrule.rrule(
        getattr(rrule, rule.frequency), dtstart=wall, interval=rule.interval, count=rule.count,
        byweekday=weekdays or None, bymonthday=rule.month_day, wkst=rule.week_start,
    )


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of the day in that zone: UNTIL for whoever names a last day."""
    return instant(day + timedelta(days=1), time(), zone) - timedelta(seconds=1)


# --- Reading RRULE ---


def parse(text: str, starts_at: datetime) -> Rule:
    """The rule that the value of RRULE says, for a first instance at `starts_at` on the clock of its own zone.

    Raises BadRule for what is no rule, and for parts that the portal does not carry (BYHOUR, several BYMONTHDAY, …).
    Without COUNT and UNTIL it does not end.
    """
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in set(Frequency):
        raise BadRule(f"FREQ={frequency}")
    rule = Rule(
        Frequency(frequency), interval=_number(parts.pop("INTERVAL", "1"), 1, 999),
        count=_number(parts.pop("COUNT"), 1, 99_999) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL"), starts_at) if "UNTIL" in parts else None,
        week_start=_weekday(parts.pop("WKST", "MO")),
    )
    if rule.count and rule.until:
        raise BadRule("COUNT and UNTIL")
    rule = _READERS[rule.frequency](rule, parts, starts_at)
    if parts:
        raise BadRule(", ".join(parts))
    return rule


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=")[::2] for part in text.strip().upper().rstrip(";").split(";")]
    parts = {name.strip(): value.strip() for name, value in pairs}
    if len(parts) < len(pairs):
        raise BadRule(text)
    return parts


def _daily(rule: Rule, parts: dict[str, str], starts_at: datetime) -> Rule:
    if "BYDAY" not in parts or rule.interval > 1:
        return rule
    # Every day, but only on these: every week on these.
    return _weekly(replace(rule, frequency=Frequency.WEEKLY), parts, starts_at)


def _weekly(rule: Rule, parts: dict[str, str], starts_at: datetime) -> Rule:
    named = parts.pop("BYDAY", DAYS[starts_at.weekday()])
    return replace(rule, weekdays=tuple(sorted({_weekday(day) for day in named.split(",")})))


def _monthly(rule: Rule, parts: dict[str, str], starts_at: datetime) -> Rule:
    if "BYDAY" not in parts:
        return replace(rule, month_day=_number(parts.pop("BYMONTHDAY", str(starts_at.day)), -1, 31))
    named = parts.pop("BYDAY")
    nth = named[:-2] or parts.pop("BYSETPOS", "")
    return replace(rule, weekdays=(_weekday(named[-2:]),), nth=_number(nth, -1, 5))


def _yearly(rule: Rule, parts: dict[str, str], starts_at: datetime) -> Rule:
    date_of_start = {"BYMONTH": str(starts_at.month), "BYMONTHDAY": str(starts_at.day)}
    for name, value in date_of_start.items():
        if parts.get(name) == value:
            del parts[name]
    return rule


_READERS = {
    Frequency.DAILY: _daily, Frequency.WEEKLY: _weekly, Frequency.MONTHLY: _monthly, Frequency.YEARLY: _yearly
}


def _number(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadRule(text) from None
    if not least <= number <= most or number == 0:
        raise BadRule(text)
    return number


def _weekday(text: str) -> int:
    if text not in DAYS:
        raise BadRule(text)
    return DAYS.index(text)


def _until(text: str, starts_at: datetime) -> datetime | None:
    """UNTIL as an instant: a date, or a time without Z, is on the clock of the first instance (§3.3.10)."""
    try:
        if "T" not in text:
            return end_of(datetime.strptime(text, "%Y%m%d").date(), _zone_of(starts_at))  # noqa: DTZ007
        found = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=_zone_of(starts_at))
        return found.replace(tzinfo=UTC) if text.endswith("Z") else found.astimezone(UTC)
    except ValueError:
        raise BadRule(text) from None
    except OverflowError:
        # The last day that there is, as some programs say that a series does not end.
        return None


def _zone_of(starts_at: datetime) -> ZoneInfo:
    return starts_at.tzinfo if isinstance(starts_at.tzinfo, ZoneInfo) else ZoneInfo("UTC")
