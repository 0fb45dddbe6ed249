"""The shape of a booking as it is typed."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import HiddenField, SelectField

from portal.core.i18n import lazy_gettext as _l
from portal.rooms.queries import RoomChoice
from portal.web.addresses import own_address
from portal.web.forms import Form, InstantField, one_line, required


class BookingForm(Form):
    """Room, time on the reader's clock, and what it is for."""

    title = one_line(_l("What for"), 200, required())
    room_id = SelectField(_l("Room"), [required(_l("Please choose a room."))], coerce=int)
    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])
    # Where the reader came from, to go back there without JavaScript.
    back = HiddenField()
    # Which version of the booking is being changed.
    seen = HiddenField()

    def offer(self, rooms: Sequence[RoomChoice]) -> None:
        """Let the reader choose among these, under the names of their areas."""
        self._names = {room.id: room.name for room in rooms}
        choices: dict[str, list[tuple[int, str]]] = {}
        for room in rooms:
            choices.setdefault(room.area_name, []).append((room.id, room.name))
        self.room_id.choices = choices

    @property
    def way_back(self) -> str:
        """The page of ours that the reader came from, if it is known."""
        return own_address(self.back.data, "")

    @property
    def room_name(self) -> str:
        """What the chosen room is called."""
        return self._names[self.room_id.data]

    def values(self) -> tuple[int, str, datetime, datetime]:
        """What the commands take: room, title, start and end (instants in UTC)."""
        starts_at, ends_at = self.starts_at.data, self.ends_at.data
        assert starts_at is not None, "asked for after validation only"
        assert ends_at is not None, "asked for after validation only"
        return self.room_id.data, self.title.data, starts_at, ends_at
