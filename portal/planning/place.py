"""What the planning slice tells the rest of the portal."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.planning import drawing, entry_views, models, policy, versions, words  # noqa: F401
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion
from portal.regulations.ways import Way, add_way

PAGES = (
    "year", "opening", "submission", "version_list", "version", "balance_page", "new_entry", "change_entry", "entry",
    "drop_entry", "link_meeting",
)

register(
    Kind(
        "annual_plan", AnnualPlan, lambda: _("Annual plan"), words.plan_title,
        lambda plan: url_for("planning.year", year=plan.year), lambda actor, _plan: policy.may_see(actor),
    )
)
register(
    Kind(
        "plan_entry", PlanEntry, lambda: _("Planned meeting"), lambda entry: entry.theme,
        lambda entry: url_for("planning.entry", entry_id=entry.id), policy.may_see_entry,
    )
)
register(
    Kind(
        versions.KIND, PlanVersion, lambda: _("Version of the annual plan"), words.version_title,
        lambda version: url_for("planning.version", version_id=version.id), policy.may_see_version,
    )
)
add_kinds(Group.TASKS, "annual_plan", versions.KIND)
describe(
    {
        "annual_plan.opened": _l("opened the annual plan"),
        "annual_plan.entries_by_set": _l("said until when departments enter"),
        "plan_entry.entered": _l("planned a meeting"),
        "plan_entry.changed": _l("changed what is planned"),
        "plan_entry.dropped": _l("planned it no more"),
        "plan_version.submitted": _l("submitted the annual plan"),
        "meeting.planned": _l("put the meeting into the annual plan"),
        "meeting.unplanned": _l("took the meeting out of the annual plan"),
    },
    details={
        "year": lazy_pgettext("plan", "Year"), "entries_by_on": _l("Departments enter until"),
        "planned_on": _l("Planned for"), "number": lazy_pgettext("record", "Number"), "department": _l("Department"),
    },
)
add_way(Way(20, "planning.index", _l("Annual plan"), policy.may_see, also=tuple(f"planning.{page}" for page in PAGES)))
