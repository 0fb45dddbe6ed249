"""What a series is to become, date by date. Pure: nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms.holding import Slot
from portal.rooms.models import Booking, Resource, Visibility
from portal.series.models import Series
from portal.series.recurrence import FARTHEST, MOST_DATES, Rule, first_date, instant, instants


class Way(StrEnum):
    """What is to become of a date: as planned, left out, in another room, or at another time of the day."""

    KEEP = "keep"
    SKIP = "skip"
    ROOM = "room"
    TIME = "time"


class Choice(NamedTuple):
    """A way, with the room's number or the wall-clock time in the room's zone."""

    way: Way
    room_id: int = 0
    at: time = time()

    def __str__(self) -> str:
        """As a form's field holds it: `keep`, `room/7`, `time/14:30`."""
        return {Way.ROOM: f"room/{self.room_id}", Way.TIME: f"time/{self.at:%H:%M}"}.get(self.way, self.way.value)


KEEP, SKIP = Choice(Way.KEEP), Choice(Way.SKIP)
Choices = Mapping[date, Choice]


class State(StrEnum):
    """What a date meets."""

    FREE = "free"
    CLASH = "clash"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    RULE = "rule"
    # It was left out or cancelled before, and stays so.
    SKIPPED = "skipped"


class Spot(NamedTuple):
    """A room from `starts_at` up to but not including `ends_at`."""

    room: Resource
    starts_at: datetime
    ends_at: datetime

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when the room is kept for it, with what goes before and after."""
        return self.room.kept_from(self.starts_at), self.room.kept_until(self.ends_at)


class Offer(NamedTuple):
    """A way out, and where it leads."""

    choice: Choice
    spot: Spot


@dataclass
class Date:
    """One date of a series: what is planned, what it meets, and what becomes of it.

    `on` is the day in the series' zone that it is known by; `recurrence_id` its instant by the rule. `booking` is the
    occurrence that stands for it already, if one does.
    """

    on: date
    recurrence_id: datetime
    plan: Spot
    booking: Booking | None = None
    state: State = State.FREE
    words: str = ""
    # Whether it may be booked as planned although it is not free of objections.
    may_keep: bool = True
    # Free, but on a day on which nobody is there: it has to be wished.
    is_doubtful: bool = False
    override: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    choice: Choice | None = None
    # Where it will be, and what is held for that; None if it is left out. Only if it is settled.
    spot: Spot | None = None
    slots: list[Slot] = field(default_factory=list)
    is_settled: bool = False

    @property
    def stays(self) -> bool:
        """Whether its booking is already where it is planned."""
        return self.booking is not None and spot_of(self.booking)[1:] == self.plan[1:] and (
            self.booking.room.id == self.plan.room.id
        )

    @property
    def is_free(self) -> bool:
        return self.state == State.FREE

    @property
    def usual(self) -> Choice:
        """What is proposed: as planned if that is possible and somebody is there, else the first way out."""
        if self.is_doubtful:
            return SKIP
        if self.may_keep:
            return KEEP
        return self.offers[0].choice if self.offers else SKIP


def spot_of(booking: Booking) -> Spot:
    return Spot(booking.room, booking.starts_at, booking.ends_at)


@dataclass
class Plan:
    """All dates in order, and what a change leaves behind: occurrences given up, or standing on by themselves."""

    rule: Rule
    starts_at: datetime
    zone: ZoneInfo
    dates: list[Date]
    given_up: list[Booking] = field(default_factory=list)
    alone: list[Booking] = field(default_factory=list)
    # The rules of the room for series that are passed beyond.
    override: list[str] = field(default_factory=list)
    # Cancelled occurrences, each with the date of the new rule that it keeps empty, if there is one.
    empty: list[tuple[Booking, datetime | None]] = field(default_factory=list)

    @property
    def booked(self) -> list[Date]:
        return [found for found in self.dates if found.spot is not None]


def begin(rule: Rule, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """The first instance: the day of `starts_at`, or the next one that the rule can have, at the same time."""
    wall = starts_at.astimezone(zone)
    return instant(first_date(rule, wall.date()), wall.time().replace(fold=0), zone)


def check_extent(rule: Rule, starts_at: datetime, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """All instances; raises DomainError if there are none, too many, or some too far ahead."""
    found = list(islice(instants(rule, starts_at, zone), MOST_DATES + 1))
    if not found:
        raise DomainError(_("The series ends before it begins."), "until")
    if len(found) > MOST_DATES:
        raise DomainError(_("A series has at most %(count)s dates.", count=MOST_DATES), "count")
    if found[-1] > now + FARTHEST:
        raise DomainError(_("A series reaches two years ahead at most."), "until" if rule.until else "count")
    return found


def planned(room: Resource, found: Iterable[datetime], length: timedelta, zone: ZoneInfo) -> list[Date]:
    """The instances as dates of that room."""
    return [
        Date(start.astimezone(zone).date(), start, Spot(room, start, start + length)) for start in found
    ]


class Target(NamedTuple):
    """What a series is to be from some date on. The rule begins at `starts_at`."""

    title: str
    visibility: Visibility
    room: Resource
    starts_at: datetime
    length: timedelta
    rule: Rule


def replanned(
    series: Series, old: Sequence[datetime], bookings: Iterable[Booking], target: Target, found: Sequence[datetime],
    zone: ZoneInfo, now: datetime,
) -> Plan:
    """Put the instances `old` of the series and their occurrences where the target has its instances `found`.

    An old instance goes to the day that is as far from the first new one as it was from the first old one, or to its
    own day if more of them find one so. What an occurrence has otherwise than its series it keeps; what has begun
    keeps all.
    """
    by_instance = {booking.recurrence_id: booking for booking in bookings}
    plan = Plan(target.rule, target.starts_at, zone, planned(target.room, found, target.length, zone))
    before = _mapped([start.astimezone(series.zone).date() for start in old], old, [new.on for new in plan.dates])
    for new in plan.dates:
        start = before.get(new.on)
        booking = by_instance.pop(start, None) if start else None
        if booking and booking.is_standing:
            new.booking, new.plan = booking, _kept(series, booking, new.plan, now)
        elif start:
            new.state, new.may_keep = State.SKIPPED, False
        if booking and not booking.is_standing:
            plan.empty.append((booking, new.recurrence_id))
    for booking in by_instance.values():
        _leave_behind(plan, series, booking, now)
    return plan


def _mapped(days: Sequence[date], old: Sequence[datetime], new: Sequence[date]) -> dict[date, datetime]:
    """Which old instance each new day stands for."""
    shifts = (new[0] - days[0], timedelta())
    shift = max(shifts, key=lambda shift: len({day + shift for day in days} & set(new)))
    return {day + shift: start for day, start in zip(days, old, strict=True)}


def _leave_behind(plan: Plan, series: Series, booking: Booking, now: datetime) -> None:
    if not booking.is_standing:
        plan.empty.append((booking, None))
    elif differences(series, booking) or booking.starts_at <= now:
        plan.alone.append(booking)
    else:
        plan.given_up.append(booking)


def _kept(series: Series, booking: Booking, new: Spot, now: datetime) -> Spot:
    """Where an occurrence goes: what it has otherwise than its series was changed by itself and stays."""
    if booking.starts_at <= now:
        return spot_of(booking)
    differs = differences(series, booking)
    room = booking.room if "room" in differs else new.room
    return Spot(room, *((booking.starts_at, booking.ends_at) if "time" in differs else new[1:]))


def differences(series: Series, booking: Booking) -> list[str]:
    """What an occurrence has otherwise than its series: title, room, time, visibility."""
    start = booking.recurrence_id
    same = {
        "title": booking.title == series.title,
        "room": booking.room.id == series.resource_id,
        "time": start is not None and (booking.starts_at, booking.ends_at) == (start, start + series.length),
        "visibility": booking.visibility == series.visibility,
    }
    return [name for name, is_same in same.items() if not is_same]


def moved_to(choice: Choice, plan: Spot, rooms: Mapping[int, Resource], on: date) -> Spot | None:
    """Where a choice leads: None for leaving the date out, or for a room that is not there."""
    if choice.way == Way.KEEP:
        return plan
    if choice.way == Way.ROOM and choice.room_id in rooms:
        return plan._replace(room=rooms[choice.room_id])
    if choice.way == Way.TIME:
        start = instant(on, choice.at, plan.room.area.zone).astimezone(UTC)
        return Spot(plan.room, start, start + (plan.ends_at - plan.starts_at))
    return None
