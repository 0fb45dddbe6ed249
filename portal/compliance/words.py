"""What a reader calls the states, and by which shapes they are told apart."""

from portal.compliance.verdicts import State
from portal.core.i18n import lazy_pgettext

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
