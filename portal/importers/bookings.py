"""Bookings out of events, in file order: what is free is booked, the rest is told, nothing is lost."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.importers.calendar import Event
from portal.rooms import commands
from portal.rooms.models import LONGEST, Area, Booking, Hold, Room, Visibility
from portal.rooms.words import booked

# Committed so often that nobody else who books waits for the whole file.
BATCH = 100
UIDS_AT_ONCE = 500


class Outcome(StrEnum):
    """What became of an event; the value is how the summary calls so many of them."""

    BOOKED = "booked"
    CONFLICT = "in conflict"
    INVALID = "invalid"
    KNOWN = "already there"
    NO_ROOM = "without a room"


class Clash(NamedTuple):
    """A booking that stands in the way; whoever reads the file may not read a private title."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime


class Result(NamedTuple):
    """One event and what became of it; `reason` is empty if it is booked or was before."""

    event: Event
    outcome: Outcome
    reason: str = ""
    clashes: Sequence[Clash] = ()


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
            room = commands.add_room(None, area, name)
            self._known[name] = Place(room.id, area.zone)
        return self._known.get(name)

    def _own_area(self) -> Area:
        area = db.session.scalars(select(Area).where(Area.name == self._area)).one_or_none()
        return area or commands.add_area(None, self._area, self._zone.key)


def import_events(events: Sequence[Event], owner: Person, rooms: Rooms) -> Iterator[Result]:
    """Book each event for the owner or say why not, one after the other; commits after every hundred."""
    known = _known_uids(event.uid for event in events)
    for count, event in enumerate(events, start=1):
        yield _import(event, owner, rooms, known)
        if count % BATCH == 0:
            db.session.commit()
    db.session.commit()


def _known_uids(uids: Iterable[str]) -> set[str]:
    wanted = list(uids)
    return {
        uid
        for first in range(0, len(wanted), UIDS_AT_ONCE)
        for uid in db.session.scalars(
            select(Booking.uid).where(Booking.uid.in_(wanted[first : first + UIDS_AT_ONCE]))
        )
    }


def _import(event: Event, owner: Person, rooms: Rooms, known: set[str]) -> Result:
    if event.fault:
        return Result(event, Outcome.INVALID, event.fault)
    if event.uid in known:
        return Result(event, Outcome.KNOWN)
    try:
        place = rooms.find(event.room)
        if place is None:
            return Result(event, Outcome.NO_ROOM, "There is no such room.")
        return _book(event, owner, place)
    except DomainError as refusal:
        return Result(event, Outcome.INVALID, str(refusal))


def _book(event: Event, owner: Person, place: Place) -> Result:
    starts_at, ends_at = event.span(place.zone)
    try:
        with db.session.begin_nested():
            commands.book_from_file(
                owner, place.room_id, event.summary, starts_at, ends_at, event.uid, event.visibility
            )
    except commands.RoomTaken as refusal:
        return Result(event, Outcome.CONFLICT, str(refusal), _clashes(place.room_id, starts_at, ends_at))
    except IntegrityError as refusal:
        # Somebody else imports the same file at this moment.
        if "uid" not in str(refusal.orig):
            raise
        return Result(event, Outcome.KNOWN)
    return Result(event, Outcome.BOOKED)


def _clashes(room_id: int, starts_at: datetime, ends_at: datetime) -> list[Clash]:
    in_the_way = (
        select(Booking.uid, Booking.title, Hold.starts_at, Hold.ends_at, Booking.visibility)
        .join(Booking, Booking.id == Hold.booking_id)
        .where(
            Hold.resource_id == room_id, Hold.released_at.is_(None), Hold.starts_at < ends_at,
            Hold.starts_at > starts_at - LONGEST, Hold.ends_at > starts_at,
        )
        .order_by(Hold.starts_at)
    )
    return [
        Clash(uid, booked() if visibility == Visibility.PRIVATE else title, start, end)
        for uid, title, start, end, visibility in db.session.execute(in_the_way)
    ]
