"""What the attendance slice tells the rest of the portal."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import render_template

from portal.accounts.models import Person
from portal.attendance import absences, desk_views, figure_views, policy, queries, wall_views  # noqa: F401
from portal.attendance.standing import HERE
from portal.attendance.words import WAYS
from portal.audit.words import describe
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings import policy as meetings
from portal.meetings.models import Attendee, Meeting
from portal.meetings.roster import Column, add_column
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.worker import add_chore
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

describe(
    {
        "meeting.codes_shown": _l("put new codes on the wall"),
        "meeting.checked_in": _l("marked as present"),
        "meeting.came_back": _l("marked as back again"),
        "meeting.checked_out": _l("marked as gone"),
        "meeting.paper_entered": _l("entered the paper list"),
        "meeting.mark_corrected": _l("corrected a mark"),
        "meeting.absences_asked": _l("asked those who were missed"),
        "meeting.absence_explained": _l("wrote down why somebody was not there"),
        "meeting.absence_followed_up": _l("followed up an absence"),
    },
    details={
        "was_at": _l("Marked at"), "arrived_at": _l("Arrived"), "reason": _l("Reason"), "follow_up": _l("Follow-up"),
        "how": lazy_pgettext("attendance", "How"),
    },
    values={"how": WAYS},
)


def column(meeting: Meeting, _person: Person, _attendees: Sequence[Attendee]) -> Mapping[int, str]:
    """Who is there, for the list of people."""
    return {
        line.attendee.id: render_template("attendance/_cell.html", line=line) for line in queries.lines_of(meeting)
    }


def of_meeting(meeting: Meeting, person: Person) -> str:
    """To each of its people how they stand, with the button or the form for it; once people can sign in."""
    part = meetings.told_part(person, meeting)
    now = clock.now()
    if part is None or not policy.takes_place(meeting) or now < policy.opens_at(meeting):
        return ""
    line = queries.line_of(meeting, part.id)
    assert line is not None, "they are in the meeting"
    is_open = policy.is_open(meeting, now)
    return render_template(
        "attendance/_own.html", meeting=meeting, line=line, is_open=is_open, note=queries.note_of(part.id),
        is_here=line.state in HERE, can_explain=absences.may_be_explained(meeting, line),
        can_arrive=is_open and policy.is_online(meeting) and line.mark is None,
    )


def guest_page(meeting: Meeting, part: Attendee) -> str:
    """To a guest who takes part from elsewhere, while people sign in, the way to say so."""
    if part.guest_id is None or not (policy.is_online(meeting) and policy.is_open(meeting, clock.now())):
        return ""
    return render_template("attendance/_of_guest.html", meeting=meeting, line=queries.line_of(meeting, part.id))


def mine(person: Person) -> str:
    """The way to one's own figures, for whom the navigation does not show it."""
    return "" if policy.compares(person) else render_template("attendance/_mine.html")


def actions(meeting: Meeting, person: Person) -> str:
    """While people sign in, the ways to desk and wall."""
    if not policy.is_open(meeting, clock.now()) or not policy.may_arrange(person, meeting):
        return ""
    return render_template("attendance/_actions.html", meeting=meeting)


add_tab(
    Tab(
        65, "attendance.day", _l("The day"), policy.may_arrange,
        ("attendance.paper", "attendance.correction", "attendance.missing", "attendance.absence"),
    )
)
add_column(Column("check-in", 70, _l("Attendance"), column, policy.may_arrange))
add_panel("meeting_top", "attendance", 20, of_meeting)
add_panel("guest_page", "attendance", 10, guest_page)
add_panel("meetings_head", "attendance", 20, mine)
add_panel("meeting_actions", "attendance", 20, actions)
add_place(
    Place(35, "attendance.statistics", _l("Attendance"), "check", policy.compares,
          only=("attendance.statistics", "attendance.listed"))
)
add_chore("absences", timedelta(minutes=10), absences.ask_the_missing)
