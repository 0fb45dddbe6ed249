"""How many must be there for a meeting to decide. One rule, for answers before the meeting and presence in it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting, Part

# Who has a vote. A substitute has the part, and so the vote, of whom they come for, who then has none.
VOTING = frozenset({Part.CHAIR, Part.REQUIRED})


class Quorum(NamedTuple):
    """How many of those with a vote must be there, how many of them there are, and how many count."""

    needed: int
    entitled: int
    counted: int

    @property
    def is_reached(self) -> bool:
        return self.counted >= self.needed

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.counted)


def has_vote(attendee: Attendee) -> bool:
    """Whether the attendee counts towards the quorum when they come."""
    return attendee.part in VOTING and attendee.answer != Answer.DELEGATED


def quorum_of(
    meeting: Meeting, attendees: Iterable[Attendee], counts: Callable[[Attendee], bool]
) -> Quorum | None:
    """The meeting's quorum and how many of the attendees count towards it; None for a meeting without one.

    The meeting's own figure goes before the percentage of its kind, which is rounded up.
    """
    voting = [attendee for attendee in attendees if has_vote(attendee)]
    percent = kind_of(meeting).quorum_percent
    if meeting.quorum is None and percent is None:
        return None
    needed = meeting.quorum or -(-len(voting) * (percent or 0) // 100)
    return Quorum(needed, len(voting), sum(1 for attendee in voting if counts(attendee)))
