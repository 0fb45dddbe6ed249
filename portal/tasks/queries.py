"""Reading tasks: mine, my department's, those that wait for my name; each list with a constant number of statements."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core.db import db
from portal.core.records import hidden_among
from portal.tasks import policy
from portal.tasks.models import Proof, Task, TaskProof
from portal.tasks.names import Standing

SOON = timedelta(days=2)


def is_open() -> ColumnElement[bool]:
    return Task.done_at.is_(None) & Task.dropped_at.is_(None)


def with_facts() -> tuple[ORMOption, ...]:
    """What lists show of tasks: owner, what they wait for, proofs. Three statements with the list itself."""
    return (
        joinedload(Task.owner), selectinload(Task.needs),
        selectinload(Task.proofs).options(joinedload(TaskProof.signed_by), joinedload(TaskProof.by)),
    )


def mine(person: Person) -> Select[Task]:
    """Open tasks that are the person's, or of somebody for whom they decide today, or wait for their name."""
    return (
        select(Task).options(*with_facts()).where(is_open(), _concerns(person)).order_by(Task.due_at, Task.id)
    )


def _concerns(person: Person) -> ColumnElement[bool]:
    owners = [person.id, *accounts.principals_of(person, accounts.house_today())]
    return or_(Task.owner_id.in_(owners), Task.id.in_(_to_confirm(person)))


def _to_confirm(person: Person) -> Select[int]:
    return select(TaskProof.task_id).where(TaskProof.signed_by_id == person.id, TaskProof.signed_at.is_(None))


def done_by(person: Person) -> Select[Task]:
    """What the person had or did and is done or dropped, last first."""
    ended = func.coalesce(Task.done_at, Task.dropped_at)
    return (
        select(Task).options(*with_facts())
        .where(~is_open(), or_(Task.owner_id == person.id, Task.done_by_id == person.id))
        .order_by(ended.desc(), Task.id.desc())
    )


def of_department(department_id: int, *, ended: bool = False) -> Select[Task]:
    """The tasks of a department's people, open ones by time, ended ones last first."""
    own = select(Task).options(*with_facts()).where(Task.department_id == department_id)
    if ended:
        return own.where(~is_open()).order_by(func.coalesce(Task.done_at, Task.dropped_at).desc(), Task.id.desc())
    return own.where(is_open()).order_by(Task.due_at, Task.id)


def count_open(person_ids: Collection[int]) -> dict[int, int]:
    """How many open tasks each of these people has. One statement, none without ids."""
    if not person_ids:
        return {}
    counted = db.session.execute(
        select(Task.owner_id, func.count()).where(is_open(), Task.owner_id.in_(person_ids)).group_by(Task.owner_id)
    )
    found = {owner_id: count for owner_id, count in counted if owner_id is not None}
    return {person_id: found.get(person_id, 0) for person_id in person_ids}


def standing_of(task: Task, now: datetime) -> Standing:
    """How the task stands; reads nothing more if its proofs are loaded."""
    if task.done_at is not None:
        return Standing.DONE
    if task.dropped_at is not None:
        return Standing.DROPPED
    if task.due_at <= now:
        return Standing.OVERDUE
    if task.proof == Proof.SIGNATURE and policy.waiting(task) is not None:
        return Standing.ASKED
    return Standing.SOON if task.due_at <= now + SOON else Standing.OPEN


def hidden_from(person: Person, task_ids: Iterable[int]) -> set[int]:
    """Which of these tasks the person may not read because of what they are about: for logs and inboxes."""
    rows = db.session.execute(
        select(Task.id, Task.record_kind, Task.record_id, Task.owner_id).where(Task.id.in_(list(task_ids)))
    ).all()
    others = [row for row in rows if row.owner_id != person.id]
    hidden = hidden_among(person, {(row.record_kind, row.record_id) for row in others})
    return {row.id for row in others if (row.record_kind, row.record_id) in hidden}


