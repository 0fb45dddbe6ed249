"""Who may keep a meeting's registration page, and vet who registered there: those who edit the meeting."""

from portal.accounts.models import Person
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.registration.models import Registrant


def may_keep(actor: Person, meeting: Meeting) -> bool:
    """The organizer and the meeting office, as the meeting itself."""
    return meetings.may_edit(actor, meeting)


def may_see(actor: Person, registrant: Registrant) -> bool:
    """What somebody wrote of themselves is for those who decide on it."""
    return may_keep(actor, registrant.registration.meeting)
