"""Everything that can be done to bookings."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.rooms import limits, policy, quotas, words
from portal.rooms.holding import Slot, flush_or_say_taken, in_line, slots_for
from portal.rooms.hours import load_hours
from portal.rooms.models import (
    LATE,
    LONGEST,
    LONGEST_TITLE,
    Booking,
    Hold,
    Layout,
    Resource,
    Status,
    Visibility,
)
from portal.rooms.rules import rules_of
from portal.rooms.signals import (
    booking_cancelled,
    booking_made,
    booking_moved,
    booking_renamed,
    booking_restored,
)

Extras = Mapping[int, int]


class Details(NamedTuple):
    """What few bookings say: how many people, how the room is furnished, what else is needed, by id and number.

    `quantity` is how many units are booked of what is booked first of all, if that has several.
    """

    people: int | None = None
    layout_id: int | None = None
    extras: Extras = MappingProxyType({})
    quantity: int = 1


PLAIN = Details()


def book(
    actor: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, owner: Person | None = None, visibility: Visibility = Visibility.HOUSE, details: Details = PLAIN,
) -> Booking:
    """Hold the room and all extras from `starts_at` up to but not including `ends_at` (aware instants), or nothing.

    For the actor, or for the `owner`, who is told. Where whoever keeps the room approves its bookings, it is
    requested only, unless the actor keeps it. Raises NotAllowed, Missing, RoomTaken, TooFewFree, or DomainError for
    a time that cannot be booked.
    """
    owner = owner or actor
    allow(policy.may_book_for(actor, owner))
    check_time(actor, starts_at, ends_at)
    booking = _hold(actor, owner, room_id, title, starts_at, ends_at, str(uuid.uuid4()), visibility, details)
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
    check_length(starts_at, ends_at)
    return _hold(None, owner, room_id, title, starts_at, ends_at, uid, visibility, PLAIN)


def _hold(
    actor: Person | None, owner: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, uid: str,
    visibility: Visibility, details: Details,
) -> Booking:
    check_title(title)
    resources = in_line(room_id, *details.extras)
    room = resources[room_id]
    check_right(actor or owner, owner, *resources.values())
    override = check_limits(actor, owner, room, starts_at, ends_at, one_more=True) if actor else []
    now = clock.now()
    extras = _counted(details.extras, resources)
    slots = slots_for(room, extras, starts_at, ends_at, quantity=details.quantity)
    booking = Booking(
        uid=uid, title=title, owner_id=owner.id, visibility=visibility, starts_at=starts_at, ends_at=ends_at,
        booked_by_id=actor.id if actor and actor.id != owner.id else None, created_at=now, changed_at=now,
        people=details.people, layout_id=_layout_of(room, details.layout_id), status=status_for(actor, room),
        holds=[slot.hold() for slot in slots],
    )
    db.session.add(booking)
    flush_or_say_taken(room)
    whose = owner.name if booking.booked_by_id and visibility != Visibility.PRIVATE else ""
    log(actor, "booking.created", booking, room, booked_for=whose, override=override)
    booking_made.send(booking, actor=actor)
    return booking


def check_right(actor: Person, owner: Person, *resources: Resource) -> None:
    """Raise DomainError for the first that neither may book: whoever keeps it may book it for anybody."""
    for resource in resources:
        if not policy.may_book(owner, resource) and not policy.may_book(actor, resource):
            raise DomainError(_("%(room)s is kept for others.", room=resource.name), "room_id")


def status_for(actor: Person | None, room: Resource) -> Status:
    """What a booking of the room by that actor is to begin with; files enter what stands already."""
    if actor is None or not rules_of(room).needs_approval or policy.keeps(actor, room):
        return Status.CONFIRMED
    return Status.REQUESTED


def _counted(extras: Extras, resources: Mapping[int, Resource]) -> dict[Resource, int]:
    if any(count < 1 for count in extras.values()):
        raise DomainError(_("Please say how many you need."), "extras")
    return {resources[resource_id]: count for resource_id, count in extras.items()}


def _layout_of(room: Resource, layout_id: int | None) -> int | None:
    if layout_id is None:
        return None
    layout = db.session.get(Layout, layout_id)
    if layout is None or layout.resource_id != room.id:
        raise DomainError(_("%(room)s is not furnished like that.", room=room.name), "layout_id")
    return layout_id


def move(
    actor: Person, booking: Booking, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, seen: str | None = None, visibility: Visibility | None = None, details: Details | None = None,
) -> None:
    """Give the booking another title, room, time, visibility or details; the old hold stands until the new one does.

    `seen` is the version that the actor looked at; if somebody has changed the booking since, it is refused.
    Without `details` it keeps what it has, but for a layout that another room has not. More units than before are
    asked for as another room is. SEQUENCE rises when time or room change (RFC 5546 §2.1.4). Raises what `book` raises.
    """
    _take(actor, booking)
    if seen not in (None, booking.version):
        raise DomainError(_("Somebody else has changed this booking meanwhile. Look at it again before you save."))
    check_title(title)
    old_room, before = booking.room, (booking.starts_at, booking.ends_at, booking.room.name)
    details = details or _details_of(booking, room_id)
    extras = {resource.id: count for resource, count in booking.extras.items()}
    resources = in_line(old_room.id, room_id, *extras, *details.extras)
    room = resources[room_id]
    moves = (
        (old_room.id, booking.starts_at, booking.ends_at) != (room.id, starts_at, ends_at)
        or details.quantity > booking.quantity
    )
    override = _go_elsewhere(actor, booking, room, starts_at, ends_at) if moves else []
    check_right(actor, booking.owner, *(resources[new] for new in details.extras.keys() - extras.keys()))
    # Read before anything is to be written: reading writes what is pending.
    layout_id = _layout_of(room, details.layout_id)
    if moves or (extras, booking.quantity) != (details.extras, details.quantity):
        counted = _counted(details.extras, resources)
        slots = slots_for(room, counted, starts_at, ends_at, booking.id, quantity=details.quantity)
        _hold_otherwise(booking, slots)
    booking.title, booking.visibility = title, visibility or booking.visibility
    booking.starts_at, booking.ends_at, booking.changed_at = starts_at, ends_at, clock.now()
    booking.people, booking.layout_id = details.people, layout_id
    flush_or_say_taken(room)
    log(actor, "booking.moved" if moves else "booking.renamed", booking, room, override=override)
    if moves:
        booking_moved.send(booking, before=before, actor=actor)
    else:
        booking_renamed.send(booking, actor=actor)


def _go_elsewhere(
    actor: Person, booking: Booking, room: Resource, starts_at: datetime, ends_at: datetime
) -> list[str]:
    """Check what a new booking there would have to keep to, and answer what the actor overrides."""
    check_right(actor, booking.owner, room)
    check_time(actor, starts_at, ends_at)
    elsewhere = booking.room.area_id != room.area_id
    override = check_limits(actor, booking.owner, room, starts_at, ends_at, one_more=elsewhere, moving=booking)
    booking.status = status_for(actor, room)
    booking.sequence += 1
    return override


def _details_of(booking: Booking, room_id: int) -> Details:
    extras = {resource.id: count for resource, count in booking.extras.items()}
    layout_id = booking.layout_id if booking.room.id == room_id else None
    return Details(booking.people, layout_id, extras, booking.quantity)


def _hold_otherwise(booking: Booking, slots: list[Slot]) -> None:
    """Let the booking hold these instead. The first stays the first: that is its room."""
    first, *others = booking.holds
    first.resource, first.unit, first.starts_at, first.ends_at = slots[0]
    if others:
        # Written at once: one that takes the place of another must not meet it.
        for hold in others:
            booking.holds.remove(hold)
            db.session.delete(hold)
        with db.session.no_autoflush:
            flush_or_say_taken(slots[0].resource)
    booking.holds += [slot.hold() for slot in slots[1:]]


def cancel(actor: Person, booking: Booking) -> None:
    """Free everything that the booking holds. Raises NotAllowed, or DomainError if it is cancelled already."""
    _take(actor, booking)
    call_off(actor, booking)


def call_off(actor: Person | None, booking: Booking, **more: Any) -> None:
    """Free everything that a standing booking, locked by the caller, holds; nobody is the clock. `more` is logged."""
    now = clock.now()
    booking.cancelled_at = booking.changed_at = now
    booking.sequence += 1
    for hold in booking.holds:
        # What was given back earlier stays so, also when the cancellation is taken back.
        hold.released_at = hold.released_at or now
    db.session.flush()
    log(actor, "booking.cancelled", booking, booking.room, **more)
    booking_cancelled.send(booking, actor=actor)


def restore(actor: Person, booking: Booking) -> None:
    """Take a cancellation back within ten minutes: the booking holds again what it gave back then.

    What the owner has booked meanwhile counts against the limits. SEQUENCE rises (RFC 5546 §2.1.4). Raises
    NotAllowed, Missing for a room no longer in use, RoomTaken if somebody was quicker, or DomainError if it is too
    late, beyond a limit, or the booking stands.
    """
    _lock(actor, booking)
    cancelled_at = booking.cancelled_at
    if cancelled_at is None:
        raise DomainError(_("This booking stands already."))
    if not booking.may_be_restored_at(clock.now()):
        raise DomainError(_("A cancellation can be taken back for ten minutes only. Book the room again."))
    room = in_line(*{hold.resource_id for hold in booking.holds})[booking.room.id]
    wanted = quotas.Wanted(booking.owner, room, booking.starts_at, booking.ends_at)
    override = _refuse_or_override(actor, room, quotas.breaches(rules_of(room), wanted, one_more=True))
    _take_back(booking, room, cancelled_at)
    booking.cancelled_at, booking.changed_at = None, clock.now()
    booking.sequence += 1
    flush_or_say_taken(room)
    log(actor, "booking.restored", booking, room, override=override)
    booking_restored.send(booking, cancelled_at=cancelled_at, actor=actor)


def _take_back(booking: Booking, room: Resource, given_back_at: datetime) -> None:
    """Hold again what was given back then: another unit of the same, if somebody has taken the old one meanwhile."""
    slots = slots_for(room, booking.extras, booking.starts_at, booking.ends_at, booking.id, quantity=booking.quantity)
    for hold in booking.holds:
        if hold.released_at == given_back_at:
            slot = next(slot for slot in slots if slot.resource.id == hold.resource_id)
            slots.remove(slot)
            hold.unit, hold.released_at = slot.unit, None


def log(actor: Person | None, action: str, booking: Booking, room: Resource, **more: Any) -> None:
    """Log what a booking is now; the whole log is read by some who may not read a private title."""
    private = booking.visibility == Visibility.PRIVATE
    record(
        actor, action, booking, title="" if private else booking.title, room=room.name,
        starts_at=booking.starts_at, ends_at=booking.ends_at, visibility=booking.visibility if private else "", **more,
    )


def call_otherwise(actor: Person, booking: Booking, title: str, visibility: Visibility) -> None:
    """Give a booking, locked by the caller, the title and visibility that what takes place on it asks for."""
    booking.title, booking.visibility, booking.changed_at = title, visibility, clock.now()
    db.session.flush()
    log(actor, "booking.renamed", booking, booking.room)
    booking_renamed.send(booking, actor=actor)


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


def check_title(title: str) -> None:
    """SQLite takes a text of any length for the column's, so that this is where the rule stands."""
    if not title.strip():
        raise DomainError(_("Please fill this in."), "title")
    if len(title) > LONGEST_TITLE:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_TITLE), "title")


