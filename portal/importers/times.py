"""When events of a file keep a person busy: each date of each series by itself, within bounds. Reads no database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers.events import Event
from portal.importers.expansion import BadPattern, Budget, Exhausted, days_of, pattern_of
from portal.importers.recurring import Series
from portal.rooms.availability import Span
from portal.rooms.models import LONGEST_TITLE
from portal.series.recurrence import instant

BACK, AHEAD = timedelta(days=366), timedelta(days=731)
MOST_TIMES = 5_000
# How many days of rules are looked at for one file: it takes a second or two.
MOST_WORK = 1_500_000
A_DAY = timedelta(days=1)


class Time(NamedTuple):
    """A time at which the person is busy, in UTC."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime


class Found(NamedTuple):
    """An event and the times that it makes; `reason` says why there are none, or not all."""

    event: Event
    times: Sequence[Time]
    reason: str = ""


def window_around(now: datetime) -> Span:
    """What of a calendar is kept: a year back, two years ahead."""
    return now - BACK, now + AHEAD


def times_of(events: Iterable[Event], zone: ZoneInfo, window: Span) -> list[Found]:
    """What of each event lies in the window; days and floating times are on the clock of that zone.

    Raises DomainError if that is more than a calendar may have.
    """
    budget, left = Budget(MOST_WORK), MOST_TIMES
    found = []
    for event in events:
        found.append(_found(event, zone, window, budget))
        left -= len(found[-1].times)
        if left < 0:
            raise DomainError(
                _("A calendar has at most %(count)s times within these years.", count=MOST_TIMES), "file"
            )
    return found


def _found(event: Event, zone: ZoneInfo, window: Span, budget: Budget) -> Found:
    if event.fault:
        return Found(event, (), event.fault)
    try:
        times = [time for time in _all_times(event, zone, window, budget) if _touches(time, window)]
    except BadPattern as part:
        return Found(event, (), _("The portal does not carry this rule: %(part)s", part=str(part)))
    except Exhausted:
        return Found(event, (), _("The file has more dates than can be looked at."))
    if times:
        return Found(event, times[: MOST_TIMES + 1])
    return Found(event, (), _("It keeps nobody busy.") if event.is_free else _("None of it is in these years."))


def _touches(time: Time, window: Span) -> bool:
    return time.starts_at < window[1] and time.ends_at > window[0] and time.starts_at < time.ends_at


def _all_times(event: Event, zone: ZoneInfo, window: Span, budget: Budget) -> Iterator[Time]:
    if isinstance(event, Series):
        yield from _of_series(event, zone, window, budget)
    elif not event.is_free:
        yield _time(event, event.uid, zone)


def _time(event: Event, uid: str, zone: ZoneInfo) -> Time:
    first, last = (at.astimezone(UTC) for at in event.span(zone))
    return Time(uid, event.summary[:LONGEST_TITLE], first, last)


def _of_series(series: Series, zone: ZoneInfo, window: Span, budget: Budget) -> Iterator[Time]:
    """Each instance that is neither left out nor changed, and what the changed ones are instead (§3.8.4.4)."""
    own = series.zone or zone
    first, last = series.span(zone)
    wall = first.astimezone(own)
    length = last.astimezone(UTC) - first.astimezone(UTC)
    days = (wall.replace(tzinfo=None) + length).date() - wall.date() if series.is_all_day else None

    def read(moment: date) -> datetime:
        if not isinstance(moment, datetime):
            return instant(moment, wall.time().replace(fold=0), own)
        return (moment if moment.tzinfo else moment.replace(tzinfo=own)).astimezone(UTC)

    changes = {read(change.of): change for change in sorted(series.changes, key=lambda one: one.sequence)}
    gone = {read(moment) for moment in series.left_out} | changes.keys()
    lengths = dict.fromkeys(_instances(series, wall, own, window, length, budget), length)
    lengths |= {read(extra.at): length if extra.lasts is None else extra.lasts for extra in series.extras}
    for start, lasts in () if series.is_free else lengths.items():
        if start not in gone:
            # A day has 23 hours or 25 where the clocks change.
            end = start + lasts if days is None else read(start.astimezone(own).date() + days)
            yield Time(series.uid, series.summary[:LONGEST_TITLE], start, end)
    for change in changes.values():
        if not change.is_cancelled and not change.event.fault and not change.event.is_free:
            yield _time(change.event, series.uid, own)


def _instances(
    series: Series, wall: datetime, zone: ZoneInfo, window: Span, length: timedelta, budget: Budget
) -> Iterator[datetime]:
    """When the instances begin, as far as they touch the window; the first counts whatever the rule (§3.8.5.3)."""
    first = wall.astimezone(UTC)
    yield first
    if not series.rule:
        return
    pattern = pattern_of(series.rule, wall.replace(tzinfo=None))
    until = _until(pattern.until, zone)
    wanted_from = (window[0] - length - A_DAY).date()
    for day in days_of(pattern, wall.date(), max(wanted_from, wall.date()), budget):
        start = instant(day, wall.time().replace(fold=0), zone)
        if start >= window[1] or (until is not None and start > until):
            return
        if start != first and start + length > window[0]:
            yield start


def _until(said: date | None, zone: ZoneInfo) -> datetime | None:
    """The last instant; a day is meant to its end, what floats on the clock of the series."""
    if said is None or said.year > 2290:
        return None
    if isinstance(said, datetime):
        return said if said.tzinfo else said.replace(tzinfo=zone)
    return datetime.combine(said, datetime.max.time(), zone)
