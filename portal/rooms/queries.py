"""Reading rooms and bookings. Every search by time looks back one day at most: no hold is longer."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.rooms import policy
from portal.rooms.availability import closed_spans, first_start
from portal.rooms.models import LONGEST, Area, Booking, Hold, Kind, Resource, Room, Visibility

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
    booked_by_id: int | None
    visibility: str
    kind: str = Kind.BOOKING


# Built once: building a statement takes longer than running it.
_ROOM_LINES = (
    select(Resource.id, Resource.name, Resource.capacity, Resource.area_id)
    .join(Area, Area.id == Resource.area_id)
    .where(Resource.retired_at.is_(None))
    .order_by(Area.position, Area.id, Resource.name)
)
_BLOCKS = (
    select(
        Hold.resource_id, Hold.starts_at, Hold.ends_at, Booking.id, Booking.title, Booking.owner_id,
        Booking.booked_by_id, Booking.visibility, Booking.kind,
    )
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
    """The person's standing bookings that have not ended, soonest first, with rooms and owners.

    Those too that they made for somebody else, who may not know the portal yet.
    """
    now = clock.now()
    return (
        select(Booking)
        .options(
            selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area), joinedload(Booking.owner)
        )
        .where(
            or_(Booking.owner_id == person_id, Booking.booked_by_id == person_id), Booking.cancelled_at.is_(None),
            Booking.kind == Kind.BOOKING,
            # No booking is longer: this lets the indexes on (owner, start) and (booked by, start) find them.
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
            Hold.ends_at > now, Booking.kind == Kind.BOOKING,
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


def hidden_from(person: Person, booking_ids: Iterable[int]) -> set[int]:
    """Which of these bookings the person may not read. One statement."""
    private = select(Booking.id, Booking.owner_id, Booking.booked_by_id, Booking.visibility).where(
        Booking.id.in_(list(booking_ids)), Booking.visibility == Visibility.PRIVATE
    )
    return {row.id for row in db.session.execute(private) if not policy.may_read(person, row)}


class WaysOut(NamedTuple):
    """What to offer instead of a time that is taken."""

    next_start: datetime | None
    rooms: Sequence[Room]


def ways_out(room: Resource, starts_at: datetime, ends_at: datetime, moving: int | None = None) -> WaysOut:
    """When the room is next free for as long, and up to three other rooms that are free at that time.

    The rooms nearest first: of the same area, then big enough, then the smallest. `moving` is the booking that
    would move, whose own hold is not in its way. Three statements at most.
    """
    return WaysOut(
        _next_free(room, starts_at, ends_at - starts_at, moving), _free_rooms(room, starts_at, ends_at, moving)
    )


def _next_free(room: Resource, starts_at: datetime, length: timedelta, moving: int | None) -> datetime | None:
    until = starts_at + LOOK_AHEAD
    held = db.session.execute(
        select(Hold.starts_at, Hold.ends_at)
        .where(_stands_within(starts_at, until), Hold.resource_id == room.id, Hold.booking_id.is_distinct_from(moving))
        .order_by(Hold.starts_at)
    )
    spans = [(taken_from, taken_to) for taken_from, taken_to in held]
    return first_start(spans, closed_spans(room.area, starts_at, until), starts_at, length, until)


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


def count_ahead(person_id: int, area_id: int) -> int:
    """How many standing bookings the person has in the rooms of the area that have not begun. One statement."""
    return db.session.scalars(
        select(func.count(Booking.id.distinct()))
        .join(Booking.holds)
        .join(Hold.resource)
        .where(
            Booking.owner_id == person_id, Booking.kind == Kind.BOOKING, Booking.starts_at > clock.now(),
            Booking.cancelled_at.is_(None), Resource.area_id == area_id,
        )
    ).one()


def clashing_ids(room_id: int, starts_at: datetime, ends_at: datetime) -> Sequence[int]:
    """The ids of what stands in the room within that span, however long it is. One statement."""
    held = select(Hold.booking_id).where(Hold.resource_id == room_id, _stands_within(starts_at, ends_at))
    return db.session.scalars(held.distinct()).all()


def clashing(room_id: int, starts_at: datetime, ends_at: datetime) -> Sequence[Booking]:
    """What stands in the room within that span, soonest first, with owners, as it is now. Two statements."""
    held = select(Hold.booking_id).where(Hold.resource_id == room_id, _stands_within(starts_at, ends_at))
    return db.session.scalars(
        select(Booking)
        .where(Booking.id.in_(held))
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .order_by(Booking.starts_at, Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def other_rooms(room: Resource, bookings: Sequence[Booking]) -> dict[int, Room]:
    """For each of the room's bookings another room that is free at its time and as large, if there is one.

    Of the same area first, then the smallest. Bookings of one room never overlap, so that they may all be offered
    the same one. Two statements.
    """
    size = func.coalesce(Room.capacity, 0)
    earliest = min((booking.starts_at for booking in bookings), default=clock.now())
    held = aliased(Hold)
    taken = (
        exists()
        .where(
            held.resource_id == Room.id, held.released_at.is_(None), held.starts_at < Booking.ends_at,
            held.starts_at > earliest - LONGEST, held.ends_at > Booking.starts_at,
        )
        # Said, because the innermost of three would else look at all bookings there are.
        .correlate(Booking, Room)
    )
    best = (
        select(Room.id)
        .where(Room.id != room.id, Room.retired_at.is_(None), size >= (room.capacity or 0), ~taken)
        .order_by((Room.area_id == room.area_id).desc(), size, Room.name, Room.id)
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    ids = [booking.id for booking in bookings]
    found = db.session.execute(select(Booking.id, best).where(Booking.id.in_(ids))).all()
    offers: dict[int, int | None] = {booking_id: room_id for booking_id, room_id in found}  # noqa: C416
    rooms = {other.id: other for other in db.session.scalars(select(Room).where(Room.id.in_(offers.values())))}
    return {booking_id: rooms[room_id] for booking_id, room_id in offers.items() if room_id}


def closures_in(room_id: int) -> Select[Booking]:
    """When the room is closed from now on, soonest first."""
    now = clock.now()
    held = select(Hold.booking_id).where(
        Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.ends_at > now
    )
    return (
        select(Booking)
        .where(Booking.id.in_(held), Booking.kind == Kind.CLOSURE, Booking.ends_at > now)
        .order_by(Booking.starts_at)
    )


class KeptRoom(NamedTuple):
    """What room managers see of a room."""

    id: int
    name: str
    capacity: int | None
    features: str
    area_id: int
    retired_at: datetime | None


def kept_rooms() -> list[KeptRoom]:
    """All rooms, retired ones last in their area. One statement."""
    return [
        KeptRoom(*row)
        for row in db.session.execute(
            select(
                Resource.id, Resource.name, Resource.capacity, Resource.features, Resource.area_id,
                Resource.retired_at,
            ).order_by(Resource.area_id, Resource.retired_at.is_not(None), Resource.name)
        )
    ]
