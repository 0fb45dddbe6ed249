"""The shape of files for minutes, and of whom they are handed out to."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from portal.accounts.models import Department
from portal.agenda.forms import Always
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.uploads import Upload
from portal.minutes.files import LONGEST_TITLE
from portal.minutes.models import FileSort
from portal.web.forms import Form, one_line

SORTS = (
    (FileSort.PAPER.value, _l("Paper")),
    (FileSort.RECORDING.value, lazy_pgettext("of a meeting", "Recording")),
    (FileSort.OTHER.value, lazy_pgettext("a file", "Something else")),
)


class MinutesFileForm(Form):
    """A file, what it is, and what it is called."""

    file = FileField(_l("File"))
    title = one_line(_l("Title"), LONGEST_TITLE)
    sort = SelectField(
        _l("Kind"), [Always()], choices=[SelectChoice(*sort) for sort in SORTS], default=FileSort.PAPER.value
    )

    def upload(self) -> Upload:
        given = request.files.get("file")
        return Upload(given.filename or "", given.read()) if given else Upload("", b"")


class HandOutForm(Form):
    """All participants, and whole departments."""

    participants = BooleanField()
    departments = SelectMultipleField(coerce=int, choices=[])

    def offer(self, departments: Any) -> None:
        offered: list[Department] = list(departments)
        self.departments.choices = [SelectChoice(one.id, one.name) for one in offered]
