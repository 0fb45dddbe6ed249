"""What open items of later meetings tell the rest of the portal: the words of the log, and panels."""

from flask import render_template

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.meetings.models import Meeting
from portal.proposals.lessons import add_lessons
from portal.resolutions.models import Resolution
from portal.supervision import carrying, lessons
from portal.supervision.carry_views import region
from portal.web.panels import add_panel

describe(
    {
        "resolution.carried": _l("noted the resolution at a later meeting"),
        "resolution.not_carried": _l("took the note at a later meeting back"),
    }
)


def _of_meeting(meeting: Meeting, actor: Person) -> str:
    """The panel of a meeting's page: what earlier meetings of the same body have left open."""
    context = region(actor, meeting)
    return render_template("supervision/_open_items.html", **context) if context["items"] else ""


def _of_resolution(resolution: Resolution, actor: Person) -> str:
    """The panel of a resolution's page: at which meetings it was put before again."""
    found = carrying.put_before(resolution, actor)
    return render_template("supervision/_put_before.html", carried=found) if found else ""


add_panel("meeting", "open_items", 15, _of_meeting)
add_panel("resolution", "put_before", 60, _of_resolution)
add_lessons("improvements", lessons.lessons)
