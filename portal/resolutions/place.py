"""What the resolutions slice tells the rest of the portal: records, words of the log, places, panels."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.meetings.models import Meeting
from portal.meetings.signals import meeting_veiled
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.resolutions import (  # noqa: F401  (the views add their pages to those of the slice)
    board_models,
    board_views,
    commands,
    policy,
    queries,
    register_views,
    report_views,
    search_views,
    step_views,
    structure_views,
    week_views,
)
from portal.resolutions import due_days as _due_days  # noqa: F401  (adds them to the calendar pages)
from portal.resolutions import report_place as _report_place  # noqa: F401  (what reports tell the portal)
from portal.resolutions import revising as _revising  # noqa: F401  (listens to what changes them)
from portal.resolutions import search_index as _search_index  # noqa: F401  (listens to what they say)
from portal.resolutions.models import Resolution
from portal.resolutions.views import region
from portal.resolutions.ways import Way, add_way
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

meeting_veiled.connect(commands.withhold_meeting)

register(
    Kind(
        "resolution", Resolution, lambda: str(_l("Resolution")), lambda resolution: resolution.heading,
        lambda resolution: url_for("resolutions.resolution", resolution_id=resolution.id), policy.may_see,
        queries.hidden_from,
    )
)
add_kinds(Group.TASKS, "resolution", decisions={"resolution.to_approve", "resolution.to_sign"})
describe(
    {
        "resolution.made": _l("wrote down the resolution"),
        "resolution.changed": _l("worded the resolution anew"),
        "resolution.approved": _l("approved the resolution"),
        "resolution.issued": _l("issued the resolution"),
        "resolution.signed_for": _l("signed for the resolution"),
        "resolution.refused": _l("gave the resolution back"),
        "resolution.report_signed": _l("signed the report"),
        "resolution.report_returned": _l("gave the report back"),
        "resolution.reviewed": _l("reviewed that it is done"),
        "resolution.returned": _l("found that it is not done"),
        "resolution.reopened": _l("opened the resolution again"),
        "resolution.paused": _l("paused the resolution"),
        "resolution.resumed": _l("let the resolution go on"),
        "resolution.withdrawn": _l("withdrew the resolution"),
        "resolution.reported": _l("reported the progress"),
        "resolution.closed": _l("closed the resolution"),
        "resolution.prioritised": _l("said how much the resolution presses"),
        "resolution.paced": _l("said how often the resolution is reported on"),
        "resolution.split": _l("split the resolution into parts"),
        "resolution.merged": _l("merged the resolution with another"),
        "resolution.linked": _l("linked the resolution with another"),
        "resolution.unlinked": _l("linked the resolution with another no more"),
        "resolution.handed_over": _l("handed the resolution over"),
    },
    details={
        "text": _l("What was decided"), "department": _l("Department"), "owner": _l("Owner"), "due_on": _l("Due"),
        "priority": _l("Priority"), "rhythm": lazy_pgettext("resolution", "Reports"),
        "percent": _l("Progress in percent"), "done": _l("What was done"), "words": _l("Words"),
        "parts": _l("Parts"), "other": _l("The other"), "change": _l("From whom to whom"),
    },
)
add_way(Way(10, "resolutions.board", _l("Board")))
add_way(Way(30, "resolutions.search", _l("Search")))
add_way(Way(60, "resolutions.register", _l("New instruction or improvement"), policy.may_register))
add_place(Place(50, "resolutions.board", _l("Resolutions"), "resolutions"))


def of_meeting(meeting: Meeting, actor: Person) -> str:
    """The panel of a meeting's page, from its announcement on: what it resolved, and the form for more."""
    if not policy.takes_resolutions(meeting):
        return ""
    return render_template("resolutions/_of_meeting.html", **region(actor, meeting))


add_panel("meeting", "resolutions", 20, of_meeting)
