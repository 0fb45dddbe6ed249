"""Reading who came, and what nobody has come to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.presence.models import Presence
from portal.presence.policy import EARLY
from portal.rooms.models import LONGEST, Area, Booking, BookingPolicy, Hold, Kind, Resource, Sort, Status
from portal.series.models import Series

# So many occurrences in a row at which nobody was seen, and a series is asked about.
MISSED_IN_A_ROW = 3
# For how long after its end a missed occurrence has its series looked at.
LOOK_BACK = timedelta(days=2)

_own, _shared = aliased(BookingPolicy), aliased(BookingPolicy)
_minutes = func.coalesce(_own.check_in_minutes, _shared.check_in_minutes)


def presence_of(booking_id: int) -> Presence | None:
    """What is known of the booking, with who checked it in. One statement."""
    return db.session.scalars(
        select(Presence).where(Presence.booking_id == booking_id).options(joinedload(Presence.checked_in_by))
    ).one_or_none()


def locked(booking_id: int, *, skip_locked: bool = False) -> Booking | None:
    """The booking as it is now, with all that it holds and its people, while nobody else changes it.

    None if there is none, or if it is skipped because somebody is changing it.
    """
    return db.session.scalars(
        select(Booking)
        .where(Booking.id == booking_id)
        .options(
            selectinload(Booking.holds).joinedload(Hold.resource).joinedload(Resource.area),
            selectinload(Booking.owner), selectinload(Booking.booked_by),
        )
        .with_for_update(key_share=True, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    ).one_or_none()


class ToCheckIn(NamedTuple):
    """What My day says of a booking that waits for its check-in."""

    booking_id: int
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    asked_at: datetime | None


def to_check_in(person: Person) -> list[ToCheckIn]:
    """The person's bookings that run or begin within a quarter of an hour, in rooms that ask for a check-in.

    One statement.
    """
    now = clock.now()
    rows = db.session.execute(
        select(
            Booking.id, Booking.title, Resource.name, Booking.starts_at, Booking.ends_at, Presence.asked_at
        )
        .join(Booking.holds)
        .join(Hold.resource)
        .join(Resource.area)
        .outerjoin(_shared, _shared.area_id == Area.id)
        .outerjoin(_own, _own.resource_id == Resource.id)
        .outerjoin(Presence, Presence.booking_id == Booking.id)
        .where(
            or_(Booking.owner_id == person.id, Booking.booked_by_id == person.id),
            Booking.starts_at > now - LONGEST, Booking.starts_at <= now + EARLY, Booking.ends_at > now,
            *_firm(), Resource.kind == Sort.ROOM, _minutes.is_not(None), Presence.checked_in_at.is_(None),
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return [ToCheckIn(*row) for row in rows]


def _firm() -> tuple[ColumnElement[bool], ...]:
    return (
        Booking.kind == Kind.BOOKING, Booking.status == Status.CONFIRMED, Booking.cancelled_at.is_(None),
    )


def here_or_next(room_id: int) -> Sequence[Booking]:
    """What stands in the room now and next, two at most, with owners. Two statements."""
    now = clock.now()
    return db.session.scalars(
        select(Booking)
        .join(Booking.holds)
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .where(
            Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.starts_at > now - LONGEST,
            Booking.kind == Kind.BOOKING, Booking.ends_at > now, Hold.ends_at > now,
        )
        .order_by(Hold.starts_at)
        .limit(2)
    ).all()


# --- What the clock looks for ---


def rooms_that_ask() -> dict[int, list[int]]:
    """For each number of minutes after which rooms ask, the ids of those rooms. One statement."""
    rows = db.session.execute(
        select(_minutes, Resource.id)
        .join(Resource.area)
        .outerjoin(_shared, _shared.area_id == Area.id)
        .outerjoin(_own, _own.resource_id == Resource.id)
        .where(Resource.kind == Sort.ROOM, _minutes.is_not(None))
        .order_by(Resource.id)
    )
    rooms: dict[int, list[int]] = defaultdict(list)
    for minutes, room_id in rows:
        rooms[minutes].append(room_id)
    return rooms


def unseen(rooms: dict[int, list[int]], most: int) -> Sequence[int]:
    """The ids of running bookings in these rooms at which nobody was seen in time, and nobody was asked yet.

    One statement. Those that were made only after their start are not judged: whoever books so late is there.
    """
    now = clock.now()
    late = [
        and_(Hold.resource_id.in_(ids), Booking.starts_at <= now - timedelta(minutes=minutes))
        for minutes, ids in rooms.items()
    ]
    query = _standing(now).where(
        or_(*late), Booking.created_at <= Booking.starts_at, Booking.ends_at > now,
        Presence.checked_in_at.is_(None), Presence.asked_at.is_(None),
    )
    return db.session.scalars(query.with_only_columns(Booking.id).distinct().order_by(Booking.id).limit(most)).all()


def _standing(now: datetime) -> Select[Booking]:
    """What has begun within the last day, with what is known of it; found by the index on (room, start)."""
    return (
        select(Booking)
        .join(Booking.holds)
        .outerjoin(Presence, Presence.booking_id == Booking.id)
        .where(
            Hold.released_at.is_(None), Hold.starts_at > now - LOOK_BACK, Hold.starts_at <= now,
            Booking.starts_at <= now, *_firm(),
        )
    )


def unanswered(rooms: dict[int, list[int]], asked_until: datetime, most: int) -> Sequence[int]:
    """The ids of running bookings in these rooms whose people were asked until then, and have not answered.

    One statement.
    """
    now = clock.now()
    query = _standing(now).where(
        Hold.resource_id.in_(_all(rooms)), Booking.ends_at > now, Presence.asked_at <= asked_until,
        Presence.checked_in_at.is_(None),
    )
    return db.session.scalars(query.with_only_columns(Booking.id).distinct().order_by(Booking.id).limit(most)).all()


def _all(rooms: dict[int, list[int]]) -> list[int]:
    return [room_id for several in rooms.values() for room_id in several]


def missed_series(rooms: dict[int, list[int]], most: int) -> Sequence[int]:
    """The ids of series of which an occurrence in these rooms was missed lately, and the two before it too.

    Only those that stand and were never asked about. Two statements at most.
    """
    now = clock.now()
    lately = _standing(now).where(
        Hold.resource_id.in_(_all(rooms)), Booking.series_id.is_not(None), Booking.ends_at <= now, _MISSED
    )
    series_ids = (
        select(Series.id)
        .where(
            Series.id.in_(lately.with_only_columns(Booking.series_id)), Series.asked_at.is_(None),
            Series.cancelled_at.is_(None),
        )
        .order_by(Series.id)
        .limit(most)
    )
    found = db.session.scalars(series_ids).all()
    missed = _missed_in_a_row(found, now) if found else set()
    return [series_id for series_id in found if series_id in missed]


_MISSED = and_(Presence.asked_at.is_not(None), Presence.checked_in_at.is_(None))


def _missed_in_a_row(series_ids: Iterable[int], now: datetime) -> set[int]:
    """Which of these series have had nobody at their last three occurrences."""
    place = func.row_number().over(partition_by=Booking.series_id, order_by=Booking.starts_at.desc())
    last = (
        select(Booking.series_id, case((_MISSED, 1), else_=0).label("missed"), place.label("place"))
        .outerjoin(Presence, Presence.booking_id == Booking.id)
        .where(Booking.series_id.in_(list(series_ids)), Booking.ends_at <= now, *_firm())
        .subquery()
    )
    return set(
        db.session.scalars(
            select(last.c.series_id)
            .where(last.c.place <= MISSED_IN_A_ROW)
            .group_by(last.c.series_id)
            .having(func.sum(last.c.missed) == MISSED_IN_A_ROW)
        )
    )


# --- The display ---


def room_behind(room_id: int, door_hash: str) -> Resource | None:
    """The room in use whose display has a secret of that hash, with its area. One statement."""
    return db.session.scalars(
        select(Resource)
        .where(Resource.id == room_id, Resource.door_hash == door_hash, Resource.retired_at.is_(None))
        .options(joinedload(Resource.area))
    ).one_or_none()
