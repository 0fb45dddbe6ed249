"""Who may do what to rooms and bookings."""

from typing import Protocol

from portal.accounts.models import Person, Role
from portal.rooms.models import Booking, Resource, Visibility


class Claim(Protocol):
    """A booking, or a row of one, as far as it says whom it belongs to and who may read it."""

    @property
    def owner_id(self) -> int: ...
    @property
    def booked_by_id(self) -> int | None: ...
    @property
    def visibility(self) -> str: ...


def may_book(actor: Person, room: Resource) -> bool:
    """Every employee books every room that is in use."""
    return actor.is_active and room.retired_at is None


def may_book_for(actor: Person, owner: Person) -> bool:
    """Everyone for every colleague, who is told: a secretary's right that nobody has to grant."""
    return actor.is_active and owner.is_active


def may_book_the_past(actor: Person) -> bool:
    """Only those who enter what has already taken place."""
    return actor.has_role(Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR)


def belongs_to(actor: Person, booking: Claim) -> bool:
    """Whose booking it is, and whoever booked it for them."""
    return actor.id in (booking.owner_id, booking.booked_by_id)


def may_change(actor: Person, booking: Booking) -> bool:
    """Whose it is, and whoever looks after the rooms; but nobody changes what they may not read.

    A closure is no booking: see `may_end`.
    """
    if booking.is_closure:
        return False
    return belongs_to(actor, booking) or (
        actor.has_role(Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR) and may_read(actor, booking)
    )


def may_see(actor: Person, booking: Booking) -> bool:
    """That a room is booked is no secret inside the house."""
    return actor.is_active


def may_read(actor: Person, booking: Claim) -> bool:
    """What it is for and whose it is: a private booking says so only to its people and those who keep the rooms."""
    return (
        booking.visibility != Visibility.PRIVATE
        or belongs_to(actor, booking)
        or actor.has_role(Role.ROOM_MANAGER, Role.ADMINISTRATOR)
    )


def may_manage_rooms(actor: Person) -> bool:
    return actor.has_role(Role.ROOM_MANAGER, Role.ADMINISTRATOR)


def may_override(actor: Person) -> bool:
    """Whoever sets what bookings keep to may let one pass; the log says so."""
    return may_manage_rooms(actor)


def may_end(actor: Person, closure: Booking) -> bool:
    """Any room manager opens what another has closed."""
    return closure.is_closure and may_manage_rooms(actor)
