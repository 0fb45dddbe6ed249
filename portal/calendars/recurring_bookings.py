"""Series of bookings: each is one master with its exceptions, in its owner's calendar and in that of its room."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from portal.accounts.models import Person
from portal.calendars import recurring
from portal.calendars.bookings import (
    BookingLine,
    areas,
    as_said,
    booking_lines,
    bookings,
    of_feed,
    place_of,
    resources,
    serieses,
)
from portal.calendars.components import Event
from portal.calendars.models import Shows
from portal.calendars.sources import (
    MOST,
    PERSON,
    RESOURCE,
    SINCE,
    Component,
    Piece,
    Scope,
    Source,
    add_source,
    as_text,
    digest,
    raw,
)
from portal.core.db import UtcDateTime, db
from portal.meetings.models import Meeting
from portal.rooms.models import Area, Booking, Resource, Status, Visibility
from portal.series.models import Series


class SeriesLine(NamedTuple):
    """A series with the place of its room, and the UID of the one that it goes on from."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    minutes: int
    rule: str
    timezone: str
    title: str
    place: str
    owner_id: int
    booked_by_id: int | None
    visibility: str
    follows: str | None


class Occurrence(NamedTuple):
    """A booking of a series, whether it is shown, and since when a meeting is in its place or no longer is."""

    recurrence_id: datetime
    is_shown: bool
    meeting_at: datetime | None
    booking: BookingLine


_placed = Meeting.__table__.alias("placed")
placed = _placed.c
# When the meeting on a booking was announced, or was called off after that.
_MEETING_AT = func.coalesce(placed.cancelled_at, placed.postponed_at, placed.announced_at, type_=UtcDateTime())
_WITH_MEETINGS = Booking.__table__.outerjoin(
    _placed, and_(placed.booking_id == bookings.id, placed.announced_at.is_not(None))
)
_WITH_PLACES = Series.__table__.join(Resource.__table__, resources.id == serieses.resource_id).join(
    Area.__table__, areas.id == resources.area_id
)


# --- Which a feed holds ---


def _pieces(scope: Scope, most: int) -> Sequence[Piece]:
    """One statement. A series is as late as the last of its dates: where not all fit, the oldest go."""
    if scope.feed.shows == Shows.MINE and not scope.feed.with_bookings:
        return []
    found = db.session.connection().execute(_stamped(scope.feed.shows), scope.values | {"most": most})
    return [
        Piece(number, str(last_at)[:19], scope.stamp(max(changed_at, dates_changed_at), *facts, digest(dates)))
        for number, last_at, changed_at, dates_changed_at, dates, *facts in found
    ]


@cache
def _stamped(shows: Shows) -> Select[Any]:
    """Each series that has a shown date in the window, with all that its component depends on."""
    every = _dates(shows).subquery()
    dates = every.c
    last_at = func.max(case((dates.is_shown, dates.starts_at)))
    own = (serieses.changed_at, serieses.sequence, resources.name, areas.name)
    return (
        select(
            serieses.id, raw(last_at), raw(serieses.changed_at), raw(func.max(dates.changed_at)),
            func.aggregate_strings(dates.said, "\n"), func.sum(dates.sequence), *own[1:],
        )
        .select_from(_WITH_PLACES.join(every, dates.series_id == serieses.id))
        .group_by(serieses.id, *own)
        .having(last_at >= SINCE)
        .order_by(last_at.desc(), serieses.id.desc())
        .limit(MOST)
    )


def _dates(shows: Shows) -> Select[Any]:
    """All occurrences of the series concerned, also from before the window: one that is not shown is an exception."""
    is_shown = of_feed(shows)
    sign = case((is_shown, "+"), else_="-")
    said = as_text(sign, bookings.id, bookings.status, bookings.visibility, place_of(), _MEETING_AT)
    columns = (bookings.series_id, bookings.starts_at, bookings.changed_at, bookings.sequence)
    return (
        select(*columns, is_shown.label("is_shown"), said.label("said"))
        .select_from(_WITH_MEETINGS)
        .where(bookings.series_id.in_(_concerned(shows)))
    )


def _concerned(shows: Shows) -> Select[int]:
    """The person's series, or those that are of the room, with dates in the window."""
    own, of_room = Booking.__table__.alias("own").c, Series.__table__.alias("of_room").c
    if shows == Shows.MINE:
        return select(own.series_id).where(
            own.owner_id == PERSON, own.starts_at >= SINCE, own.series_id.is_not(None)
        )
    return select(of_room.id).where(
        of_room.resource_id == RESOURCE, exists().where(own.series_id == of_room.id, own.starts_at >= SINCE),
    )


# --- What each is ---


