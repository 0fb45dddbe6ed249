"""The shape of areas, rooms, closures and limits as they are typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField, TimeField
from wtforms.validators import NumberRange, Optional

from portal.core.i18n import lazy_gettext as _l
from portal.rooms.keeping import LIMITS
from portal.rooms.models import Area
from portal.web.forms import Form, InstantField, many_lines, one_line, required

# What WTForms says by itself; named here so that the catalogs have it.
WTFORMS_SAYS = (_l("Not a valid time value."),)
TIME = "%H:%M"


def _number(label: Any, least: int, most: int) -> IntegerField:
    """A whole number within that range, or nothing."""
    in_range = NumberRange(least, most, _l("Please give a number from %(least)s to %(most)s.", least=least, most=most))
    return IntegerField(
        label, [Optional(), in_range], render_kw={"min": least, "max": most, "inputmode": "numeric"}
    )


class AreaForm(Form):
    """Rooms that lie together, and when they are open on the clock of their own zone."""

    name = one_line(_l("Area name"), 100, required())
    timezone = one_line(_l("Time zone"), 60, required(), render_kw={"list": "zones"})
    opens_at = TimeField(_l("Opens"), [required(_l("Please give a time."))], format=TIME)
    closes_at = TimeField(_l("Closes"), [required(_l("Please give a time."))], format=TIME)
    position = _number(_l("Place in the order"), 0, 9999)

    def values(self) -> dict[str, Any]:
        """What the commands take."""
        names = ("name", "timezone", "opens_at", "closes_at")
        return {**{name: self[name].data for name in names}, "position": self.position.data or 0}


class RoomForm(Form):
    """A room: where it is, what it holds and offers, and how to get there."""

    name = one_line(_l("Room name"), 100, required())
    area_id = SelectField(_l("Area"), [required()], coerce=int)
    capacity = _number(_l("Seats"), 1, 100_000)
    features = one_line(_l("Features"), 200)
    directions = many_lines(_l("How to get there"), 2000)

    def offer(self, areas: Sequence[Area]) -> None:
        """Let the reader choose among these."""
        self.area_id.choices = [(area.id, area.name) for area in areas]

    def values(self) -> dict[str, Any]:
        """What the commands take besides the area."""
        return {name: self[name].data for name in ("name", "capacity", "features", "directions")}


class ClosureForm(Form):
    """From when until when a room is closed, and why."""

    reason = one_line(_l("Reason"), 200, required())
    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])

    def values(self) -> tuple[str, datetime, datetime]:
        """What `close_room` takes: reason, start and end (instants in UTC)."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        assert starts_at is not None, "asked for after validation only"
        assert ends_at is not None, "asked for after validation only"
        return self.reason.data, starts_at, ends_at


def choices_in(sent: MultiDict[str, str]) -> dict[int, int | None]:
    """What is to become of each booking in the way, from fields such as `booking-7=12` (a room) or `=cancel`.

    A field that says neither is left out, so that it is asked for again.
    """
    found: dict[int, int | None] = {}
    for name, value in sent.items():
        kind, _dash, number = name.partition("-")
        if kind == "booking" and number.isascii() and number.isdigit() and len(number) < 10:
            if value == "cancel":
                found[int(number)] = None
            elif value.isascii() and value.isdigit() and len(value) < 10:
                found[int(number)] = int(value)
    return found


class PolicyForm(Form):
    """What bookings of an area keep to; an empty field is no limit."""

    shortest_minutes = _number(_l("Shortest booking, minutes"), 1, 1440)
    longest_minutes = _number(_l("Longest booking, minutes"), 1, 1440)
    days_ahead = _number(_l("How far ahead, days"), 0, 3650)
    lead_minutes = _number(_l("How long before the start, minutes"), 0, 43_200)
    slot_minutes = _number(_l("Slots, minutes"), 5, 60)
    most_ahead = _number(_l("Bookings ahead for each person"), 1, 1000)

    def limits(self) -> dict[str, int | None]:
        """What `set_policy` takes."""
        return {name: self[name].data for name in LIMITS}
