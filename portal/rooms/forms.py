"""The shape of a booking as it is typed."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import BooleanField, HiddenField, SelectField

from portal.core.i18n import lazy_gettext as _l
from portal.rooms.models import LONGEST_TITLE, Visibility
from portal.rooms.queries import RoomChoice
from portal.web.addresses import own_address
from portal.web.forms import Form, InstantField, one_line, required


class BookingForm(Form):
    """Room, time on the reader's clock, and what it is for."""

    title = one_line(_l("What for"), LONGEST_TITLE, required())
    room_id = SelectField(_l("Room"), [required(_l("Please choose a room."))], coerce=int)
    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])
    # What few need, behind "More".
    for_whom = one_line(_l("For"), 200, render_kw={"list": "colleagues"})
    private = BooleanField(_l("Private: others only see that the room is booked"))
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
    def says_more(self) -> bool:
        """Whether something behind "More" is filled in, or was refused."""
        whom = self.for_whom if "for_whom" in self else None
        return bool(self.private.data or (whom is not None and (whom.data or whom.errors)))

    @property
    def visibility(self) -> Visibility:
        return Visibility.PRIVATE if self.private.data else Visibility.HOUSE

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
