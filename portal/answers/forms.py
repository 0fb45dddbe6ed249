"""The shape of answers, needs and decisions as they are typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import BooleanField, Field, HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, NumberRange, Optional

from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Answer, NeedKind
from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form, many_lines, one_line

ANSWERS = (
    (Answer.ACCEPTED.value, _l("Accept")),
    (Answer.TENTATIVE.value, _l("Tentative")),
    (Answer.DECLINED.value, _l("Decline")),
)
NEEDS = {
    NeedKind.DIET: _l("Diet"),
    NeedKind.ACCESS: _l("Access without steps"),
    NeedKind.INTERPRETER: _l("Interpreter"),
    NeedKind.PARKING: _l("Parking"),
    NeedKind.OVERNIGHT: _l("Overnight stay"),
}
HINTS = {
    NeedKind.DIET: _l("such as: no meat"),
    NeedKind.ACCESS: _l("such as: wheelchair"),
    NeedKind.INTERPRETER: _l("which language"),
    NeedKind.PARKING: _l("number plate"),
    NeedKind.OVERNIGHT: _l("from when until when"),
}


def chosen(values: list[str]) -> StringField:
    """A field that holds one of these values; the template draws its buttons itself."""
    return StringField(validators=[AnyOf(values, message=_l("Not a valid choice."))], default="")


class NeedsForm(Form):
    """A box and words for each kind of need; words alone tick the box."""

    # Whether the needs were shown: a form without them leaves them as they are.
    needs_shown = HiddenField()
    diet, diet_words = BooleanField(), one_line(_l("Diet"), 300)
    access, access_words = BooleanField(), one_line(_l("Access without steps"), 300)
    interpreter, interpreter_words = BooleanField(), one_line(_l("Interpreter"), 300)
    parking, parking_words = BooleanField(), one_line(_l("Parking"), 300)
    overnight, overnight_words = BooleanField(), one_line(_l("Overnight stay"), 300)

    @property
    def needs(self) -> dict[NeedKind, str] | None:
        """What is needed, with words; None if it was not asked."""
        sent = self.needs_shown.raw_data
        if not (self.needs_shown.data if sent is None else sent):
            return None
        return {
            kind: self[f"{kind}_words"].data for kind in NeedKind if self[kind].data or self[f"{kind}_words"].data
        }

    def rows(self) -> Iterator[tuple[NeedKind, Any, Any, Field, Field]]:
        """For the template: each kind with label, hint, box and words."""
        return ((kind, NEEDS[kind], HINTS[kind], self[kind], self[f"{kind}_words"]) for kind in NeedKind)


def filled_with(needs: Mapping[NeedKind, str]) -> dict[str, Any]:
    """What a form begins with that shows these needs."""
    boxes = {str(kind): True for kind in needs}
    return {**boxes, **{f"{kind}_words": words for kind, words in needs.items()}, "needs_shown": "yes"}


class AnswerForm(NeedsForm):
    """One of three buttons, a comment, and needs where they are shown."""

    answer = chosen([value for value, _label in ANSWERS])
    comment = many_lines(_l("Comment"), 500)
    # The SEQUENCE of the meeting as it was shown.
    sequence = IntegerField(validators=[Optional()])
    back = HiddenField()


class NoteForm(AnswerForm):
    """The same for somebody else, of whom perhaps nothing but the needs is known."""

    answer = chosen([*(value for value, _label in ANSWERS), ""])


class LinkForm(AnswerForm):
    """The same for whoever holds a signed link, which is all that a forger would have to know."""

    class Meta(Form.Meta):
        csrf = False


class SubstituteForm(Form):
    """Who goes instead, and why."""

    person_id = IntegerField(validators=[NumberRange(1, LARGEST_ID)])
    comment = many_lines(_l("Reason"), 500)


class DecisionForm(Form):
    """Whether leave is granted, and what is said to it."""

    decision = chosen(["grant", "refuse"])
    words = many_lines(_l("What you say to it"), 500)
    back = HiddenField()
