"""The shape of a booking as it is typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField
from wtforms.utils import unset_value
from wtforms.validators import NumberRange, Optional, ValidationError

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.choices import Choice, grouped, layouts_of
from portal.rooms.commands import Details
from portal.rooms.models import LONGEST_TITLE, Booking, Sort, Visibility
from portal.web.addresses import LARGEST_ID, own_address, record_number
from portal.web.forms import Form, InstantField, one_line, required

MOST_UNITS = 99


def people_field() -> IntegerField:
    """For how many people; nobody has to say."""
    return IntegerField(
        _l("Number of people"), [Optional(), NumberRange(1, 10_000, _l("Between 1 and 10,000 people, please."))],
        render_kw={"min": 1, "max": 10_000, "inputmode": "numeric"},
    )


class ExtrasField(Field):
    """How many are needed of what is booked besides: numbers named `extra-ID`; `data` has those above 0, by id."""

    prefix = "extra-"
    typed: Mapping[int, str] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data = dict(data) if isinstance(data, Mapping) else {}
        self.typed = {resource_id: str(count) for resource_id, count in self.data.items()}
        if formdata is not None:
            self._take(formdata)

    def _take(self, formdata: Any) -> None:
        self.typed, self.data = typed_extras(formdata), {}
        for resource_id, text in self.typed.items():
            if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST_UNITS):
                self.process_errors = [_("Whole numbers from 0 to %(most)s, please.", most=MOST_UNITS)]
            elif int(text):
                self.data[resource_id] = int(text)


def typed_extras(sent: Any) -> dict[int, str]:
    """What stands in the fields `extra-ID` of a form or an address, by id; empty ones are left out."""
    found = {}
    for name in sent:
        text, number = str(sent.get(name)).strip(), str(name).removeprefix(ExtrasField.prefix)
        if text and number != name and number.isascii() and number.isdecimal() and 0 < int(number[:11]) <= LARGEST_ID:
            found[int(number[:11])] = text
    return found


def given_extras(asked: Any) -> dict[int, int]:
    """The numbers above 0 that an address gives in `extra-ID`; what is no such number is left out."""
    numbers = {
        resource_id: int(text) for resource_id, text in typed_extras(asked).items()
        if text.isascii() and text.isdecimal() and len(text) <= 2
    }
    return {resource_id: number for resource_id, number in numbers.items() if number}


def details_of(booking: Booking) -> dict[str, Any]:
    """What the form is filled with from a booking, besides title, place and time."""
    return {
        "people": booking.people, "layout_id": booking.layout_id, "quantity": booking.quantity,
        "extras": {resource.id: count for resource, count in booking.extras.items()},
    }


def _id_or_none(text: Any) -> int | None:
    return record_number(str(text)) if text not in (None, "") else None


class BookingForm(Form):
    """Room, time on the reader's clock, and what it is for."""

    title = one_line(_l("What for"), LONGEST_TITLE, required())
    room_id = SelectField(_l("Room"), [required(_l("Please choose a room."))], coerce=int)
    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])
    # What few need, behind "More".
    for_whom = one_line(_l("For"), 200, render_kw={"list": "colleagues"})
    people = people_field()
    layout_id = SelectField(_l("Layout"), [Optional()], coerce=_id_or_none, validate_choice=False)
    quantity = IntegerField(
        _l("How many"), [Optional(), NumberRange(1, MOST_UNITS, _l("Between 1 and 99, please."))],
        render_kw={"min": 1, "max": MOST_UNITS, "inputmode": "numeric"},
    )
    extras = ExtrasField(_l("Also needed"))
    private = BooleanField(_l("Private: others only see that the room is booked"))
    # Where the reader came from, to go back there without JavaScript.
    back = HiddenField()
    # Which version of the booking is being changed.
    seen = HiddenField()

    def offer(self, everything: Sequence[Choice]) -> None:
        """Let the reader choose among these: rooms, and the rest first of all only if such a one is chosen already.

        One statement for the layouts of what is chosen.
        """
        self._choices = {choice.id: choice for choice in everything}
        chosen = self.chosen
        short = chosen is None or chosen.kind == Sort.ROOM
        offered = [choice for choice in everything if choice.kind == Sort.ROOM or not short]
        self.room_id.choices = {
            heading: [(choice.id, choice.name) for choice in group] for heading, group in grouped(offered).items()
        }
        layouts = layouts_of(chosen.id if chosen else None)
        self.layout_id.choices = [("", _("As it is")), *((layout.id, layout.label) for layout in layouts)]

    @property
    def chosen(self) -> Choice | None:
        """What is booked first of all, as far as it is known."""
        return self._choices.get(self.room_id.data or 0)

    @property
    def others(self) -> dict[str, list[Choice]]:
        """What can be booked besides what is chosen, under headings."""
        return grouped(
            choice for choice in self._choices.values() if choice.kind != Sort.ROOM and choice != self.chosen
        )

    def validate_extras(self, field: Field) -> None:
        bookable = {choice.id for group in self.others.values() for choice in group}
        if not field.data.keys() <= bookable:
            raise ValidationError(_("Something that is no longer there was chosen. Look at the numbers again."))

    @property
    def says_more(self) -> bool:
        """Whether something behind "More" is filled in, or was refused."""
        fields = [self[name] for name in ("for_whom", "people", "layout_id", "extras") if name in self]
        quantity = self.quantity.errors or (self.quantity.data or 1) > 1
        return bool(self.private.data or quantity or any(field.data or field.errors for field in fields))

    @property
    def visibility(self) -> Visibility:
        return Visibility.PRIVATE if self.private.data else Visibility.HOUSE

    @property
    def way_back(self) -> str:
        """The page of ours that the reader came from, if it is known."""
        return own_address(self.back.data, "")

    @property
    def room_name(self) -> str:
        """What the chosen room is called."""
        return self._choices[self.room_id.data].name

    @property
    def details(self) -> Details:
        """What few bookings say."""
        has_several = self.chosen is not None and self.chosen.quantity > 1
        quantity = (self.quantity.data or 1) if has_several else 1
        return Details(self.people.data, self.layout_id.data, self.extras.data, quantity)

    @property
    def sends_details(self) -> bool:
        """Whether they were asked for at all: a shorter form leaves them as they are."""
        return bool(self.people.raw_data)

    def values(self) -> tuple[int, str, datetime, datetime]:
        """What the commands take: room, title, start and end (instants in UTC)."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        assert starts_at is not None, "asked for after validation only"
        assert ends_at is not None, "asked for after validation only"
        return self.room_id.data, self.title.data, starts_at, ends_at

    def fill_anew(self, sent: MultiDict[str, str], **other: str) -> None:
        """What was sent, but for these."""
        self.process(MultiDict({**sent, **other}))
        self.offer(list(self._choices.values()))

