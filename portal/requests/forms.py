"""The shape of a decision, and of what somebody waits for."""

from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from portal.core.i18n import lazy_gettext as _l
from portal.requests.commands import LONGEST_REASON
from portal.rooms.models import LONGEST_TITLE, Visibility
from portal.web.addresses import LARGEST_ID
from portal.web.forms import Form, InstantField, many_lines, one_line, required

DECISIONS = (("approve", _l("Approve")), ("decline", _l("Turn down")))
WAYS = (("ask", _l("Ask me first when it is free")), ("book", _l("Book it as soon as it is free")))


class DecisionForm(Form):
    decision = RadioField(choices=[SelectChoice(*decision) for decision in DECISIONS])
    reason = many_lines(_l("Reason"), LONGEST_REASON, render_kw={"rows": 2})
    # The list, if it was decided there.
    back = HiddenField()


class WaitForm(Form):
    """The same names as in the booking form, so that what was typed there can be sent here."""

    title = one_line(_l("What for"), LONGEST_TITLE, required())
    room_id = IntegerField(
        _l("Room"), [required(_l("Please choose a room.")), NumberRange(1, LARGEST_ID, _l("Please choose a room."))]
    )
    starts_at = InstantField(_l("From"), [required(_l("Please give a date and time."))])
    ends_at = InstantField(_l("Until"), [required(_l("Please give a date and time."))])
    private = BooleanField(_l("Private: others only see that the room is booked"))
    way = RadioField(_l("When it is free"), choices=[SelectChoice(*way) for way in WAYS], default="ask")

    @property
    def visibility(self) -> Visibility:
        return Visibility.PRIVATE if self.private.data else Visibility.HOUSE