def check_time(actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    check_length(starts_at, ends_at)
    if starts_at < clock.now() - LATE and not policy.may_book_the_past(actor):
        raise DomainError(_("That time is past."), "starts_at")


def check_limits(
    actor: Person, owner: Person, room: Resource, starts_at: datetime, ends_at: datetime, *, one_more: bool,
    moving: Booking | None = None,
) -> list[str]:
    """Raise DomainError for the first rule of the room that is broken; answer what the actor may override.

    `one_more`: the owner will have one booking more ahead in that area. `moving` is the booking that is moved, which
    does not count against itself. What has to be counted takes a statement, and only where a limit on it is set; two
    bookings of one person at the same moment each see the other not yet, so that it may be overrun by one.
    """
    rules = rules_of(room)
    if rules.within_hours:
        load_hours([room])
    fixed = limits.fixed_breaches(rules, room, starts_at, ends_at, clock.now())
    counted = quotas.breaches(rules, quotas.Wanted(owner, room, starts_at, ends_at, moving), one_more=one_more)
    return _refuse_or_override(actor, room, [*fixed, *counted])


def _refuse_or_override(actor: Person, room: Resource, breaches: Iterable[limits.Breach]) -> list[str]:
    found = list(breaches)
    if found and not policy.may_override(actor, room):
        raise DomainError(found[0].words, found[0].field)
    return [breach.limit for breach in found]


def check_length(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The end must be later than the start."), "ends_at")
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A booking lasts a day at most."), "ends_at")
