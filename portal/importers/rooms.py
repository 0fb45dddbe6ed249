"""Rooms out of a table: `area,name,capacity,features,timezone`."""

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select

from portal.core.db import db
from portal.importers.tables import Row, Table, checked, read_table, too_long
from portal.rooms import commands
from portal.rooms.models import Area, Resource

REQUIRED = ("area", "name")
OPTIONAL = ("capacity", "features", "timezone")
LONGEST = {"area": 100, "name": 100, "features": 200}
LARGEST_ROOM = 100_000


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
    capacity = cells["capacity"]
    if capacity and not (capacity.isascii() and capacity.isdigit() and 0 < int(capacity[:9]) <= LARGEST_ROOM):
        yield f"“{capacity}” is not a number of seats."
    if cells["timezone"] and cells["timezone"] not in available_timezones():
        yield f"“{cells['timezone']}” is not an IANA time zone such as Asia/Shanghai."


def add_rooms(table: Table, zone: ZoneInfo) -> int:
    """Add the good rows, and areas not there yet in the zone they name or else this; answers how many rooms.

    The caller commits.
    """
    areas = {area.name: area for area in db.session.scalars(select(Area))}
    for row in table.good:
        cells = row.cells
        if cells["area"] not in areas:
            timezone = cells["timezone"] or zone.key
            areas[cells["area"]] = commands.add_area(None, cells["area"], timezone, position=len(areas))
        capacity = int(cells["capacity"]) if cells["capacity"] else None
        commands.add_room(None, areas[cells["area"]], cells["name"], capacity, cells["features"])
    return len(table.good)
