"""What nodes, events, origins, priorities and rhythms of resolutions are called."""

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.resolutions.models import Event, Node, Origin, Priority, Rhythm

NODES = {
    Node.REGISTERED: lazy_pgettext("node", "Registered"),
    Node.APPROVED: _l("Approved"),
    Node.ISSUED: _l("Issued"),
    Node.SIGNED_FOR: _l("Signed for"),
    Node.WORKED_ON: _l("Worked on"),
    Node.REPORTED: _l("Reported done"),
    Node.REVIEWED: _l("Reviewed"),
    Node.CLOSED: lazy_pgettext("node", "Closed"),
}
EVENTS = {
    **{Event(node): words for node, words in NODES.items()},
    Event.REFUSED: _l("Given back"),
    Event.RETURNED: _l("Not done yet"),
    Event.REOPENED: _l("Opened again"),
    Event.PAUSED: lazy_pgettext("resolution", "Paused"),
    Event.RESUMED: _l("Goes on"),
    Event.EXTENDED: _l("Given more time"),
    Event.HANDED_OVER: _l("Handed over"),
    Event.SPLIT: _l("Split into parts"),
    Event.MERGED: _l("Merged"),
    Event.WITHDRAWN: _l("Withdrawn"),
    Event.EVALUATED: _l("Evaluated"),
}
ORIGINS = {
    Origin.MEETING: _l("Resolution"),
    Origin.INSTRUCTION: _l("Instruction"),
    Origin.IMPROVEMENT: _l("Improvement"),
}
PRIORITIES = {
    Priority.NORMAL: lazy_pgettext("priority", "Normal"),
    Priority.HIGH: lazy_pgettext("priority", "High"),
    Priority.URGENT: lazy_pgettext("priority", "Urgent"),
}
RHYTHMS = {
    Rhythm.NONE: _l("No regular reports"),
    Rhythm.WEEKLY: _l("Every week"),
    Rhythm.MONTHLY: _l("Every month"),
    Rhythm.MILESTONES: _l("At its milestones"),
}
