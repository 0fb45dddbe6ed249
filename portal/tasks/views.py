"""Lists of tasks: mine, my department's, open and ended."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select

from portal.accounts.models import Person, Role
from portal.accounts.naming import suggested
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.i18n import local
from portal.tasks import queries
from portal.tasks.models import Task
from portal.tasks.names import title_of
from portal.tasks.subjects import about_all
from portal.web.fragments import page
from portal.web.paging import leaf

bp = Blueprint("tasks", __name__)
bp.add_app_template_global(title_of, "task_title")


@bp.get("/tasks")
def mine() -> Response:
    """What I have to do, and what waits for my name; `?show=done` for what is done, `?by=what` by what it is for."""
    ended = request.args.get("show") == "done"
    return _list(queries.done_by(me()) if ended else queries.mine(me()), "mine", ended)


@bp.get("/tasks/department")
def department() -> Response:
    """For heads: what the department's people have to do, as far as the reader may know what it is for."""
    allow(heads_any(me()))
    ended = request.args.get("show") == "done"
    return _list(queries.of_department(me().department_id or 0, ended=ended), "department", ended)


@bp.get("/tasks/people")
def people() -> Response:
    """Who may be meant by what is typed, below the field of a name."""
    typed = request.args.get("owner") or request.args.get("signer") or ""
    return page("tasks/people.html", block="people", people=suggested(typed[:100]))


def heads_any(person: Person) -> bool:
    """Whether there is a department's list for the person."""
    return person.has_role(Role.DEPARTMENT_HEAD) and person.department_id is not None


def _list(query: Select[Task], whose: str, ended: bool) -> Response:
    found = leaf(query, request.args.get("page", 1, int))
    about = about_all(me(), found.rows)
    by_record = request.args.get("by") == "what" and not ended
    # Of a department only what the reader may know of.
    rows = [task for task in found.rows if whose == "mine" or (task.record_kind, task.record_id) in about]
    return page(
        "tasks/list.html", block="tasks", leaf=found, whose=whose, ended=ended, about=about, by_record=by_record,
        groups=_grouped(rows, "what" if by_record else "ended" if ended else "when"), is_head=heads_any(me()),
        **list_facts(),
    )


def list_facts() -> dict[str, Any]:
    """What the rows of every list of tasks need."""
    now = clock.now()
    return {"standing": lambda task: queries.standing_of(task, now)}


def _grouped(tasks: Iterable[Task], by: str) -> list[tuple[Any, list[Task]]]:
    """The tasks in their order under what they are for, or under when they are due."""
    groups: dict[Any, list[Task]] = {}
    now = clock.now()
    for task in tasks:
        key = (task.record_kind, task.record_id) if by == "what" else by if by == "ended" else _when(task, now)
        groups.setdefault(key, []).append(task)
    return list(groups.items())


def _when(task: Task, now: datetime) -> str:
    if task.due_at <= now:
        return "overdue"
    if local(task.due_at).date() == local(now).date():
        return "today"
    return "soon" if task.due_at <= now + queries.SOON else "later"
