"""What a reader calls the fields of a proposal and the headings of its budget."""

from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext
from portal.proposals.models import Heading

HEADINGS = {
    Heading.VENUE: _l("Venue hire"),
    Heading.EQUIPMENT: _l("Equipment"),
    Heading.GUESTS: _l("Guests and speakers"),
    Heading.CATERING: _l("Meals and drinks"),
    Heading.LODGING: _l("Lodging"),
    Heading.TRANSPORT: _l("Transport"),
    Heading.PUBLICITY: lazy_pgettext("budget", "Publicity"),
    Heading.SECURITY: lazy_pgettext("budget", "Security"),
    Heading.MATERIALS: _l("Materials and printing"),
    Heading.OTHER: lazy_pgettext("budget", "All else"),
}
# What the meeting itself says, and where it is changed.
OF_MEETING = {
    "purpose": _l("Purpose"),
    "outcome": _l("Expected outcome"),
    "time": _l("Time"),
    "place": _l("Place"),
    "agenda": _l("Agenda"),
}
OWN = {
    "theme": _l("Theme"),
    "size": _l("How many people are expected"),
    "circle": _l("Of which circle they are"),
    "publicity": _l("Publicity plan"),
    "site_risk": _l("Dangers of the venue, and what is done about them"),
    "people_risk": _l("Dangers to people, and what is done about them"),
    "information_risk": _l("Dangers to information, and what is done about them"),
    "guest_risk": _l("Risk of the guests of note, and what is done about it"),
    "venue_reason": _l("Why this venue: location, access, surroundings"),
    "unplanned_reason": _l("Why it is needed although no annual plan has it"),
    "lessons": _l("How open measures and lessons are met this time"),
}
# What comes with the two switches, and with a budget that grows.
BESIDE = {
    "has_notable_guests": _l("Guests of note are invited"),
    "notable_guests": _l("Which guests of note"),
    "is_sensitive": _l("Secrets of the state or sensitive matters are touched"),
    "sensitive_words": _l("Which secret or sensitive matters"),
    "overrun_reason": _l("Why the budget is higher than what was approved"),
}
BUDGET = {"budget": _l("Budget")}
FIELDS = {**OF_MEETING, **OWN, **BUDGET}
