"""What inspections, findings and violations tell the rest of the portal: records, words of the log, pages, panels."""

from flask import url_for

from portal.audit.words import describe
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.core.records import Kind, register
from portal.inspections import (  # noqa: F401  (the views add their pages to those of the slice)
    agenda_views,
    finding_views,
    panels,
    policy,
    queries,
    reminding,
    violation_views,
)
from portal.inspections.models import Finding, Inspection, Violation
from portal.inspections.names import SANCTIONS
from portal.inspections.words import finding_title, title_of, violation_title
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.proposals.lessons import add_lessons
from portal.regulations.ways import Way, add_way
from portal.web.panels import add_panel

register(
    Kind(
        "inspection", Inspection, lambda: _("Inspection"), title_of,
        lambda inspection: url_for("inspections.inspection", inspection_id=inspection.id), policy.may_see,
    )
)
register(
    Kind(
        "finding", Finding, lambda: _("Finding"), finding_title,
        lambda finding: url_for("inspections.finding", finding_id=finding.id), policy.may_see_finding,
    )
)
register(
    Kind(
        "violation", Violation, lambda: _("Violation"), violation_title,
        lambda violation: url_for("inspections.violation", violation_id=violation.id), policy.may_see_violation,
        queries.hidden_violations,
    )
)
add_kinds(Group.TASKS, "inspection", "finding", "violation", decisions={"violation.recorded"})
describe(
    {
        "inspection.planned": _l("planned the inspection"),
        "inspection.changed": _l("changed the plan of the inspection"),
        "inspection.held": _l("held the inspection"),
        "inspection.closed": _l("closed the inspection"),
        "inspection.due_soon": _l("reminded the inspector"),
        "inspection.overdue": _l("reminded the inspector that it is overdue"),
        "finding.made": _l("wrote down the finding"),
        "finding.explained": _l("said what caused it"),
        "finding.measured": _l("laid down a measure"),
        "finding.closed": _l("saw the effect and closed the finding"),
        "violation.recorded": _l("wrote down the violation"),
        "violation.decided": _l("decided what follows from the violation"),
        "violation.closed": _l("closed the violation"),
    },
    details={
        "inspector": _l("Inspector"), "found": _l("What came out of it"), "clause": _l("Clause"),
        "cause": _l("What caused it"), "measure": _l("Measure"), "sanction": _l("What follows from it"),
        "inspection": _l("Inspection"),
    },
    values={"sanction": SANCTIONS},
)
add_way(
    Way(
        40, "inspections.inspections", _l("Inspections"), policy.may_read_inspections,
        also=(
            "inspections.inspection", "inspections.new_inspection", "inspections.change", "inspections.hold",
            "inspections.fill_in", "inspections.findings", "inspections.finding", "inspections.new_finding",
            "inspections.lay_down", "inspections.explain", "inspections.close",
        ),
    )
)
add_way(
    Way(
        50, "inspections.violations", lazy_pgettext("regulations", "Violations"), policy.may_record,
        also=(
            "inspections.violation", "inspections.new_violation", "inspections.decide",
            "inspections.close_violation",
        ),
    )
)
add_panel("meeting", "findings", 16, panels.of_meeting)
add_panel("body", "findings", 10, panels.of_body)
add_panel("my_day", "inspections", 45, panels.my_day)
add_lessons("findings", panels.lessons)
add_chore("inspections", reminding.EVERY, reminding.remind)
