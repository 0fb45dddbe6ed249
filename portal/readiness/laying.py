"""The checklist of a meeting is laid, goes where the meeting goes, and ends with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_standing, insist_timed, lock
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.proposals.records import blank, profile_for, proposal_of
from portal.readiness.checklist import due_at, duties_of, form_duties
from portal.readiness.models import ReadinessCheck
from portal.readiness.owners import Holders
from portal.regulations.profiles import Duty
from portal.tasks import laying
from portal.tasks.laying import Line
from portal.tasks.models import Proof, Task

KIND = "meeting"


def lay_by_hand(actor: Person, meeting: Meeting) -> list[Task]:
    """Lay the checklist of an approved meeting, or what it lacks of it. Raises NotAllowed, or DomainError."""
    allow(meetings.may_edit(actor, meeting) and is_regulated(meeting))
    lock(meeting)
    insist_standing(meeting)
    insist_timed(meeting)
    if meeting.approved_at is None:
        raise DomainError(_("The checklist is laid once the meeting is approved."))
    return lay(actor, meeting)


def lay(actor: Person, meeting: Meeting) -> list[Task]:
    """Make tasks of the lines that apply and have none yet; answers them. The meeting is locked and approved."""
    proposal = proposal_of(meeting)
    profile = profile_for(meeting, proposal)
    holders, known = Holders(meeting), proposal or blank()
    wanted = [*duties_of(profile, meeting, known), *form_duties(profile, meeting, known)]
    there = {task.key for task in laying.tasks_of(KIND, meeting.id)}
    made = laying.lay(
        actor, KIND, meeting.id, [_line(duty, meeting, holders) for duty in wanted if duty.key not in there]
    )
    if made:
        record(actor, "meeting.checklist_laid", meeting, tasks=len(made))
    return made


def _line(duty: Duty, meeting: Meeting, holders: Holders) -> Line:
    return Line(
        duty.key, duty.title.by_locale, due_at(duty, meeting.starts_at), holders.of(duty.owner), duty.owner,
        duty.clauses, Proof(duty.proof), duty.needs,
    )


def move_along(meeting: Meeting, before: datetime) -> None:
    """The meeting began then and begins at another time now: what is open of its tasks is due as long before or after.

    What was set by hand keeps its distance in hours, what the profile says keeps its working days.
    """
    tasks = _taken_up(meeting)
    if not tasks or before == meeting.starts_at:
        return
    proposal = proposal_of(meeting)
    profile = profile_for(meeting, proposal)
    duties = {duty.key: duty for duty in (*profile.duties, *form_duties(profile, meeting, proposal or blank()))}
    dues = {}
    for task in tasks:
        duty = duties.get(task.key or "")
        by_rule = duty is not None and task.due_at == due_at(duty, before)
        dues[task] = (
            due_at(duty, meeting.starts_at) if duty is not None and by_rule
            else task.due_at + (meeting.starts_at - before)
        )
    laying.move_along(None, dues)


def follow(meeting: Meeting) -> None:
    """Called off or put off, a meeting has nothing left to do; put on again, it has."""
    if meeting.cancelled_at is None and meeting.postponed_at is None:
        _taken_up(meeting)
        return
    laying.call_off(None, laying.tasks_of(KIND, meeting.id))
    undo(meeting)


def _taken_up(meeting: Meeting) -> Sequence[Task]:
    tasks = laying.tasks_of(KIND, meeting.id)
    laying.take_up(None, tasks)
    return tasks


def undo(meeting: Meeting) -> None:
    """What was signed of its readiness holds no more: something changed after it. One statement if nothing was."""
    standing = db.session.scalars(
        select(ReadinessCheck).where(ReadinessCheck.meeting_id == meeting.id, ReadinessCheck.undone_at.is_(None))
    ).all()
    for check in standing:
        check.undone_at = clock.now()
    if standing:
        db.session.flush()
        record(None, "meeting.readiness_undone", meeting)
