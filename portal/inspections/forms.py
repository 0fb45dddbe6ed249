"""The shape of what is typed about inspections, findings and violations."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from portal.accounts.models import Department
from portal.accounts.naming import LONGEST
from portal.bodies.models import Body
from portal.bodies.names import name_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, local, plain_day
from portal.inspections.commands import MOST_MONTHS
from portal.inspections.models import Result, Sanction, Scope
from portal.inspections.names import RESULTS, SANCTIONS, SCOPES
from portal.meetings.models import Meeting
from portal.regulations.profiles import Profile
from portal.web.addresses import record_number
from portal.web.forms import Form, many_lines, one_line, required

LONGEST_WORDS = 5000


def _id_or_none(text: Any) -> int | None:
    return record_number(str(text)) if text not in (None, "") else None


def _choice_of_id(label: Any, *validators: Any) -> SelectField:
    return SelectField(label, list(validators) or [Optional()], coerce=_id_or_none)


def _named(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, name) for value, name in names.items()]


def _colleague(label: Any, *validators: Any) -> Any:
    return one_line(label, LONGEST, *validators, render_kw={"list": "colleagues"})


def department_choices(departments: Sequence[Department], nothing: str) -> list[SelectChoice]:
    return [SelectChoice("", nothing), *(SelectChoice(unit.id, unit.name) for unit in departments)]


def meeting_choices(meetings: Sequence[Meeting]) -> list[SelectChoice]:
    """The meetings by day; the first line stands for none."""
    named = [
        SelectChoice(one.id, f"{plain_day(local(one.starts_at).date())} · {one.subject}") for one in meetings
    ]
    return [SelectChoice("", _("None in particular")), *named]


class ChangeForm(Form):
    """What may still change of a plan."""

    title = one_line(lazy_pgettext("inspection", "Title"), 200, required())
    due_on = DateField(_l("To be held until"), [required(_l("Please give a day."))])
    inspector = _colleague(_l("Inspector"), required())
    repeat_months = IntegerField(
        _l("Repeated every so many months"), [Optional(), NumberRange(1, MOST_MONTHS)],
        render_kw={"min": 1, "max": MOST_MONTHS, "inputmode": "numeric"},
    )


class PlanForm(ChangeForm):
    scope = SelectField(_l("What is looked into"), [required()], choices=_named(SCOPES), coerce=Scope)
    profile = SelectField(_l("Regulation"), [Optional()], default="")
    starts_on = DateField(_l("Looks back from"), [required(_l("Please give a day."))])
    ends_on = DateField(_l("until"), [required(_l("Please give a day."))])
    department_id = _choice_of_id(_l("Department"))

    def offer(self, profiles: Sequence[Profile], departments: Sequence[Department]) -> None:
        """Let the reader choose among these."""
        self.profile.choices = [
            SelectChoice("", _("All regulations")), *(SelectChoice(one.key, str(one.title)) for one in profiles)
        ]
        self.department_id.choices = department_choices(departments, _("All departments"))


class LineForm(Form):
    # What is no result cannot be coerced; nothing chosen is no mistake.
    result = RadioField(
        choices=_named(RESULTS), validate_choice=False, coerce=lambda text: Result(text) if text else None
    )
    words = many_lines(_l("Words"), 1000)


class HoldForm(Form):
    verdict = many_lines(_l("What came out of it"), LONGEST_WORDS, required())


class FindingForm(Form):
    words = many_lines(_l("What was found"), LONGEST_WORDS, required())
    clause = one_line(_l("Clause"), 20, render_kw={"list": "clauses"})
    department_id = _choice_of_id(_l("Department"), required(_l("Please choose a department.")))
    meeting_id = _choice_of_id(_l("Meeting"))
    body_id = _choice_of_id(_l("Shown at the next meeting of"))
    cause = many_lines(_l("What caused it"), LONGEST_WORDS)

    def offer(self, departments: Sequence[Department], meetings: Sequence[Meeting], bodies: Sequence[Body]) -> None:
        """Let the reader choose among these."""
        self.department_id.choices = department_choices(departments, _("Please choose"))
        self.meeting_id.choices = meeting_choices(meetings)
        self.body_id.choices = [
            SelectChoice("", _("The body of that meeting")), *(SelectChoice(one.id, name_of(one)) for one in bodies)
        ]


class CauseForm(Form):
    cause = many_lines(_l("What caused it"), LONGEST_WORDS, required())


class EffectForm(Form):
    effect = many_lines(_l("What was seen of the effect"), LONGEST_WORDS, required())


class ViolationForm(Form):
    clause = one_line(_l("Clause"), 20, required(), render_kw={"list": "clauses"})
    facts = many_lines(_l("What happened"), LONGEST_WORDS, required())
    department_id = _choice_of_id(_l("Department"), required(_l("Please choose a department.")))
    person = _colleague(_l("Whom it concerns"))
    meeting_id = _choice_of_id(_l("Meeting"))

    def offer(self, departments: Sequence[Department], meetings: Sequence[Meeting]) -> None:
        """Let the reader choose among these."""
        self.department_id.choices = department_choices(departments, _("Please choose"))
        self.meeting_id.choices = meeting_choices(meetings)


class DecisionForm(Form):
    sanction = RadioField(
        _l("What follows from it"), choices=_named(SANCTIONS), coerce=lambda text: Sanction(text) if text else None,
        validators=[required(_l("Please choose what follows."))],
    )
    words = many_lines(_l("Why"), 1000, required())


class ClosingForm(Form):
    words = many_lines(_l("What was done"), 1000, required())
