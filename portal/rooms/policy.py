"""Who may do what to rooms and bookings."""

from portal.accounts.models import Person, Role
from portal.rooms.models import Booking, Resource


def may_book(actor: Person, room: Resource) -> bool:
    """Every employee books every room that is in use."""
    return actor.is_active and room.retired_at is None


def may_book_the_past(actor: Person) -> bool:
    """Only those who enter what has already taken place."""
    return actor.has_role(Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR)


def may_change(actor: Person, booking: Booking) -> bool:
    """Whoever booked, and whoever looks after the rooms."""
    return actor.id == booking.owner_id or actor.has_role(
        Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR
    )


def may_see(actor: Person, booking: Booking) -> bool:
    """What a room is booked for is no secret inside the house."""
    return actor.is_active


def may_manage_rooms(actor: Person) -> bool:
    return actor.has_role(Role.ROOM_MANAGER, Role.ADMINISTRATOR)
