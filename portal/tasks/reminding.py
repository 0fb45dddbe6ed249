"""What the clock says of tasks: once on the working day before they are due, and every other working day after."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from flask import current_app
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.settings import Settings
from portal.tasks.laying import tell_lists
from portal.tasks.models import Proof, Task, TaskProof
from portal.tasks.subjects import about_all

EVERY = timedelta(hours=1)
# Working days between two letters about the same task: the organisation's own choice.
URGED_EVERY = 2
# So many at once; the rest an hour later.
MOST = 500


def remind() -> None:
    """Remind of what is due soon, and urge for what is overdue; nobody at times without work.

    Two statements while nothing is due. Several workers may do it at once: whoever claims a task writes of it.
    """
    if workdays.is_quiet():
        return
    now = clock.now()
    soon = _claim(select(Task).where(Task.reminded_at.is_(None), Task.due_at > now, Task.due_at <= _end_of_next_day()))
    for task in soon:
        task.reminded_at = now
    tell_lists("task_list.due", _turns(soon))
    # Not yet urged, or long enough ago.
    again = or_(Task.urged_at.is_(None), Task.urged_at < _days_ago(URGED_EVERY))
    late = _claim(select(Task).where(Task.due_at <= now, again))
    heads = _heads([task for task in late if task.urged_at is not None])
    for task in late:
        task.urged_at = now
    tell_lists("task_list.overdue", [*_turns(late), *heads])
    db.session.flush()


def _claim(query: Select[Task]) -> Sequence[Task]:
    """The open tasks that it finds and no other worker deals with."""
    return db.session.scalars(
        query.options(joinedload(Task.owner))
        .where(Task.done_at.is_(None), Task.dropped_at.is_(None), Task.owner_id.is_not(None))
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=Task)
    ).all()


def _turns(tasks: Sequence[Task]) -> list[tuple[Task, Person]]:
    """Whose turn it is with each: whoever is asked to confirm it, or else its owner. One statement at most."""
    signed = [task.id for task in tasks if task.proof == Proof.SIGNATURE]
    asked: dict[int, Person] = {}
    if signed:
        waiting = select(TaskProof).options(joinedload(TaskProof.signed_by)).where(
            TaskProof.task_id.in_(signed), TaskProof.signed_at.is_(None)
        )
        asked = {one.task_id: one.signed_by for one in db.session.scalars(waiting) if one.signed_by is not None}
    turns = [(task, asked.get(task.id, task.owner)) for task in tasks]
    return [(task, person) for task, person in turns if person is not None]


def _heads(tasks: Sequence[Task]) -> list[tuple[Task, Person]]:
    """Who heads the departments of what was urged in vain, as far as they may know what it is for."""
    found = []
    for department_id in {task.department_id for task in tasks if task.department_id is not None}:
        own = [task for task in tasks if task.department_id == department_id]
        for head in accounts.heads_of(department_id):
            known = about_all(head, own)
            found += [
                (task, head) for task in own
                if (task.record_kind, task.record_id) in known and task.owner_id != head.id
            ]
    return found


def _today_and_settings() -> tuple[datetime, Settings]:
    settings: Settings = current_app.config["PORTAL"]
    return clock.now().astimezone(settings.timezone), settings


def _end_of_next_day() -> datetime:
    now, settings = _today_and_settings()
    day = workdays.after(now.date(), 1, settings.holidays)
    return datetime.combine(day, time(23, 59, 59), settings.timezone)


def _days_ago(count: int) -> datetime:
    """The end of the working day that is so many before today."""
    now, settings = _today_and_settings()
    return datetime.combine(workdays.before(now.date(), count, settings.holidays), time(23, 59, 59), settings.timezone)
