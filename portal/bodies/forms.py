"""The shape of what is typed about bodies."""

from collections.abc import Sequence

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.accounts.models import Department
from portal.accounts.naming import LONGEST
from portal.bodies.models import Part
from portal.bodies.names import PARTS
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.web.addresses import record_number
from portal.web.forms import Form, many_lines, one_line, required


class AboutForm(Form):
    """What a body is called and has to do. The ids are its own: it stands beside other forms."""

    name = one_line(lazy_pgettext("body", "Name"), 100, id="body-name")
    duties = many_lines(lazy_pgettext("body", "Duties"), 1000, id="body-duties")
    department_id = SelectField(
        _l("Acts for the department"), [Optional()], coerce=lambda text: record_number(text) if text else None,
        id="body-department",
    )

    def offer(self, departments: Sequence[Department]) -> None:
        """Let the reader choose among these."""
        self.department_id.choices = [
            SelectChoice("", _("None")), *(SelectChoice(unit.id, unit.name) for unit in departments)
        ]


class FoundForm(AboutForm):
    name = one_line(lazy_pgettext("body", "Name"), 100, required(), id="body-name")


class AppointForm(Form):
    person = one_line(
        lazy_pgettext("somebody", "Name"), LONGEST, required(), render_kw={"list": "colleagues"}, id="appoint-person"
    )
    part = SelectField(
        lazy_pgettext("body", "Part"), choices=[SelectChoice(*one) for one in PARTS.items()], default=Part.MEMBER,
        coerce=Part, id="appoint-part",
    )
    starts_on = DateField(_l("First day"), [required(_l("Please give a day."))], id="appoint-start")
    ends_on = DateField(_l("Last day"), [Optional()], id="appoint-end")


class EndForm(Form):
    last_day = DateField(_l("Last day"), [required(_l("Please give a day."))])
