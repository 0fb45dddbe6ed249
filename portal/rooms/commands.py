"""Everything that can be done to rooms and bookings."""

import uuid
from datetime import datetime, time
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.rooms import limits, policy, queries, words
from portal.rooms.keeping import check_area, check_room
from portal.rooms.models import LATE, LONGEST, LONGEST_TITLE, OVERLAP, Area, Booking, Hold, Resource, Room, Visibility
from portal.rooms.signals import booking_cancelled, booking_made, booking_moved, booking_renamed, booking_restored


class RoomTaken(DomainError):
    """The room is already held for part of that time."""


def book(
    actor: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, owner: Person | None = None, visibility: Visibility = Visibility.HOUSE,
) -> Booking:
    """Hold the room from `starts_at` up to but not including `ends_at` (aware instants).

    For the actor, or for the `owner`, who is told. Raises NotAllowed, Missing, RoomTaken, or DomainError for a
    time that cannot be booked.
    """
    owner = owner or actor
    allow(policy.may_book_for(actor, owner))
    _check_time(actor, starts_at, ends_at)
    booking = _hold(actor, owner, room_id, title, starts_at, ends_at, str(uuid.uuid4()), visibility)
    if owner.id != actor.id:
        tell([owner], "booking.made_for_you", "booking", booking, lambda: words.made_for_you(booking, actor))
    return booking


def book_from_file(
    owner: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, uid: str,
    visibility: Visibility = Visibility.HOUSE,
) -> Booking:
    """Enter a booking that a file brings, the past too, and keep its UID. Raises what `book` raises.

    For the command line, which acts as nobody and may; the booking then belongs to `owner`.
    """
    _check_length(starts_at, ends_at)
    return _hold(None, owner, room_id, title, starts_at, ends_at, uid, visibility)


def _hold(
    actor: Person | None, owner: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, uid: str,
    visibility: Visibility,
) -> Booking:
    _check_title(title)
    room = in_line(room_id)[room_id]
    allow(policy.may_book(owner, room))
    override = _check_limits(actor, owner.id, room, starts_at, ends_at, one_more=True) if actor else []
    now = clock.now()
    booking = Booking(
        uid=uid, title=title, owner_id=owner.id, visibility=visibility, starts_at=starts_at, ends_at=ends_at,
        booked_by_id=actor.id if actor and actor.id != owner.id else None, created_at=now, changed_at=now,
        holds=[Hold(resource_id=room.id, starts_at=starts_at, ends_at=ends_at)],
    )
    db.session.add(booking)
    flush_or_say_taken(room)
    whose = owner.name if booking.booked_by_id and visibility != Visibility.PRIVATE else ""
    _log(actor, "booking.created", booking, room, booked_for=whose, override=override)
    booking_made.send(booking, actor=actor)
    return booking


def move(
    actor: Person, booking: Booking, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, seen: str | None = None, visibility: Visibility | None = None,
) -> None:
    """Give the booking another title, room, time or visibility; the old hold stands until the new one does.

    `seen` is the version that the actor looked at; if somebody has changed the booking since, it is refused.
    SEQUENCE rises when time or room change (RFC 5546 §2.1.4). Raises what `book` raises.
    """
    _take(actor, booking)
    if seen not in (None, booking.version):
        raise DomainError(_("Somebody else has changed this booking meanwhile. Look at it again before you save."))
    _check_title(title)
    room = in_line(*{booking.room.id, room_id})[room_id]
    allow(policy.may_book(actor, room))
    hold = booking.holds[0]
    before = (booking.starts_at, booking.ends_at, booking.room.name)
    moves = (hold.resource_id, booking.starts_at, booking.ends_at) != (room.id, starts_at, ends_at)
    override: list[str] = []
    if moves:
        _check_time(actor, starts_at, ends_at)
        elsewhere = booking.room.area_id != room.area_id
        override = _check_limits(actor, booking.owner_id, room, starts_at, ends_at, one_more=elsewhere)
        hold.resource, hold.starts_at, hold.ends_at = room, starts_at, ends_at
        booking.starts_at, booking.ends_at = starts_at, ends_at
        booking.sequence += 1
    booking.title, booking.visibility = title, visibility or booking.visibility
    booking.changed_at = clock.now()
    flush_or_say_taken(room)
    _log(actor, "booking.moved" if moves else "booking.renamed", booking, room, override=override)
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
        # What was given back earlier stays so, also when the cancellation is taken back.
        hold.released_at = hold.released_at or now
    db.session.flush()
    _log(actor, "booking.cancelled", booking, booking.room)
    booking_cancelled.send(booking, actor=actor)


def restore(actor: Person, booking: Booking) -> None:
    """Take a cancellation back within ten minutes: the booking holds again what it gave back then.

    SEQUENCE rises (RFC 5546 §2.1.4). Raises NotAllowed, Missing for a room no longer in use, RoomTaken if somebody
    was quicker, or DomainError if it is too late or the booking stands.
    """
    _lock(actor, booking)
    cancelled_at = booking.cancelled_at
    if cancelled_at is None:
        raise DomainError(_("This booking stands already."))
    if not booking.may_be_restored_at(clock.now()):
        raise DomainError(_("A cancellation can be taken back for ten minutes only. Book the room again."))
    room = in_line(booking.room.id)[booking.room.id]
    booking.cancelled_at, booking.changed_at = None, clock.now()
    booking.sequence += 1
    for hold in booking.holds:
        if hold.released_at == cancelled_at:
            hold.released_at = None
    flush_or_say_taken(room)
    _log(actor, "booking.restored", booking, room)
    booking_restored.send(booking, cancelled_at=cancelled_at, actor=actor)


