"""Shape of what is said about seats."""

import re
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.printing.models import Shape
from portal.printing.shapes import Layout
from portal.web.forms import Form, required

SHAPES = (
    (Shape.ROWS.value, _l("Rows")), (Shape.TABLE.value, _l("One long table")), (Shape.U_SHAPE.value, _l("U-shape"))
)
MOST = 60
WRITTEN = re.compile(r"(\d{1,9}:\d{1,4}(,\d{1,9}:\d{1,4}){0,999})?")


class SeenForm(Form):
    """What was looked at: the version of the plan; empty, there was none."""

    seen = HiddenField()

    def validate_seen(self, field: Any) -> None:
        if field.data and not re.fullmatch(r"\d{1,9}", field.data):
            raise ValidationError(_("Not a valid integer value."))

    @property
    def version(self) -> int | None:
        return int(self.seen.data) if self.seen.data else None


def _number(label: Any, *validators: Any) -> IntegerField:
    within = NumberRange(1, MOST, _l("A number from 1 to %(most)s, please.", most=MOST))
    return IntegerField(label, [*validators, within])


class LayoutForm(SeenForm):
    shape = SelectField(_l("Shape"), [required()], choices=[SelectChoice(value, label) for value, label in SHAPES])
    rows = _number(_l("Rows, or seats along each side"), required())
    columns = _number(_l("Seats in a row, or at the head"), required())
    aisle_after = _number(_l("Aisle after seat"), Optional())
    fill = BooleanField(_l("Seat people by rank at once"))

    def layout(self) -> Layout:
        return Layout(Shape(self.shape.data), self.rows.data, self.columns.data, self.aisle_after.data)


class MoveForm(SeenForm):
    attendee_id = IntegerField(_l("Person"), [required(lazy_pgettext("to seat", "Please choose a person."))])
    place = IntegerField(lazy_pgettext("where somebody sits", "Seat"), [Optional(), NumberRange(0, 9999)])


class FillForm(SeenForm):
    anew = BooleanField()


class ArrangementForm(SeenForm):
    """A whole arrangement, as `attendee:place,attendee:place`."""

    places = HiddenField()

    def validate_places(self, field: Any) -> None:
        if not WRITTEN.fullmatch(field.data or ""):
            raise ValidationError(_("This arrangement cannot be read."))

    def arrangement(self) -> dict[int, int]:
        pairs = [pair.split(":") for pair in (self.places.data or "").split(",") if pair]
        return {int(person): int(place) for person, place in pairs}
