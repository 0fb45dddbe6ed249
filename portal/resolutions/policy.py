"""Who may do what to resolutions."""

from sqlalchemy import select

from portal.accounts.models import Delegation, Person, Role, RoleGrant
from portal.accounts.queries import house_today
from portal.core.db import db, only_reads
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting, Part
from portal.resolutions.models import Event, ProgressReport, Resolution

OVERSEERS = (Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
SUPERVISORS = (Role.SUPERVISOR, Role.LEADER)
# Who may enter what no meeting resolved.
REGISTRARS = (*SUPERVISORS, Role.MEETING_OFFICE)


# --- Reading ---


def may_see_all(actor: Person) -> bool:
    """Those who watch over the whole house."""
    return actor.has_role(*OVERSEERS)


def may_see(actor: Person, resolution: Resolution) -> bool:
    """Who owes it, the heads of its departments, who wrote it, who called for it, who was at the meeting.

    Unless it is secret, the responsible department and overseers too; without a meeting, supervisors in any case.
    """
    is_theirs = may_see_all(actor) or actor.department_id == resolution.department_id
    return (
        (is_theirs and not resolution.is_secret)
        or actor.id in (resolution.owner_id, resolution.created_by_id, resolution.instructed_by_id)
        or _heads_any(actor, resolution)
        or (meetings.may_see(actor, resolution.meeting) if resolution.meeting else actor.has_role(*SUPERVISORS))
    )


def _heads_any(actor: Person, resolution: Resolution) -> bool:
    headed = headed_by(actor)
    return bool(headed) and not headed.isdisjoint(
        {resolution.department_id, *(department.id for department in resolution.assisting)}
    )


def headed_by(actor: Person) -> frozenset[int]:
    """The ids of the departments that the actor heads, or whose head the actor stands in for today. One statement.

    A page asks again and again: while nothing is written it is read once.
    """
    if not only_reads():
        return _headed_by(actor)
    known: dict[int, frozenset[int]] = db.session.info.setdefault("departments headed", {})
    if actor.id not in known:
        known[actor.id] = _headed_by(actor)
    return known[actor.id]


def _headed_by(actor: Person) -> frozenset[int]:
    day = house_today()
    principals = select(Delegation.principal_id).where(
        Delegation.delegate_id == actor.id, Delegation.starts_on <= day, Delegation.ends_on >= day
    )
    heads = (
        select(Person.department_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.DEPARTMENT_HEAD, Person.department_id.is_not(None), Person.left_at.is_(None),
            (Person.id == actor.id) | Person.id.in_(principals),
        )
    )
    return frozenset(number for number in db.session.scalars(heads) if number is not None)


def heads(actor: Person, department_id: int | None) -> bool:
    """Whether the actor heads that department, or stands in for its head; nobody heads none."""
    return department_id is not None and department_id in headed_by(actor)


# --- Writing, approving, issuing ---


def may_resolve(actor: Person, meeting: Meeting) -> bool:
    """Whoever keeps the record of the meeting."""
    return meetings.may_record(actor, meeting)


def takes_resolutions(meeting: Meeting) -> bool:
    """From the announcement on: what nobody was called to cannot resolve anything."""
    return meeting.announced_at is not None and meeting.cancelled_at is None


def may_register(actor: Person) -> bool:
    """Who may enter a leader's instruction or an improvement that no meeting resolved."""
    return actor.has_role(*REGISTRARS)


def may_supervise(actor: Person, resolution: Resolution) -> bool:
    """Who looks after it from outside its department: supervisors, the meeting office, who recorded its meeting."""
    if not may_see(actor, resolution):
        return False
    return actor.has_role(*REGISTRARS) or may_record(actor, resolution)


def may_record(actor: Person, resolution: Resolution) -> bool:
    """Who keeps the record of the meeting that resolved it."""
    return resolution.meeting is not None and meetings.may_record(actor, resolution.meeting)


def may_approve(actor: Person, resolution: Resolution) -> bool:
    """A leader, or whoever chaired the meeting."""
    if resolution.meeting is not None:
        part = meetings.told_part(actor, resolution.meeting)
        if part is not None and part.part == Part.CHAIR:
            return True
    return actor.has_role(Role.LEADER) and may_see(actor, resolution)


# --- Working on it ---


def may_report(actor: Person, resolution: Resolution) -> bool:
    """The owner, and the heads of the responsible department or those who stand in for them."""
    return actor.id == resolution.owner_id or heads(actor, resolution.department_id)


def may_sign(actor: Person, report: ProgressReport) -> bool:
    """The heads of the responsible department, or those who stand in for them."""
    return heads(actor, report.resolution.department_id)


# --- Reviewing and closing ---


def may_review(actor: Person, resolution: Resolution) -> bool:
    """The meeting office, or who recorded the meeting; nobody what they owe themselves."""
    if actor.id == resolution.owner_id:
        return False
    return may_record(actor, resolution) or (actor.has_role(Role.MEETING_OFFICE) and may_see(actor, resolution))


def may_close(actor: Person, resolution: Resolution) -> bool:
    """A supervisor or a leader; of a secret meeting, whoever keeps its record. Nobody what they owe themselves."""
    if actor.id == resolution.owner_id:
        return False
    if resolution.is_secret and may_record(actor, resolution):
        return True
    return actor.has_role(*SUPERVISORS) and may_see(actor, resolution)


def may_withdraw(actor: Person, resolution: Resolution) -> bool:
    """Who entered or looks after it until it is issued; once it runs, only those who close."""
    return (may_close if resolution.issued_at is not None else may_supervise)(actor, resolution)


def may_hand_over(actor: Person, resolution: Resolution) -> bool:
    """Give it to another owner, or split it: who looks after it, and within their department its heads."""
    return may_supervise(actor, resolution) or heads(actor, resolution.department_id)


# What each step of the way asks for; the rest asks for `may_supervise`.
MAY = {
    Event.APPROVED: may_approve,
    Event.SIGNED_FOR: may_report,
    Event.REFUSED: may_report,
    Event.REVIEWED: may_review,
    Event.RETURNED: may_review,
    Event.CLOSED: may_close,
    Event.REOPENED: may_close,
    Event.PAUSED: may_close,
    Event.RESUMED: may_close,
    Event.WITHDRAWN: may_withdraw,
    Event.HANDED_OVER: may_hand_over,
    Event.SPLIT: may_hand_over,
}


def may_take(actor: Person, resolution: Resolution, event: Event) -> bool:
    """Whether the actor may let that happen to it, at whatever node it is."""
    return MAY.get(event, may_supervise)(actor, resolution)
