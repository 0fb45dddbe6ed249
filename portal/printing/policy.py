"""Who may print a meeting's lists and say who sits where."""

from portal.accounts.models import Person
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting


def may_print(actor: Person, meeting: Meeting) -> bool:
    """Whoever runs the day."""
    return meetings.may_arrange(actor, meeting)


def may_seat(actor: Person, meeting: Meeting) -> bool:
    """Whoever runs the day, while the meeting stands."""
    return meetings.may_arrange(actor, meeting) and meeting.cancelled_at is None
