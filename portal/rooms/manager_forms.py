"""The shape of areas, resources and closures as they are typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField, TimeField
from wtforms.validators import NumberRange, Optional

from portal.core.i18n import babel_locale, lazy_pgettext, reader
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.hours import countries
from portal.rooms.models import Area, Sort
from portal.web.forms import Form, InstantField, many_lines, one_line, required

# What WTForms says by itself; named here so that the catalogs have it.
WTFORMS_SAYS = (_l("Not a valid time value."),)
TIME = "%H:%M"
# Whose holidays are asked for most.
NEIGHBOURS = ("CN", "HK", "MO", "TW", "SG", "JP", "DE", "GB", "US")


def whole_number(label: Any, least: int, most: int) -> IntegerField:
    """A whole number within that range, or nothing."""
    in_range = NumberRange(least, most, _l("Please give a number from %(least)s to %(most)s.", least=least, most=most))
    return IntegerField(
        label, [Optional(), in_range], render_kw={"min": least, "max": most, "inputmode": "numeric"}
    )


class AreaForm(Form):
    """What lies together, where it is, and when it is usually open on the clock of its own zone."""

    name = one_line(_l("Area name"), 100, required())
    site = one_line(_l("Site"), 100)
    building = one_line(_l("Building"), 100)
    floor = one_line(_l("Floor"), 40)
    timezone = one_line(_l("Time zone"), 60, required(), render_kw={"list": "zones"})
    opens_at = TimeField(_l("Opens"), [required(_l("Please give a time."))], format=TIME)
    closes_at = TimeField(_l("Closes"), [required(_l("Please give a time."))], format=TIME)
    holidays = SelectField(_l("Public holidays"), [Optional()])
    position = whole_number(_l("Place in the order"), 0, 9999)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holidays.choices = [("", _("None: open on holidays too")), *_countries()]

    def values(self) -> dict[str, Any]:
        """What the commands take."""
        names = ("name", "site", "building", "floor", "timezone", "opens_at", "closes_at", "holidays")
        return {**{name: self[name].data for name in names}, "position": self.position.data or 0}


def _countries() -> list[tuple[str, str]]:
    """Codes and names in the reader's language: neighbours first, then all others by name."""
    names = babel_locale(reader().locale).territories
    known = {code: names.get(code, code) for code in countries()}
    others = sorted(known.keys() - set(NEIGHBOURS), key=lambda code: known[code])
    return [(code, known[code]) for code in (*NEIGHBOURS, *others)]


class ResourceForm(Form):
    """Something that can be booked: where it is, what it holds and offers, and how to get there."""

    name = one_line(lazy_pgettext("of a thing", "Name"), 100, required())
    area_id = SelectField(_l("Area"), [required()], coerce=int)
    capacity = whole_number(_l("Seats"), 1, 100_000)
    quantity = whole_number(_l("How many there are"), 1, 99)
    features = one_line(_l("Features"), 200)
    directions = many_lines(_l("How to get there"), 2000)
    setup_minutes = whole_number(_l("Minutes to get ready before"), 0, 240)
    cleanup_minutes = whole_number(_l("Minutes to put in order after"), 0, 240)

    def fit(self, sort: Sort, areas: Sequence[Area]) -> None:
        """Ask what there is to say of that sort, and let the reader choose among the areas."""
        self.area_id.choices = [(area.id, area.name) for area in areas]
        if sort not in (Sort.ROOM, Sort.VEHICLE):
            del self.capacity
        if sort != Sort.EQUIPMENT:
            del self.quantity
        if sort == Sort.INTERPRETER:
            self.features.label.text = _("Languages")

    def values(self) -> dict[str, Any]:
        """What the commands take besides the area."""
        usual = {"capacity": None, "quantity": 1, "setup_minutes": 0, "cleanup_minutes": 0}
        numbers = {name: self[name].data or unset if name in self else unset for name, unset in usual.items()}
        return {**{name: self[name].data for name in ("name", "features", "directions")}, **numbers}


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
