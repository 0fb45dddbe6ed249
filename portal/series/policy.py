"""Who may do what to series: as to the bookings that they are made of."""

from portal.accounts.models import Person, Role
from portal.rooms import policy as rooms
from portal.series.models import Series


def may_see(actor: Person, series: Series) -> bool:
    """That a room is booked is no secret inside the house."""
    return actor.is_active


def may_read(actor: Person, series: Series) -> bool:
    """What it is for and whose it is: a private series says so only to its people and those who keep the rooms."""
    return rooms.may_read(actor, series)


def may_change(actor: Person, series: Series) -> bool:
    """Whose it is, and whoever looks after the rooms; but nobody changes what they may not read."""
    if rooms.belongs_to(actor, series):
        return True
    looks_after = actor.has_role(Role.ROOM_MANAGER, Role.MEETING_OFFICE, Role.ADMINISTRATOR)
    return may_read(actor, series) and (looks_after or rooms.keeps(actor, series.room))
