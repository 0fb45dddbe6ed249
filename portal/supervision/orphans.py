"""Resolutions that nobody active owns: found, listed, and told of, so that none is forgotten."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import Department, Person, Role, RoleGrant
from portal.audit.commands import record
from portal.audit.models import AuditEntry
from portal.core import workdays
from portal.resolutions import policy
from portal.resolutions.models import Event, Resolution, Step
from portal.resolutions.queries import seen_by
from portal.supervision import orphan_words as words
from portal.supervision.owing import claimed, heads_by_department, tell_lists, who_watch

MOST = 500  # in one round; what is left comes in the next

owner = aliased(Person)


def may_list(actor: Person) -> bool:
    """Those who watch over the house, and heads for their departments."""
    return policy.may_see_all(actor) or bool(policy.headed_by(actor))


def hands_over(actor: Person, resolution: Resolution) -> bool:
    """`resolutions.policy.may_hand_over` of what the list shows, without asking who recorded each meeting."""
    return actor.has_role(*policy.REGISTRARS) or policy.heads(actor, resolution.department_id)


def orphans_for(actor: Person) -> Select[Resolution]:
    """What the actor may see of all, or of the departments that the actor heads, by due day."""
    headed = policy.headed_by(actor)
    theirs = [Resolution.department_id.in_(headed)] if headed else [false()]
    mine = seen_by(actor) if policy.may_see_all(actor) else or_(*theirs)
    return _open().where(mine, or_(_has_no_owner(), ~_has_head())).order_by(Resolution.due_on, Resolution.id)


def _open() -> Select[Resolution]:
    return (
        select(Resolution)
        .join(owner, owner.id == Resolution.owner_id)
        .options(
            contains_eager(Resolution.owner.of_type(owner)).joinedload(owner.department),
            joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.meeting),
        )
        .where(Resolution.stands())
    )


def _has_no_owner() -> ColumnElement[bool]:
    """Its owner has left, or belongs to another department by now."""
    return or_(owner.left_at.is_not(None), owner.department_id.is_distinct_from(Resolution.department_id))


def _has_head() -> ColumnElement[bool]:
    head = aliased(Person)
    return exists().where(
        head.department_id == Resolution.department_id, head.left_at.is_(None), RoleGrant.person_id == head.id,
        RoleGrant.role == Role.DEPARTMENT_HEAD,
    )


def departments_without_head(departments: Sequence[Department]) -> set[int]:
    """Which of these nobody heads. One statement."""
    ids = {department.id for department in departments}
    return ids - set(heads_by_department(ids)) if ids else set()


# --- By the clock ---


def announce_orphans() -> None:
    """Tell the heads once of what has lost its owner, by one mail each; where there are none, the supervisors.

    Nothing at times without work; one statement while there is nothing new. Several workers may do it at once.
    """
    if workdays.is_quiet():
        return
    found = claimed(_open().where(_has_no_owner(), ~_was_said()).limit(MOST))
    if not found:
        return
    heads = heads_by_department(one.department_id for one in found)
    headless = [one for one in found if one.department_id not in heads]
    watchers = who_watch([Role.SUPERVISOR], headless) if headless else {}
    for resolution in found:
        record(None, "resolution.orphaned", resolution, owner=resolution.owner.name)
    told = [(one, watchers.get(one.id) or heads.get(one.department_id, [])) for one in found]
    tell_lists(told, "orphan.found", words.found)


def _was_said() -> ColumnElement[bool]:
    """Since it was last handed over."""
    handed_over = exists().where(
        Step.resolution_id == Resolution.id, Step.event == Event.HANDED_OVER, Step.at > AuditEntry.at
    )
    return exists().where(
        and_(
            AuditEntry.record_kind == "resolution", AuditEntry.record_id == Resolution.id,
            AuditEntry.action == "resolution.orphaned", ~handed_over.correlate(Resolution, AuditEntry),
        )
    )
