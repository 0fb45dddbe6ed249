"""Who may do what to resolutions."""

from portal.accounts.models import Person, Role
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.resolutions.models import Resolution

OVERSEERS = (Role.MEETING_OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR)


def may_see_all(actor: Person) -> bool:
    """Those who watch over the whole house."""
    return actor.has_role(*OVERSEERS)


def may_see(actor: Person, resolution: Resolution) -> bool:
    """Who owes it, the head of their department, who wrote it, who was at the meeting.

    Unless that was secret, the whole department and overseers too.
    """
    is_theirs = may_see_all(actor) or actor.department_id == resolution.department_id
    return (
        (is_theirs and not resolution.meeting.is_secret)
        or actor.id in (resolution.owner_id, resolution.created_by_id)
        or heads(actor, resolution.department_id)
        or meetings.may_see(actor, resolution.meeting)
    )


def may_resolve(actor: Person, meeting: Meeting) -> bool:
    """Whoever keeps the record of the meeting."""
    return meetings.may_record(actor, meeting)


def takes_resolutions(meeting: Meeting) -> bool:
    """From the announcement on: what nobody was called to cannot resolve anything."""
    return meeting.announced_at is not None and meeting.cancelled_at is None


def heads(actor: Person, department_id: int | None) -> bool:
    """Whether the actor heads that department; nobody heads none."""
    belongs = department_id is not None and actor.department_id == department_id
    return belongs and actor.has_role(Role.DEPARTMENT_HEAD)


def may_report(actor: Person, resolution: Resolution) -> bool:
    """The owner, and the heads of the responsible department."""
    return actor.id == resolution.owner_id or heads(actor, resolution.department_id)


def may_close(actor: Person, resolution: Resolution) -> bool:
    """Whoever keeps the record of the meeting: they look whether what was reported is true."""
    return meetings.may_record(actor, resolution.meeting)
