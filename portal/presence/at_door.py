"""What can be done at a door, where nobody signs in: the secret of its display is what lets people do it."""

import uuid

from sqlalchemy import select

from portal.accounts.commands import add_person
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.presence import commands, display, queries
from portal.presence.models import Presence, Way
from portal.rooms.commands import log
from portal.rooms.holding import flush_or_say_taken, in_line, slots_for
from portal.rooms.models import Booking, Resource
from portal.rooms.rules import rules_of
from portal.rooms.signals import booking_made

DOOR_EMAIL = "door@localhost"


def the_door() -> Person:
    """The person that bookings made at a door belong to. It counts as somebody who left: nobody finds, invites or
    writes to it, and it cannot sign in."""
    return _known_door() or _new_door()


def _known_door() -> Person | None:
    return db.session.scalars(
        select(Person).where(Person.login == display.DOOR_LOGIN, Person.email == DOOR_EMAIL)
    ).one_or_none()


def _new_door() -> Person:
    try:
        door = add_person(None, login=display.DOOR_LOGIN, name=_("At the door"), email=DOOR_EMAIL)
    except DomainError:
        # Two doors at the same moment: the other was quicker.
        known = _known_door()
        if known is None:
            raise
        return known
    door.left_at = clock.now()
    return door


def book(room_id: int, minutes: int) -> Booking:
    """Book the room from now on for so many minutes, which counts as checked in: people stand before the door.

    Raises Missing, RoomTaken, or DomainError for what the room's rules do not allow.
    """
    if minutes not in display.OFFERED:
        raise DomainError(_("The room cannot be booked for that long here."))
    room = in_line(room_id)[room_id]
    now = clock.now()
    starts_at, ends_at = display.span_at_door(room, minutes, now)
    refused = display.why_never(room, rules_of(room)) or display.refusal(room, starts_at, ends_at, now)
    if refused:
        raise DomainError(refused)
    booking = Booking(
        uid=str(uuid.uuid4()), title=_("Booked at the door"), owner_id=the_door().id, starts_at=starts_at,
        ends_at=ends_at, created_at=now, changed_at=now,
        holds=[slot.hold() for slot in slots_for(room, {}, starts_at, ends_at)],
    )
    db.session.add(booking)
    flush_or_say_taken(room)
    db.session.add(Presence(booking_id=booking.id, checked_in_at=now, way=Way.DOOR))
    log(None, "booking.created", booking, room, way=Way.DOOR.value)
    booking_made.send(booking, actor=None)
    return booking


def check_in(room: Resource, booking_id: int) -> bool:
    """The people of the booking are there, says whoever stands at its door. Raises what `commands.check_in` raises."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or booking.room.id != room.id:
        raise Missing(_("There is no such booking."))
    return commands.check_in(None, booking_id, Way.DOOR)


def end(room: Resource, booking_id: int) -> None:
    """Whoever booked it here is done. Raises Missing for what was not booked at a door, DomainError if it is over."""
    booking = queries.locked(booking_id)
    if booking is None or booking.room.id != room.id or booking.owner.login != display.DOOR_LOGIN:
        raise Missing(_("There is no such booking."))
    commands.end_now(None, booking)
