"""How much of each day of a month is booked."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.epochs import epoch, local_epoch
from portal.rooms.grid import day_bounds
from portal.rooms.hours import open_spans
from portal.rooms.models import Area, Booking, Hold, Kind, Resource, Sort
from portal.rooms.queries import RoomLine

A_DAY = 86_400  # seconds
EPOCH = date(1970, 1, 1)
STEPS = (0.0, 0.1, 0.3, 0.5, 0.7)  # from which share on a day is coloured stronger


class Load(NamedTuple):
    """What is booked on a day, and how long everything shown is open then, in seconds."""

    on: date
    bookings: int = 0
    booked: int = 0
    open: int = 0

    @property
    def share(self) -> int | None:
        """How many hundredths of the open time are booked; None if nothing is open."""
        return round(100 * self.booked / self.open) if self.open else None

    @property
    def step(self) -> int:
        """How strongly it is coloured: 0 if nothing is booked, up to 5."""
        return sum(self.booked / self.open > step for step in STEPS) if self.open else 5 * bool(self.booked)


def weeks_of(first: date) -> list[list[date | None]]:
    """The days of that month, in weeks from Monday on; nothing where a week has days of another month."""
    days: list[date | None] = [None] * first.weekday()
    days += [first.replace(day=day) for day in range(1, monthrange(first.year, first.month)[1] + 1)]
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def loads(
    first: date, zone: ZoneInfo, areas: Sequence[Area], lines: Sequence[RoomLine], area_id: int | None, sort: Sort
) -> dict[date, Load]:
    """The load of each day of the month on the reader's clock; a booking counts on the day on which it begins.

    One statement. `areas` are those shown, with their hours.
    """
    days = [first.replace(day=day) for day in range(1, monthrange(first.year, first.month)[1] + 1)]
    booked = _booked(days, zone, area_id, sort)
    units = {area.id: sum(line.quantity for line in lines if line.area_id == area.id) for area in areas}
    return {on: Load(on, *booked.get(on, (0, 0)), _open_seconds(on, zone, areas, units)) for on in days}


def _booked(days: Sequence[date], zone: ZoneInfo, area_id: int | None, sort: Sort) -> dict[date, tuple[int, int]]:
    starts_at, until = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    day = (local_epoch(Booking.starts_at, zone, starts_at, until) // A_DAY).label("on_day")
    seconds = func.sum(epoch(Booking.ends_at) - epoch(Booking.starts_at))
    of_area = (Resource.area_id == area_id,) if area_id is not None else ()
    found = db.session.execute(
        select(day, func.count(Booking.id.distinct()), seconds)
        .select_from(Hold)
        .join(Hold.booking)
        .join(Hold.resource)
        .where(
            Hold.released_at.is_(None), Booking.kind == Kind.BOOKING, Resource.kind == sort,
            Resource.retired_at.is_(None), Booking.starts_at >= starts_at, Booking.starts_at < until,
            # What it holds begins some hours earlier at most, for getting ready: this lets the index find it.
            Hold.starts_at > starts_at - timedelta(days=1), Hold.starts_at < until, *of_area,
        )
        .group_by("on_day")
    )
    return {EPOCH + timedelta(days=number): (count, int(total)) for number, count, total in found}


def _open_seconds(on: date, zone: ZoneInfo, areas: Sequence[Area], units: dict[int, int]) -> int:
    day_start, day_end = day_bounds(on, zone)
    total = timedelta()
    for area in areas:
        if units[area.id]:
            for opens, closes in open_spans(area, day_start, day_end):
                total += units[area.id] * (min(closes, day_end) - max(opens, day_start))
    return int(total.total_seconds())
