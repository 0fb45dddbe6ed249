"""The shape of what is put in on the pages of replies."""

from flask import request
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import AnyOf

from portal.calendars.models import Decision
from portal.calendars.replies import LARGEST_OBJECT
from portal.core.i18n import lazy_gettext as _l
from portal.web.forms import Form


class DropForm(Form):
    """A calendar file."""

    file = FileField(_l("Calendar file (.ics)"))

    def octets(self) -> bytes:
        """What is in it, but of one that is too large no more than shows that it is."""
        given = request.files.get("file")
        if given is None:
            return b""
        with given.stream as file:
            return file.read(LARGEST_OBJECT + 1)


class DecisionForm(Form):
    """Whether the proposed time is taken; one button each."""

    decision = StringField(validators=[AnyOf([decision.value for decision in Decision])], default="")
