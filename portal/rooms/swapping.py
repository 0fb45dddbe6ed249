"""Taking a room from one's own smaller booking, which goes to another room at its time: both or neither."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.rooms import commands, policy, words
from portal.rooms.commands import PLAIN, Details
from portal.rooms.holding import in_line
from portal.rooms.models import Booking, Visibility
from portal.rooms.signals import bookings_leaving


def swap_and_book(
    actor: Person, taker: Booking, target_id: int, room_id: int, title: str, starts_at: datetime, ends_at: datetime,
    *, owner: Person | None = None, visibility: Visibility = Visibility.HOUSE, details: Details = PLAIN,
) -> Booking:
    """Move the `taker`, a booking of the same owner, to the target, and book the room that it had.

    Its owner is told, unless they do it themself. Raises what `book` and `move` raise, or DomainError if the taker
    does not have the room any more.
    """
    owner = owner or actor
    allow(policy.may_book_for(actor, owner))
    _make_way(actor, owner, taker, target_id, room_id, *details.extras)
    return commands.book(
        actor, room_id, title, starts_at, ends_at, owner=owner, visibility=visibility, details=details
    )


def swap_and_move(
    actor: Person, taker: Booking, target_id: int, booking: Booking, room_id: int, title: str, starts_at: datetime,
    ends_at: datetime, *, seen: str | None = None, visibility: Visibility | None = None,
    details: Details | None = None,
) -> None:
    """Move the `taker` to the target, and the booking to the room that it had. Raises what `swap_and_book` raises."""
    needed = {hold.resource_id for hold in booking.holds} | set(details.extras if details else ())
    _make_way(actor, booking.owner, taker, target_id, room_id, *needed, goes_there=booking)
    commands.move(
        actor, booking, room_id, title, starts_at, ends_at, seen=seen, visibility=visibility, details=details
    )


def _make_way(
    actor: Person, owner: Person, taker: Booking, target_id: int, room_id: int, *needed: int,
    goes_there: Booking | None = None,
) -> None:
    allow(policy.may_change(actor, taker))
    leaving = [booking for booking in (taker, goes_there) if booking]
    _lock(leaving)
    room = in_line(room_id, target_id, *needed, *(hold.resource_id for hold in taker.holds))[room_id]
    if taker.owner_id != owner.id or not taker.is_standing or taker.room.id != room_id:
        raise DomainError(_("What had %(room)s has changed meanwhile. Try again.", room=room.name), "room_id")
    bookings_leaving.send(room, bookings=leaving)
    was = words.Was(taker.title, room.name, taker.starts_at, taker.ends_at)
    commands.move(actor, taker, target_id, taker.title, taker.starts_at, taker.ends_at)
    if taker.owner_id != actor.id:
        tell([owner], "booking.moved_for_another", "booking", taker, lambda: words.moved_by(taker, was, actor))


def _lock(bookings: list[Booking]) -> None:
    """All at once and before any room, in the order of ids, as everyone who changes bookings does."""
    ids = [booking.id for booking in bookings]
    db.session.scalars(
        select(Booking)
        .where(Booking.id.in_(ids))
        .order_by(Booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
