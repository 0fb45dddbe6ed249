"""Booking what somebody has looked at: all that the page showed, or nothing."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers import policy
from portal.importers.events import Event
from portal.importers.looking import Line, fingerprint, look
from portal.rooms.commands import log, status_for
from portal.rooms.holding import RoomTaken, flush_or_say_taken
from portal.rooms.models import Booking
from portal.rooms.signals import booking_made
from portal.series.entering import enter


class Changed(DomainError):
    """Something else would be booked now than what was looked at."""


def take(actor: Person, events: Sequence[Event], zone: ZoneInfo, room_id: int | None, seen: str) -> int:
    """Book what `look` has shown to the actor, whose `fingerprint` was `seen`; answers how many times that is.

    Raises NotAllowed, Changed if the same would not become of it any more, or DomainError if nothing can be booked.
    """
    allow(policy.may_import(actor))
    changed = Changed(_("Meanwhile something has changed. Look at it again: this is what would be booked now."))
    lines = look(actor, events, zone, room_id, to_book=True)
    if fingerprint(lines) != seen:
        raise changed
    wanted = [line for line in lines if line.booked]
    if not wanted:
        raise DomainError(_("Nothing of this file can be booked."))
    try:
        _book_singles(actor, [line for line in wanted if line.draft is None])
        for line in wanted:
            _book_series(actor, line)
    except RoomTaken:
        raise changed from None
    except IntegrityError as refusal:
        # Somebody else takes in the same file at this moment.
        raise (changed if "uid" in str(refusal.orig) else refusal) from None
    return sum(len(line.booked) for line in wanted)


def _book_series(actor: Person, line: Line) -> None:
    if line.draft is not None and line.room is not None:
        event = line.event
        enter(actor, actor, line.room, event.summary, event.visibility, line.draft, event.uid, line.overrides)


def _book_singles(actor: Person, lines: Sequence[Line]) -> None:
    """Many at a time in each statement; then each is logged and told of as any booking is."""
    now = clock.now()
    bookings = [
        Booking(
            uid=line.event.uid, title=line.event.summary, owner_id=actor.id, visibility=line.event.visibility,
            starts_at=date.plan.starts_at, ends_at=date.plan.ends_at, created_at=now, changed_at=now,
            status=status_for(actor, date.plan.room), holds=[slot.hold() for slot in date.slots],
        )
        for line in lines for date in line.booked
    ]
    if not bookings:
        return
    db.session.add_all(bookings)
    rooms = [date.plan.room for line in lines for date in line.booked]
    flush_or_say_taken(rooms[0])
    overrides = [date.override for line in lines for date in line.booked]
    for booking, room, override in zip(bookings, rooms, overrides, strict=True):
        log(actor, "booking.created", booking, room, override=override)
        booking_made.send(booking, actor=actor)
