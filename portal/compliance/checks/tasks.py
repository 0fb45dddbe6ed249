"""Checks of tasks: those that a clause asks for, and whose each task of the meeting is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, or_, select

from portal.accounts.models import Person
from portal.accounts.roles import NAMES, role_name
from portal.bodies.names import KNOWN
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import body, named, office, organizer, page, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.regulations.profiles import Clause
from portal.tasks.models import Proof, Task, TaskProof


class Duty(NamedTuple):
    """A task of a meeting."""

    meeting_id: int
    id: int
    key: str
    clauses: Sequence[str]
    owner_name: str
    is_owner_at_work: bool
    owner_role: str
    department_id: int | None
    due_at: datetime
    done_at: datetime | None
    dropped_at: datetime | None
    is_proven: bool

    @property
    def is_done(self) -> bool:
        """Done, with the proof that it asks for."""
        return self.done_at is not None and self.is_proven

    @property
    def is_dropped(self) -> bool:
        return self.dropped_at is not None

    @property
    def owner(self) -> str:
        """Whose turn it is: a person, or whoever should own it."""
        if self.owner_name:
            return self.owner_name
        if self.owner_role in KNOWN:
            return body(self.owner_role)
        return role_name(self.owner_role) if self.owner_role in NAMES else office()


@loads("tasks")
def _tasks(batch: Batch) -> Mapping[int, list[Duty]]:
    fits = or_(
        and_(Task.proof.in_([Proof.WORDS, Proof.NUMBER]), TaskProof.words != ""),
        and_(Task.proof.in_([Proof.PHOTO, Proof.FILE]), TaskProof.content_hash.is_not(None)),
        and_(Task.proof == Proof.SIGNATURE, TaskProof.signed_at.is_not(None)),
    )
    is_proven = or_(Task.proof == Proof.NONE, exists().where(TaskProof.task_id == Task.id, fits))
    department = func.coalesce(Task.department_id, Person.department_id)
    rows = db.session.execute(
        select(
            Task.record_id, Task.id, func.coalesce(Task.key, ""), Task.clauses, func.coalesce(Person.name, ""),
            Person.left_at.is_(None), Task.owner_role, department, Task.due_at, Task.done_at, Task.dropped_at,
            is_proven,
        )
        .outerjoin(Person, Person.id == Task.owner_id)
        .where(Task.record_kind == "meeting", Task.record_id.in_(batch.ids))
        .order_by(Task.due_at, Task.id)
    )
    return by_meeting(Duty._make(row) for row in rows)


def tasks_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Readiness"), "readiness.readiness")


def task_pages(tasks: Sequence[Duty]) -> tuple[Evidence, ...]:
    """The pages of the first of these tasks."""
    return tuple(page(_("Task %(number)s", number=one.id), "tasks.task", task_id=one.id) for one in tasks[:3])


@checks("tasks", _l("The tasks that the clause asks for, and what proves that they were done"))
def of_clause(dossier: Dossier, clause: Clause) -> Verdict:
    asked = [one for one in dossier.get("tasks") if clause.id in one.clauses]
    standing = [one for one in asked if not one.is_dropped]
    if not standing:
        words = _("All its tasks were dropped.") if asked else _("No task has been made of it yet.")
        return due(dossier.is_over, words, organizer(dossier), tasks_page(dossier))
    waiting = [one for one in standing if not one.is_done]
    if not waiting:
        words = ngettext("%(num)s task is done, with its proof.", "%(num)s tasks are done, with their proofs.",
                         len(standing))
        return met(words, *task_pages(standing))
    overdue = [one for one in waiting if one.due_at < dossier.now]
    turn = named(one.owner for one in overdue or waiting)
    if overdue:
        words = ngettext("%(num)s task is overdue.", "%(num)s tasks are overdue.", len(overdue))
        return late(words, turn, *task_pages(overdue))
    words = ngettext("%(num)s task is not done yet.", "%(num)s tasks are not done yet.", len(waiting))
    return open_(words, turn, *task_pages(waiting), due_at=waiting[0].due_at)


@checks("tasks.owned", _l("Owner and department of each task of the meeting"))
def owned(dossier: Dossier, clause: Clause) -> Verdict:
    standing = [one for one in dossier.get("tasks") if not one.is_dropped]
    if not standing:
        return due(dossier.is_over, _("The checklist has not been laid on yet."), organizer(dossier),
                   tasks_page(dossier))
    lost = [one for one in standing if one.done_at is None and not (one.owner_name and one.is_owner_at_work
                                                                   and one.department_id)]
    if not lost:
        return met(_("Each task has its owner and department."), tasks_page(dossier))
    words = ngettext("%(num)s task has no owner or department.", "%(num)s tasks have no owner or department.",
                     len(lost))
    is_late = any(one.due_at < dossier.now for one in lost)
    return due(is_late, words, organizer(dossier), *task_pages(lost))
