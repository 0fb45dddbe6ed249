"""Who may do what to rooms and bookings."""

from collections.abc import Callable, Iterable
from typing import Protocol

from portal.accounts.models import Person, Role
from portal.rooms.models import Area, Booking, Keeper, Resource, Visibility


class Claim(Protocol):
    """A booking, or a row of one, as far as it says whom it belongs to and who may read it."""

    @property
    def owner_id(self) -> int: ...
    @property
    def booked_by_id(self) -> int | None: ...
    @property
    def visibility(self) -> str: ...


# By what takes place on a booking, as a higher slice knows: who changes it although it may be private.
_changers: dict[str, Callable[[Person, Booking], bool]] = {}


def add_changer(name: str, may: Callable[[Person, Booking], bool]) -> None:
    """Let those change a booking too of whom `may(actor, booking)` says so."""
    _changers[name] = may


def may_book(actor: Person, resource: Resource) -> bool:
    """Every employee books everything that is in use; what is kept for some, only they and whoever keeps it."""
    if not actor.is_active or resource.retired_at is not None:
        return False
    return not resource.is_restricted or _is_named(actor, resource) or keeps(actor, resource)


def _is_named(actor: Person, resource: Resource) -> bool:
    return any(
        right.person_id == actor.id or (right.department_id is not None and right.department_id == actor.department_id)
        for right in resource.rights
    )


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

    Unless a higher slice knows better, as of a meeting's room. A closure is no booking: see `may_end`.
    """
    if booking.is_closure:
        return False
    if belongs_to(actor, booking):
        return True
    looks_after = actor.has_role(Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR)
    if may_read(actor, booking) and (looks_after or keeps(actor, booking.room)):
        return True
    return any(may(actor, booking) for may in _changers.values())


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


def keeps(actor: Person, resource: Resource) -> bool:
    """Room managers keep everything; others what they, or its area, are named for. Two statements for these."""
    return may_manage_rooms(actor) or _looks_after(actor, resource.keepers) or keeps_area(actor, resource.area)


def keeps_area(actor: Person, area: Area) -> bool:
    """Room managers keep everything; others what they are named for. One statement for these."""
    return may_manage_rooms(actor) or _looks_after(actor, area.keepers)


def _looks_after(actor: Person, keepers: Iterable[Keeper]) -> bool:
    return actor.is_active and any(keeper.person_id == actor.id for keeper in keepers)


def keeps_place(actor: Person, place: Area | Resource) -> bool:
    """Whether the actor keeps that area or resource."""
    return keeps_area(actor, place) if isinstance(place, Area) else keeps(actor, place)


def may_override(actor: Person, resource: Resource) -> bool:
    """Whoever keeps it may let a booking pass beyond its rules; the log says so."""
    return keeps(actor, resource)


def may_end(actor: Person, closure: Booking) -> bool:
    """Whoever keeps a room opens what another has closed."""
    return closure.is_closure and keeps(actor, closure.room)
