"""Reading rooms and bookings. Every search by time looks back one day at most: no hold is longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core import clock
from portal.core.db import db
from portal.rooms.models import LONGEST, Area, Booking, Hold, Resource, Room

LOOK_AHEAD = timedelta(days=14)


def areas() -> Sequence[Area]:
    return db.session.scalars(select(Area).order_by(Area.position, Area.id)).all()


class RoomChoice(NamedTuple):
    """What a form offers of a room."""

    id: int
    name: str
    area_name: str


_ROOM_CHOICES = (
    select(Resource.id, Resource.name, Area.name)
    .join(Area, Area.id == Resource.area_id)
    .where(Resource.retired_at.is_(None))
    .order_by(Area.position, Area.id, Resource.name)
)


def room_choices() -> list[RoomChoice]:
    """The rooms in use, in the order of the house. One statement."""
    return [RoomChoice(*row) for row in db.session.execute(_ROOM_CHOICES)]


class RoomLine(NamedTuple):
    """What the day grid shows of a room."""

    id: int
    name: str
    capacity: int | None
    area_id: int


class Block(NamedTuple):
    """What the day grid shows of a booking in one room."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    booking_id: int
    title: str
    owner_id: int


# Built once: building a statement takes longer than running it.
_ROOM_LINES = (
    select(Resource.id, Resource.name, Resource.capacity, Resource.area_id)
    .join(Area, Area.id == Resource.area_id)
    .where(Resource.retired_at.is_(None))
    .order_by(Area.position, Area.id, Resource.name)
)
_BLOCKS = (
    select(Hold.resource_id, Hold.starts_at, Hold.ends_at, Booking.id, Booking.title, Booking.owner_id)
    .join(Booking, Booking.id == Hold.booking_id)
    .where(
        Hold.released_at.is_(None),
        Hold.starts_at < bindparam("ends_at"),
        Hold.starts_at > bindparam("a_day_before"),
        Hold.ends_at > bindparam("starts_at"),
    )
    .order_by(Hold.resource_id, Hold.starts_at)
)
_OF_AREA = Resource.area_id == bindparam("area_id")
_ROOM_LINES_OF_AREA = _ROOM_LINES.where(_OF_AREA)
# Naming the rooms lets the index on (room, start) be used room by room, also for the whole house.
_BLOCKS_OF_AREA = _BLOCKS.where(Hold.resource_id.in_(select(Resource.id).where(_OF_AREA)))
_BLOCKS_OF_ALL = _BLOCKS.where(Hold.resource_id.in_(select(Resource.id)))


def room_lines(area_id: int | None) -> list[RoomLine]:
    """The rooms in use of one area or of all, in the order of the house. One statement."""
    query = _ROOM_LINES if area_id is None else _ROOM_LINES_OF_AREA
    return [RoomLine(*row) for row in db.session.execute(query, {"area_id": area_id})]


def blocks(starts_at: datetime, ends_at: datetime, area_id: int | None) -> list[Block]:
    """What stands in the rooms of one area or of all in that span, by room and time. One statement."""
    query = _BLOCKS_OF_ALL if area_id is None else _BLOCKS_OF_AREA
    span = {"starts_at": starts_at, "ends_at": ends_at, "a_day_before": starts_at - LONGEST, "area_id": area_id}
    return [Block(*row) for row in db.session.execute(query, span)]


def _stands_within(starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    return and_(
        Hold.released_at.is_(None),
        Hold.starts_at < ends_at,
        Hold.starts_at > starts_at - LONGEST,
        Hold.ends_at > starts_at,
    )


def bookings_of(person_id: int) -> Select[Booking]:
    """The person's standing bookings that have not ended, soonest first, with their rooms."""
    now = clock.now()
    return (
        select(Booking)
        .options(selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area))
        .where(
            Booking.owner_id == person_id, Booking.cancelled_at.is_(None),
            # No booking is longer: this lets the index on (owner, start) find and order them.
            Booking.starts_at > now - LONGEST, Booking.ends_at > now,
        )
        .order_by(Booking.starts_at, Booking.id)
    )


def bookings_in(room_id: int) -> Select[Booking]:
    """What stands in the room from now on, soonest first, with owners."""
    now = clock.now()
    return (
        select(Booking)
        .join(Booking.holds)
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .where(
            Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.starts_at > now - LONGEST,
            Hold.ends_at > now,
        )
        .order_by(Hold.starts_at)
    )


def free_until(room_id: int, starts_at: datetime, at_most: datetime) -> datetime:
    """Until when the room is free from then on, `at_most` at the latest; that too if it is not free at all."""
    next_start = db.session.scalars(
        select(func.min(Hold.starts_at)).where(
            Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.starts_at > starts_at
        )
    ).one()
    return min(next_start, at_most) if next_start else at_most


class WaysOut(NamedTuple):
    """What to offer instead of a time that is taken."""

    next_start: datetime | None
    rooms: Sequence[Room]


def ways_out(room: Resource, starts_at: datetime, ends_at: datetime, moving: int | None = None) -> WaysOut:
    """When the room is next free for as long, and up to three other rooms that are free at that time.

    The rooms nearest first: of the same area, then big enough, then the smallest. `moving` is the booking that
    would move, whose own hold is not in its way. Two statements.
    """
    return WaysOut(
        _next_free(room.id, starts_at, ends_at - starts_at, moving), _free_rooms(room, starts_at, ends_at, moving)
    )


def _next_free(room_id: int, starts_at: datetime, length: timedelta, moving: int | None) -> datetime | None:
    until = starts_at + LOOK_AHEAD
    held = db.session.execute(
        select(Hold.starts_at, Hold.ends_at)
        .where(_stands_within(starts_at, until), Hold.resource_id == room_id, Hold.booking_id.is_distinct_from(moving))
        .order_by(Hold.starts_at)
    ).all()
    candidate = starts_at
    for taken_from, taken_to in held:
        if taken_from - candidate >= length:
            break
        candidate = max(candidate, taken_to)
    return candidate if candidate < until else None


def _free_rooms(room: Resource, starts_at: datetime, ends_at: datetime, moving: int | None) -> Sequence[Room]:
    taken = exists().where(
        Hold.resource_id == Room.id, _stands_within(starts_at, ends_at), Hold.booking_id.is_distinct_from(moving)
    )
    wanted = room.capacity or 0
    size = func.coalesce(Room.capacity, 0)
    return db.session.scalars(
        select(Room)
        .join(Room.area)
        .options(contains_eager(Room.area))
        .where(Room.id != room.id, Room.retired_at.is_(None), ~taken)
        .order_by((Room.area_id == room.area_id).desc(), (size >= wanted).desc(), func.abs(size - wanted), Room.name)
        .limit(3)
    ).all()
