"""Looking for rooms that suit a wish. At most four statements, however many rooms and bookings there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager

from portal.core.db import db
from portal.rooms.availability import Findings, Span, Wish, closed_spans, findings, first_start, suiting
from portal.rooms.models import LONGEST, Area, Hold, Room

# Most rooms are free within the first; each further one is read only for those that are not.
LOOKS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))

_ROOMS = (
    select(Room)
    .join(Room.area)
    .options(contains_eager(Room.area))
    .where(Room.retired_at.is_(None))
    .order_by(Area.position, Area.id, Room.name)
)
# Naming the rooms lets the index on (room, start) be used room by room. Of the table itself, not of the class: that
# makes nothing but tuples, of which there may be thousands.
_hold = Hold.__table__.c
_HELD = (
    select(_hold.resource_id, _hold.starts_at, _hold.ends_at)
    .where(
        _hold.resource_id.in_(bindparam("room_ids", expanding=True)), _hold.released_at.is_(None),
        _hold.starts_at < bindparam("until"), _hold.starts_at > bindparam("a_day_before"),
        _hold.ends_at > bindparam("starts_at"),
    )
    .order_by(_hold.resource_id, _hold.starts_at)
)


def rooms_in_use() -> Sequence[Room]:
    """The rooms with their areas, in the order of the house. One statement."""
    return db.session.scalars(_ROOMS).all()


def find_rooms(rooms: Sequence[Room], wish: Wish) -> Findings:
    """Those of the rooms that suit the wish, each with its first start within thirty days. Three statements at most."""
    ranked = suiting(rooms, wish)
    starts: dict[int, datetime] = {}
    for look in LOOKS:
        open_still = [room for room in ranked if room.id not in starts]
        starts |= _first_starts(open_still, wish, wish.ends_at + look)
    return findings(ranked, starts, wish, len(rooms) - len(ranked))


def _first_starts(rooms: Sequence[Room], wish: Wish, until: datetime) -> dict[int, datetime]:
    held = _held_by_room(rooms, wish.starts_at, until)
    closed = {area: closed_spans(area, wish.starts_at, until) for area in {room.area for room in rooms}}
    found = (
        (room.id, first_start(held.get(room.id, ()), closed[room.area], wish.starts_at, wish.length, until))
        for room in rooms
    )
    return {room_id: start for room_id, start in found if start}


def _held_by_room(rooms: Iterable[Room], starts_at: datetime, until: datetime) -> dict[int, list[Span]]:
    room_ids = [room.id for room in rooms]
    if not room_ids:
        return {}
    span = {"room_ids": room_ids, "starts_at": starts_at, "a_day_before": starts_at - LONGEST, "until": until}
    held: dict[int, list[Span]] = {}
    for room_id, taken_from, taken_to in db.session.execute(_HELD, span):
        held.setdefault(room_id, []).append((taken_from, taken_to))
    return held