def _build(scope: Scope, ids: Collection[int]) -> Mapping[int, Component]:
    """Two statements."""
    dates = _occurrences(ids, of_feed(scope.feed.shows), scope.values)
    made = {}
    for series in _serieses(ids):
        master, shown = events_of(series, dates[series.id], scope.person, scope.base_url, scope.feed.alarm_minutes)
        if octets := recurring.vevents(master, shown):
            made[series.id] = Component(octets, series.timezone)
    return made


def whole(series_id: int, person: Person, base_url: str) -> Component:
    """All of a series that stands, as that person may read it; no octets if nothing does. Two statements."""
    (series,) = _serieses([series_id])
    dates = _occurrences([series_id], bookings.cancelled_at.is_(None))[series_id]
    return Component(recurring.vevents(*events_of(series, dates, person, base_url)), series.timezone)


def _serieses(ids: Collection[int]) -> Iterable[SeriesLine]:
    earlier = Series.__table__.alias("earlier")
    query: Select[Any] = (
        select(
            serieses.id, serieses.uid, serieses.sequence, serieses.created_at, serieses.changed_at, serieses.starts_at,
            serieses.minutes, serieses.rule, serieses.timezone, serieses.title, resources.name + " · " + areas.name,
            serieses.owner_id, serieses.booked_by_id, serieses.visibility, earlier.c.uid,
        )
        .select_from(_WITH_PLACES.outerjoin(earlier, earlier.c.id == serieses.follows_id))
        .where(serieses.id.in_(list(ids)))
    )
    return [SeriesLine(*row) for row in db.session.connection().execute(query)]


def _occurrences(
    ids: Collection[int], is_shown: ColumnElement[bool], values: Mapping[str, Any] | None = None
) -> Mapping[int, Sequence[Occurrence]]:
    query = (
        booking_lines(place_of().label("place"))
        .add_columns(bookings.series_id, bookings.recurrence_id, is_shown, _MEETING_AT)
        .select_from(_WITH_MEETINGS)
        .where(bookings.series_id.in_(list(ids)))
        .order_by(bookings.series_id, bookings.recurrence_id, bookings.id)
    )
    found = defaultdict(list)
    for *line, series_id, recurrence_id, shown, meeting_at in db.session.connection().execute(query, values or {}):
        found[series_id].append(Occurrence(recurrence_id, bool(shown), meeting_at, BookingLine(*line)))
    return found


def events_of(
    series: SeriesLine, dates: Sequence[Occurrence], person: Person, base_url: str, alarm_minutes: int | None = None
) -> tuple[Event, dict[datetime, Event]]:
    """The master of a series, and what each shown date is, for `recurring.vevents`.

    Master and dates have one SEQUENCE, which rises with that of each: a client that knows it for the whole takes no
    date for older.
    """
    sequence = series.sequence + sum(date.booking.sequence for date in dates)
    shown = {
        date.recurrence_id: Event(
            **as_said(date.booking, person, base_url), uid=series.uid, sequence=sequence, alarm_minutes=alarm_minutes,
            created_at=date.booking.created_at, changed_at=date.booking.changed_at, starts_at=date.booking.starts_at,
            ends_at=date.booking.ends_at,
        )
        for date in dates if date.is_shown
    }
    master = Event(
        **_said(series, dates, person, base_url), uid=series.uid, sequence=sequence, alarm_minutes=alarm_minutes,
        created_at=series.created_at, changed_at=_changed_at(series, dates), starts_at=series.starts_at,
        ends_at=series.starts_at + timedelta(minutes=series.minutes), zone=series.timezone, rule=series.rule,
        related_to=series.follows or "",
    )
    return master, shown


def _said(series: SeriesLine, dates: Sequence[Occurrence], person: Person, base_url: str) -> dict[str, Any]:
    """What an occurrence says that is as its series; whether it is confirmed, as most of them.

    The name of a series is private unless a date says it to everybody.
    """
    shown = [date.booking for date in dates if date.is_shown]
    status = Counter(booking.status for booking in shown).most_common(1)
    is_said = any(one.title == series.title and one.visibility != Visibility.PRIVATE for one in shown)
    like = dates[0].booking._replace(
        title=series.title, place=series.place, owner_id=series.owner_id, booked_by_id=series.booked_by_id,
        visibility=series.visibility if is_said else Visibility.PRIVATE,
        status=status[0][0] if status else Status.CONFIRMED,
    )
    said = as_said(like, person, base_url)
    return said | {"url": f"{base_url}/series/{series.id}"} if "url" in said else said


def _changed_at(series: SeriesLine, dates: Iterable[Occurrence]) -> datetime:
    """When anything of it changed last: a date left it too when a meeting came in its place."""
    moments = (moment for date in dates for moment in (date.booking.changed_at, date.meeting_at) if moment)
    return max(series.changed_at, *moments)


add_source("series", Source(frozenset({Shows.MINE, Shows.ROOM}), _pieces, _build))
