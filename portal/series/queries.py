"""Reading series and what stands where they want to be. No hold is longer than a day, which bounds every search."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Integer, Select, and_, column, select, values
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Person
from portal.core.db import UtcDateTime, db
from portal.rooms.models import LONGEST, Area, Booking, Hold, Resource, Visibility
from portal.series import policy
from portal.series.models import Series

Span = tuple[datetime, datetime]


class Held(NamedTuple):
    """A hold in the way, and of its booking what may be said about it."""

    number: int
    resource_id: int
    unit: int
    starts_at: datetime
    ends_at: datetime
    booking_id: int
    title: str
    owner_id: int
    booked_by_id: int | None
    visibility: str
    kind: str


def held_in(spans: Sequence[tuple[int, int, datetime, datetime]]) -> list[Held]:
    """What stands within each span: (number, resource id, from, until). One statement."""
    if not spans:
        return []
    rows = [(*whose, first - LONGEST, first, last) for *whose, first, last in spans]
    every = _wanted(("number", "resource_id"), rows)
    wanted = every.c
    found = (
        select(
            wanted.number, Hold.resource_id, Hold.unit, Hold.starts_at, Hold.ends_at, Booking.id, Booking.title,
            Booking.owner_id, Booking.booked_by_id, Booking.visibility, Booking.kind,
        )
        .select_from(every)
        .join(Hold, and_(Hold.resource_id == wanted.resource_id, _stands_within(wanted)))
        .join(Booking, Booking.id == Hold.booking_id)
        .order_by(wanted.number, Hold.starts_at)
    )
    return [Held(*row) for row in db.session.execute(found)]


class Taken(NamedTuple):
    """A hold of some room in the way."""

    number: int
    resource_id: int
    unit: int
    starts_at: datetime
    ends_at: datetime
    booking_id: int


def taken_in(spans: Sequence[tuple[int, datetime, datetime]], resource_ids: Collection[int]) -> list[Taken]:
    """What stands in any of these resources within each span: (number, from, until). One statement."""
    if not spans or not resource_ids:
        return []
    every = _wanted(("number",), [(number, first - LONGEST, first, last) for number, first, last in spans])
    wanted = every.c
    found = (
        select(wanted.number, Hold.resource_id, Hold.unit, Hold.starts_at, Hold.ends_at, Hold.booking_id)
        .select_from(every)
        .join(Resource, Resource.id.in_(resource_ids))
        .join(Hold, and_(Hold.resource_id == Resource.id, _stands_within(wanted)))
    )
    return [Taken(*row) for row in db.session.execute(found)]


def _wanted(numbers: Iterable[str], rows: Sequence[tuple[object, ...]]) -> CTE:
    """The spans as a table that others can be joined to."""
    instants = [column(name, UtcDateTime()) for name in ("a_day_before", "first", "last")]
    columns = [column(name, Integer) for name in numbers]
    return values(*columns, *instants, name="spans").data(list(rows)).cte("wanted")


def _stands_within(wanted: Any) -> ColumnElement[bool]:
    return and_(
        Hold.released_at.is_(None), Hold.starts_at < wanted.last, Hold.starts_at > wanted.a_day_before,
        Hold.ends_at > wanted.first,
    )


def resources_like(resource_id: int) -> dict[int, Resource]:
    """All resources in use of the same kind, with rules, rights and keepers. A constant number of statements."""
    kind = select(Resource.kind).where(Resource.id == resource_id).scalar_subquery()
    found = db.session.scalars(
        select(Resource)
        .join(Resource.area)
        .options(
            contains_eager(Resource.area).joinedload(Area.policy),
            contains_eager(Resource.area).selectinload(Area.keepers),
            joinedload(Resource.policy), selectinload(Resource.keepers), selectinload(Resource.rights),
        )
        .where(Resource.kind == kind, Resource.retired_at.is_(None))
        .order_by(Resource.id)
    )
    return {resource.id: resource for resource in found}


def bookings_of(series_id: int) -> Select[Booking]:
    """The occurrences, cancelled ones too, with what they hold and whose they are, in the order of the rule."""
    return (
        select(Booking)
        .options(
            selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area), joinedload(Booking.owner)
        )
        .where(Booking.series_id == series_id)
        .order_by(Booking.recurrence_id, Booking.id)
    )


def hidden_from(person: Person, series_ids: Iterable[int]) -> set[int]:
    """Which of these series the person may not read. One statement."""
    private = select(Series).where(Series.id.in_(list(series_ids)), Series.visibility == Visibility.PRIVATE)
    return {series.id for series in db.session.scalars(private) if not policy.may_read(person, series)}


def lately_cancelled(bookings: Iterable[Booking], since: datetime) -> list[Booking]:
    """Those of the bookings that were cancelled together last, if that was after `since`."""
    moments = [booking.cancelled_at for booking in bookings if booking.cancelled_at and booking.cancelled_at > since]
    last = max(moments, default=None)
    return [booking for booking in bookings if last is not None and booking.cancelled_at == last]
