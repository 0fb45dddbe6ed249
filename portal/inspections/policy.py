"""Who may do what to inspections, findings and violations.

What a secret meeting is called is for those who know of it only: whoever shows a meeting here asks `meetings`.
"""

from collections.abc import Callable

from portal.accounts.models import Person, Role
from portal.bodies.queries import serves_in
from portal.inspections.models import Finding, Inspection, Violation
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.resolutions.policy import heads

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.LEADER)
_watchers: list[Callable[[Person, Meeting], bool]] = []
SUPERVISORY, FOREIGN_OFFICE, FOREIGN = "supervisory_body", "foreign_office", "foreign"


def supervises(actor: Person) -> bool:
    """Supervisors, and the members of the supervisory body (AGY-10.1)."""
    return actor.has_role(Role.SUPERVISOR) or serves_in(actor, SUPERVISORY)


def may_read_inspections(actor: Person) -> bool:
    """Supervisors, auditors, leaders, and the bodies that inspect."""
    return actor.has_role(*READERS) or supervises(actor) or serves_in(actor, FOREIGN_OFFICE)


def may_plan_any(actor: Person) -> bool:
    """Who supervises; of foreign-related meetings their office too."""
    return supervises(actor) or serves_in(actor, FOREIGN_OFFICE)


def may_plan(actor: Person, profile: str) -> bool:
    """Plan an inspection by that regulation (empty: by all)."""
    return supervises(actor) or (profile == FOREIGN and serves_in(actor, FOREIGN_OFFICE))


def may_see(actor: Person, inspection: Inspection) -> bool:
    """Whoever reads inspections, whoever holds it, and the heads of the department that is looked into."""
    return (
        actor.id == inspection.inspector_id
        or may_read_inspections(actor)
        or heads(actor, inspection.department_id)
    )


def may_hold(actor: Person, inspection: Inspection) -> bool:
    """The inspector, and whoever may plan such a one."""
    return actor.id == inspection.inspector_id or may_plan(actor, inspection.profile)


def add_watchers(may_watch: Callable[[Person, Meeting], bool]) -> None:
    """Let a slice above name who knows of meetings that they may not see: those who watch how clauses were kept."""
    _watchers.append(may_watch)


def may_know(actor: Person, meeting: Meeting) -> bool:
    """Whoever sees the meeting, or how its clauses were kept: a violation of it can be named by both."""
    return meetings.may_see(actor, meeting) or any(may_watch(actor, meeting) for may_watch in _watchers)


# --- Findings ---


def may_see_finding(actor: Person, finding: Finding) -> bool:
    """Besides who sees the inspection: the heads of the department, and the body at whose meeting it is shown."""
    return (
        may_see(actor, finding.inspection)
        or heads(actor, finding.department_id)
        or (finding.body is not None and serves_in(actor, finding.body.key))
    )


def may_explain(actor: Person, finding: Finding) -> bool:
    """Say what caused it: whoever holds the inspection, and the heads of the department."""
    return may_hold(actor, finding.inspection) or heads(actor, finding.department_id)


# --- Violations ---


def concerns(actor: Person, violation: Violation) -> bool:
    """Whether it is the actor's own: by name, or as a head of the department if nobody is named."""
    if violation.person_id is not None:
        return actor.id == violation.person_id
    return heads(actor, violation.department_id)


def may_read_violations(actor: Person) -> bool:
    """Who reads all of them; others see what concerns them and their departments."""
    return actor.has_role(*READERS) or serves_in(actor, SUPERVISORY)


def may_see_violation(actor: Person, violation: Violation) -> bool:
    """Besides: the heads of the department, whom it concerns, and who wrote it down."""
    return (
        may_read_violations(actor)
        or actor.id in (violation.person_id, violation.recorded_by_id)
        or heads(actor, violation.department_id)
    )


def may_record(actor: Person) -> bool:
    """Write a violation down: who supervises, auditors, leaders, and the meeting office."""
    return actor.has_role(*READERS, Role.MEETING_OFFICE) or serves_in(actor, SUPERVISORY)


def may_decide(actor: Person, violation: Violation) -> bool:
    """A leader or the supervisory body says what follows; nobody whom it concerns (AGY-10.4)."""
    return not concerns(actor, violation) and decides_any(actor)


def decides_any(actor: Person) -> bool:
    """Whose work it is to decide on violations."""
    return actor.has_role(Role.LEADER) or serves_in(actor, SUPERVISORY)


def may_close(actor: Person, violation: Violation) -> bool:
    """Besides who decides, supervisors; nobody whom it concerns."""
    return not concerns(actor, violation) and (actor.has_role(Role.LEADER) or supervises(actor))
