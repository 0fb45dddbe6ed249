"""The figures of the reports. One statement for each table, which adds up inside the database."""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Department, Person
from portal.core.db import db
from portal.core.epochs import epoch
from portal.presence.models import Presence
from portal.reports.hours import HourOfWeek, spread
from portal.reports.scope import LATE, Scope
from portal.rooms.models import Area, Booking, Hold, Resource, Sort

LENGTH = epoch(Booking.ends_at) - epoch(Booking.starts_at)
STANDING = Booking.cancelled_at.is_(None)
CANCELLED_LATE = and_(
    Booking.cancelled_at.is_not(None),
    case((Booking.cancelled_at.is_not(None), epoch(Booking.starts_at) - epoch(Booking.cancelled_at)))
    < int(LATE.total_seconds()),
)
NO_SHOW = Presence.freed_at.is_not(None)
WHATS: dict[str, ColumnElement[bool]] = {"booked": STANDING, "no_shows": NO_SHOW, "late": CANCELLED_LATE}


class Figures(NamedTuple):
    """What was booked: how many bookings, how long in minutes; how many nobody came to, or were cancelled late."""

    bookings: int = 0
    minutes: int = 0
    no_shows: int = 0
    late: int = 0


def resources(sort: Sort, area: Area | None) -> list[Resource]:
    """Everything of that sort, also what is out of use, in the order of the house, with areas. One statement."""
    query = (
        select(Resource)
        .join(Resource.area)
        .options(joinedload(Resource.area))
        .where(Resource.kind == sort)
        .order_by(Area.position, Area.id, Resource.name)
    )
    return list(db.session.scalars(query.where(Resource.area_id == area.id) if area else query))


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((which, Booking.id)).distinct())


def _figures(scope: Scope, by: Any, group: Any) -> Select[*tuple[Any, ...]]:
    minutes = func.sum(case((and_(STANDING, Hold.released_at.is_(None)), LENGTH), else_=0)) / 60
    query = select(by, _count(STANDING), minutes, _count(NO_SHOW), _count(CANCELLED_LATE)).select_from(Booking)
    query = scope.limit(query).outerjoin(Presence, Presence.booking_id == Booking.id)
    return query.group_by(group)


def by_resource(scope: Scope) -> dict[int, Figures]:
    """The figures of each of what is in the scope, by its id. One statement."""
    found = db.session.execute(_figures(scope, Resource.id, Resource.id))
    return {row[0]: Figures(row[1], int(row[2]), *row[3:]) for row in found}


def by_department(scope: Scope) -> list[tuple[int, str, Figures]]:
    """Those of the owners' departments: id, name, figures; 0 and no name for owners without. One statement."""
    by = func.coalesce(Person.department_id, 0).label("of_department")
    query = _figures(scope, by, "of_department").join(Person, Person.id == Booking.owner_id).subquery()
    rows = db.session.execute(
        select(query, Department.name)
        .outerjoin(Department, Department.id == query.c.of_department)
        .order_by(query.c[2].desc(), Department.name)
    )
    return [(row[0], row[5] or "", Figures(row[1], int(row[2]), row[3], row[4])) for row in rows]


def by_hour(scope: Scope, resource_id: int | None = None) -> Counter[HourOfWeek]:
    """For how many minutes units were booked in each hour of the weekday. One statement.

    Bookings begin and end on few different minutes, so that the database answers some hundreds of rows only.
    """
    names = ("on_weekday", "from_minute", "for_seconds")
    columns = (scope.weekday.label(names[0]), scope.minute.label(names[1]), LENGTH.label(names[2]))
    query = scope.limit(select(*columns, func.count()).select_from(Booking)).where(Hold.released_at.is_(None), STANDING)
    if resource_id is not None:
        query = query.where(Resource.id == resource_id)
    minutes: Counter[HourOfWeek] = Counter()
    for weekday, start, seconds, times in db.session.execute(query.group_by(*names)):
        spread(minutes, weekday, start, seconds // 60, times)
    return minutes


def bookings(
    scope: Scope, what: str, resource_id: int | None, department_id: int | None, hour: HourOfWeek | None
) -> Select[Booking]:
    """The bookings behind a number, latest first, with rooms, owners and departments."""
    inner = scope.limit(select(Booking.id)).outerjoin(Presence, Presence.booking_id == Booking.id).where(WHATS[what])
    if resource_id is not None:
        inner = inner.where(Resource.id == resource_id)
    if department_id is not None:
        inner = inner.join(Person, Person.id == Booking.owner_id).where(
            func.coalesce(Person.department_id, 0) == department_id
        )
    if hour is not None:
        inner = inner.where(*_touching(scope, *hour))
    return (
        select(Booking)
        .where(Booking.id.in_(inner))
        .options(
            selectinload(Booking.holds).joinedload(Hold.resource),
            joinedload(Booking.owner).joinedload(Person.department),
        )
        .order_by(Booking.starts_at.desc(), Booking.id)
    )


def _touching(scope: Scope, weekday: int, hour: int) -> list[ColumnElement[bool]]:
    """That a booking has a part in that hour of the weekday; it may have begun on the day before."""
    start = scope.weekday * 1440 + scope.minute
    # Counted in minutes of the week from the end of that hour backwards.
    back = (weekday * 1440 + hour * 60 + 59 - start + 10_080) % 10_080
    return [back - 59 < LENGTH // 60]
