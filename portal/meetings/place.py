"""What the meetings slice tells the rest of the portal."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.meetings import busy, follow, panels, policy  # noqa: F401  (follow listens to bookings)
from portal.meetings.forms import PARTS
from portal.meetings.models import Meeting
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.rooms.busy import add_source
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

SAID = {"accepted": _l("Accepted"), "tentative": _l("Tentative"), "declined": _l("Declined")}

register(
    Kind(
        "meeting", Meeting, lambda: _("Meeting"), lambda meeting: meeting.subject,
        lambda meeting: url_for("meetings.meeting", meeting_id=meeting.id), policy.may_see,
    )
)
add_kinds(Group.MEETINGS, "meeting")
describe(
    {
        "meeting.created": _l("made the meeting"),
        "meeting.changed": _l("changed the meeting"),
        "meeting.invited": _l("added people"),
        "meeting.part_changed": _l("changed a part"),
        "meeting.uninvited": _l("took somebody off"),
        "meeting.announced": _l("sent the notice"),
        "meeting.answered": _l("answered"),
        "meeting.moved": _l("moved the meeting"),
        "meeting.cancelled": _l("cancelled the meeting"),
        "meeting.restored": _l("put the meeting on again"),
    },
    details={
        "location": _l("Room"), "people": _l("People"), "person": _l("Name"), "part": _l("Part"),
        "answer": _l("Answer"), "comment": _l("Comment"),
    },
    values={"part": dict(PARTS), "answer": SAID},
)
add_tab(Tab(10, "meetings.meeting", _l("Overview"), also=("meetings.answer",)))
add_place(Place(30, "meetings.mine", _l("Meetings"), "meetings"))
add_panel("my_day", "meetings-today", 10, panels.today)
add_panel("my_day", "meetings-waiting", 20, panels.waiting)
add_panel("booking_actions", "meeting", 10, panels.of_booking)
add_panel("meeting_actions", "undo", 10, panels.undo)
add_source("meetings", busy.attended)
