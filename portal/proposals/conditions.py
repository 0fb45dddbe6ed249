"""Under which conditions a profile asks a proposal for a field or a step."""

from collections.abc import Callable

from portal.meetings.models import Format, Meeting
from portal.proposals.models import Proposal
from portal.proposals.records import is_sensitive

_CONDITIONS: dict[str, Callable[[Meeting, Proposal], bool]] = {
    "is_sensitive": is_sensitive,
    "secret_matter": is_sensitive,
    "has_notable_guests": lambda _meeting, proposal: proposal.has_notable_guests,
    "notable_guests": lambda _meeting, proposal: proposal.has_notable_guests,
    "is_on_site": lambda meeting, _proposal: meeting.format != Format.ONLINE,
    "has_room": lambda meeting, _proposal: meeting.format in {Format.ROOM, Format.HYBRID},
    "has_budget": lambda _meeting, proposal: proposal.total > 0,
}


def applies(when: str, meeting: Meeting, proposal: Proposal) -> bool:
    """Whether the condition of that name is met; an unknown one is, so that nothing required is left out."""
    known = _CONDITIONS.get(when)
    return known is None or known(meeting, proposal)
