"""What a reader calls states, phases and the records that take the place of sign-offs."""

from portal.compliance.verdicts import State
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.regulations.profiles import Phase

STATES = {
    State.LATE: lazy_pgettext("clause", "Late"),
    State.OPEN: lazy_pgettext("clause", "Open"),
    State.MET: lazy_pgettext("clause", "Kept"),
    State.WAIVED: lazy_pgettext("clause", "Waived"),
    State.NOT_APPLICABLE: lazy_pgettext("clause", "Does not apply"),
}
# Beside the word each state has a shape of its own.
ICONS = {
    State.LATE: "light-red", State.OPEN: "clock", State.MET: "light-grey", State.WAIVED: "light-blue",
    State.NOT_APPLICABLE: "minus",
}
PHASES = {
    Phase.GOVERN: _l("Governing"), Phase.PLAN: _l("Planning"), Phase.PREPARE: _l("Preparing"),
    Phase.RUN: _l("Running the meeting"), Phase.FOLLOW_UP: _l("Following up"), Phase.IMPROVE: _l("Improving"),
    Phase.ARCHIVE: _l("Archiving"),
}
# The records of a later part of the portal that will prove what is signed off for now.
LATER = {
    "archive": _l("the archive"), "backups": _l("backups that were tried out"),
    "budget_book": _l("the book of budgets and expenses"), "contacts": _l("the register of contacts"),
    "contingency": _l("contingency plans and drills"), "evaluation": _l("evaluations of meetings"),
    "incidents": _l("the register of incidents"), "itineraries": _l("itineraries of guests"),
    "knowledge": _l("the knowledge base"), "publicity": _l("the register of publicity"),
    "reports": _l("reports and statistics"), "risks": _l("the register of risks"),
    "supplies": _l("the book of supplies"), "surveys": _l("surveys"), "training": _l("records of training"),
}
