"""What the answers slice tells the rest of the portal."""

from datetime import timedelta
from typing import Any

from flask import url_for

from portal.answers import columns, leave, panels, policy, queries, replacing, seats, veiling
from portal.answers.models import LeaveRequest
from portal.answers.tally import WORDS
from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.invitations.urging import add_excused
from portal.meetings.models import Meeting
from portal.meetings.roster import Column, add_column
from portal.meetings.signals import meeting_changed
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.web.panels import add_panel

register(
    Kind(
        "leave_request", LeaveRequest, lambda: _("Request for leave"), lambda asked: asked.attendee.name,
        lambda asked: url_for("answers.leave", leave_id=asked.id), policy.may_see_leave, veiling.hidden_from,
    )
)
add_kinds(Group.MEETINGS, "leave_request", decisions=("leave_request.asked",))
describe(
    {
        "meeting.answered": _l("answered"),
        "meeting.moved_up": _l("gave a free seat to who had waited longest"),
        "meeting.leave_asked": _l("asked for leave"),
        "meeting.leave_granted": _l("granted leave"),
        "meeting.leave_refused": _l("refused leave"),
        "meeting.leave_withdrawn": _l("took a request for leave back"),
        "meeting.replaced": _l("sent a substitute"),
        "meeting.taken_back": _l("took a substitute off"),
        "meeting.needs_stated": _l("said what is needed"),
    },
    details={
        "answer": _l("Answer"), "comment": _l("Comment"), "person": _l("Name"), "substitute": _l("Substitute"),
        "way": _l("How"),
    },
    values={
        "answer": {answer.value: words for answer, words in WORDS.items()},
        "way": {
            "link": _l("by the link in the mail"), "calendar": _l("from a calendar"), "noted": _l("noted for them"),
        },
    },
)
add_tab(
    Tab(
        50, "answers.overview", _l("Answers"), policy.may_see_answers,
        also=("answers.note", "calendars.meeting_replies"),
    )
)
add_excused("leave", queries.asked_for_leave)
add_panel("meeting_top", "own-answer", 10, panels.own_answer)
add_panel("my_day", "meetings-waiting", 20, panels.waiting)
add_panel("my_day", "leave-to-decide", 25, panels.to_decide)
add_column(Column("place", 30, _l("Substitute, leave"), columns.places))
add_chore("leave", timedelta(hours=1), leave.end_idle_cases)
add_column(Column("needs", 40, _l("Needs"), columns.needs, policy.may_see_answers))


@meeting_changed.connect
def settle(meeting: Meeting, **_more: Any) -> None:
    """Whatever changed may have freed a seat, made more of them, or taken a substitute off."""
    replacing.ask_the_deserted(meeting)
    if meeting.cancelled_at is not None:
        leave.end_idle_cases(meeting.id)
    seats.give_free_seats(meeting)
