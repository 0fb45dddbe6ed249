"""Who may let a meeting off a requirement, and who may look at its last moments."""

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.bodies.queries import bodies_of
from portal.meetings import policy as meetings
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.regulations.profiles import Requirement

WATCHERS = (Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR)
# Who may be named as able to waive something.
WAIVERS = (Role.MEETING_OFFICE, Role.LEADER)


def may_see_all(actor: Person) -> bool:
    """The last moments of all meetings that one may know of."""
    return actor.has_role(*WATCHERS)


def may_look(actor: Person, meeting: Meeting) -> bool:
    """Whoever may see the meeting; and before anybody is told of it, those whom a waiver can be asked of.

    Nobody is let off by somebody who must not know of it: a secret meeting only by those who may see it.
    """
    if not is_regulated(meeting):
        return False
    return meetings.may_see(actor, meeting) or (actor.has_role(*WAIVERS) and not meeting.is_secret)


def may_waive(actor: Person, meeting: Meeting, requirement: Requirement) -> bool:
    """Who holds a role, or serves in a body, that the profile names for it; never whoever organizes the meeting."""
    if not actor.is_active or actor.id == meeting.organizer_id or not may_look(actor, meeting):
        return False
    return holds_one(actor, requirement.waiver)


def holds_one(actor: Person, names: tuple[str, ...]) -> bool:
    """Whether the actor holds one of these roles or serves in one of these bodies. One statement at most."""
    roles = [Role(name) for name in names if name in set(Role)]
    if actor.has_role(*roles):
        return True
    bodies = set(names) - set(Role)
    return bool(bodies) and bool(bodies.intersection(bodies_of(actor, accounts.house_today())))


def may_ask(actor: Person, meeting: Meeting) -> bool:
    """Whoever prepares the meeting may ask to be let off."""
    return meetings.may_edit(actor, meeting)


def may_revoke(actor: Person, meeting: Meeting, requirement: Requirement | None) -> bool:
    """Whoever may give it may take it back."""
    return requirement is not None and may_waive(actor, meeting, requirement)
