"""Who reads the annual plan, enters in it, and submits it."""

from datetime import date

from portal.accounts.models import Person, Role
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion

READERS = (
    Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD,
)


def may_see_all(actor: Person) -> bool:
    """The plan of all departments, its versions and what came of it."""
    return actor.has_role(*READERS)


def may_see(actor: Person) -> bool:
    """Everybody reads at least what their own department plans."""
    return may_see_all(actor) or actor.department_id is not None


def may_see_entry(actor: Person, entry: PlanEntry) -> bool:
    return may_see_all(actor) or actor.department_id == entry.department_id


def may_see_version(actor: Person, _version: PlanVersion) -> bool:
    return may_see_all(actor)


def may_keep(actor: Person) -> bool:
    """The meeting office opens the plan of a year and submits it."""
    return actor.has_role(Role.MEETING_OFFICE)


def may_enter_for(actor: Person, department_id: int | None) -> bool:
    """The meeting office for all departments, heads for their own."""
    return may_keep(actor) or (
        actor.has_role(Role.DEPARTMENT_HEAD) and department_id is not None and actor.department_id == department_id
    )


def is_open(actor: Person, plan: AnnualPlan, today: date) -> bool:
    """Whether the actor may still enter: departments until the day that was set, the meeting office always."""
    return may_keep(actor) or plan.entries_by is None or today <= plan.entries_by


def may_enter_some(actor: Person, plan: AnnualPlan, today: date) -> bool:
    return may_enter_for(actor, actor.department_id) and is_open(actor, plan, today)


def may_change(actor: Person, entry: PlanEntry, today: date) -> bool:
    return entry.dropped_at is None and may_enter_for(actor, entry.department_id) and is_open(actor, entry.plan, today)


def may_draw(actor: Person, entry: PlanEntry) -> bool:
    """Whoever is of the department that planned it may make a meeting of it, and the meeting office."""
    return entry.dropped_at is None and (may_keep(actor) or actor.department_id == entry.department_id)
