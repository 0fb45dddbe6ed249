"""The shape of a resolution and of a report as they are typed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from portal.accounts.models import Department, Person
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import AgendaItem
from portal.resolutions.commands import Duty
from portal.web.forms import Form, many_lines, required

LONGEST = 4000


def _number(text: Any) -> int | None:
    """A choice's id; None for the line that stands for no choice."""
    return int(text) if text else None


class ResolutionForm(Form):
    """What was decided, who owes it, and by when.

    The ids are its own: it stands in the meeting's page, among the forms of others.
    """

    text = many_lines(_l("What was decided"), LONGEST, required(), id="resolution-text")
    agenda_item_id = SelectField(_l("Agenda item"), coerce=_number, id="resolution-agenda-item")
    department_id = SelectField(
        _l("Responsible department"), [required(_l("Please choose a department."))], coerce=_number,
        id="resolution-department",
    )
    owner_id = SelectField(
        _l("Owner"), [required(_l("Please choose a person."))], coerce=_number, id="resolution-owner"
    )
    due_on = DateField(_l("Due"), [required(_l("Please give a day."))], id="resolution-due")

    def offer(
        self,
        agenda: Sequence[AgendaItem],
        departments: Sequence[Department],
        people: Sequence[Person],
        first_day: date,
    ) -> None:
        """Let the reader choose among these: people by department, days from the first on."""
        none = SelectChoice("", _("Please choose"))
        self.agenda_item_id.choices = [
            SelectChoice("", _("None")), *(SelectChoice(item.id, item.title) for item in agenda)
        ]
        self.department_id.choices = [none, *(SelectChoice(unit.id, unit.name) for unit in departments)]
        self.owner_id.choices = [
            none,
            *(
                SelectChoice(person.id, person.name, optgroup=person.department.name)
                for person in people if person.department
            ),
        ]
        self.due_on.render_kw = {"min": first_day.isoformat()}

    def duty(self) -> Duty:
        """What `commands.resolve` takes."""
        names = ("text", "department_id", "owner_id", "due_on")
        return Duty(**{name: self[name].data for name in names})


class ReportForm(Form):
    """How far it has come."""

    percent = IntegerField(
        _l("Done so far, in percent"),
        [required(), NumberRange(0, 100, _l("Please give a number from 0 to 100."))],
        render_kw={"min": 0, "max": 100, "inputmode": "numeric"},
    )
    done = many_lines(_l("What was done"), LONGEST, required())
    problems = many_lines(_l("What hinders"), LONGEST)
    next_step = many_lines(_l("What is next"), LONGEST)

    def values(self) -> dict[str, Any]:
        """What `reporting.report` takes."""
        return {name: self[name].data for name in ("percent", "done", "problems", "next_step")}
