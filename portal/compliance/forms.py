"""The shape of a sign-off."""

from datetime import date

from flask import request
from flask_wtf.file import FileField
from wtforms import DateField
from wtforms.validators import Optional

from portal.compliance.commands import LONGEST_WORDS
from portal.core.i18n import lazy_gettext as _l
from portal.core.uploads import Upload
from portal.web.forms import Form, many_lines, required


class SignOffForm(Form):
    """What proves it, as words and perhaps as a file."""

    words = many_lines(_l("What shows that it was kept"), LONGEST_WORDS, required(), id="sign-off-words")
    file = FileField(_l("Proof as a file"), id="sign-off-file")

    def upload(self) -> Upload | None:
        """The file, if one was given."""
        given = request.files.get("file")
        return Upload(given.filename, given.read()) if given and given.filename else None


class HouseSignOffForm(SignOffForm):
    """The same for the organisation, until a day."""

    valid_until = DateField(_l("Holds until"), [Optional()], id="sign-off-until")

    @property
    def until(self) -> date | None:
        day: date | None = self.valid_until.data
        return day


class SetAsideForm(Form):
    """Why a clause does not apply."""

    words = many_lines(_l("Why it does not apply"), LONGEST_WORDS, required(), id="set-aside-words")
