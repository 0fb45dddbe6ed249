"""The question that finds a room, as an address asks it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, SelectField, SelectMultipleField, TimeField
from wtforms.validators import NumberRange, ValidationError

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import local
from portal.rooms.availability import Wish, next_half_hour
from portal.rooms.forms import people_field
from portal.rooms.models import LATE, LONGEST, Area, Resource
from portal.rooms.words import lasting
from portal.web.forms import Form, instant_from, required

LENGTHS = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 420, 480)  # minutes
USUAL_LENGTH = 60
A_DAY = LONGEST // timedelta(minutes=1)


def whole(text: object) -> int:
    """The whole number, or 0 for what is none: no field of these takes 0."""
    try:
        return int(str(text))
    except ValueError:
        return 0


class _TimeOfDay(TimeField):
    """A time of day as `HH:MM`, refused in the reader's words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text[:5] for text in valuelist if text])
        except ValueError:
            raise ValueError(_("This is not a time of day, such as 09:30.")) from None


class Suiting(Form):
    """What makes a room suit: for how many, with what, and near which area."""

    class Meta(Form.Meta):
        # It changes nothing, and its address is for sharing.
        csrf = False

    people = people_field()
    area = SelectField(_l("Near"), coerce=whole, validate_choice=False)
    feature = SelectMultipleField(_l("The room has"), validate_choice=False)

    def offer(self, rooms: Sequence[Resource]) -> None:
        """Let the reader choose among the areas and features of these rooms."""
        areas: dict[Area, None] = dict.fromkeys(room.area for room in rooms)
        self.area.choices = [("", _("Anywhere")), *((area.id, area.name) for area in areas)]
        names: dict[str, str] = {}
        for room in rooms:
            for name in room.feature_names:
                names.setdefault(name.casefold(), name)
        self.feature.choices = [(name, name) for _key, name in sorted(names.items())]

    def validate_area(self, field: Field) -> None:
        if (field.raw_data or [""])[0] and field.data not in {choice[0] for choice in field.choices}:
            raise ValidationError(_("There is no such area."))

    def validate_feature(self, field: Field) -> None:
        known = {name.casefold() for name, _label in field.choices}
        for name in field.data or ():
            if name.casefold() not in known:
                raise ValidationError(_("No room has “%(feature)s”.", feature=name[:60]))

    def has(self, name: str) -> bool:
        """Whether a feature is asked for."""
        return name.casefold() in {asked.casefold() for asked in self.feature.data or ()}


class FindForm(Suiting):
    """When on the reader's clock, how long, for how many, with what, and near which area."""

    day = DateField(_l("Day"), [required(_l("Please give a date."))])
    time = _TimeOfDay(_l("From"), [required(_l("Please give a time."))])
    length = SelectField(
        _l("How long"), [NumberRange(1, A_DAY, _l("A booking lasts a minute at least and a day at most."))],
        coerce=whole, validate_choice=False,
    )

    @classmethod
    def asked(cls, asked: MultiDict[str, str], rooms: Sequence[Resource]) -> "FindForm":
        """The form of an address; what that does not say is the next half hour, for an hour."""
        start = local(next_half_hour(clock.now()))
        usual = {"day": start.date().isoformat(), "time": f"{start:%H:%M}", "length": str(USUAL_LENGTH)}
        form = cls(MultiDict([*asked.items(multi=True), *((name, usual[name]) for name in usual if name not in asked)]))
        form.offer(rooms)
        return form

    def offer(self, rooms: Sequence[Resource]) -> None:
        """Let the reader choose among the areas and features of these rooms, and a length that the address names."""
        super().offer(rooms)
        lengths = {*LENGTHS, self.length.data} if 0 < self.length.data <= A_DAY else LENGTHS
        self.length.choices = [(minutes, lasting(minutes)) for minutes in sorted(lengths)]
        if self.length.data not in lengths:
            self.length.default = USUAL_LENGTH

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            if self.wish().starts_at < clock.now() - LATE:
                self.refuse(DomainError(_("That time is past."), "time"))
        except ValueError:
            self.refuse(DomainError(_("This is not a date and time, such as 2026-11-21 09:30."), "day"))
        return not self.errors

    def wish(self) -> Wish:
        """What is asked for. Raises ValueError for a time that the clocks skip, or far from our time."""
        assert self.day.data is not None, "asked for after the fields were validated"
        assert self.time.data is not None, "asked for after the fields were validated"
        starts_at = instant_from(datetime.combine(self.day.data, self.time.data))
        length = timedelta(minutes=self.length.data)
        return Wish(starts_at, length, self.people.data or 0, self.feature.data or (), self.area.data or None)
