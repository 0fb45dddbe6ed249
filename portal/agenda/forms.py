"""The shape of lines, papers and topics as they are typed."""

from typing import Any, ClassVar

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.accounts.naming import label_of
from portal.agenda.typed import BARS, LONGEST_NAME, LONGEST_TITLE, MOST_MINUTES, Line, lines_in
from portal.agenda.words import KINDS
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.uploads import Upload
from portal.meetings.models import AgendaItem, ItemKind
from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form, many_lines, one_line, required

WHOLE_MINUTES = _l("Minutes are a whole number from 1 to 1440.")


class Minutes(IntegerField):
    """Whole minutes, or nothing; also as `10分钟`, for those who write it so."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            digits = text.rstrip("分钟鐘 min'′")
            if not (digits.isascii() and digits.isdigit() and len(digits) < 6):
                raise ValueError(str(WHOLE_MINUTES))
            self.data = int(digits)


class Always:
    """A list from which something is always chosen; it is not called optional."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to refuse."""


def _kinds() -> SelectField:
    choices = [SelectChoice(*kind) for kind in KINDS]
    return SelectField(_l("Kind"), [Always()], choices=choices, default=ItemKind.DISCUSSION.value)


def _minutes() -> Minutes:
    words = WHOLE_MINUTES
    return Minutes(
        _l("Minutes"), [Optional(), NumberRange(1, MOST_MINUTES, message=words)],
        render_kw={"inputmode": "numeric", "maxlength": 6},
    )


def _presenter() -> StringField:
    return one_line(_l("Presenter"), LONGEST_NAME, render_kw={"list": "presenters"})


class LineForm(Form):
    """One line of an agenda. `seen` is the version of it that is being changed."""

    title = one_line(_l("Title"), LONGEST_TITLE, required())
    kind = _kinds()
    minutes = _minutes()
    presenter = _presenter()
    seen = HiddenField()

    def line(self) -> Line:
        return Line(self.title.data, ItemKind(self.kind.data), self.minutes.data, self.presenter.data)

    @classmethod
    def of(cls, item: AgendaItem, seen: str, **more: Any) -> "LineForm":
        presenter = label_of(item.presenter) if item.presenter else item.presenter_name
        return cls(
            title=item.title, kind=str(item.kind), minutes=item.minutes, presenter=presenter, seen=seen, **more
        )


class NewLineForm(LineForm):
    """A line to add; its title may hold all of `title | minutes | presenter`."""

    def line(self) -> Line:
        typed = super().line()
        if not BARS.search(typed.title):
            return typed
        row = next(iter(lines_in(typed.title, typed.kind)), typed)
        return row._replace(minutes=row.minutes or typed.minutes, presenter=row.presenter or typed.presenter)


class PasteForm(Form):
    """Many lines at once."""

    lines = many_lines(_l("Lines"), 30_000, required(), render_kw={"rows": 6})

    def rows(self) -> list[Line]:
        return lines_in(self.lines.data)


class SeenForm(Form):
    """A button below a line."""

    seen = HiddenField()

    @property
    def version(self) -> str | None:
        return self.seen.data or None


class MoveForm(SeenForm):
    """To which place, from 0."""

    to = IntegerField(validators=[InputRequired(), NumberRange(-1, 1000)])
    # By drag or keys; else by a button, which keeps the focus.
    by_handle = BooleanField()


class PaperForm(Form):
    """A file, what it is called, and which line it is for."""

    file = FileField(_l("File"))
    title = one_line(_l("Title"), LONGEST_TITLE)
    item_id = SelectField(lazy_pgettext("of a paper", "For"), validate_choice=True)
    goes_with_notice = BooleanField(_l("Goes with the notice, to everybody invited"))

    def offer(self, lines: list[tuple[str, str]]) -> None:
        """The lines that the paper may be for; the first that it is for if none is chosen."""
        self.item_id.choices = [SelectChoice(*line) for line in lines]
        if self.item_id.data is None and lines:
            self.item_id.data = lines[0][0]

    def upload(self) -> Upload:
        given = request.files.get("file")
        return Upload(given.filename or "", given.read()) if given else Upload("", b"")


class NoticeMarkForm(Form):
    goes_with_notice = BooleanField()


class CurrentForm(Form):
    """Which line was on when the button was pressed."""

    current = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])


class TopicForm(Form):
    """What a department wants dealt with, and perhaps in which meeting."""

    title = one_line(_l("Title"), LONGEST_TITLE, required())
    reason = many_lines(_l("Reason"), 5000, render_kw={"rows": 4})
    kind = _kinds()
    minutes = _minutes()
    presenter = _presenter()
    meeting_id = SelectField(_l("For which meeting"), [Always()], coerce=int, default=0)

    def line(self) -> Line:
        return Line(self.title.data, ItemKind(self.kind.data), self.minutes.data, self.presenter.data)


class TakeForm(Form):
    meeting_id = SelectField(_l("Meeting"), [Always()], coerce=int)


class DeclineForm(Form):
    words = many_lines(_l("Why not"), 500, required(), render_kw={"rows": 2})


