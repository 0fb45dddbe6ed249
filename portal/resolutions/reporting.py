"""Reports of progress: drafted by the owner, signed by the head of the department, counted from then on."""

from functools import partial

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import tell
from portal.resolutions import policy, words
from portal.resolutions.commands import insist_words, note, take
from portal.resolutions.models import Event, Milestone, Node, ProgressReport, Resolution
from portal.resolutions.nodes import insist_running
from portal.resolutions.rhythms import next_report
from portal.resolutions.today import today


def report(
    actor: Person, resolution: Resolution, *, percent: int, done: str, problems: str = "", next_step: str = ""
) -> ProgressReport:
    """Say how far it has come (percent from 0 to 100). What a head says counts at once, what the owner says once a
    head has signed it; where nobody heads the department, the owner's own word counts.

    What waits for its signature is replaced. A later report may say less than an earlier one: it is to be true, not
    pretty. Raises NotAllowed, or DomainError for a closed one or a percent out of range.
    """
    if not 0 <= percent <= 100:
        raise DomainError(_("Please give a number from 0 to 100."), "percent")
    made = _drafted(actor, resolution)
    made.percent, made.done, made.problems, made.next_step = percent, done, problems, next_step
    made.is_unchanged = False
    return _hand_in(actor, made)


def report_nothing_new(actor: Person, resolution: Resolution) -> ProgressReport:
    """Say in one click that nothing has changed since the last report. Raises what `report` does."""
    made = _drafted(actor, resolution)
    made.percent, made.done, made.problems, made.next_step = resolution.percent, "", "", ""
    made.is_unchanged = True
    if made.percent == 100:
        raise DomainError(_("It was reported done: nothing more is expected of you."))
    return _hand_in(actor, made)


def _drafted(actor: Person, resolution: Resolution) -> ProgressReport:
    """The report that waits for its signature, or a new one; the resolution is locked."""
    allow(policy.may_report(actor, resolution))
    take(resolution)
    insist_running(resolution)
    waiting = waiting_report(resolution)
    if waiting is None:
        return ProgressReport(resolution=resolution, reporter=actor)
    if actor.id == resolution.owner_id:
        waiting.reporter = actor
    return waiting


def waiting_report(resolution: Resolution) -> ProgressReport | None:
    """What the owner has reported and no head has signed yet. One statement."""
    return db.session.scalars(
        select(ProgressReport).where(
            ProgressReport.resolution_id == resolution.id, ProgressReport.signed_at.is_(None),
            ProgressReport.returned_at.is_(None),
        )
    ).one_or_none()


def _hand_in(actor: Person, made: ProgressReport) -> ProgressReport:
    made.reported_at = clock.now()
    db.session.add(made)
    db.session.flush()
    resolution = made.resolution
    record(actor, "resolution.reported", resolution, percent=made.percent, done=made.done)
    signatories = accounts.heads_of(resolution.department_id)
    if not signatories or policy.may_sign(actor, made):
        _count(actor, made)
        return made
    resolution.changed_at = made.reported_at
    tell(signatories, "resolution.to_sign", "resolution", resolution, partial(words.to_sign, made))
    return made


def sign(actor: Person, made: ProgressReport) -> None:
    """Stand for the report: it counts from now on. Raises NotAllowed, or DomainError if it waits for nobody."""
    allow(policy.may_sign(actor, made))
    _take_waiting(made)
    _count(actor, made)
    record(actor, "resolution.report_signed", made.resolution, percent=made.percent)


def return_report(actor: Person, made: ProgressReport, said: str) -> None:
    """Give a poor report back to its owner, who is told why. Raises what `sign` does."""
    allow(policy.may_sign(actor, made))
    _take_waiting(made)
    made.returned_at, made.return_words = clock.now(), insist_words(said)[:500]
    db.session.flush()
    record(actor, "resolution.report_returned", made.resolution, words=made.return_words)
    tell([made.reporter], "resolution.report_returned", "resolution", made.resolution,
         partial(words.report_returned, made, actor))


def _take_waiting(made: ProgressReport) -> None:
    take(made.resolution)
    db.session.refresh(made)
    if made.signed_at is not None:
        raise DomainError(_("This report is signed already."))
    if made.returned_at is not None:
        raise DomainError(_("This report was given back."))


def _count(actor: Person, made: ProgressReport) -> None:
    """Let the resolution stand as the report says."""
    resolution = made.resolution
    made.signed_at, made.signed_by = clock.now(), actor
    if resolution.node == Node.ISSUED:
        # Whoever reports on it has taken it on.
        note(made.reporter, resolution, Event.SIGNED_FOR)
        resolution.node = Node.SIGNED_FOR
    resolution.percent = made.percent
    resolution.report_by = next_report(
        resolution.rhythm, today(), resolution.due_on, _open_milestones(resolution)
    )
    resolution.reviewed_at = resolution.reviewed_by = None
    resolution.changed_at = made.signed_at
    if made.percent < 100:
        _go_on(made)
        return
    resolution.node, resolution.reported_at, resolution.report_by = Node.REPORTED, made.signed_at, None
    note(actor, resolution, Event.REPORTED, made.done)
    tell(_reviewers(actor, resolution), "resolution.done", "resolution", resolution,
         partial(words.done, made.reporter, resolution))


def _go_on(made: ProgressReport) -> None:
    resolution = made.resolution
    if resolution.node != Node.WORKED_ON:
        note(made.reporter, resolution, Event.WORKED_ON)
    resolution.node, resolution.reported_at = Node.WORKED_ON, None
    db.session.flush()


def _open_milestones(resolution: Resolution) -> list:
    days = select(Milestone.due_on).where(Milestone.resolution_id == resolution.id, Milestone.reached_at.is_(None))
    return list(db.session.scalars(days))


def _reviewers(actor: Person, resolution: Resolution) -> list[Person]:
    """Who is told that it can be reviewed: the organizer of the meeting, or without one the meeting office."""
    organizer = resolution.meeting.organizer if resolution.meeting else None
    people = [organizer] if organizer is not None and organizer.is_active else accounts.with_role(Role.MEETING_OFFICE)
    return [person for person in people if person.id != actor.id and policy.may_review(person, resolution)]
