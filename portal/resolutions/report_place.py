"""What reports tell the rest of the portal: words of the log, the page of the week, what the clock does."""

from datetime import timedelta

from flask import url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.worker import add_chore
from portal.resolutions import panels, reminding, report_views, week_views  # noqa: F401  (the views add their pages)
from portal.resolutions.ways import Way, add_way
from portal.resolutions.week import has_week
from portal.web.panels import add_panel

describe(
    {
        "resolution.milestone_reached": _l("said that a milestone is reached"),
        "resolution.milestone_taken_back": _l("said that a milestone is not reached"),
        "resolution.report_file_added": _l("added a file to the report"),
    },
    details={"milestone": _l("Milestone")},
)
# What a reminder of several reports is about: the page on which its reader writes them.
register(
    Kind(
        reminding.ROUND, Person, lambda: str(_l("This week")), lambda person: str(_l("This week")),
        lambda person: url_for("resolutions.week"), lambda actor, person: actor.id == person.id,
    )
)
add_way(Way(20, "resolutions.week", _l("This week"), has_week))
add_panel("my_day", "resolutions", 40, panels.mine)
add_chore("reports to come", timedelta(minutes=10), reminding.remind)
