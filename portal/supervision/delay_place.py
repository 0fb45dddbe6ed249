"""What delays tell the rest of the portal: their records, the words of the log, panels and pages."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.resolutions import policy as resolutions
from portal.resolutions.models import Resolution
from portal.resolutions.ways import Way, add_way
from portal.supervision import delay_policy as policy
from portal.supervision import delay_queries as queries
from portal.supervision.delay_views import region
from portal.supervision.models import DelayRequest, Stage
from portal.web.panels import add_panel

MOST = 5
STAGES = {
    Stage.HEAD.value: _l("Head of the department"), Stage.SUPERVISOR.value: _l("Supervisor"),
    Stage.LEADER.value: _l("Leader"),
}

register(
    Kind(
        "delay_request", DelayRequest, lambda: _("Later day"), lambda asked: asked.resolution.heading,
        lambda asked: url_for("supervision.of_resolution", resolution_id=asked.resolution_id),
        lambda actor, asked: resolutions.may_see(actor, asked.resolution),
    )
)
add_kinds(Group.TASKS, "resolution", decisions={"resolution.delay_asked"})
describe(
    {
        "resolution.delay_asked": _l("asked for a later day"),
        "resolution.delay_granted": _l("agreed to the later day"),
        "resolution.delay_refused": _l("turned the later day down"),
        "resolution.delay_withdrawn": _l("asked for the later day no more"),
    },
    details={
        "old_due_on": _l("Old day"), "new_due_on": _l("New day"), "reason": _l("Reason"), "stage": _l("Decides as"),
        "words": _l("Words"),
    },
    values={"stage": STAGES},
)
add_way(Way(40, "supervision.to_decide", _l("Delays"), policy.may_decide_any))


def of_resolution(resolution: Resolution, actor: Person) -> str:
    """What later days were asked for, with the forms to ask and to decide, if there is any of it."""
    context = region(resolution, actor)
    if not (context["requests"] or context["delay_form"]):
        return ""
    return render_template("supervision/_delays.html", **context)


def my_day(actor: Person) -> str:
    """The requests that wait for the actor, the oldest first."""
    found = db.session.scalars(queries.to_decide(actor).limit(MOST + 1)).all()
    if not found:
        return ""
    return render_template("supervision/_delays_mine.html", waiting=found[:MOST], has_more=len(found) > MOST)


add_panel("resolution", "delays", 40, of_resolution)
add_panel("my_day", "delays", 35, my_day)
