"""What the sorts of things that can be booked are called on buttons and headings."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from portal.core.i18n import lazy_gettext as _l
from portal.rooms.models import Sort


class Words(NamedTuple):
    """One of them, several of them, and the headings of the form that adds or changes one."""

    one: Any
    several: Any
    add: Any
    change: Any
    features: Any


WORDS: Mapping[Sort, Words] = {
    Sort.ROOM: Words(
        _l("Room"), _l("Rooms"), _l("Add a room"), _l("Change the room"),
        _l("What it offers, such as: video, hearing loop, whiteboard"),
    ),
    Sort.EQUIPMENT: Words(
        _l("Equipment"), _l("Equipment"), _l("Add equipment"), _l("Change the equipment"),
        _l("What to know of it, such as: battery, case"),
    ),
    Sort.VEHICLE: Words(
        _l("Vehicle"), _l("Vehicles"), _l("Add a vehicle"), _l("Change the vehicle"),
        _l("What it offers, such as: wheelchair lift, trailer hitch"),
    ),
    Sort.INTERPRETER: Words(
        _l("Interpreter"), _l("Interpreters"), _l("Add an interpreter"), _l("Change the interpreter"),
        _l("Such as: English, French, sign language"),
    ),
}


def sort_named(name: str) -> Sort:
    """The sort of that name; a room for any other name."""
    return Sort(name) if name in set(Sort) else Sort.ROOM
