"""The dates of a series on the clock of its room: which the rule gives, which are changed, which stand alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers.events import Event
from portal.importers.expansion import Budget, Exhausted, days_of, pattern_of
from portal.importers.recurring import Change, Series, dated
from portal.series.entering import rule_of
from portal.series.recurrence import instant

# How many days of a rule are looked at.
MOST_WORK = 200_000


class Dates(NamedTuple):
    """When a series is: its first date in the zone that it keeps to, exceptions and changes by instance in UTC.

    `changes` are those of dates that the rule gives. Every other date is an event of its own in `singles`.
    """

    starts_at: datetime
    ends_at: datetime
    left_out: set[datetime]
    changes: Mapping[datetime, Change]
    singles: list[Event]


def dates_of(series: Series, room_zone: ZoneInfo) -> Dates:
    """Raises DomainError if the portal does not carry the rule."""
    zone = series.zone or room_zone
    starts_at, ends_at = series.span(room_zone)
    wall = starts_at.astimezone(zone)
    clock = _Clock(wall, zone)
    # What has the higher number comes later and counts.
    changes = {clock.read(change.of): change for change in sorted(series.changes, key=lambda one: one.sequence)}
    left_out = {clock.read(moment) for moment in series.left_out}
    left_out |= {start for start, change in changes.items() if change.is_cancelled}
    length = ends_at.astimezone(UTC) - starts_at.astimezone(UTC)
    lengths = dict.fromkeys(changes, length) | {
        clock.read(extra.at): length if extra.lasts is None else extra.lasts for extra in series.extras
    }
    # The first date counts (§3.8.5.3), whether the rule gives it or not.
    lengths[clock.first] = length
    by_rule = _by_rule(series.rule, clock, max(lengths)) if series.rule else set()
    singles = _singles(
        series, {start: lasts for start, lasts in lengths.items() if start not in by_rule | left_out}, changes, clock
    )
    kept = {start: change for start, change in changes.items() if start in by_rule - left_out}
    return Dates(wall, ends_at.astimezone(UTC), left_out, kept, list(singles))


class _Clock:
    """The clock that a series keeps to, and what its first date says on it."""

    def __init__(self, wall: datetime, zone: ZoneInfo) -> None:
        self.wall, self.zone = wall, zone
        self.first = self.read(wall.date())

    def read(self, moment: date) -> datetime:
        """The instant: of a day the usual time on it, of a floating time that on this clock."""
        if not isinstance(moment, datetime):
            return instant(moment, self.wall.time().replace(fold=0), self.zone)
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def _by_rule(text: str, clock: _Clock, last: datetime) -> set[datetime]:
    """The instances of the rule up to that one. Raises DomainError for a rule that has no end of them in bounds."""
    until, wall = rule_of(text, clock.wall).until, clock.wall.replace(tzinfo=None)
    days = days_of(pattern_of(text, wall), wall.date(), wall.date(), Budget(MOST_WORK))
    found = (instant(day, wall.time().replace(fold=0), clock.zone) for day in days)
    try:
        return set(takewhile(lambda start: start <= last and (until is None or start <= until), found))
    except Exhausted:
        raise DomainError(_("The file has more dates than can be looked at.")) from None


def _singles(
    series: Series, lengths: Mapping[datetime, timedelta], changes: Mapping[datetime, Change], clock: _Clock
) -> Iterator[Event]:
    for start, lasts in sorted(lengths.items()):
        # What has no rule is one event, and keeps its UID.
        uid = series.uid if start == clock.first and not series.rule else dated(series.uid, start)
        if change := changes.get(start):
            yield on_clock(replace(change.event, uid=uid), clock.zone)
        else:
            yield Event(uid, series.summary, series.room, start, start + lasts, visibility=series.visibility)


def on_clock(event: Event, zone: ZoneInfo) -> Event:
    """The event, its floating times on the clock of that zone."""
    if event.fault:
        return event
    starts_at, ends_at = event.span(zone)
    return replace(event, starts_at=starts_at, ends_at=ends_at)
