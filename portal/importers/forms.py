"""The shape of what is said about a file that is brought along."""

from enum import StrEnum

from flask import Request
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.importers.overlays import LONGEST_NAME
from portal.rooms.choices import choices
from portal.rooms.models import Sort
from portal.web.forms import Form, one_line


class Into(StrEnum):
    """What a file is to become."""

    BOOKINGS = "bookings"
    OVERLAY = "overlay"


class TargetForm(Form):
    """What the file is to become, and what that needs."""

    into = RadioField(
        _l("What it becomes"), default=Into.OVERLAY,
        choices=[
            SelectChoice(Into.OVERLAY, _l("A calendar of mine: times at which I am busy elsewhere")),
            SelectChoice(Into.BOOKINGS, _l("Bookings of rooms, in my name")),
        ],
    )
    name = one_line(lazy_pgettext("of a calendar", "Name"), LONGEST_NAME)
    room_id = SelectField(_l("Room for what has none of ours"), default="")

    def offer_rooms(self) -> None:
        """One statement."""
        rooms = [room for room in choices() if room.kind == Sort.ROOM]
        self.room_id.choices = [
            SelectChoice("", _l("None: leave it out")),
            *(SelectChoice(str(room.id), room.name, optgroup=room.area_name) for room in rooms),
        ]

    @property
    def chosen_room(self) -> int | None:
        return int(self.room_id.data) if self.room_id.data else None


class UploadForm(TargetForm):
    """A file, and what it is to become."""

    file = FileField(
        _l("Calendar file (.ics)"), [FileRequired(_l("Please choose a file that is not empty."))],
        render_kw={"accept": ".ics,text/calendar"},
    )

    def content(self, request: Request, most: int) -> bytes:
        """What was sent, no more of it than one octet more than may be; nothing if nothing was."""
        sent = request.files.get(self.file.name)
        return sent.read(most + 1) if sent else b""

    @property
    def file_name(self) -> str:
        return (getattr(self.file.data, "filename", "") or "").replace("\\", "/").rpartition("/")[2][:100]


class TakeForm(TargetForm):
    """What was looked at is to be done."""

    seen = HiddenField()
