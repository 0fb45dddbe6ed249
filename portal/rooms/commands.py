"""Everything that can be done to rooms and bookings."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.models import LONGEST, OVERLAP, Area, Booking, Hold, Resource, Room
from portal.rooms.signals import booking_cancelled, booking_made, booking_moved, booking_renamed


class RoomTaken(DomainError):
    """The room is already held for part of that time."""


def book(actor: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime) -> Booking:
    """Hold the room for the actor from `starts_at` up to but not including `ends_at` (aware instants).

    Raises NotAllowed, Missing, RoomTaken, or DomainError for a time that cannot be booked.
    """
    _check_time(actor, starts_at, ends_at)
    return _hold(actor, actor, room_id, title, starts_at, ends_at, str(uuid.uuid4()))


def book_from_file(
    owner: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, uid: str
) -> Booking:
    """Enter a booking that a file brings, the past too, and keep its UID. Raises what `book` raises.

    For the command line, which acts as nobody and may; the booking then belongs to `owner`.
    """
    _check_length(starts_at, ends_at)
    return _hold(None, owner, room_id, title, starts_at, ends_at, uid)


def _hold(
    actor: Person | None, owner: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, uid: str
) -> Booking:
    room = _in_line(room_id)[room_id]
    allow(policy.may_book(owner, room))
    now = clock.now()
    booking = Booking(
        uid=uid, title=title, owner_id=owner.id, starts_at=starts_at, ends_at=ends_at,
        created_at=now, changed_at=now,
        holds=[Hold(resource_id=room.id, starts_at=starts_at, ends_at=ends_at)],
    )
    db.session.add(booking)
    _flush_or_say_taken(room)
    record(actor, "booking.created", booking, title=title, room=room.name, starts_at=starts_at, ends_at=ends_at)
    booking_made.send(booking, actor=actor)
    return booking


def move(
    actor: Person, booking: Booking, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, seen: str | None = None,
) -> None:
    """Give the booking another title, room or time; the old hold stands until the new one does.

    `seen` is the version that the actor looked at; if somebody has changed the booking since, it is refused.
    SEQUENCE rises when time or room change (RFC 5546 §2.1.4). Raises what `book` raises.
    """
    _take(actor, booking)
    if seen not in (None, booking.version):
        raise DomainError(_("Somebody else has changed this booking meanwhile. Look at it again before you save."))
    room = _in_line(*{booking.room.id, room_id})[room_id]
    allow(policy.may_book(actor, room))
    hold = booking.holds[0]
    before = (booking.starts_at, booking.ends_at, booking.room.name)
    moves = (hold.resource_id, booking.starts_at, booking.ends_at) != (room.id, starts_at, ends_at)
    if moves:
        _check_time(actor, starts_at, ends_at)
        hold.resource, hold.starts_at, hold.ends_at = room, starts_at, ends_at
        booking.starts_at, booking.ends_at = starts_at, ends_at
        booking.sequence += 1
    booking.title = title
    booking.changed_at = clock.now()
    _flush_or_say_taken(room)
    record(
        actor, "booking.moved" if moves else "booking.renamed", booking,
        title=title, room=room.name, starts_at=starts_at, ends_at=ends_at,
    )
    if moves:
        booking_moved.send(booking, before=before, actor=actor)
    else:
        booking_renamed.send(booking, actor=actor)


def cancel(actor: Person, booking: Booking) -> None:
    """Free everything that the booking holds. Raises NotAllowed, or DomainError if it is cancelled already."""
    _take(actor, booking)
    now = clock.now()
    booking.cancelled_at = booking.changed_at = now
    booking.sequence += 1
    for hold in booking.holds:
        hold.released_at = now
    db.session.flush()
    record(actor, "booking.cancelled", booking, title=booking.title, room=booking.room.name)
    booking_cancelled.send(booking, actor=actor)


def _in_line(*room_ids: int) -> dict[int, Room]:
    """The rooms by id, with those who would book them waiting in line; raises Missing if one is not in use.

    The exclusion constraint alone is right, but lets two who write at once wait for each other until PostgreSQL
    breaks the deadlock; in line, the second finds the slot taken. Always in the order of ids, for the same reason.
    """
    rooms = db.session.scalars(
        select(Room)
        .where(Room.id.in_(room_ids), Room.retired_at.is_(None))
        .order_by(Room.id)
        .with_for_update(key_share=True)
    ).all()
    if len(rooms) < len(set(room_ids)):
        raise Missing(_("There is no such room."))
    return {room.id: room for room in rooms}


def _take(actor: Person, booking: Booking) -> None:
    """Make sure that the actor may change the booking, that it stands, and that nobody else changes it meanwhile."""
    allow(policy.may_change(actor, booking))
    db.session.scalars(
        select(Booking)
        .where(Booking.id == booking.id)
        .options(selectinload(Booking.holds).joinedload(Hold.resource))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if not booking.is_standing:
        raise DomainError(_("This booking is cancelled already."))


def _check_time(actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    _check_length(starts_at, ends_at)
    if starts_at < clock.now() - timedelta(minutes=30) and not policy.may_book_the_past(actor):
        raise DomainError(_("That time is past."), "starts_at")


def _check_length(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The end must be later than the start."), "ends_at")
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A booking lasts a day at most."), "ends_at")


def _flush_or_say_taken(room: Resource) -> None:
    # Worded first: a failed flush expires the room and its name with it.
    taken = RoomTaken(_("%(room)s is already booked for part of that time.", room=room.name))
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise (taken if OVERLAP in str(refusal.orig) else refusal) from None


def add_area(actor: Person | None, name: str, timezone: str, position: int = 0) -> Area:
    """Add an area; the command line acts as nobody and may."""
    allow(actor is None or policy.may_manage_rooms(actor))
    area = Area(name=name, timezone=timezone, position=position)
    db.session.add(area)
    db.session.flush()
    record(actor, "area.added", area, name=name)
    return area


def add_room(
    actor: Person | None, area: Area, name: str, capacity: int | None = None, features: str = ""
) -> Room:
    """Add a room to an area; raises DomainError if the area has one of that name."""
    allow(actor is None or policy.may_manage_rooms(actor))
    if db.session.scalars(select(Room).where(Room.area_id == area.id, Room.name == name)).first():
        raise DomainError(_("%(area)s already has a room %(room)s.", area=area.name, room=name), "name")
    room = Room(area=area, name=name, capacity=capacity, features=features)
    db.session.add(room)
    db.session.flush()
    record(actor, "room.added", room, name=name, area=area.name)
    return room
