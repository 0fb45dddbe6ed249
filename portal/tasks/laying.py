"""Many tasks of one record at once: its checklist is laid, moves along with it, is dropped and taken up again.

The caller has locked the record, knows that the actor may, and logs it on the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.notifications.commands import tell
from portal.tasks import words
from portal.tasks.models import Proof, Task
from portal.tasks.names import CALLED_OFF


@dataclass(frozen=True)
class Line:
    """One line of a checklist for one record: whose it is, by when, what proves it, and what has to be done before."""

    key: str
    titles: Mapping[str, str]
    due_at: datetime
    owner: Person | None = None
    owner_role: str = ""
    clauses: tuple[str, ...] = ()
    proof: Proof = Proof.NONE
    needs: tuple[str, ...] = ()
    words: str = ""


def lay(actor: Person | None, record_kind: str, record_id: int, lines: Iterable[Line]) -> list[Task]:
    """Make a task of each line that has none yet, whatever became of it, and tell the owners. Answers the new ones."""
    tasks = {task.key: task for task in tasks_of(record_kind, record_id)}
    made, needs = [], {}
    for line in lines:
        if line.key in tasks:
            continue
        task = Task(
            record_kind=record_kind, record_id=record_id, key=line.key, titles=dict(line.titles), words=line.words,
            clauses=list(line.clauses), owner_role=line.owner_role, owner=line.owner, due_at=line.due_at,
            department_id=line.owner.department_id if line.owner else None, proof=line.proof,
            created_at=clock.now(), created_by=actor,
        )
        tasks[line.key], needs[line.key] = task, line.needs
        made.append(task)
    for key, wanted in needs.items():
        tasks[key].needs = [tasks[need] for need in wanted if need in tasks]
    db.session.add_all(made)
    db.session.flush()
    tell_owners("task_list.assigned", made, but=actor)
    return made


def tasks_of(record_kind: str, record_id: int) -> Sequence[Task]:
    """All tasks of the record, by the time they are due, with what they wait for. Two statements."""
    return db.session.scalars(
        select(Task)
        .options(selectinload(Task.needs))
        .where(Task.record_kind == record_kind, Task.record_id == record_id)
        .order_by(Task.due_at, Task.id)
    ).all()


def move_along(actor: Person | None, dues: Mapping[Task, datetime]) -> list[Task]:
    """Let open tasks be due at these times, and tell the owners of those for which that is another one."""
    moved = [task for task, due_at in dues.items() if task.is_open and task.due_at != due_at]
    for task in moved:
        task.due_at, task.reminded_at, task.urged_at = dues[task], None, None
    db.session.flush()
    tell_owners("task_list.moved", moved, but=actor)
    return moved


def call_off(actor: Person | None, tasks: Iterable[Task]) -> list[Task]:
    """Drop those that are open, because their record was called off; `take_up` takes that back."""
    dropped = [task for task in tasks if task.is_open]
    for task in dropped:
        task.dropped_at, task.drop_reason = clock.now(), CALLED_OFF
    db.session.flush()
    tell_owners("task_list.dropped", dropped, but=actor)
    return dropped


def take_up(actor: Person | None, tasks: Iterable[Task]) -> list[Task]:
    """Open those again that were dropped with their record."""
    again = [task for task in tasks if task.drop_reason == CALLED_OFF]
    for task in again:
        task.dropped_at, task.drop_reason = None, ""
    db.session.flush()
    tell_owners("task_list.assigned", again, but=actor)
    return again


def tell_owners(kind: str, tasks: Sequence[Task], but: Person | None = None) -> None:
    """Tell each owner once of all of theirs."""
    tell_lists(kind, [(task, task.owner) for task in tasks if task.owner is not None], but)


def tell_lists(kind: str, told: Iterable[tuple[Task, Person]], but: Person | None = None) -> None:
    """Tell each person once of all tasks that concern them."""
    lists: dict[Person, list[Task]] = {}
    for task, person in told:
        if but is None or person.id != but.id:
            lists.setdefault(person, []).append(task)
    if lists:
        first = next(iter(lists.values()))[0]
        tell(
            lists, kind, "task_list", first, lambda: words.of_list(kind, []),
            personal=lambda person: words.of_list(kind, lists[person]),
        )
