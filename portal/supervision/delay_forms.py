"""The shape of a request for a later day, and of what is said to it."""

from typing import Any

from wtforms import DateField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import lazy_gettext as _l
from portal.supervision.delays import LONGEST_WORDS
from portal.web.forms import Form, many_lines, required

LONGEST = 2000
DECISIONS = (("grant", _l("Agree")), ("refuse", _l("Turn down")))


class DelayForm(Form):
    """The ids are its own: it stands in the page of a resolution, among the forms of others."""

    new_due_on = DateField(_l("New day"), [required(_l("Please give a day."))], id="delay-day")
    reason = many_lines(_l("Why it takes longer"), LONGEST, required(), id="delay-reason")
    progress = many_lines(_l("How far it has come"), LONGEST, required(), id="delay-progress")

    def values(self) -> dict[str, Any]:
        """What `delays.ask` takes."""
        return {name: self[name].data for name in ("new_due_on", "reason", "progress")}


class DelayDecisionForm(Form):
    decision = RadioField(
        choices=[SelectChoice(*one) for one in DECISIONS],
        validators=[required(_l("Please choose: agree or turn down."))],
    )
    words = many_lines(_l("Words"), LONGEST_WORDS)
    # The list, if it was decided there.
    back = HiddenField()
