"""What the degrees, formats and phases of meetings are called."""

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.models import Confidentiality, Format, Meeting, Phase

CONFIDENTIALITIES = (
    (Confidentiality.INTERNAL.value, _l("Open inside the house")),
    (Confidentiality.DEPARTMENT.value, _l("Department only")),
    (Confidentiality.INVITED.value, _l("Invited people only")),
    (Confidentiality.SECRET.value, lazy_pgettext("confidentiality", "Secret")),
)
# What each means, beside the choice.
MEANINGS = {
    Confidentiality.INTERNAL.value: _l("Everybody may find it once its notice is sent."),
    Confidentiality.DEPARTMENT.value: _l("Its department, the office and the leaders may find it."),
    Confidentiality.INVITED.value: _l("Others only see that the room is booked; the office and the leaders see more."),
    Confidentiality.SECRET.value: _l("Nobody but those named in it knows its subject, nor who keeps the rooms."),
}
FORMATS = (
    (Format.ROOM.value, _l("In a room")),
    (Format.OUTSIDE.value, _l("Outside")),
    (Format.ONLINE.value, _l("Online")),
    (Format.HYBRID.value, _l("In place and online")),
)
PHASES = (
    (Phase.DRAFT.value, _l("Draft")),
    (Phase.APPROVED.value, lazy_pgettext("phase", "Approved")),
    (Phase.ANNOUNCED.value, _l("Announced")),
    (Phase.RUNNING.value, _l("Running")),
    (Phase.HELD.value, _l("Held")),
    (Phase.CLOSED.value, lazy_pgettext("phase", "Closed")),
    (Phase.POSTPONED.value, _l("Postponed")),
    (Phase.CANCELLED.value, _l("Cancelled")),
)


def public_title(meeting: Meeting) -> str:
    """What a file is called, which lies where anybody may see it: of a secret meeting never its subject."""
    return meeting.number or "" if meeting.is_secret else f"{meeting.number or ''} {meeting.subject}".strip()
