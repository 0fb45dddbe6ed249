"""Reading rooms and bookings. Every search by time looks back one day at most: no hold is longer."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.epochs import epoch
from portal.rooms import policy
from portal.rooms.models import (
    LONGEST,
    Area,
    Booking,
    Hold,
    Kind,
    Resource,
    Sort,
    Status,
    Visibility,
    version_of,
)


def areas() -> Sequence[Area]:
    return db.session.scalars(select(Area).order_by(Area.position, Area.id)).all()


_AREAS_WITH_HOURS = select(Area).order_by(Area.position, Area.id).options(joinedload(Area.hours))


def areas_with_hours() -> Sequence[Area]:
    """The areas in the order of the house, with their hours by weekday. One statement."""
    return db.session.scalars(_AREAS_WITH_HOURS).unique().all()


class RoomLine(NamedTuple):
    """What the grids show of something that can be booked."""

    id: int
    name: str
    capacity: int | None
    area_id: int
    quantity: int = 1


class Block(NamedTuple):
    """What the grids show of a booking in one room, from `starts_at` until `ends_at`, as long as it holds it."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    booking_id: int
    title: str
    owner_id: int
    booked_by_id: int | None
    visibility: str
    kind: str = Kind.BOOKING
    status: str = Status.CONFIRMED
    unit: int = 0
    # How long before people come, and after they have gone, it is held too; nothing if it is not.
    seconds_before: int | None = None
    seconds_after: int | None = None
    sequence: int = 0
    # In seconds since 1970; only of what belongs to the reader, and is booked first of all there.
    changed: int | None = None

    @property
    def people_from(self) -> datetime:
        return self.starts_at + timedelta(seconds=self.seconds_before or 0)

    @property
    def people_until(self) -> datetime:
        return self.ends_at - timedelta(seconds=self.seconds_after or 0)

    @property
    def version(self) -> str:
        """What `Booking.version` says, of a block that has `changed`."""
        assert self.changed is not None, "asked for of one's own only"
        return version_of(self.sequence, self.changed, self.visibility, self.title)


# Built once: building a statement takes longer than running it.
_ROOM_LINES = (
    select(Resource.id, Resource.name, Resource.capacity, Resource.area_id, Resource.quantity)
    .join(Area, Area.id == Resource.area_id)
    .where(Resource.kind == bindparam("sort"), Resource.retired_at.is_(None))
    .order_by(Area.position, Area.id, Resource.name)
)
_first_hold = aliased(Hold)
_IS_THE_READERS = and_(
    or_(Booking.owner_id == bindparam("reader_id"), Booking.booked_by_id == bindparam("reader_id")),
    Hold.id == select(func.min(_first_hold.id)).where(_first_hold.booking_id == Booking.id).scalar_subquery(),
)
_BLOCKS = (
    select(
        Hold.resource_id, Hold.starts_at, Hold.ends_at, Booking.id, Booking.title, Booking.owner_id,
        Booking.booked_by_id, Booking.visibility, Booking.kind, Booking.status, Hold.unit,
        case((Booking.starts_at > Hold.starts_at, epoch(Booking.starts_at) - epoch(Hold.starts_at))),
        case((Booking.ends_at < Hold.ends_at, epoch(Hold.ends_at) - epoch(Booking.ends_at))),
        Booking.sequence, case((_IS_THE_READERS, epoch(Booking.changed_at))),
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
_OF_AREA = and_(Resource.kind == bindparam("sort"), Resource.area_id == bindparam("area_id"))
_ROOM_LINES_OF_AREA = _ROOM_LINES.where(Resource.area_id == bindparam("area_id"))
# Naming the rooms lets the index on (room, start) be used room by room, also for the whole house.
_BLOCKS_OF_AREA = _BLOCKS.where(Hold.resource_id.in_(select(Resource.id).where(_OF_AREA)))
_BLOCKS_OF_ALL = _BLOCKS.where(Hold.resource_id.in_(select(Resource.id).where(Resource.kind == bindparam("sort"))))
_BLOCKS_OF_ONE = _BLOCKS.where(Hold.resource_id == bindparam("resource_id"))
_SORTS = select(Resource.kind).where(Resource.retired_at.is_(None)).distinct()


def sorts_in_use() -> list[Sort]:
    """What sorts of things the house has, in their order. One statement."""
    found = set(db.session.scalars(_SORTS))
    return [sort for sort in Sort if sort in found]


def room_lines(area_id: int | None, sort: Sort = Sort.ROOM) -> list[RoomLine]:
    """What is in use of that sort in one area or in all, in the order of the house. One statement."""
    query = _ROOM_LINES if area_id is None else _ROOM_LINES_OF_AREA
    return [RoomLine(*row) for row in db.session.execute(query, {"area_id": area_id, "sort": sort})]


def blocks(
    starts_at: datetime, ends_at: datetime, area_id: int | None, reader_id: int, sort: Sort = Sort.ROOM
) -> list[Block]:
    """What stands in the rooms of one area or of all in that span, by room and time. One statement."""
    query = _BLOCKS_OF_ALL if area_id is None else _BLOCKS_OF_AREA
    return _blocks(query, starts_at, ends_at, reader_id, area_id=area_id, sort=sort)


def blocks_in(resource_id: int, starts_at: datetime, ends_at: datetime, reader_id: int) -> list[Block]:
    """What stands in that one in that span, by time. One statement."""
    return _blocks(_BLOCKS_OF_ONE, starts_at, ends_at, reader_id, resource_id=resource_id)


def _blocks(
    query: Select[*tuple[Any, ...]], starts_at: datetime, ends_at: datetime, reader_id: int, **more: Any
) -> list[Block]:
    span = {"starts_at": starts_at, "ends_at": ends_at, "a_day_before": starts_at - LONGEST, "reader_id": reader_id}
    return [Block(*row) for row in db.session.execute(query, {**span, **more})]


def _stands_within(starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    return and_(
        Hold.released_at.is_(None),
        Hold.starts_at < ends_at,
        Hold.starts_at > starts_at - LONGEST,
        Hold.ends_at > starts_at,
    )


# What the page of one booking shows, and its form: whatever it holds, in two statements.
WHOLE = (
    selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area),
    joinedload(Booking.layout), joinedload(Booking.owner), joinedload(Booking.booked_by),
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
