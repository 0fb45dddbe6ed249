"""The shape of a resolution, and of what is said of it, as they are typed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from portal.accounts.models import Department, Person
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.models import AgendaItem
from portal.resolutions.commands import Duty
from portal.resolutions.milestone_lines import MilestonesField
from portal.resolutions.models import Origin, Priority, Resolution, Rhythm
from portal.resolutions.names import ORIGINS, PRIORITIES, RHYTHMS
from portal.web.forms import Form, many_lines, required

LONGEST = 4000
MOST_WORDS = 500
# What a duty has besides, which is folded away.
RARER = ("measure", "starts_on", "priority", "rhythm", "assisting_ids", "milestones")


def number_or_none(text: Any) -> int | None:
    """A choice's id; None for the line that stands for no choice."""
    return int(text) if text else None


def choices(names: Mapping[Any, Any]) -> list[SelectChoice]:
    """A choice for each of these values, with its name."""
    return [SelectChoice(value, name) for value, name in names.items()]


def people_choices(people: Sequence[Person]) -> list[SelectChoice]:
    """Whom one can choose as an owner, by department; the first line stands for nobody."""
    return [
        SelectChoice("", _("Please choose")),
        *(
            SelectChoice(person.id, person.name, optgroup=person.department.name)
            for person in people if person.department
        ),
    ]


class DutyForm(Form):
    """What is to be done, who owes it, and by when.

    The ids are its own: it stands in the meeting's page, among the forms of others.
    """

    text = many_lines(_l("What is to be done"), LONGEST, required(), id="resolution-text")
    department_id = SelectField(
        _l("Responsible department"), [required(_l("Please choose a department."))], coerce=number_or_none,
        id="resolution-department",
    )
    owner_id = SelectField(
        _l("Owner"), [required(_l("Please choose a person."))], coerce=number_or_none, id="resolution-owner"
    )
    due_on = DateField(_l("Due"), [required(_l("Please give a day."))], id="resolution-due")
    measure = many_lines(_l("When it counts as done"), LONGEST, id="resolution-measure")
    starts_on = DateField(lazy_pgettext("resolution", "Begins"), [Optional()], id="resolution-start")
    priority = SelectField(
        _l("Priority"), choices=choices(PRIORITIES), default=Priority.NORMAL, coerce=Priority,
        id="resolution-priority",
    )
    rhythm = SelectField(
        lazy_pgettext("resolution", "Reports"), choices=choices(RHYTHMS), default=Rhythm.NONE, coerce=Rhythm,
        id="resolution-rhythm",
    )
    assisting_ids = SelectMultipleField(_l("Assisting departments"), coerce=int, id="resolution-assisting")
    milestones = MilestonesField(_l("Milestones"), default=(), id="resolution-milestones")

    def offer_duty(self, departments: Sequence[Department], people: Sequence[Person], first_day: date) -> None:
        """Let the reader choose among these: people by department, days from the first on."""
        units = [SelectChoice(unit.id, unit.name) for unit in departments]
        self.department_id.choices = [SelectChoice("", _("Please choose")), *units]
        self.assisting_ids.choices = units
        self.owner_id.choices = people_choices(people)
        self.due_on.render_kw = {"min": first_day.isoformat()}

    @property
    def has_rarer(self) -> bool:
        """Whether something is typed or refused in what is folded away."""
        usual = {"priority": Priority.NORMAL, "rhythm": Rhythm.NONE}
        return any(self[name].errors or (self[name].data or None) != usual.get(name) for name in RARER)

    def duty(self) -> Duty:
        """What the commands take."""
        names = ("text", "department_id", "owner_id", "due_on", *RARER)
        return Duty(**{name: self[name].data for name in names})


def typed(resolution: Resolution) -> dict[str, Any]:
    """What a `DutyForm` shows of a resolution that stands."""
    names = ("text", "department_id", "owner_id", "due_on", "measure", "starts_on", "priority", "rhythm")
    return {
        **{name: getattr(resolution, name) for name in names},
        "assisting_ids": [department.id for department in resolution.assisting],
        "milestones": [(milestone.title, milestone.due_on) for milestone in resolution.milestones],
    }


class ResolutionForm(DutyForm):
    """What a meeting decided."""

    text = many_lines(_l("What was decided"), LONGEST, required(), id="resolution-text")
    agenda_item_id = SelectField(_l("Agenda item"), coerce=number_or_none, id="resolution-agenda-item")

    def offer(
        self,
        agenda: Sequence[AgendaItem],
        departments: Sequence[Department],
        people: Sequence[Person],
        first_day: date,
    ) -> None:
        """Let the reader choose among these besides."""
        self.offer_duty(departments, people, first_day)
        self.agenda_item_id.choices = [
            SelectChoice("", _("None")), *(SelectChoice(item.id, item.title) for item in agenda)
        ]


class RegisterForm(DutyForm):
    """What no meeting resolved: a leader's instruction, or a measure of improvement."""

    origin = RadioField(
        _l("Where it comes from"), coerce=Origin, default=Origin.INSTRUCTION,
        choices=choices({origin: ORIGINS[origin] for origin in (Origin.INSTRUCTION, Origin.IMPROVEMENT)}),
    )
    instructed_by_id = SelectField(_l("Whose instruction it is"), coerce=number_or_none)
    is_confidential = BooleanField(_l("Confidential: only those who owe it, their heads and supervisors see it"))

    def validate_instructed_by_id(self, field: SelectField) -> None:
        if self.origin.data == Origin.INSTRUCTION and field.data is None:
            raise ValidationError(_("Please choose a leader."))

    def offer_leaders(self, leaders: Sequence[Person]) -> None:
        """Let the reader choose whose instruction it is."""
        self.instructed_by_id.choices = [
            SelectChoice("", _("Please choose")), *(SelectChoice(leader.id, leader.name) for leader in leaders)
        ]


class WordsForm(Form):
    """What is said with a step; whether it has to be is for the command to say."""

    words = many_lines(_l("Words"), MOST_WORDS, id="step-words")
