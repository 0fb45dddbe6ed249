"""The grids: rooms against the hours of one day, or the days of one room's week, in columns of five minutes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.rooms.hours import open_spans
from portal.rooms.models import Area, Kind
from portal.rooms.queries import Block, RoomLine

STEP = 300  # seconds in a column
SLOT = 6  # columns in a span that one click chooses
HOUR = 12  # columns in an hour
COLUMN = timedelta(seconds=STEP)


class Look(StrEnum):
    """What some columns of a row show."""

    HELD = "held"
    READY = "ready"  # held for getting the room ready before a booking, or putting it in order after
    FREE = "free"
    GONE = "gone"


# Some columns of a row: from this one up to but not including that one. There are so many that each is a plain tuple.
Cell = tuple[Look, int, int, Block | None]


class Row(NamedTuple):
    """Something that can be booked, with what stands there in that span."""

    line: RoomLine
    blocks: list[Block]


@dataclass(frozen=True)
class Axis:
    """The hours of one day on the reader's clock, from `start` (an instant) on, in columns of five minutes."""

    start: datetime
    columns: int
    zone: ZoneInfo

    @property
    def end(self) -> datetime:
        return self.start + self.columns * COLUMN

    @property
    def hours(self) -> list[str]:
        """What stands above the columns, an hour each."""
        return [self.begins(hour * HOUR)[11:] for hour in range(self.columns // HOUR)]

    def begins(self, column: int) -> str:
        """The local time at which a column begins, as a form writes it: 2026-11-21T09:30."""
        if self._is_even:
            return (self._first + column * COLUMN).isoformat()[:16]
        return self._local(column).isoformat()[:16]

    def column(self, instant: datetime) -> int:
        """The column that the instant lies in; may lie outside the axis."""
        return (instant - self.start) // COLUMN

    def column_after(self, instant: datetime) -> int:
        """The first column that lies wholly after the instant."""
        return -((self.start - instant) // COLUMN)

    def now_columns(self, now: datetime) -> tuple[int, int] | None:
        """How many columns lie before and after the one that holds this moment, if the axis holds it."""
        column = self.column(now)
        return (column, self.columns - column - 1) if 0 <= column < self.columns else None

    @cached_property
    def _first(self) -> datetime:
        return self._local(0)

    @cached_property
    def _is_even(self) -> bool:
        """Whether the clocks stay as they are all along."""
        return self._first.utcoffset() == self._local(self.columns).utcoffset()

    def _local(self, column: int) -> datetime:
        return (self.start + column * COLUMN).astimezone(self.zone)


@dataclass(frozen=True)
class WallAxis(Axis):
    """Hours as the clock on the wall shows them, so that they are the same on each day of a week.

    Those that the clocks skip stay empty, and those that come twice share their columns.
    """

    wall: datetime  # what the clock shows at the start, without a zone

    def begins(self, column: int) -> str:
        return (self.wall + column * COLUMN).isoformat()[:16]

    def column(self, instant: datetime) -> int:
        return (self._shown(instant) - self.wall) // COLUMN

    def column_after(self, instant: datetime) -> int:
        return -((self.wall - self._shown(instant)) // COLUMN)

    def _shown(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None)

    @property
    def is_even(self) -> bool:
        """Whether the clocks stay as they are all along."""
        return self._is_even


@dataclass(frozen=True)
class Grid:
    """Everything the page of a day needs: the axis, and for each area its rows."""

    axis: Axis
    areas: list[tuple[Area, list[Row]]]

    def listed(self, blocks: Iterable[Block]) -> list[tuple[Block, int]]:
        """What of these the axis shows, each booking once, with how many units it holds."""
        shown = [block for block in blocks if block.starts_at < self.axis.end and block.ends_at > self.axis.start]
        units = Counter(block.booking_id for block in shown)
        return [(block, units[block.booking_id]) for block in {block.booking_id: block for block in shown}.values()]


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which the day begins and ends on that clock: 23 to 25 hours."""
    return _instant(day, time(), zone), _instant(day + timedelta(days=1), time(), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def draw(
    day: date, zone: ZoneInfo, areas: Iterable[Area], lines: Sequence[RoomLine], blocks: Sequence[Block]
) -> Grid:
    """Sort the blocks (by room, then time; all touching that day) into rows, below that day's hours."""
    by_room = {room_id: list(held) for room_id, held in groupby(blocks, key=lambda block: block.resource_id)}
    rows: dict[int, list[Row]] = {}
    for line in lines:
        held = by_room.get(line.id, [])
        rows.setdefault(line.area_id, []).append(Row(line, held if line.quantity > 1 else joined(held)))
    return Grid(axis_for(day, zone, areas, blocks), [(area, rows[area.id]) for area in areas if area.id in rows])


def joined(blocks: Iterable[Block]) -> list[Block]:
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
    """When the area is open on that day of the reader's, parts of two of its days for one far away.

    Where it is closed all along, its usual hours: somebody may have the right to book them.
    """
    day_start, day_end = day_bounds(day, zone)
    usual = _instant(day, area.opens_at, area.zone), _instant(day, area.closes_at, area.zone)
    return open_spans(area, day_start, day_end) or [usual]


def lay_out(axis: Axis, past: int, blocks: Iterable[Block]) -> list[Cell]:
    """One room's cells from left to right; their columns always add up to the axis. `past` is the column of now.

    A column that is held for a part of it counts as held. Each block has a column at least, at the price of its
    neighbours' exact place if several lie within one.
    """
    shown = [
        (block, first, last)
        for block in blocks
        if (last := axis.column_after(block.ends_at)) > 0 and (first := axis.column(block.starts_at)) < axis.columns
    ]
    gone = past - past % SLOT
    cells: list[Cell] = []
    at = 0
    for rightmost, (block, first, last) in enumerate(shown, axis.columns - len(shown)):
        start = max(min(first, rightmost), at)
        end = min(max(last, start + 1), rightmost + 1)
        if at < start:
            _leave_free(cells, gone, at, start)
        if block.seconds_before or block.seconds_after:
            _show_ready(cells, axis, block, start, end)
        else:
            cells.append((Look.HELD, start, end, block))
        at = end
    _leave_free(cells, gone, at, axis.columns)
    return cells


def _leave_free(cells: list[Cell], gone: int, start: int, end: int) -> None:
    """Cells for a gap: what has gone by, and what can still be chosen."""
    if start < gone:
        cells.append((Look.GONE, start, min(gone, end), None))
        start = gone
    if start < end:
        cells.append((Look.FREE, start, end, None))


def _show_ready(cells: list[Cell], axis: Axis, block: Block, start: int, end: int) -> None:
    """Cells for a booking that holds the room before and after, which lie in these columns; one at least is its own."""
    comes = max(start, min(axis.column(block.people_from), end - 1))
    goes = min(end, max(axis.column_after(block.people_until), comes + 1))
    if start < comes:
        cells.append((Look.READY, start, comes, None))
    cells.append((Look.HELD, comes, goes, block))
    if goes < end:
        cells.append((Look.READY, goes, end, None))


def free_units(axis: Axis, quantity: int, blocks: Iterable[Block]) -> list[int]:
    """Of something with several units, how many are free all through each half hour of the axis."""
    taken: list[set[int]] = [set() for _half_hour in range(axis.columns // SLOT)]
    for block in blocks:
        first = max(0, axis.column(block.starts_at) // SLOT)
        last = min(len(taken), -(-axis.column_after(block.ends_at) // SLOT))
        for half_hour in range(first, last):
            taken[half_hour].add(block.unit)
    return [quantity - len(units) for units in taken]
