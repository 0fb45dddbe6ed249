"""Closures out of a table: `room,from,until,reason`, and `area` where two areas have a room of that name.

Times are `YYYY-MM-DD HH:MM` on the clock of the room's area. A day alone begins at midnight, and as an end is meant
to its last minute.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.importers.tables import Row, Table, checked, read_table, too_long
from portal.rooms import closing, queries
from portal.rooms.availability import Span, on_clock
from portal.rooms.models import LONGEST_TITLE, Booking, Resource, Visibility

REQUIRED = ("room", "from", "until", "reason")
OPTIONAL = ("area",)
ONE_DAY = timedelta(days=1)


Rooms = Mapping[str, Sequence[Resource]]


class Closure(NamedTuple):
    """What one row says."""

    room: Resource
    starts_at: datetime
    ends_at: datetime


class Fault(Exception):
    """What is wrong with a row, as the end of a sentence about its line."""


def read_closures(file: Path) -> Table:
    """Every row that can be closed as it stands, and sentences for each that cannot: with all that is in its way."""
    table = read_table(file, REQUIRED, OPTIONAL)
    rooms = _rooms()
    earlier: dict[int, list[tuple[int, Span]]] = {}

    def examine(row: Row) -> Iterable[str]:
        yield from (f"the {column} is missing." for column in REQUIRED if not row.cells[column])
        yield from too_long(row.cells, {"reason": LONGEST_TITLE})
        try:
            closure = closure_of(row, rooms)
            closing.check_time(closure.starts_at, closure.ends_at)
        except (Fault, DomainError) as fault:
            if all(row.cells[column] for column in REQUIRED):
                yield str(fault)
            return
        yield from _in_the_way(row.line, closure, earlier.setdefault(closure.room.id, []))

    return checked(table, examine)


def _rooms() -> Rooms:
    """What is in use, by name. One statement."""
    found: dict[str, list[Resource]] = {}
    query = select(Resource).where(Resource.retired_at.is_(None)).options(joinedload(Resource.area))
    for room in db.session.scalars(query):
        found.setdefault(room.name, []).append(room)
    return found


def closure_of(row: Row, rooms: Rooms) -> Closure:
    """What the row says; raises Fault if it names no room, or no time."""
    cells = row.cells
    found = [room for room in rooms.get(cells["room"], ()) if cells["area"] in ("", room.area.name)]
    if not found:
        raise Fault(f"there is no room {cells['room']}{' in ' + cells['area'] if cells['area'] else ''}.")
    if len(found) > 1:
        raise Fault(f"several areas have a room {cells['room']}: say in the column area which is meant.")
    zone = found[0].area.zone
    return Closure(found[0], _instant(cells["from"], zone, timedelta()), _instant(cells["until"], zone, ONE_DAY))


def _instant(text: str, zone: ZoneInfo, for_a_day: timedelta) -> datetime:
    """The instant of a time on the clock of that zone, or of a day's midnight and so much later."""
    written = text.replace("/", "-").replace("T", " ")
    for pattern, later in (("%Y-%m-%d %H:%M", timedelta()), ("%Y-%m-%d", for_a_day)):
        try:
            wall = datetime.strptime(written, pattern) + later  # noqa: DTZ007
        except (ValueError, OverflowError):
            continue
        return on_clock(wall.date(), time(wall.hour, wall.minute), zone)
    raise Fault(f"“{text}” is not a time such as 2026-11-21 09:30.")


def _in_the_way(line: int, closure: Closure, earlier: list[tuple[int, Span]]) -> Iterable[str]:
    for other, (starts_at, ends_at) in earlier:
        if starts_at < closure.ends_at and closure.starts_at < ends_at:
            yield f"{closure.room.name} is closed for part of that time already (on line {other})."
    earlier.append((line, (closure.starts_at, closure.ends_at)))
    for booking in queries.clashing(closure.room.id, closure.starts_at, closure.ends_at):
        yield f"in the way: {_said(booking, closure.room.area.zone)}."


def _said(booking: Booking, zone: ZoneInfo) -> str:
    title = "Booked" if booking.visibility == Visibility.PRIVATE else booking.title
    first, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (booking.starts_at, booking.ends_at))
    return f"{title}, {first} – {last}, {booking.owner.name}"


def add_closures(table: Table, owner: Person) -> int:
    """Close what the good rows say, in the name of the owner; answers how many. The caller commits."""
    rooms = _rooms()
    for row in table.good:
        closure = closure_of(row, rooms)
        closing.close_from_file(owner, closure.room.id, row.cells["reason"], closure.starts_at, closure.ends_at)
    return len(table.good)
