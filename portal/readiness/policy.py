"""Who gets a meeting ready, who fills in its forms, and who looks at both."""

from portal.accounts.models import Person, Role
from portal.accounts.queries import house_today
from portal.bodies.queries import bodies_of
from portal.meetings import policy as meetings
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.rooms.policy import keeps

LOOKING = (Role.LEADER, Role.SUPERVISOR, Role.AUDITOR)
# Who tests equipment and accepts venues besides those who arrange the meeting and keep its room.
TESTING = frozenset({"review_it", "review_security", "foreign_office"})


def may_look(actor: Person, meeting: Meeting) -> bool:
    """Whoever arranges the meeting, and those who watch over the house; of a secret one only its own people."""
    if meetings.may_arrange(actor, meeting):
        return True
    return actor.has_role(*LOOKING) and not meeting.is_secret


def may_open(actor: Person, meeting: Meeting) -> bool:
    """Whether there is a page of its readiness for the actor: of a meeting under a regulation."""
    return is_regulated(meeting) and may_look(actor, meeting)


def may_sign_off(actor: Person, meeting: Meeting) -> bool:
    """Whoever arranges the meeting says that it is ready."""
    return meetings.may_arrange(actor, meeting)


def may_fill(actor: Person, meeting: Meeting) -> bool:
    """Whoever arranges the meeting, keeps its room, or sits in the body whose trade it is; at most three statements."""
    if meetings.may_arrange(actor, meeting):
        return True
    if meeting.booking is not None and keeps(actor, meeting.booking.room):
        return True
    return not meeting.is_secret and bool(TESTING.intersection(bodies_of(actor, house_today())))


def may_see_sheets(actor: Person, meeting: Meeting) -> bool:
    return may_look(actor, meeting) or may_fill(actor, meeting)
