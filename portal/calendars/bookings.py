"""Bookings that are no meeting as events: of one's own, of a room, of an area's month. Series: `recurring_bookings`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, or_, select

from portal.accounts.models import Person
from portal.calendars import components
from portal.calendars.meetings import OFF_AT, PersonId, meetings, told_to
from portal.calendars.models import Shows
from portal.calendars.sources import (
    BEFORE_SINCE,
    MOST,
    PERSON,
    RESOURCE,
    SINCE,
    Component,
    Scope,
    Source,
    add_source,
    raw,
    stamp_of,
)
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.models import LONGEST, Area, Booking, Hold, Kind, Resource, Status, Visibility
from portal.series.models import Series

bookings, holds, resources, areas = Booking.__table__.c, Hold.__table__.c, Resource.__table__.c, Area.__table__.c
serieses = Series.__table__.c


class BookingLine(NamedTuple):
    """A booking, and the place or one of the rooms that it holds."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    owner_id: int
    booked_by_id: int | None
    visibility: str
    status: str
    kind: str


def booking_lines(place: ColumnElement[str]) -> Select[Any]:
    """The columns of `BookingLine`, with that as the place."""
    return select(
        bookings.id, bookings.uid, bookings.sequence, bookings.created_at, bookings.changed_at, bookings.starts_at,
        bookings.ends_at, bookings.title, place, bookings.owner_id, bookings.booked_by_id, bookings.visibility,
        bookings.status, bookings.kind,
    )


def place_of() -> ScalarSelect[str]:
    """The first room of a booking and its area, in one line."""
    return (
        select(resources.name + " · " + areas.name)
        .select_from(
            Hold.__table__.join(Resource.__table__, resources.id == holds.resource_id).join(
                Area.__table__, areas.id == resources.area_id
            )
        )
        .where(holds.booking_id == bookings.id)
        .order_by(holds.id)
        .limit(1)
        .correlate(Booking.__table__)
        .scalar_subquery()
    )


def no_meeting(person_id: PersonId, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """No standing meeting that the person sees takes place on the booking."""
    return ~exists().where(
        meetings.booking_id == bookings.id, OFF_AT.is_(None), meetings.id.in_(told_to(person_id)), *conditions,
    )


@cache
def of_feed(shows: Shows) -> ColumnElement[bool]:
    """Which standing bookings a feed holds: one's own that it does not show as meetings, or those of a room.

    To be filled in with `Scope.values`.
    """
    if shows == Shows.ROOM:
        here = exists().where(
            holds.booking_id == bookings.id, holds.resource_id == RESOURCE, holds.released_at.is_(None)
        )
        return and_(bookings.cancelled_at.is_(None), here)
    return and_(
        bookings.cancelled_at.is_(None), bookings.owner_id == PERSON, bookings.kind == Kind.BOOKING,
        no_meeting(PERSON, meetings.announced_at.is_not(None)),
    )


_STAMP = stamp_of(bookings.changed_at, bookings.sequence, bookings.status, bookings.visibility, place_of())
_PIECES = (
    select(bookings.id, raw(bookings.starts_at), _STAMP)
    .where(bookings.starts_at >= SINCE, bookings.cancelled_at.is_(None))
    .order_by(bookings.starts_at.desc(), bookings.id.desc())
    .limit(MOST)
)
# Found by what the room is held for, of which there is an index; of series that are of another room, where their
# master stands, the dates here are by themselves.
_HERE = bookings.id.in_(
    select(holds.booking_id).where(
        holds.resource_id == RESOURCE, holds.released_at.is_(None), holds.starts_at >= BEFORE_SINCE
    )
)
_ELSEWHERE = bookings.series_id.in_(select(serieses.id).where(serieses.resource_id != RESOURCE))
_PIECES_OF = {
    Shows.MINE: _PIECES.where(bookings.series_id.is_(None), of_feed(Shows.MINE)),
    Shows.ROOM: _PIECES.where(or_(bookings.series_id.is_(None), _ELSEWHERE), _HERE),
}


def _pieces(scope: Scope, most: int) -> Sequence[Any]:
    """One statement."""
    if scope.feed.shows == Shows.MINE and not scope.feed.with_bookings:
        return []
    return db.session.connection().execute(_PIECES_OF[scope.feed.shows], scope.values | {"most": most}).all()


def _build(scope: Scope, ids: Collection[int]) -> Mapping[int, Component]:
    """One statement."""
    query = booking_lines(place_of().label("place")).where(bookings.id.in_(list(ids)))
    rows = [BookingLine(*row) for row in db.session.connection().execute(query)]
    return {row.id: Component(components.vevent(booking_event(row, scope))) for row in rows}


def booking_event(row: BookingLine, scope: Scope) -> components.Event:
    """A booking as the feed's event, under what it is called to its reader."""
    return components.Event(
        **as_said(row, scope.person, scope.base_url), uid=row.uid, sequence=row.sequence, created_at=row.created_at,
        changed_at=row.changed_at, starts_at=row.starts_at, ends_at=row.ends_at,
        alarm_minutes=scope.feed.alarm_minutes,
    )


def as_said(row: BookingLine, person: Person, base_url: str) -> dict[str, Any]:
    """What an event says of a booking besides its time and identity; to those who may not read it, “Busy”."""
    said: dict[str, Any] = {
        "location": row.place, "url": f"{base_url}/bookings/{row.id}",
        "status": "CONFIRMED" if row.status == Status.CONFIRMED else "TENTATIVE",
    }
    if row.kind == Kind.CLOSURE:
        # It is no one's appointment, and the page of a booking does not show it.
        del said["url"]
        return said | {"summary": _("Closed: %(reason)s", reason=row.title)}
    if not policy.may_read(person, row):
        del said["url"]
        return said | {"summary": _("Busy"), "private": True}
    return said | {"summary": row.title, "private": row.visibility == Visibility.PRIVATE}


# --- An area's month ---


def bookings_in(area_id: int, starts_at: datetime, ends_at: datetime) -> list[BookingLine]:
    """What stands in the rooms of an area within that span, a row for each hold, in order. One statement."""
    query = (
        booking_lines(resources.name)
        .select_from(
            Hold.__table__.join(Booking.__table__, bookings.id == holds.booking_id).join(
                Resource.__table__, resources.id == holds.resource_id
            )
        )
        .where(
            resources.area_id == area_id, holds.released_at.is_(None), holds.starts_at < ends_at,
            holds.starts_at > starts_at - LONGEST, holds.ends_at > starts_at,
        )
        .order_by(bookings.starts_at, bookings.id, holds.id)
    )
    return [BookingLine(*row) for row in db.session.connection().execute(query).all()]


def area_events(rows: Iterable[BookingLine], area: str, base_url: str, person: Person) -> list[bytes]:
    """The bookings of an area as that person may read them, from a row for each hold.

    One that holds two rooms is still one event (one UID).
    """
    events = []
    for _id, of_one in groupby(rows, key=lambda row: row.id):
        first, *others = of_one
        rooms = ", ".join(dict.fromkeys([first.place, *(row.place for row in others)]))
        row = first._replace(place=f"{rooms} · {area}")
        event = components.Event(
            **as_said(row, person, base_url), uid=row.uid, sequence=row.sequence, created_at=row.created_at,
            changed_at=row.changed_at, starts_at=row.starts_at, ends_at=row.ends_at,
        )
        events.append(components.vevent(event))
    return events


add_source("bookings", Source(frozenset({Shows.MINE, Shows.ROOM}), _pieces, _build))
