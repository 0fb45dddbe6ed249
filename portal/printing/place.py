"""What the printing slice tells the rest of the portal."""

from portal.audit.words import describe
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.meetings.tabs import Tab, add_tab
from portal.printing import policy, seating_views  # noqa: F401  (adds its pages to those of the slice)
from portal.printing.forms import SHAPES

describe(
    {
        "meeting.seats_laid_out": _l("set up the seats"),
        "meeting.seat_moved": _l("gave a seat"),
        "meeting.seats_filled": _l("filled the seats by rank"),
        "meeting.seats_arranged": _l("arranged the seats"),
    },
    details={
        "shape": _l("Shape"), "seats": lazy_pgettext("to sit on", "Seats"),
        "seat": lazy_pgettext("where somebody sits", "Seat"), "seat_before": _l("Seat before"),
    },
    values={"shape": dict(SHAPES)},
)
add_tab(
    Tab(
        70, "printing.seating", lazy_pgettext("to sit on", "Seats"), policy.may_print,
        ("printing.layout", "printing.move", "printing.filling", "printing.arrangement"),
    )
)
add_tab(Tab(80, "printing.prints", lazy_pgettext("things on paper", "Print"), policy.may_print))
