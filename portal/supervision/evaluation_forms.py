"""The shape of an evaluation."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import lazy_gettext as _l
from portal.supervision.evaluating import LONGEST_WORDS
from portal.supervision.evaluation_words import EFFECTS
from portal.supervision.models import Effect
from portal.web.forms import Form, many_lines, required


class EvaluationForm(Form):
    """The ids are its own: it stands in the page of a resolution, among the forms of others."""

    effect = RadioField(
        _l("Effect"), [required(_l("Please choose one."))], id="evaluation-effect",
        choices=[SelectChoice(value, words) for value, words in EFFECTS.items()],
    )
    words = many_lines(_l("By what one sees it"), LONGEST_WORDS, required(), id="evaluation-words")

    @property
    def chosen(self) -> Effect:
        return Effect(self.effect.data)
