"""Closing a room for some time, with a way out for every booking that stands in the way."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.notifications.commands import tell
from portal.rooms import commands, policy, queries, words
from portal.rooms.holding import RoomTaken, flush_or_say_taken, in_line
from portal.rooms.models import LONGEST, Booking, Hold, Kind, Resource
from portal.rooms.signals import bookings_leaving

LONGEST_CLOSURE = timedelta(days=366)


class InTheWay(DomainError):
    """Bookings stand in the way, and it is not said for each of them what is to become of it."""


def close_room(
    actor: Person, room_id: int, reason: str, starts_at: datetime, ends_at: datetime,
    choices: Mapping[int, int | None],
) -> Booking:
    """Close the room from `starts_at` until `ends_at`, and make way as chosen, all or nothing.

    `choices` says for each booking that stands in the way which room it moves to, or None to cancel it; their
    owners are told. Raises NotAllowed, Missing, InTheWay if the choices are not for exactly what stands in the
    way, RoomTaken if a room that was chosen is taken or this one is closed already, or DomainError for a time
    that cannot be closed.
    """
    check_time(starts_at, ends_at)
    # Bookings first and then rooms, as whoever moves a booking locks them: else two would wait for each other.
    _lock_bookings(room_id, starts_at, ends_at)
    wanted = {target for target in choices.values() if target is not None}
    room = in_line(room_id, *wanted)[room_id]
    allow(policy.keeps(actor, room))
    clashing = _check_choices(room, starts_at, ends_at, choices)
    if clashing:
        bookings_leaving.send(room, bookings=clashing)
    for booking in clashing:
        _make_way(actor, booking, room, choices[booking.id], reason)
    return _close(actor, room, reason, starts_at, ends_at)


def close_from_file(owner: Person, room_id: int, reason: str, starts_at: datetime, ends_at: datetime) -> Booking:
    """Close the room in the name of `owner`, if nothing stands in the way; raises what `close_room` raises.

    For the command line, which acts as nobody and may.
    """
    check_time(starts_at, ends_at)
    room = in_line(room_id)[room_id]
    _check_choices(room, starts_at, ends_at, {})
    return _close(owner, room, reason, starts_at, ends_at)


def check_time(starts_at: datetime, ends_at: datetime) -> None:
    """Raise DomainError for a time that cannot be closed."""
    if ends_at <= starts_at:
        raise DomainError(_("The end must be later than the start."), "ends_at")
    if ends_at <= clock.now():
        raise DomainError(_("That time is past."), "ends_at")
    if ends_at - starts_at > LONGEST_CLOSURE:
        raise DomainError(_("A closure lasts a year at most."), "ends_at")


def _lock_bookings(room_id: int, starts_at: datetime, ends_at: datetime) -> None:
    ids = queries.clashing_ids(room_id, starts_at, ends_at)
    in_order = select(Booking.id).where(Booking.id.in_(ids)).order_by(Booking.id).with_for_update(key_share=True)
    db.session.scalars(in_order).all()


def _check_choices(
    room: Resource, starts_at: datetime, ends_at: datetime, choices: Mapping[int, int | None]
) -> Sequence[Booking]:
    """What stands in the way now that nobody else books or moves, if something is chosen for each of it."""
    clashing = queries.clashing(room.id, starts_at, ends_at)
    if any(booking.is_closure for booking in clashing):
        raise RoomTaken(_("%(room)s is closed for part of that time already.", room=room.name), "starts_at")
    if {booking.id for booking in clashing} != set(choices):
        raise InTheWay(
            ngettext(
                "One booking stands in the way. Choose what becomes of it.",
                "%(num)s bookings stand in the way. Choose what becomes of them.", len(clashing),
            )
            if clashing
            else _("No booking stands in the way any more. You can close the room.")
        )
    return clashing


def _make_way(actor: Person, booking: Booking, room: Resource, target: int | None, reason: str) -> None:
    before = words.Was(booking.title, room.name, booking.starts_at, booking.ends_at)
    if target is None:
        # Whoever keeps the room may do so, also with a booking that they may not read.
        commands.call_off(actor, booking)
        kind = "booking.cancelled_by_closure"
    else:
        commands.move(actor, booking, target, booking.title, booking.starts_at, booking.ends_at)
        kind = "booking.moved_by_closure"
    if booking.owner_id != actor.id:
        tell([booking.owner], kind, "booking", booking, lambda: words.made_way(booking, before, reason))


def _close(actor: Person, room: Resource, reason: str, starts_at: datetime, ends_at: datetime) -> Booking:
    now = clock.now()
    closure = Booking(
        uid=str(uuid.uuid4()), kind=Kind.CLOSURE, title=reason, owner_id=actor.id, starts_at=starts_at,
        ends_at=ends_at, created_at=now, changed_at=now,
        holds=[Hold(resource_id=room.id, starts_at=first, ends_at=last) for first, last in days(starts_at, ends_at)],
    )
    db.session.add(closure)
    flush_or_say_taken(room)
    record(
        actor, "booking.closed", closure, title=reason, room=room.name, starts_at=starts_at, ends_at=ends_at
    )
    return closure


def days(starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The span in pieces of a day each, for no hold is longer."""
    while starts_at < ends_at:
        yield starts_at, min(starts_at + LONGEST, ends_at)
        starts_at += LONGEST


def end_closure(actor: Person, closure: Booking) -> None:
    """Give the room back from now on; a closure that has not begun is cancelled.

    Raises NotAllowed, or DomainError if it is over already.
    """
    allow(policy.may_end(actor, closure))
    db.session.scalars(
        select(Booking)
        .where(Booking.id == closure.id)
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .with_for_update(key_share=True, of=Booking)
        .execution_options(populate_existing=True)
    ).one()
    now = clock.now()
    if not closure.is_standing or closure.ends_at <= now:
        raise DomainError(_("This closure is over already."))
    _release(closure.holds, now)
    if closure.starts_at >= now:
        closure.cancelled_at = now
    else:
        closure.ends_at = now
    closure.changed_at = now
    closure.sequence += 1
    db.session.flush()
    room: Resource = closure.room
    record(actor, "booking.reopened", closure, title=closure.title, room=room.name)


def _release(holds: Sequence[Hold], now: datetime) -> None:
    for hold in holds:
        if hold.starts_at >= now:
            hold.released_at = now
        elif hold.ends_at > now:
            hold.ends_at = now
