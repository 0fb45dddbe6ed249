"""The shape of what is typed when resolutions are split, merged, linked and handed over."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, FieldList, FormField, SelectField
from wtforms import Form as Row
from wtforms.validators import Optional

from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.resolutions.forms import LONGEST, MOST_WORDS, number_or_none, people_choices
from portal.resolutions.structure import MOST_PARTS, Portion
from portal.web.forms import Form, many_lines, one_line, required

FIRST_ROWS, MORE_ROWS = 3, 3


class HandoverForm(Form):
    """Who owns it from now on."""

    owner_id = SelectField(_l("New owner"), [required(_l("Please choose a person."))], coerce=number_or_none)
    words = many_lines(_l("Words"), MOST_WORDS, id="handover-words")

    def offer(self, people: Sequence[Person]) -> None:
        """Let the reader choose among these."""
        self.owner_id.choices = people_choices(people)


class OtherForm(Form):
    """Another resolution, by its number."""

    other = one_line(
        _l("Number of the other"), 60, required(), render_kw={"list": "candidates", "placeholder": "R-2026-001"}
    )


class PartRow(Row):
    """One part; a row without text is none."""

    class Meta(Form.Meta):
        csrf = False

    text = many_lines(_l("What is to be done"), LONGEST)
    owner_id = SelectField(_l("Owner"), coerce=number_or_none)
    due_on = DateField(_l("Due"), [Optional()])

    @property
    def is_empty(self) -> bool:
        return not self.text.data

    def complete(self) -> bool:
        """Whether a part that is described has its owner and its day; says beside the field what is missing."""
        if self.is_empty:
            return True
        if self.owner_id.data is None:
            self.owner_id.errors = [_("Please choose a person.")]
        if self.due_on.data is None and not self.due_on.errors:
            self.due_on.errors = [_("Please give a day.")]
        return not self.errors


class SplitForm(Form):
    """Its parts, one to a row."""

    parts = FieldList(FormField(PartRow), min_entries=FIRST_ROWS, max_entries=MOST_PARTS)

    def offer(self, people: Sequence[Person], last_day: str) -> None:
        """Let the reader choose among these people, and days until the last."""
        choices = people_choices(people)
        for row in self.parts:
            row.owner_id.choices, row.due_on.render_kw = choices, {"max": last_day}

    def add_rows(self) -> None:
        """Some more rows, as far as there may be."""
        for _row in range(min(MORE_ROWS, MOST_PARTS - len(self.parts))):
            self.parts.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        is_sound = bool(super().validate(extra_validators))
        # Each row says what it lacks, not only the first.
        incomplete = [row for row in self.parts if not row.form.complete()]
        self._gather()
        return is_sound and not incomplete

    def _gather(self) -> None:
        """Let the form know what was said of its rows after it was validated."""
        self.parts.errors = [row.errors for row in self.parts if row.errors]

    def portions(self) -> list[Portion]:
        """What `structure.split` takes."""
        return [
            Portion(row.text.data, row.owner_id.data, row.due_on.data, place)
            for place, row in enumerate(self.parts) if not row.form.is_empty
        ]

    def refuse(self, error: DomainError) -> None:
        """Put the words beside the field of the row that they belong to."""
        place, _dash, name = (error.field or "").removeprefix("parts-").partition("-")
        if not name:
            super().refuse(error)
            return
        field = self.parts[int(place)][name]
        field.errors = [*field.errors, str(error)]
        self.refusal = error
        self._gather()
