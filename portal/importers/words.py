"""What would become of an event, in words, with the mark that it is shown with."""

from typing import Any, NamedTuple

from portal.core.i18n import lazy_gettext as _l
from portal.importers.results import Outcome

KEPT, LEFT_OUT = "kept", "left_out"


class Mark(NamedTuple):
    """Words, an icon, and the class of the style sheet: never colour alone."""

    words: Any
    icon: str
    style: str


MARKS = {
    KEPT: Mark(_l("kept"), "check", "mark-accepted"),
    Outcome.BOOKED.name.lower(): Mark(_l("will be booked"), "check", "mark-accepted"),
    Outcome.REQUESTED.name.lower(): Mark(_l("will be requested"), "question", "mark-tentative"),
    Outcome.CONFLICT.name.lower(): Mark(_l("room not free"), "cross", "mark-declined"),
    Outcome.REFUSED.name.lower(): Mark(_l("against a rule"), "cross", "mark-declined"),
    Outcome.NO_ROOM.name.lower(): Mark(_l("no room"), "question", "mark-declined"),
    Outcome.INVALID.name.lower(): Mark(_l("cannot be taken"), "cross", "mark-declined"),
    Outcome.KNOWN.name.lower(): Mark(_l("in the portal already"), "copy", ""),
    LEFT_OUT: Mark(_l("left out"), "copy", ""),
}
