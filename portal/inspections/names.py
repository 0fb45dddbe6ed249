"""What inspections, findings and violations are called."""

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.inspections.models import Result, Sanction, Scope

SCOPES = {
    Scope.PREPARATION.value: lazy_pgettext("inspection", "Preparation"),
    Scope.RUNNING.value: lazy_pgettext("inspection", "Running of meetings"),
    Scope.WRAP_UP.value: lazy_pgettext("inspection", "Wrap-up"),
    Scope.COMPLIANCE.value: lazy_pgettext("inspection", "Compliance with the rules"),
    Scope.COSTS.value: lazy_pgettext("inspection", "Costs"),
    Scope.ARCHIVE.value: lazy_pgettext("inspection", "Archive"),
}
RESULTS = {
    Result.KEPT.value: lazy_pgettext("inspection", "Kept"),
    Result.NOT_KEPT.value: lazy_pgettext("inspection", "Not kept"),
    Result.NOT_SEEN.value: lazy_pgettext("inspection", "Not looked at"),
}
SANCTIONS = {
    Sanction.CRITICISM.value: lazy_pgettext("sanction", "Criticism"),
    Sanction.CORRECTION.value: lazy_pgettext("sanction", "Ordered correction"),
    Sanction.DISCIPLINE.value: lazy_pgettext("sanction", "Disciplinary measure"),
}
# How far an inspection, a finding or a violation is; each with its icon.
INSPECTION_STATES = {
    "planned": lazy_pgettext("inspection", "Planned"), "late": lazy_pgettext("inspection", "Overdue"),
    "open": lazy_pgettext("inspection", "Held, findings open"), "closed": lazy_pgettext("inspection", "Closed"),
}
FINDING_STATES = {
    "cause": _l("Cause not known yet"), "measure": _l("Without a measure"), "running": _l("Measure under way"),
    "effect": _l("Effect to be seen"), "closed": lazy_pgettext("finding", "Closed"),
}
VIOLATION_STATES = {
    "recorded": _l("To be decided"), "decided": _l("Decided, not closed"),
    "closed": lazy_pgettext("violation", "Closed"),
}
STATE_ICONS = {
    "planned": "clock", "late": "warn", "open": "warn", "closed": "check", "cause": "question", "measure": "warn",
    "running": "play", "effect": "clock", "recorded": "question", "decided": "play",
}
