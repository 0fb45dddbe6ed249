"""The shape of words for notices as they are typed."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.invitations.builtin import LAYOUTS, Wording
from portal.invitations.models import Layout
from portal.invitations.wording import LONGEST_BODY, LONGEST_OWN, LONGEST_SUBJECT
from portal.invitations.writing import OWN_FIELDS
from portal.meetings.models import MeetingKind
from portal.web.forms import Form, many_lines, one_line, required


class WordingForm(Form):
    """A layout and its words; the English ones are for the bilingual layout only."""

    layout = SelectField(
        lazy_pgettext("notice", "Layout"), [required()], choices=[SelectChoice(*one) for one in LAYOUTS]
    )
    subject = one_line(_l("Subject and title"), LONGEST_SUBJECT, required())
    body = many_lines(_l("Text"), LONGEST_BODY, required(), render_kw={"rows": 18})
    english_subject = one_line(_l("Subject and title in English"), LONGEST_SUBJECT)
    english_body = many_lines(_l("Text in English"), LONGEST_BODY, render_kw={"rows": 14})

    def wording(self) -> Wording:
        return Wording(
            Layout(self.layout.data), self.subject.data, self.body.data, self.english_subject.data,
            self.english_body.data,
        )


class NoticeForm(WordingForm):
    """The words of one meeting's notice."""

    contact = one_line(_l("Whom to ask"), LONGEST_OWN)
    people = one_line(_l("Who takes part"), LONGEST_OWN)

    def own(self) -> dict[str, str]:
        return {name: self[name].data for name in OWN_FIELDS}


class TemplateForm(WordingForm):
    """Words under a name, for all meetings or those of one kind."""

    name = one_line(lazy_pgettext("of a thing", "Name"), 100, required())
    kind = SelectField(_l("For meetings of the kind"))

    def __init__(self, kinds: Sequence[MeetingKind], **values: Any) -> None:
        super().__init__(**values)
        named = [SelectChoice(str(kind.id), kind.name) for kind in kinds]
        self.kind.choices = [SelectChoice("", _("All kinds")), *named]

    def chosen(self, kinds: Sequence[MeetingKind]) -> dict[str, Any]:
        """What the commands take."""
        kind = next((kind for kind in kinds if str(kind.id) == self.kind.data), None)
        return {"name": self.name.data, "kind": kind, "words": self.wording()}
