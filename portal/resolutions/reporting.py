"""Reports of progress: drafted by the owner, signed by the head of the department, counted from then on."""

from collections.abc import Collection, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.uploads import Upload
from portal.notifications.commands import tell
from portal.resolutions import policy, words
from portal.resolutions.commands import insist_words, note, take
from portal.resolutions.milestones import mark
from portal.resolutions.models import Event, Node, ProgressReport, ReportState, Resolution
from portal.resolutions.nodes import insist_running, take_on
from portal.resolutions.report_files import attach
from portal.resolutions.report_versions import fingerprint, fingerprint_of, version_of
from portal.resolutions.rhythms import expect_report
from portal.resolutions.today import today


class Marks(NamedTuple):
    """Which milestones a form showed, and which of them were ticked."""

    shown: Collection[int]
    reached: Collection[int]


class ReportedMeanwhile(DomainError):
    """Somebody else reported, signed or gave back since the form was shown."""


def report(
    actor: Person, resolution: Resolution, *, percent: int, done: str, problems: str = "", next_step: str = "",
    seen: str | None = None, uploads: Sequence[Upload] = (), dropped: Collection[int] = (),
    marks: Marks | None = None,
) -> ProgressReport:
    """Say how far it has come (percent from 0 to 100). What a head says counts at once, what the owner says once a
    head has signed it; where nobody heads the department, the owner's own word counts.

    What waits for its signature is replaced. A later report may say less than an earlier one: it is to be true, not
    pretty. `seen` is the `version_of` the last report that the actor knew of, `dropped` are ids of files of the draft
    that it is to lose. Raises NotAllowed, ReportedMeanwhile, or DomainError for a closed one, a percent out of range,
    or a file that may be none.
    """
    if not 0 <= percent <= 100:
        raise DomainError(_("Please give a number from 0 to 100."), "percent")
    if marks is not None:
        mark(actor, resolution, shown=marks.shown, reached=marks.reached)
    try:
        made = _drafted(actor, resolution, seen)
    except ReportedMeanwhile as meanwhile:
        said = fingerprint(percent, done, problems, next_step), {sha256(one.content).hexdigest() for one in uploads}
        return _sent_twice(actor, resolution, meanwhile, *said)
    made.percent, made.done, made.problems, made.next_step = percent, done, problems, next_step
    made.is_unchanged = False
    return _hand_in(actor, made, uploads, dropped)


def report_nothing_new(actor: Person, resolution: Resolution, *, seen: str | None = None) -> ProgressReport:
    """Say in one click that nothing has changed since the last report. Raises what `report` does, and DomainError
    while another report waits for its signature."""
    try:
        made = _drafted(actor, resolution, seen)
    except ReportedMeanwhile as meanwhile:
        return _sent_twice(actor, resolution, meanwhile, fingerprint(resolution.percent, "", "", ""))
    if made.id is not None:
        raise DomainError(_("A report waits for its signature already."))
    made.percent, made.done, made.problems, made.next_step = resolution.percent, "", "", ""
    made.is_unchanged = True
    if made.percent == 100:
        raise DomainError(_("It was reported done: nothing more is expected of you."))
    return _hand_in(actor, made)


def _sent_twice(
    actor: Person, resolution: Resolution, meanwhile: ReportedMeanwhile, said: str, hashes: Collection[str] = (),
) -> ProgressReport:
    """The last report if the actor has just said the very same, as by a second click; else raises `meanwhile`."""
    newest = newest_report(resolution)
    is_own = newest is not None and actor.id in (newest.reporter_id, newest.signed_by_id)
    if newest is None or not is_own or newest.state == ReportState.RETURNED or said != fingerprint_of(newest):
        raise meanwhile
    if not {file.content_hash for file in newest.files}.issuperset(hashes):
        raise meanwhile
    return newest


def _drafted(actor: Person, resolution: Resolution, seen: str | None) -> ProgressReport:
    """The report that waits for its signature, or a new one; the resolution is locked."""
    allow(policy.may_report(actor, resolution))
    take(resolution)
    insist_running(resolution)
    newest = newest_report(resolution)
    _insist_seen(newest, seen)
    if newest is None or newest.state != ReportState.DRAFTED:
        return ProgressReport(resolution=resolution, reporter=actor)
    if actor.id == resolution.owner_id:
        newest.reporter = actor
    return newest


def _insist_seen(newest: ProgressReport | None, seen: str | None) -> None:
    if seen is None or newest is None or seen == version_of(newest):
        return
    raise ReportedMeanwhile(
        _(
            "Meanwhile %(name)s has reported %(percent)s%%: “%(done)s” What you wrote is kept here; send it again"
            " if it is to follow that.",
            name=newest.reporter.name, percent=newest.percent, done=newest.done or _("Nothing has changed."),
        )
    )


def newest_report(resolution: Resolution) -> ProgressReport | None:
    """The last report, whether it counts or not, read anew: only the last can wait for its signature. One statement."""
    return db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.resolution_id == resolution.id)
        .order_by(ProgressReport.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _hand_in(
    actor: Person, made: ProgressReport, uploads: Sequence[Upload] = (), dropped: Collection[int] = ()
) -> ProgressReport:
    is_new, made.reported_at = made.id is None, clock.now()
    db.session.add(made)
    db.session.flush()
    attach(actor, made, uploads, dropped)
    resolution = made.resolution
    signatories = accounts.heads_of(resolution.department_id)
    counts = not signatories or policy.may_sign(actor, made)
    # More people read the log than may read a draft: what it says is told once it counts.
    record(actor, "resolution.reported", resolution, percent=made.percent, done=made.done if counts else "")
    if counts:
        _count(actor, made)
        return made
    resolution.changed_at = made.reported_at
    if is_new:
        _ask_to_sign(made, signatories)
    return made


def _ask_to_sign(made: ProgressReport, heads: Sequence[Person]) -> None:
    """Tell the heads, and those who stand in for them today."""
    people = [*heads, *accounts.delegates_of((head.id for head in heads), today())]
    tell(people, "resolution.to_sign", "resolution", made.resolution, partial(words.to_sign, made))


def sign(actor: Person, made: ProgressReport, *, seen: str | None = None) -> None:
    """Stand for the report as it is: it counts from now on.

    Raises NotAllowed, ReportedMeanwhile if it is not the one that was `seen`, or DomainError if it waits for nobody.
    """
    allow(policy.may_sign(actor, made))
    _take_waiting(made)
    _insist_seen(made, seen)
    _count(actor, made)
    record(actor, "resolution.report_signed", made.resolution, percent=made.percent, done=made.done)


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
    insist_running(made.resolution)
    db.session.refresh(made)
    if made.signed_at is not None:
        raise DomainError(_("This report is signed already."))
    if made.returned_at is not None:
        raise DomainError(_("This report was given back."))


def _count(actor: Person, made: ProgressReport) -> None:
    """Let the resolution stand as the report says."""
    resolution = made.resolution
    made.signed_at, made.signed_by = clock.now(), actor
    take_on(made.reporter, resolution)
    resolution.percent = made.percent
    expect_report(resolution)
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


def _reviewers(actor: Person, resolution: Resolution) -> list[Person]:
    """Who is told that it can be reviewed: the organizer of the meeting, or without one the meeting office."""
    organizer = resolution.meeting.organizer if resolution.meeting else None
    people = [organizer] if organizer is not None and organizer.is_active else accounts.with_role(Role.MEETING_OFFICE)
    return [person for person in people if person.id != actor.id and policy.may_review(person, resolution)]
