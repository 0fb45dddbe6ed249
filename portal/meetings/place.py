"""What the meetings slice tells the rest of the portal."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, add_hider, register
from portal.meetings import (  # noqa: F401  (follow listens to bookings, the views add their pages to those of the slice)
    body_panels,
    busy,
    follow,
    kind_views,
    making_views,
    panels,
    phase_views,
    policy,
    seeing,
)
from portal.meetings.models import Meeting, MeetingKind, MeetingTemplate
from portal.meetings.names import CONFIDENTIALITIES
from portal.meetings.parts import PARTS
from portal.meetings.tabs import Tab, add_tab
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.rooms.busy import add_source
from portal.rooms.policy import add_changer
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

YES_OR_NO = (
    "leave_needs_approval", "substitute_needs_approval", "has_check_out", "has_votes", "resolutions_need_approval",
    "delay_needs_leader",
)

register(
    Kind(
        "meeting", Meeting, lambda: _("Meeting"), lambda meeting: meeting.subject,
        lambda meeting: url_for("meetings.meeting", meeting_id=meeting.id), policy.may_see, seeing.hidden_from,
    )
)
register(
    Kind(
        "meeting_kind", MeetingKind, lambda: _("Kind of meeting"), lambda kind: kind.name,
        lambda kind: url_for("meetings.kinds"), lambda person, kind: policy.may_keep_kinds(person),
    )
)
register(
    Kind(
        "meeting_template", MeetingTemplate, lambda: _("Template"), lambda template: template.name,
        lambda template: url_for("meetings.templates"), lambda person, template: policy.may_keep_kinds(person),
    )
)
for veiled_kind in ("booking", "booking_request", "wait", "series", "meeting_template"):
    add_hider(veiled_kind, "meetings", seeing.veiled(veiled_kind))
add_changer("meetings", policy.may_change_booking)
add_kinds(Group.MEETINGS, "meeting", decisions={"meeting.submitted"})
describe(
    {
        "meeting.created": _l("made the meeting"),
        "meeting.changed": _l("changed the meeting"),
        "meeting.invited": _l("added people"),
        "meeting.part_changed": _l("changed a part"),
        "meeting.uninvited": _l("took somebody off"),
        "meeting.announced": _l("sent the notice"),
        "meeting.moved": _l("moved the meeting"),
        "meeting.cancelled": _l("cancelled the meeting"),
        "meeting.restored": _l("put the meeting on again"),
        "meeting.link_changed": _l("changed the online address"),
        "meeting.submitted": lazy_pgettext("meeting", "asked for approval"),
        "meeting.approved": _l("approved the meeting"),
        "meeting.returned": _l("gave the meeting back to be changed"),
        "meeting.approval_lapsed": _l("changed what was approved, so that it has to be approved again"),
        "meeting.started": _l("started the meeting"),
        "meeting.ended": _l("ended the meeting"),
        "meeting.closed": _l("closed the meeting"),
        "meeting.reopened": _l("opened the meeting again"),
        "meeting.postponed": _l("postponed the meeting"),
        "meeting.resumed": _l("gave the meeting a new time"),
        "meeting_template.saved": _l("saved the template"),
        "meeting_template.renamed": _l("renamed the template"),
        "meeting_template.retired": _l("took the template out of use"),
        "meeting_template.reopened": _l("put the template into use again"),
        "meeting_kind.added": _l("added the kind"),
        "meeting_kind.changed": _l("changed the kind"),
        "meeting_kind.retired": _l("took the kind out of use"),
        "meeting_kind.reopened": _l("put the kind into use again"),
    },
    details={
        "location": _l("Place"), "people": _l("People"), "person": _l("Name"), "part": _l("Part"),
        "confidentiality": _l("Confidentiality"),
        "prefix": _l("Numbers begin with"), "quorum_percent": _l("Quorum in percent"),
        "answer_days": _l("Answers due, days before"), "urge_days": _l("Urged, days before answers are due"),
        "lead_days": _l("Notice, working days before"), "check_in_minutes": _l("Check-in opens, minutes before"),
        "late_minutes": _l("Late after minutes"), "needs_approval": _l("Needs approval"),
        "leave_needs_approval": _l("Leave is decided on"),
        "substitute_needs_approval": _l("Substitutes are decided on"), "has_check_out": _l("Check-out"),
        "has_votes": _l("Votes"), "resolutions_need_approval": _l("Resolutions are approved"),
        "delay_needs_leader": _l("A leader decides on delays"),
    },
    values={
        "part": dict(PARTS), "confidentiality": dict(CONFIDENTIALITIES),
        **{name: {True: _l("Yes"), False: _l("No")} for name in YES_OR_NO},
    },
)
add_tab(Tab(10, "meetings.meeting", _l("Overview"), also=("answers.answer", "answers.own_needs", "answers.substitute")))
add_place(Place(30, "meetings.mine", _l("Meetings"), "meetings"))
add_panel("my_day", "meetings-today", 10, panels.today)
add_panel("booking_actions", "meeting", 10, panels.of_booking)
add_panel("meeting_actions", "undo", 10, panels.undo)
add_panel("bodies", "supervisors", 20, body_panels.panel)
add_panel("body", "supervisors", 6, body_panels.panel_of)
add_panel("body", "meetings", 20, body_panels.of_body)
add_source("meetings", busy.attended)
