"""Under which conditions a profile asks a meeting for something: each said once, for forms, checklists and clauses."""

from collections.abc import Callable, Mapping

from portal.meetings.models import Format, Meeting
from portal.proposals.models import Heading, Proposal
from portal.proposals.records import is_sensitive

# Of each heading that is filled in, whether its amount is above nil.
Filled = Mapping[Heading, bool]
# What the budget answers by itself.
HEADINGS = {
    "has_catering": Heading.CATERING, "has_transport": Heading.TRANSPORT, "has_lodging": Heading.LODGING,
    "has_hire": Heading.EQUIPMENT,
}


def is_planned(filled: Filled, heading: Heading) -> bool:
    """Not said to be nil: a heading that is not filled in yet counts as planned."""
    return filled.get(heading, True)


def spends(filled: Filled) -> bool:
    """Whether any heading is above nil, or nothing is filled in yet."""
    return not filled or any(filled.values())


def needs_room(meeting: Meeting) -> bool:
    """Whether a room of the house is needed."""
    return meeting.format in {Format.ROOM, Format.HYBRID}


def is_on_site(meeting: Meeting) -> bool:
    """Whether people come together in one place."""
    return meeting.format != Format.ONLINE


def _filled(proposal: Proposal) -> Filled:
    return {line.heading: line.amount > 0 for line in proposal.budget}


def _has_equipment(meeting: Meeting, proposal: Proposal) -> bool:
    has_extras = meeting.booking is not None and len(meeting.booking.holds) > 1
    return has_extras or is_planned(_filled(proposal), Heading.EQUIPMENT)


def _has_guests(meeting: Meeting, proposal: Proposal) -> bool:
    is_invited = any(one.guest_id is not None for one in meeting.attendees)
    return is_invited or is_planned(_filled(proposal), Heading.GUESTS)


_CONDITIONS: dict[str, Callable[[Meeting, Proposal], bool]] = {
    "is_sensitive": is_sensitive,
    "secret_matter": is_sensitive,
    "has_notable_guests": lambda _meeting, proposal: proposal.has_notable_guests,
    "notable_guests": lambda _meeting, proposal: proposal.has_notable_guests,
    "is_on_site": lambda meeting, _proposal: is_on_site(meeting),
    "has_room": lambda meeting, _proposal: needs_room(meeting),
    "has_budget": lambda _meeting, proposal: spends(_filled(proposal)),
    "has_equipment": _has_equipment,
    "has_guests": _has_guests,
}


def applies(when: str, meeting: Meeting, proposal: Proposal) -> bool:
    """Whether the condition of that name is met; an unknown one is, so that nothing required is left out."""
    if when in HEADINGS:
        return is_planned(_filled(proposal), HEADINGS[when])
    known = _CONDITIONS.get(when)
    return known is None or known(meeting, proposal)
