"""What happens to meetings and tasks and is heard of here."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings import secrecy
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.meetings.signals import meeting_approved, meeting_changed, meeting_moved, meeting_veiled
from portal.notifications.withholding import withhold
from portal.readiness import laying
from portal.readiness.subject import KIND
from portal.tasks.models import Task
from portal.tasks.signals import task_reopened


@meeting_approved.connect
def lay_checklist(meeting: Meeting, *, actor: Person, **_more: Any) -> None:
    """Approved again after it was re-opened, it gets only what it lacks."""
    if is_regulated(meeting):
        laying.lay(actor, meeting)


@meeting_moved.connect
def go_along(meeting: Meeting, *, before: Any) -> None:
    if is_regulated(meeting):
        laying.move_along(meeting, before.starts_at)
        laying.undo(meeting)


@meeting_changed.connect
def follow(meeting: Meeting, **_more: Any) -> None:
    if is_regulated(meeting):
        laying.follow(meeting)


@task_reopened.connect
def check_again(task: Task) -> None:
    """Something is to be done that was not, or by another."""
    if task.record_kind == KIND:
        meeting = db.session.get(Meeting, task.record_id)
        if meeting is not None:
            laying.undo(meeting)


@meeting_veiled.connect
def veil_tasks(meeting: Meeting, *, readers: Collection[int]) -> None:
    """A meeting has become secret: who was told of its tasks reads no more of them, but for those whose they are."""
    tasks = db.session.execute(
        select(Task.id, Task.owner_id).where(Task.record_kind == KIND, Task.record_id == meeting.id)
    ).all()
    if tasks:
        owners = {task.owner_id for task in tasks if task.owner_id is not None}
        withhold("task", [task.id for task in tasks], {*readers, *owners}, secrecy.withheld)
