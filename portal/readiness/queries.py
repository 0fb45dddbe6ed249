"""How meetings stand: their forms, faults, tasks and what was signed; for many at once with as many statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.core.db import db
from portal.readiness.models import Condition, Form, ReadinessCheck, Sheet, SheetLine
from portal.tasks.models import Task
from portal.tasks.queries import with_facts


@dataclass
class Ready:
    """How one meeting stands."""

    # The last signed sheet of each form.
    signed: dict[Form, Sheet] = field(default_factory=dict)
    # That which is being filled in.
    opened: dict[Form, Sheet] = field(default_factory=dict)
    # The last check that was signed and not undone since.
    check: ReadinessCheck | None = None
    tasks: list[Task] = field(default_factory=list)

    @property
    def open_faults(self) -> list[SheetLine]:
        """What the last sheets found faulty and nobody has mended."""
        return [line for form in self.signed for line in self.faults_of(form)]

    def faults_of(self, form: Form) -> list[SheetLine]:
        """The open faults of one form."""
        lines = self.signed[form].lines if form in self.signed else []
        return [
            line for line in lines if line.condition == Condition.FAULTY and (line.task is None or line.task.is_open)
        ]

    def passes(self, form: Form) -> bool:
        """Whether the form was signed and no fault that it found is left."""
        return form in self.signed and not self.faults_of(form)


def state_of(meeting_ids: Collection[int]) -> dict[int, Ready]:
    """How each of these meetings stands. Nine statements at most, however many they are."""
    found = {meeting_id: Ready() for meeting_id in meeting_ids}
    for sheet in _sheets(meeting_ids):
        state = found[sheet.meeting_id]
        (state.opened if sheet.signed_at is None else state.signed)[Form(sheet.form)] = sheet
    checks = db.session.scalars(
        select(ReadinessCheck)
        .options(joinedload(ReadinessCheck.by))
        .where(ReadinessCheck.meeting_id.in_(meeting_ids), ReadinessCheck.undone_at.is_(None))
        .order_by(ReadinessCheck.id)
    )
    for check in checks:
        found[check.meeting_id].check = check
    tasks = db.session.scalars(
        select(Task)
        .options(*with_facts())
        .where(Task.record_kind == "meeting", Task.record_id.in_(meeting_ids))
        .order_by(Task.due_at, Task.id)
    )
    for task in tasks:
        found[task.record_id].tasks.append(task)
    return found


def _sheets(meeting_ids: Collection[int]) -> Sequence[Sheet]:
    """The sheets of these meetings, earlier ones first, with lines and the tasks of faults. Two statements."""
    return db.session.scalars(
        select(Sheet)
        .options(
            joinedload(Sheet.opened_by), joinedload(Sheet.signed_by),
            selectinload(Sheet.lines).joinedload(SheetLine.task).joinedload(Task.owner),
        )
        .where(Sheet.meeting_id.in_(meeting_ids))
        .order_by(Sheet.id)
    ).all()


def sheets_of(meeting_id: int, form: Form) -> list[Sheet]:
    """All sheets of one form of a meeting, earlier ones first. Two statements."""
    return [sheet for sheet in _sheets([meeting_id]) if sheet.form == form]


def checks_of(meeting_id: int) -> Sequence[ReadinessCheck]:
    """What was signed of a meeting's readiness, last first. One statement."""
    return db.session.scalars(
        select(ReadinessCheck)
        .options(joinedload(ReadinessCheck.by))
        .where(ReadinessCheck.meeting_id == meeting_id)
        .order_by(ReadinessCheck.id.desc())
    ).all()
