"""The shape of what is typed into minutes. Rules stand in the commands."""

from collections.abc import Mapping

from flask import request
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.minutes.commands import LONGEST_TITLE, Typed
from portal.minutes.models import Vote
from portal.minutes.reviewing import LONGEST_ADDENDUM, LONGEST_RETURN, LONGEST_WORDS
from portal.minutes.votes import Count
from portal.web.forms import Form, many_lines, one_line, printable, required

MOST_PEOPLE = 100_000


class WritingForm(Form):
    """Texts of minutes, each with the mark of what was there when it was read; only those that were sent count."""

    title = many_lines("", LONGEST_TITLE)
    discussion = many_lines("", 0)
    conclusion = many_lines("", 0)
    opening = many_lines("", 0)
    closing = many_lines("", 0)

    def __init__(self) -> None:
        super().__init__()
        for field in self:
            # How long is said by the command; a field that was not sent is not touched.
            field.validators = [printable]

    def typed(self, *names: str) -> Mapping[str, Typed]:
        """What was sent of these fields."""
        return {
            name: Typed(self[name].data, request.form.get(f"seen_{name}", "")) for name in names if name in request.form
        }


class LineForm(Form):
    """Something that was on no agenda."""

    title = one_line(_l("What else was dealt with"), LONGEST_TITLE, required(), id="new-line-title")


class CommentForm(Form):
    words = many_lines(_l("Comment"), LONGEST_WORDS, required(), render_kw={"rows": 2})


class ReturnForm(Form):
    words = many_lines(_l("What should be changed"), LONGEST_RETURN, required(), render_kw={"rows": 3})


class AddendumForm(Form):
    words = many_lines(_l("What is corrected or added"), LONGEST_ADDENDUM, required(), id="addendum-words")


def _count(label: object, *validators: object) -> IntegerField:
    in_range = NumberRange(0, MOST_PEOPLE, _l("Please give a number from 0 on."))
    missing = InputRequired(_l("Please give a number from 0 on."))
    return IntegerField(
        label, [*(validators or (missing,)), in_range], render_kw={"min": 0, "inputmode": "numeric"}
    )


class VoteForm(Form):
    """A question and how it was voted on."""

    question = many_lines(_l("Question"), 300, required(), render_kw={"rows": 2})
    in_favour = _count(lazy_pgettext("votes", "For"))
    against = _count(lazy_pgettext("votes", "Against"))
    abstained = _count(lazy_pgettext("votes", "Abstained"))
    entitled = _count(_l("Present with a vote"))
    quorum = _count(_l("Quorum"), Optional())
    outcome = SelectField(_l("Result"))
    is_secret = BooleanField(_l("Secret vote"))
    names = many_lines(_l("Who voted how"), 4000, render_kw={"rows": 2})

    def __init__(self, vote: Vote | None = None, **prefilled: object) -> None:
        super().__init__(obj=vote, **prefilled)
        self.outcome.choices = [
            ("", _("As the figures say")), ("yes", _("Adopted")), ("no", _("Not adopted")),
        ]
        if vote is not None and not self.is_submitted():
            self.outcome.data = "yes" if vote.is_adopted else "no"

    def count(self) -> Count:
        """What the commands take; a quorum of nobody is none."""
        names = ("question", "in_favour", "against", "abstained", "entitled", "is_secret", "names")
        decided = {"yes": True, "no": False}.get(self.outcome.data)
        values = {name: self[name].data for name in names}
        return Count(**values, quorum=self.quorum.data or None, is_adopted=decided)
