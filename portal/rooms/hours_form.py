"""The form of opening hours: a line for each weekday."""

from typing import Any

from babel.dates import get_day_names
from wtforms import FieldList, FormField, SelectField, TimeField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, ValidationError

from portal.core.i18n import babel_locale, reader
from portal.core.i18n import lazy_gettext as _l
from portal.rooms.hours import area_of
from portal.rooms.keeping import Times
from portal.rooms.models import Area, Resource
from portal.web.forms import Form

USUAL, OWN, CLOSED = "usual", "own", "closed"
TIME = "%H:%M"


class DayForm(PlainForm):
    """One weekday: as usual, from one time to another, or closed."""

    class Meta(Form.Meta):
        csrf = False

    way = SelectField(_l("Open"), filters=[lambda way: way or USUAL])
    opens_at = TimeField(_l("Opens"), [Optional()], format=TIME)
    closes_at = TimeField(_l("Closes"), [Optional()], format=TIME)

    def validate_way(self, field: Any) -> None:
        """Times are asked for where they matter only."""
        if field.data != OWN:
            return
        if self.opens_at.data is None or self.closes_at.data is None:
            raise ValidationError(str(_l("Please give both times.")))
        if self.closes_at.data <= self.opens_at.data:
            raise ValidationError(str(_l("The closing time must be later than the opening time.")))

    @property
    def times(self) -> Times:
        opens, closes = self.opens_at.data, self.closes_at.data
        return (opens, closes) if self.way.data == OWN and opens and closes else None


class HoursForm(Form):
    """When an area or a room is open on each weekday, from Monday on."""

    days = FieldList(FormField(DayForm), min_entries=7, max_entries=7)

    @classmethod
    def of(cls, place: Area | Resource) -> "HoursForm":
        """The form as the place's lines fill it."""
        lines = {line.weekday: line for line in place.hours}
        shared = area_of(place)
        usual_times = {"opens_at": shared.opens_at, "closes_at": shared.closes_at}
        form = cls(days=[{**usual_times, **_day(lines.get(weekday))} for weekday in range(7)])
        usual = _l("As usual") if place is shared else _l("As the area")
        for day in form.days:
            day.form.way.choices = [(USUAL, usual), (OWN, _l("Own hours")), (CLOSED, _l("Not open"))]
        return form

    def week(self) -> dict[int, Times]:
        """What `set_hours` takes."""
        return {weekday: day.form.times for weekday, day in enumerate(self.days) if day.form.way.data != USUAL}


def _day(line: Any) -> dict[str, Any]:
    if line is None:
        return {"way": USUAL}
    if line.opens_at is None:
        return {"way": CLOSED}
    return {"way": OWN, "opens_at": line.opens_at, "closes_at": line.closes_at}


def weekday_names() -> list[str]:
    """Monday to Sunday in the reader's language."""
    names = get_day_names("wide", locale=babel_locale(reader().locale))
    return [names[weekday] for weekday in range(7)]
