"""Who may say that people came, and who looks after the display beside a door."""

from datetime import datetime, timedelta

from portal.accounts.models import Person
from portal.rooms import policy as rooms
from portal.rooms.models import Booking, Kind, Resource, Sort, Status
from portal.rooms.rules import rules_of

# How long before its start a booking can be checked in.
EARLY = timedelta(minutes=15)


def may_check_in(actor: Person) -> bool:
    """Whoever stands before the door may say that they are here, for colleagues too; it is recorded who did."""
    return actor.is_active


def may_keep_door(actor: Person, room: Resource) -> bool:
    """The display at a door shows what a room is booked for to everybody who passes: whoever keeps it puts it up."""
    return room.kind == Sort.ROOM and rooms.keeps(actor, room)


def can_be_checked_in(booking: Booking, now: datetime) -> bool:
    """A firm booking of a room, from a quarter of an hour before it begins until it ends."""
    return (
        booking.kind == Kind.BOOKING and booking.status == Status.CONFIRMED and booking.is_standing
        and booking.room.kind == Sort.ROOM and booking.starts_at - EARLY <= now < booking.ends_at
    )


def can_be_ended(booking: Booking, now: datetime) -> bool:
    """It runs, so that the rest of its time can be given back."""
    return booking.kind == Kind.BOOKING and booking.is_standing and booking.starts_at < now < booking.ends_at


def asks_check_in(room: Resource) -> bool:
    """Whether the room gives back what nobody has checked in to."""
    return room.kind == Sort.ROOM and rules_of(room).check_in_minutes is not None
