"""Rooms, and whatever else can be booked, out of a table.

Its columns are `area,name`, and as far as wanted `kind,capacity,quantity,features,setup,cleanup,timezone,site,
building,floor`; setup and cleanup are minutes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.importers.tables import Row, Table, checked, read_table, too_long
from portal.rooms import keeping
from portal.rooms.models import Area, Resource, Sort

REQUIRED = ("area", "name")
OPTIONAL = (
    "kind", "capacity", "quantity", "features", "setup", "cleanup", "timezone", "site", "building", "floor",
)
LONGEST = {"area": 100, "name": 100, "features": 200, "site": 100, "building": 100, "floor": 40}


class Range(NamedTuple):
    """What a number may be, and what it is a number of."""

    least: int
    most: int
    words: str


NUMBERS: Mapping[str, Range] = {
    "capacity": Range(1, 100_000, "seats"), "quantity": Range(1, 99, "pieces from 1 to 99"),
    "setup": Range(0, 240, "minutes up to 240"), "cleanup": Range(0, 240, "minutes up to 240"),
}


def read_rooms(file: Path) -> Table:
    """Every row that can be added, and a sentence for each that cannot. Two statements."""
    table = read_table(file, REQUIRED, OPTIONAL)
    zones = dict(db.session.execute(select(Area.name, Area.timezone)).all())
    rooms = db.session.execute(select(Area.name, Resource.name).join(Resource.area))
    seen = dict.fromkeys([(area, name) for area, name in rooms], "in the portal")

    def examine(row: Row) -> Iterable[str]:
        cells = row.cells
        yield from _shape(cells)
        zone = zones.setdefault(cells["area"], cells["timezone"])
        if cells["timezone"] and cells["timezone"] != zone:
            yield f"the area {cells['area']} has the time zone {zone or 'of the portal'}, not {cells['timezone']}."
        key = (cells["area"], cells["name"])
        if key in seen:
            yield f"the area {cells['area']} has a room {cells['name']} already ({seen[key]})."
        seen.setdefault(key, f"on line {row.line}")

    return checked(table, examine)


def _shape(cells: dict[str, str]) -> Iterable[str]:
    for column in REQUIRED:
        if not cells[column]:
            yield f"the {column} is missing."
    yield from too_long(cells, LONGEST)
    for column, allowed in NUMBERS.items():
        if cells[column] and not _is_within(cells[column], allowed):
            yield f"“{cells[column]}” is not a number of {allowed.words}."
    if cells["timezone"] and cells["timezone"] not in clock.time_zones():
        yield f"“{cells['timezone']}” is not an IANA time zone such as Asia/Shanghai."
    yield from _kind(cells)


def _is_within(text: str, allowed: Range) -> bool:
    return text.isascii() and text.isdigit() and allowed.least <= int(text[:9]) <= allowed.most


def _kind(cells: dict[str, str]) -> Iterable[str]:
    kind = cells["kind"].lower()
    if kind and kind not in set(Sort):
        yield f"“{cells['kind']}” is none of the kinds {', '.join(Sort)}."
    elif kind != Sort.EQUIPMENT and cells["quantity"] not in ("", "1"):
        yield "only equipment has a quantity."


def add_rooms(table: Table, zone: ZoneInfo) -> int:
    """Add the good rows, and areas not there yet in the zone they name or else this; answers how many.

    Where an area lies is taken from its first row. The caller commits.
    """
    areas = {area.name: area for area in db.session.scalars(select(Area))}
    for row in table.good:
        cells = row.cells
        if cells["area"] not in areas:
            areas[cells["area"]] = keeping.add_area(
                None, cells["area"], cells["timezone"] or zone.key, position=len(areas), site=cells["site"],
                building=cells["building"], floor=cells["floor"],
            )
        keeping.add_resource(
            None, Sort(cells["kind"].lower() or Sort.ROOM), areas[cells["area"]], name=cells["name"],
            capacity=int(cells["capacity"]) if cells["capacity"] else None, features=cells["features"],
            quantity=int(cells["quantity"] or 1), setup_minutes=int(cells["setup"] or 0),
            cleanup_minutes=int(cells["cleanup"] or 0),
        )
    return len(table.good)
