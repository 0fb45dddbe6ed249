"""Checks of what is looked at on the spot: equipment test, venue acceptance, faults, and the readiness check."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from portal.accounts.models import Person, Role
from portal.compliance.checks.grouping import by_meeting
from portal.compliance.checks.helping import lacking, named, organizer, role
from portal.compliance.checks.tasks import Duty, tasks_page
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Verdict, due, met, not_applicable
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext, reader
from portal.meetings.models import Format
from portal.readiness.models import Condition, Form, ReadinessCheck, Sheet, SheetLine
from portal.regulations.profiles import Clause
from portal.tasks.models import Task

FINE = frozenset({Condition.OK, Condition.NOT_NEEDED})


class Looked(NamedTuple):
    """One line of a signed form."""

    meeting_id: int
    sheet_id: int
    form: Form
    signed_at: datetime
    signed_by: str
    key: str
    titles: Mapping[str, str]
    is_required: bool
    condition: Condition | None
    task_words: str
    task_id: int | None
    is_settled: bool

    @property
    def title(self) -> str:
        return self.titles.get(reader().locale) or self.titles.get("en", self.key)


class Signed(NamedTuple):
    """A readiness check that stands."""

    meeting_id: int
    at: datetime
    by: str


@loads("sheets")
def _sheets(batch: Batch) -> Mapping[int, list[Looked]]:
    """All lines of signed forms, the sheet that was signed last at the end."""
    rows = db.session.execute(
        select(
            Sheet.meeting_id, Sheet.id, Sheet.form, Sheet.signed_at, Person.name, SheetLine.key, SheetLine.titles,
            SheetLine.is_required, SheetLine.condition, func.coalesce(Task.words, ""), Task.id,
            Task.done_at.is_not(None),
        )
        .join(SheetLine, SheetLine.sheet_id == Sheet.id)
        .join(Person, Person.id == Sheet.signed_by_id)
        .outerjoin(Task, Task.id == SheetLine.task_id)
        .where(Sheet.meeting_id.in_(batch.ids))
        .order_by(Sheet.signed_at, Sheet.id, SheetLine.position)
    )
    return by_meeting(Looked._make(row) for row in rows)


@loads("readiness")
def _readiness(batch: Batch) -> Mapping[int, list[Signed]]:
    rows = db.session.execute(
        select(ReadinessCheck.meeting_id, ReadinessCheck.at, Person.name)
        .join(Person, Person.id == ReadinessCheck.by_id)
        .where(ReadinessCheck.meeting_id.in_(batch.ids), ReadinessCheck.undone_at.is_(None))
        .order_by(ReadinessCheck.id)
    )
    return by_meeting(Signed._make(row) for row in rows)


def latest(dossier: Dossier, form: Form) -> list[Looked]:
    """The lines of the form as it was signed last before the meeting began."""
    begun = dossier.meeting.started_at or dossier.meeting.starts_at
    lines = [line for line in dossier.get("sheets") if line.form == form and line.signed_at <= begun]
    return [line for line in lines if line.sheet_id == lines[-1].sheet_id]


def items_fine(dossier: Dossier, keys: Collection[str]) -> bool:
    """Whether each of these was found fine on one of the forms."""
    fine = {line.key for form in Form for line in latest(dossier, form) if line.condition in FINE}
    return fine >= set(keys)


def _judge_form(dossier: Dossier, clause: Clause, form: Form, *, mended_counts: bool) -> Verdict:
    if dossier.meeting.format == Format.ONLINE:
        return not_applicable(_("The meeting is online only."))
    lines, keeper = latest(dossier, form), role(Role.ROOM_MANAGER)
    if not lines:
        return due(dossier.has_begun, _("The form has not been signed yet."), keeper, tasks_page(dossier))
    wanted = {key for key in clause.arg.split(",") if key}
    asked = [line for line in lines if line.is_required or line.key in wanted]
    bad = [line.title for line in asked if line.condition not in FINE and not (mended_counts and line.is_settled)]
    absent = wanted - {line.key for line in lines}
    lacks = [
        _("Not found fine: %(names)s.", names=named(bad)) if bad else "",
        ngettext("%(num)s item is not on the form.", "%(num)s items are not on the form.",
                 len(absent)) if absent else "",
    ]
    return lacking(lacks, dossier.has_begun, keeper, tasks_page(dossier),
                   kept=_("%(name)s signed that all of it is fine.", name=lines[0].signed_by))


@checks("form.equipment_test", _l("The signed equipment test, item by item"))
def equipment_test(dossier: Dossier, clause: Clause) -> Verdict:
    return _judge_form(dossier, clause, Form.EQUIPMENT_TEST, mended_counts=True)


@checks("form.acceptance", _l("The signed acceptance of the venue, item by item"))
def acceptance(dossier: Dossier, clause: Clause) -> Verdict:
    return _judge_form(dossier, clause, Form.VENUE_ACCEPTANCE, mended_counts=False)


@checks("form.faults_settled", _l("Faults found on the forms, and the tasks to mend them"))
def faults_settled(dossier: Dossier, clause: Clause) -> Verdict:
    if not all(latest(dossier, form) for form in Form):
        return due(dossier.has_begun, _("The forms have not been signed yet."), role(Role.ROOM_MANAGER),
                   tasks_page(dossier))
    faults = [line for line in dossier.get("sheets") if line.condition == Condition.FAULTY]
    if not faults:
        return not_applicable(_("No fault was found."))
    unasked = [line.title for line in faults if line.task_id is None or not line.task_words.strip()]
    waiting = [line for line in faults if line.task_id is not None and not line.is_settled]
    lacks = [
        _("No task with the words for the provider: %(names)s.", names=named(unasked)) if unasked else "",
        _("Not mended yet: %(names)s.", names=named(line.title for line in waiting)) if waiting else "",
    ]
    turn = _owners(dossier, waiting) or role(Role.ROOM_MANAGER)
    return lacking(lacks, dossier.has_begun, turn, tasks_page(dossier),
                   kept=_("Each fault had its task and was mended."))


def _owners(dossier: Dossier, faults: list[Looked]) -> str:
    tasks: list[Duty] = dossier.get("tasks")
    mending = {line.task_id for line in faults}
    return named(task.owner for task in tasks if task.id in mending)


@checks("readiness.signed_off", _l("The signed readiness check"))
def signed_off(dossier: Dossier, clause: Clause) -> Verdict:
    begun = dossier.meeting.started_at or dossier.meeting.starts_at
    signed = [one for one in dossier.get("readiness") if one.at <= begun]
    if not signed:
        words = _("Nobody has signed yet that everything is in place.")
        return due(dossier.has_begun, words, organizer(dossier), tasks_page(dossier))
    return met(_("%(name)s signed that everything is in place.", name=signed[-1].by), tasks_page(dossier))
