"""The day grid: rooms against the hours of one day, as table cells that span columns of five minutes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.rooms.models import Area, Kind
from portal.rooms.queries import Block, RoomLine

STEP = 300  # seconds in a column
SLOT = 6  # columns in a span that one click chooses
HOUR = 12  # columns in an hour
LAST_SECONDS = timedelta(seconds=STEP - 1)  # what makes an end within a column fill it


class Cell(NamedTuple):
    """Some columns of a room's row: a booking, a free span that can be chosen, or time gone by."""

    columns: int
    block: Block | None = None
    start: str = ""  # of a free span, on the reader's clock: 2026-11-21T09:30


class Row(NamedTuple):
    room: RoomLine
    cells: list[Cell]


@dataclass(frozen=True)
class Axis:
    """The hours of one day on the reader's clock, from `start` (an instant) on, in columns of five minutes."""

    start: datetime
    columns: int
    zone: ZoneInfo

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.columns * STEP)

    @property
    def hours(self) -> list[str]:
        """What stands above the columns, an hour each."""
        return [f"{self._local(hour * HOUR):%H:%M}" for hour in range(self.columns // HOUR)]

    @property
    def slots(self) -> list[str]:
        """For each column, the local time at which it begins, as a form writes it."""
        first, step = self._local(0), timedelta(seconds=STEP)
        if first.utcoffset() != self._local(self.columns).utcoffset():
            return [self._local(column).isoformat()[:16] for column in range(self.columns)]
        return [(first + column * step).isoformat()[:16] for column in range(self.columns)]

    def column(self, instant: datetime) -> int:
        """The column that the instant lies in; may lie outside the axis."""
        return int((instant - self.start).total_seconds() // STEP)

    def now_columns(self, now: datetime) -> tuple[int, int] | None:
        """How many columns lie before and after the one that holds this moment, if the axis holds it."""
        column = self.column(now)
        return (column, self.columns - column - 1) if 0 <= column < self.columns else None

    def _local(self, column: int) -> datetime:
        return (self.start + timedelta(seconds=column * STEP)).astimezone(self.zone)


@dataclass(frozen=True)
class Grid:
    """Everything the page needs: the axis, and for each area its rows."""

    axis: Axis
    areas: list[tuple[Area, list[Row]]]


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which the day begins and ends on that clock: 23 to 25 hours."""
    return _instant(day, time(), zone), _instant(day + timedelta(days=1), time(), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def draw(
    day: date, zone: ZoneInfo, now: datetime, areas: Iterable[Area], rooms: Sequence[RoomLine], blocks: Sequence[Block]
) -> Grid:
    """Lay the blocks (by room, then time; all touching that day) out against the day's hours."""
    axis = axis_for(day, zone, areas, blocks)
    by_room = {room_id: _joined(held) for room_id, held in groupby(blocks, key=lambda block: block.resource_id)}
    slots, past = axis.slots, axis.column(now)
    rows: dict[int, list[Row]] = {}
    for room in rooms:
        cells = lay_out(axis, slots, past, by_room.get(room.id, ()))
        rows.setdefault(room.area_id, []).append(Row(room, cells))
    return Grid(axis, [(area, rows[area.id]) for area in areas if area.id in rows])


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """One room's blocks, those of one closure made one: it holds the room day by day."""
    joined: list[Block] = []
    for block in blocks:
        if joined and joined[-1].booking_id == block.booking_id:
            joined[-1] = joined[-1]._replace(ends_at=block.ends_at)
        else:
            joined.append(block)
    return joined


def axis_for(day: date, zone: ZoneInfo, areas: Iterable[Area], blocks: Sequence[Block]) -> Axis:
    """From the first opening, or booking if earlier, to the last closing or end, in whole hours of that day."""
    day_start, day_end = day_bounds(day, zone)
    hours = [open_hours for area in areas for open_hours in _open_hours(area, day, zone)]
    # A closure goes on through nights in which there is nothing to see.
    booked = ((block.starts_at, block.ends_at) for block in blocks if block.kind != Kind.CLOSURE)
    spans = [*hours, *booked]
    spans = [span for span in spans if span[0] < day_end and span[1] > day_start]
    first = max(day_start, min((start for start, _ in spans), default=day_start))
    last = min(day_end, max((end for _, end in spans), default=day_end))
    if last <= first:
        first, last = day_start, day_end
    from_hour = int((first - day_start).total_seconds() // 3600)
    to_hour = -int(-(last - day_start).total_seconds() // 3600)
    return Axis(day_start + timedelta(hours=from_hour), (to_hour - from_hour) * HOUR, zone)


def _open_hours(area: Area, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """When the area is open on that day; on the clock of a reader far away, parts of three of its days."""
    around = (0,) if area.timezone == zone.key else (-1, 0, 1)
    days = [day + timedelta(days=shift) for shift in around]
    return [(_instant(on, area.opens_at, area.zone), _instant(on, area.closes_at, area.zone)) for on in days]


def lay_out(axis: Axis, slots: list[str], past: int, blocks: Iterable[Block]) -> list[Cell]:
    """One room's cells from left to right; their columns always add up to the axis.

    A column that is held for a part of it counts as held. Each block has a column at least, at the price of its
    neighbours' exact place if several lie within one.
    """
    shown = [block for block in blocks if block.starts_at < axis.end and block.ends_at > axis.start]
    cells: list[Cell] = []
    at = 0
    for rightmost, block in enumerate(shown, axis.columns - len(shown)):
        start = max(min(axis.column(block.starts_at), rightmost), at)
        end = min(max(axis.column(block.ends_at + LAST_SECONDS), start + 1), rightmost + 1)
        _leave_free(cells, slots, past, at, start)
        cells.append(Cell(end - start, block))
        at = end
    _leave_free(cells, slots, past, at, axis.columns)
    return cells


def _leave_free(cells: list[Cell], slots: list[str], past: int, start: int, end: int) -> None:
    """Cells for a gap: time gone by in one, what can still be chosen in half hours."""
    gone = min(end, past - past % SLOT)
    if start < gone:
        cells.append(Cell(gone - start))
        start = gone
    while start < end:
        stop = min(end, start + SLOT - start % SLOT)
        cells.append(Cell(stop - start, None, slots[start]))
        start = stop
