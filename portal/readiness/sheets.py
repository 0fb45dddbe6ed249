"""Forms filled in on the spot: opened, filled in, signed. What was signed is not changed; what was found faulty
becomes a task, and once it is mended a new sheet is opened."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.workdays import last_moment
from portal.meetings.changing import insist_not_over, insist_standing, lock
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.proposals.records import profile_for, proposal_of
from portal.readiness import policy
from portal.readiness.checklist import FORM_KEYS
from portal.readiness.laying import KIND
from portal.readiness.models import Condition, Form, Sheet, SheetLine
from portal.readiness.owners import Holders
from portal.readiness.queries import sheets_of
from portal.regulations.labels import FORMS
from portal.tasks import laying
from portal.tasks.laying import Line
from portal.tasks.models import Proof
from portal.tasks.names import in_language, said_in_all
from portal.tasks.proving import finish

LONGEST_WORDS, LONGEST_REMARKS = 500, 1000


class Found(NamedTuple):
    """What was found of one line: its condition, if anything was said of it, and words."""

    condition: Condition | None
    words: str = ""


class BadLines(DomainError):
    """Lines that cannot be kept so, by their keys."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(_("Look at the marked lines again."))
        self.faults = dict(faults)


def open_sheet(actor: Person, meeting: Meeting, form: Form) -> Sheet:
    """Begin a form, with what was faulty last time first; one that is begun already is gone on with.

    Raises NotAllowed, or DomainError for a meeting that is off or over, or a form that its regulation does not have.
    """
    allow(is_regulated(meeting) and policy.may_fill(actor, meeting))
    _take(meeting)
    before = sheets_of(meeting.id, form)
    if before and before[-1].signed_at is None:
        return before[-1]
    profile = profile_for(meeting, proposal_of(meeting))
    faulty = {line.key for line in before[-1].lines if line.condition == Condition.FAULTY} if before else set()
    lines = sorted(
        (line for line in profile.form_lines if line.form == form), key=lambda line: line.key not in faulty
    )
    if not lines:
        raise DomainError(_("The regulation of this meeting has no such form."))
    sheet = Sheet(meeting=meeting, form=form, opened_at=clock.now(), opened_by=actor)
    sheet.lines = [
        SheetLine(
            position=position, key=line.key, titles=line.title.by_locale, clauses=list(line.clauses),
            is_required=line.is_required,
        )
        for position, line in enumerate(lines)
    ]
    db.session.add(sheet)
    db.session.flush()
    record(actor, "meeting.sheet_opened", meeting, form=form.value)
    return sheet


def fill(actor: Person, sheet: Sheet, found: Mapping[str, Found], remarks: str = "") -> Sheet:
    """Write down what was found, so far. Raises NotAllowed, DomainError once it is signed, or BadLines."""
    allow(policy.may_fill(actor, sheet.meeting))
    _take(sheet.meeting)
    _take_unsigned(sheet)
    faults = {line.key: words for line in sheet.lines if (words := _fault(line, found.get(line.key, Found(None))))}
    if faults:
        raise BadLines(faults)
    for line in sheet.lines:
        line.condition, words = found.get(line.key, Found(None))
        line.words = words.strip()
    sheet.remarks = remarks.strip()[:LONGEST_REMARKS]
    db.session.flush()
    return sheet


def _fault(line: SheetLine, found: Found) -> str:
    if found.condition == Condition.FAULTY and not found.words.strip():
        return _("Say what is wrong.")
    if len(found.words.strip()) > LONGEST_WORDS:
        return _("At most %(count)s characters, please.", count=LONGEST_WORDS)
    if found.condition == Condition.NOT_NEEDED and line.is_required:
        return _("This cannot be left out.")
    return ""


def sign(actor: Person, sheet: Sheet) -> Sheet:
    """Put one's name to the sheet: it is not changed any more, and each fault becomes a task.

    Raises NotAllowed, DomainError once it is signed, or BadLines for lines of which nothing is said.
    """
    allow(policy.may_fill(actor, sheet.meeting))
    _take(sheet.meeting)
    _take_unsigned(sheet)
    unsaid = {line.key: _("Say how it is.") for line in sheet.lines if line.condition is None}
    if unsaid:
        raise BadLines(unsaid)
    faults = [line for line in sheet.lines if line.condition == Condition.FAULTY]
    _make_tasks(actor, sheet, faults)
    db.session.flush()
    # Last: from then on the database takes no change of it.
    sheet.signed_at, sheet.signed_by = clock.now(), actor
    db.session.flush()
    record(actor, "meeting.sheet_signed", sheet.meeting, form=sheet.form, faults=len(faults))
    _finish_its_task(actor, sheet)
    return sheet


def _make_tasks(actor: Person, sheet: Sheet, faults: list[SheetLine]) -> None:
    holders, due_at = Holders(sheet.meeting), due_before(sheet.meeting.starts_at)
    lines = [
        Line(
            f"fault-{line.id}", said_in_all(partial(_mend, line)), due_at,
            holders.of("room_manager"), "room_manager", tuple(line.clauses), Proof.WORDS, words=line.words,
        )
        for line in faults
    ]
    made = {task.key: task for task in laying.lay(actor, KIND, sheet.meeting_id, lines)}
    for line in faults:
        line.task = made[f"fault-{line.id}"]


def _mend(line: SheetLine) -> str:
    return _("Mend: %(what)s", what=title_of(line))


def due_before(starts_at: datetime) -> datetime:
    """The end of the office's day before a meeting that begins then; its beginning once that is past."""
    due_at = last_moment(starts_at, -1)
    return due_at if due_at > clock.now() else max(starts_at, clock.now())


def _finish_its_task(actor: Person, sheet: Sheet) -> None:
    key = FORM_KEYS[Form(sheet.form)]
    task = next((one for one in laying.tasks_of(KIND, sheet.meeting_id) if one.key == key), None)
    if task is not None and task.is_open:
        finish(actor, task, str(FORMS[sheet.form]))


def title_of(line: SheetLine) -> str:
    """What a reader calls the line."""
    return in_language(line.titles)


def _take(meeting: Meeting) -> None:
    lock(meeting)
    insist_standing(meeting)
    insist_not_over(meeting)


def _take_unsigned(sheet: Sheet) -> None:
    db.session.refresh(sheet)
    if sheet.signed_at is not None:
        raise DomainError(_("This form is signed. Open a new one."))
