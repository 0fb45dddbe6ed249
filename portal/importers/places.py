"""Rooms by what events call them."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Area, Room


class Place(NamedTuple):
    """A room, as far as an import needs it."""

    room_id: int
    zone: ZoneInfo


class Rooms:
    """Finds rooms by what events call them, and makes new ones in the named area if it is told to."""

    def __init__(self, area: str, zone: ZoneInfo, *, may_create: bool) -> None:
        self._area, self._zone, self._may_create = area, zone, may_create
        in_use = (
            select(Room.name, Room.id, Area.timezone, Area.name)
            .join(Room.area).where(Room.retired_at.is_(None)).order_by((Area.name == area).desc(), Room.id)
        )
        self._known: dict[str, Place] = {}
        for name, room_id, timezone, _area_name in db.session.execute(in_use):
            # The area's own room first, where several areas have one of that name.
            self._known.setdefault(name, Place(room_id, ZoneInfo(timezone)))

    def find(self, name: str) -> Place | None:
        """The room of that name, made now if need and leave be; raises DomainError if it cannot be made."""
        if name and name not in self._known and self._may_create:
            area = self._own_area()
            room = keeping.add_room(None, area, name)
            self._known[name] = Place(room.id, area.zone)
        return self._known.get(name)

    def _own_area(self) -> Area:
        area = db.session.scalars(select(Area).where(Area.name == self._area)).one_or_none()
        return area or keeping.add_area(None, self._area, self._zone.key)
