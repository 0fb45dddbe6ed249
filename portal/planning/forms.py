"""The shape of what is typed for the annual plan."""

from collections.abc import Sequence

from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from portal.accounts.models import Department
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import local, short_day
from portal.meetings.making_form import choice_of_id, id_or_none
from portal.meetings.models import Meeting, MeetingKind
from portal.planning import commands, versions
from portal.planning.commands import Values
from portal.proposals.forms import AmountField
from portal.web.forms import Form, many_lines, one_line, required


class PlanForm(Form):
    entries_by = DateField(_l("Departments enter until"), [Optional()])


class EntryForm(Form):
    """A planned meeting."""

    department_id = SelectField(_l("Department"), [required()], coerce=id_or_none)
    theme = one_line(_l("Theme"), commands.LONGEST_THEME, required())
    planned_on = DateField(_l("Planned for"), [required(_l("Please give a day."))])
    kind_id = choice_of_id(_l("Kind"))
    purpose = many_lines(_l("Purpose"), commands.LONGEST_PURPOSE, render_kw={"rows": 3})
    place = one_line(_l("Place"), commands.LONGEST_PLACE)
    participants = one_line(_l("Participants"), commands.LONGEST_PARTICIPANTS)
    size = IntegerField(
        _l("How many people"),
        [Optional(), NumberRange(1, commands.MOST_PEOPLE, _l("Please give a number from 1 to 100000."))],
        render_kw={"min": 1, "max": commands.MOST_PEOPLE, "inputmode": "numeric"},
    )
    budget = AmountField(_l("Budget"), render_kw={"inputmode": "decimal"})

    def offer(self, departments: Sequence[Department], kinds: Sequence[MeetingKind]) -> None:
        """Let the reader choose among these."""
        self.department_id.choices = [(one.id, one.name) for one in departments]
        self.kind_id.choices = [("", _("Ordinary meeting")), *((kind.id, kind.name) for kind in kinds)]

    def values(self) -> Values:
        """What the commands take."""
        return Values(**{name: self[name].data for name in Values._fields})


class DropForm(Form):
    reason = one_line(_l("Reason"), commands.LONGEST_REASON, required(_l("Please say why.")))


class SubmitForm(Form):
    reason = many_lines(_l("Why the plan is another"), versions.LONGEST_REASON, render_kw={"rows": 3})


class LinkForm(Form):
    meeting_id = SelectField(_l("Meeting"), [required()], coerce=id_or_none)

    def offer(self, meetings: Sequence[Meeting]) -> None:
        """Let the reader choose among these."""
        self.meeting_id.choices = [
            (one.id, f"{short_day(local(one.starts_at).date())} · {one.subject}") for one in meetings
        ]
