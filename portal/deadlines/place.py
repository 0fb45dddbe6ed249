"""What the deadlines slice tells the rest of the portal."""

from collections.abc import Collection

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.deadlines import letting_off, models, panels, policy, refusing, warnings, words  # noqa: F401
from portal.deadlines.commands import TIMETABLE
from portal.meetings import seeing
from portal.meetings.gates import add_gate
from portal.meetings.kinds import is_regulated
from portal.meetings.missing import add_requirement
from portal.meetings.models import Meeting
from portal.meetings.secrecy import withheld
from portal.meetings.signals import meeting_veiled
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.withholding import withhold
from portal.notifications.worker import add_chore
from portal.regulations.ways import Way, add_way
from portal.web.navigation import put_under
from portal.web.panels import add_panel

# The same record as the meeting, on the page that those may open, too, who can waive something of it.
register(
    Kind(
        TIMETABLE, Meeting, lambda: _("Timetable"), lambda meeting: meeting.subject,
        lambda meeting: url_for("deadlines.timetable", meeting_id=meeting.id), policy.may_look, seeing.hidden_from,
    )
)
add_kinds(Group.MEETINGS, TIMETABLE, decisions={"timetable.asked"})
describe(
    {
        "meeting.waived": _l("let the meeting off something that its regulation asks for"),
        "meeting.waiver_revoked": _l("took a waiver back"),
        "meeting.waiver_asked": _l("asked for a waiver"),
    },
    details={"clause": _l("Clause"), "demand": _l("What is asked for"), "reason": _l("Reason")},
    values={"demand": words.titles()},
)
add_gate("deadlines", refusing.gate, refusing.gate_many)
for phase in refusing.NEXT:
    add_requirement(phase, "deadlines", refusing.lacks_of(phase))
put_under("meetings", "deadlines.timetable", "deadlines.waiver", "deadlines.waiver_request", "deadlines.revocation")
add_tab(
    Tab(
        16, "deadlines.timetable", _l("Timetable"), lambda person, meeting: is_regulated(meeting),
        also=("deadlines.revocation",),
    )
)
add_way(Way(25, "deadlines.house", _l("Last moments"), policy.may_see_all, also=("deadlines.ahead",)))
add_panel("new_meeting", "timetable", 10, panels.of_new_meeting)
add_chore("last moments", warnings.EVERY, warnings.warn_due)


@meeting_veiled.connect
def withhold_warnings(meeting: Meeting, *, readers: Collection[int]) -> None:
    """What was told of its last moments says nothing more to those who may no longer know of it."""
    withhold(TIMETABLE, [meeting.id], readers, withheld)
