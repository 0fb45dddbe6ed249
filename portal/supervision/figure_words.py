"""What a reader calls the figures, and how they are written."""

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.supervision.figures import Basis, Line, What

BASES = {Basis.ORIGINAL: _l("Original date"), Basis.EXTENDED: _l("Extended date")}
WHATS = {
    What.DUE: lazy_pgettext("figures", "Due in this period"),
    What.ON_TIME: _l("Done on time"),
    What.LATE: _l("Done late"),
    What.OVERDUE: _l("Overdue"),
    What.RUNNING: _l("Still running"),
    What.PAUSED: lazy_pgettext("resolution", "Paused"),
    What.MISSED: _l("Reports missed"),
    What.EXTENDED: _l("Got a later date"),
}
# The columns of a file; `numbers_of` answers what stands in them.
COLUMNS = (
    _l("Score"), *(WHATS[what] for what in list(What)[:6]), _l("Days from issue to closing"),
    _l("Days late on average"), WHATS[What.MISSED], WHATS[What.EXTENDED],
)
HOW_COUNTED = (
    _l(
        "Score = 100 × done on time ÷ (done on time + done late + overdue). What is still running counts neither way; "
        "where nothing had to be done yet there is no score."
    ),
    _l(
        "On time is what was reported done by the day, in a report that the head signed and the review found borne "
        "out. How long review and closing take does not count against anybody."
    ),
    _l("Every figure stands twice: held to the date that was set first, and to the one that counts after extensions."),
    _l(
        "What was withdrawn or merged into another is not counted. What is paused stands by itself: nothing is "
        "expected of it."
    ),
    _l(
        "Reports missed: a report was due in this period and has not come to this day. Got a later date: a delay was "
        "granted in this period."
    ),
)


def numbers_of(line: Line, basis: Basis) -> tuple[Any, ...]:
    """The numbers of one department by one of the two days, in the order of `COLUMNS`."""
    one = line.by(basis)
    return (
        one.score, one.due, one.on_time, one.late, one.overdue, one.running, one.paused, one.days_to_close,
        one.average_days_late, line.missed, line.postponed,
    )
