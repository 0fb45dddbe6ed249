"""The shape of meetings and people as they are typed."""

from typing import Any

from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, NumberRange, Optional

from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Part
from portal.meetings.parts import PARTS
from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form, many_lines, one_line, required


def one_of(choices: tuple[tuple[str, Any], ...], default: str = "") -> StringField:
    """A field that holds one of these values; the template draws its buttons or options itself."""
    values = [value for value, _label in choices]
    return StringField(validators=[AnyOf(values, message=_l("Not a valid choice."))], default=default)


class MeetingForm(Form):
    """What a meeting is about; when and where is its booking's business."""

    subject = one_line(_l("Subject"), 200, required())
    purpose = many_lines(_l("Purpose"), 5000, render_kw={"rows": 3})
    agenda = many_lines(_l("Agenda"), 10_000, render_kw={"rows": 6})
    # Which version of the words is being changed.
    seen = HiddenField()

    def values(self) -> dict[str, str | list[str]]:
        """What the commands take; the agenda as one title for each line."""
        return {
            "subject": self.subject.data, "purpose": self.purpose.data, "agenda": self.agenda.data.splitlines()
        }


class InviteForm(Form):
    """One person or a whole department, and as what."""

    person_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    department_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    part = one_of(PARTS, default=Part.REQUIRED.value)
    q = HiddenField()


class PartForm(Form):
    part = one_of(PARTS)