def _log(actor: Person | None, action: str, booking: Booking, room: Resource, **more: Any) -> None:
    """Log what a booking is now; the whole log is read by some who may not read a private title."""
    private = booking.visibility == Visibility.PRIVATE
    record(
        actor, action, booking, title="" if private else booking.title, room=room.name,
        starts_at=booking.starts_at, ends_at=booking.ends_at, visibility=booking.visibility if private else "", **more,
    )


# Built once: building a statement takes longer than running it.
_IN_LINE = (
    select(Room)
    .join(Room.area)
    .outerjoin(Area.policy)
    .options(contains_eager(Room.area).contains_eager(Area.policy))
    .where(Room.id.in_(bindparam("room_ids", expanding=True)), Room.retired_at.is_(None))
    .order_by(Room.id)
    .with_for_update(key_share=True, of=Resource)
)


def in_line(*room_ids: int) -> dict[int, Room]:
    """The rooms by id with what their areas ask of bookings, while those who would book them wait in line.

    Raises Missing if one is not in use.

    The exclusion constraint alone is right, but lets two who write at once wait for each other until PostgreSQL
    breaks the deadlock; in line, the second finds the slot taken. Always in the order of ids, for the same reason.
    """
    rooms = db.session.scalars(_IN_LINE, {"room_ids": sorted(set(room_ids))}).all()
    if len(rooms) < len(set(room_ids)):
        raise Missing(_("There is no such room."))
    return {room.id: room for room in rooms}


def _take(actor: Person, booking: Booking) -> None:
    """Make sure that the actor may change the booking, that it stands, and that nobody else changes it meanwhile."""
    _lock(actor, booking)
    if not booking.is_standing:
        raise DomainError(_("This booking is cancelled already."))


def _lock(actor: Person, booking: Booking) -> None:
    allow(policy.may_change(actor, booking))
    db.session.scalars(
        select(Booking)
        .where(Booking.id == booking.id)
        .options(selectinload(Booking.holds).joinedload(Hold.resource))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _check_title(title: str) -> None:
    """SQLite takes a text of any length for the column's, so that this is where the rule stands."""
    if not title.strip():
        raise DomainError(_("Please fill this in."), "title")
    if len(title) > LONGEST_TITLE:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_TITLE), "title")


def _check_time(actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    _check_length(starts_at, ends_at)
    if starts_at < clock.now() - LATE and not policy.may_book_the_past(actor):
        raise DomainError(_("That time is past."), "starts_at")


def _check_limits(
    actor: Person, owner_id: int, room: Room, starts_at: datetime, ends_at: datetime, *, one_more: bool
) -> list[str]:
    """Raise DomainError for the first limit of the room's area that is broken; answer what the actor may override.

    `one_more`: the owner will have one booking more ahead in that area. Counting them is the one statement that
    this takes, and only where a limit on them is set; two bookings of one person at the same moment each see the
    other not yet, so that it may be overrun by one.
    """
    area = room.area
    found = list(limits.breaches(area, starts_at, ends_at, clock.now()))
    if one_more and area.policy and area.policy.most_ahead:
        found += limits.too_many(area.policy, queries.count_ahead(owner_id, area.id))
    if found and not policy.may_override(actor):
        raise DomainError(found[0].words, found[0].field)
    return [breach.limit for breach in found]


def _check_length(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The end must be later than the start."), "ends_at")
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A booking lasts a day at most."), "ends_at")


def flush_or_say_taken(room: Resource) -> None:
    # Worded first: a failed flush expires the room and its name with it.
    taken = RoomTaken(_("%(room)s is already booked for part of that time.", room=room.name))
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise (taken if OVERLAP in str(refusal.orig) else refusal) from None


def add_area(
    actor: Person | None, name: str, timezone: str, position: int = 0, opens_at: time = time(8),
    closes_at: time = time(20),
) -> Area:
    """Add an area; the command line acts as nobody and may. Raises DomainError for what an area cannot be."""
    allow(actor is None or policy.may_manage_rooms(actor))
    check_area(name, timezone, opens_at, closes_at)
    area = Area(name=name, timezone=timezone, position=position, opens_at=opens_at, closes_at=closes_at)
    db.session.add(area)
    db.session.flush()
    record(actor, "area.added", area, name=name)
    return area


def add_room(
    actor: Person | None, area: Area, name: str, capacity: int | None = None, features: str = "",
    directions: str = "",
) -> Room:
    """Add a room to an area; raises DomainError if the area has one of that name."""
    allow(actor is None or policy.may_manage_rooms(actor))
    check_room(area, name)
    room = Room(area=area, name=name, capacity=capacity, features=features, directions=directions)
    db.session.add(room)
    db.session.flush()
    record(actor, "room.added", room, name=name, area=area.name)
    return room
