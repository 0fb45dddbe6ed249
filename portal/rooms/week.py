"""One room's week: its days against the hours of the clock on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.rooms.grid import HOUR, Row, WallAxis, day_bounds, joined
from portal.rooms.hours import open_spans
from portal.rooms.models import Kind, Resource
from portal.rooms.queries import Block, RoomLine

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """A day of the week with what stands then; `row` has only what touches it."""

    on: date
    axis: WallAxis
    row: Row

    @property
    def shown(self) -> list[Block]:
        """Each booking once."""
        return list({block.booking_id: block for block in self.row.blocks}.values())


def first_day(year_and_week: str) -> date:
    """The Monday of a week as ISO 8601 writes it, such as 2026-W48; raises ValueError if there is none such."""
    year, _, week = year_and_week.partition("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    if f"{monday.isocalendar().year:04}-W{monday.isocalendar().week:02}" != year_and_week:
        raise ValueError(f"{year_and_week} is no week")
    return monday


def draw_week(resource: Resource, monday: date, zone: ZoneInfo, blocks: Sequence[Block]) -> list[Day]:
    """The seven days from that Monday on, on the reader's clock, all with the same hours."""
    line = RoomLine(resource.id, resource.name, resource.capacity, resource.area_id, resource.quantity)
    held = list(blocks) if resource.quantity > 1 else joined(blocks)
    days = [monday + shift * ONE_DAY for shift in range(7)]
    first, last = _hours(resource, days, zone, held)
    return [_day(line, on, first, last, zone, held) for on in days]


def _day(line: RoomLine, on: date, first: int, last: int, zone: ZoneInfo, held: Sequence[Block]) -> Day:
    wall = datetime.combine(on, time(first))
    axis = WallAxis(wall.replace(tzinfo=zone).astimezone(UTC), (last - first) * HOUR, zone, wall)
    starts_at, ends_at = day_bounds(on, zone)
    touching = [block for block in held if block.starts_at < ends_at and block.ends_at > starts_at]
    return Day(on, axis, Row(line, touching))


def _hours(resource: Resource, days: Sequence[date], zone: ZoneInfo, held: Sequence[Block]) -> tuple[int, int]:
    """From which hour to which: of all openings and bookings of the week, whichever is the earliest and the latest."""
    spans = [(block.starts_at, block.ends_at) for block in held if block.kind != Kind.CLOSURE]
    first, last = 24, 0
    for on in days:
        day_start, day_end = day_bounds(on, zone)
        for starts_at, ends_at in (*open_spans(resource, day_start, day_end), *spans):
            if starts_at < day_end and ends_at > day_start:
                begins = max(starts_at, day_start).astimezone(zone)
                ends = min(ends_at, day_end).astimezone(zone)
                first = min(first, begins.hour)
                last = max(last, 24 if ends.date() > on else ends.hour + (ends.minute > 0))
    # Closed all week, and nothing booked: its usual hours.
    return (first, last) if first < last else (resource.area.opens_at.hour, min(24, resource.area.closes_at.hour + 1))
