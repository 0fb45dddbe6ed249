"""The way of a resolution after it was issued: signed for, reviewed, closed, and back again. Each raises NotAllowed,
or DomainError with what is in the way."""

from datetime import timedelta
from functools import partial

from flask import current_app
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
from portal.resolutions.commands import insist_at, insist_words, lock, note, people_of, take
from portal.resolutions.models import Event, Node, ProgressReport, Resolution
from portal.resolutions.rhythms import expect_report
from portal.resolutions.today import today


def sign_for(actor: Person, resolution: Resolution) -> None:
    """Say that it has arrived, and is taken on."""
    allow(policy.may_report(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.ISSUED)
    take_on(actor, resolution)
    record(actor, "resolution.signed_for", resolution)


def take_on(actor: Person, resolution: Resolution) -> None:
    """Whoever signs for it has taken it on, and so has whoever reports on it or asks for a later day."""
    if resolution.node == Node.ISSUED:
        resolution.node = Node.SIGNED_FOR
        note(actor, resolution, Event.SIGNED_FOR)


def refuse(actor: Person, resolution: Resolution, said: str) -> None:
    """Give it back instead of signing for it: whoever entered it words or assigns it anew, and issues it again.

    A report that waits for its signature is given back with the same words.
    """
    allow(policy.may_report(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.ISSUED)
    said = insist_words(said)
    resolution.node, resolution.issued_at, resolution.report_by = Node.REGISTERED, None, None
    _return_draft(resolution, said)
    note(actor, resolution, Event.REFUSED, said)
    record(actor, "resolution.refused", resolution, words=said)
    tell([resolution.created_by], "resolution.refused", "resolution", resolution,
         partial(words.refused, resolution, actor, said))


def _return_draft(resolution: Resolution, said: str) -> None:
    waiting = ProgressReport.signed_at.is_(None), ProgressReport.returned_at.is_(None)
    of_it = select(ProgressReport).where(ProgressReport.resolution_id == resolution.id, *waiting)
    for draft in db.session.scalars(of_it):
        draft.returned_at, draft.return_words = clock.now(), said[:500]


def review(actor: Person, resolution: Resolution, said: str = "") -> None:
    """Find that the report that it is done is borne out; supervisors are told that it can be closed.

    Nobody reviews what they reported or signed themselves.
    """
    allow(policy.may_review(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REPORTED)
    last = last_signed(resolution)
    if last is not None and actor.id in (last.reporter_id, last.signed_by_id):
        raise DomainError(_("Somebody else than who reported it has to review it."))
    insist_parts_ended(resolution)
    resolution.node, resolution.reviewed_at, resolution.reviewed_by = Node.REVIEWED, clock.now(), actor
    note(actor, resolution, Event.REVIEWED, said)
    record(actor, "resolution.reviewed", resolution)
    supervisors = [one for one in accounts.with_role(Role.SUPERVISOR) if policy.may_close(one, resolution)]
    tell([one for one in supervisors if one.id != actor.id], "resolution.reviewed", "resolution", resolution,
         partial(words.reviewed, resolution, actor))


def insist_parts_ended(resolution: Resolution) -> None:
    """Raise DomainError while a part of it is open."""
    open_parts = select(Resolution.id).where(Resolution.parent_id == resolution.id, Resolution.stands())
    if db.session.scalars(open_parts.limit(1)).first() is not None:
        raise DomainError(_("Parts of it are still open. Close them first."))


def return_done(actor: Person, resolution: Resolution, said: str) -> None:
    """Find that it is not done: it goes back to those who owe it, as far as they had come before."""
    allow(policy.may_review(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REPORTED, Node.REVIEWED)
    said = insist_words(said)
    _set_back(resolution)
    note(actor, resolution, Event.RETURNED, said)
    record(actor, "resolution.returned", resolution, words=said)
    tell(people_of(resolution, actor), "resolution.returned", "resolution", resolution,
         partial(words.returned, resolution, actor, said))


def _set_back(resolution: Resolution) -> None:
    before = select(ProgressReport.percent).where(
        ProgressReport.resolution_id == resolution.id, ProgressReport.signed_at.is_not(None),
        ProgressReport.percent < 100,
    )
    resolution.percent = db.session.scalars(before.order_by(ProgressReport.id.desc()).limit(1)).first() or 0
    resolution.node = Node.WORKED_ON
    resolution.reported_at = resolution.reviewed_at = resolution.reviewed_by = None
    expect_report(resolution)


def close(actor: Person, resolution: Resolution, said: str = "") -> None:
    """End it once it was reported done and reviewed. Whether it had its effect is asked some time later.

    SEQUENCE rises: a to-do's STATUS becomes COMPLETED (RFC 5546 §2.1.4).
    """
    allow(policy.may_close(actor, resolution))
    take(resolution)
    insist_at(resolution, Node.REVIEWED)
    # One may have been opened again, or split off, since it was reviewed.
    insist_parts_ended(resolution)
    now = clock.now()
    resolution.closed_at, resolution.closed_by, resolution.node = now, actor, Node.CLOSED
    resolution.paused_at, resolution.pause_reason, resolution.report_by = None, "", None
    resolution.evaluate_on = today() + timedelta(days=current_app.config["PORTAL"].evaluation_days)
    resolution.sequence += 1
    note(actor, resolution, Event.CLOSED, said)
    record(actor, "resolution.closed", resolution, text=resolution.heading)
    tell(people_of(resolution, actor), "resolution.closed", "resolution", resolution,
         partial(words.closed, resolution))


def reopen(actor: Person, resolution: Resolution, said: str) -> None:
    """Take the closing back: what was closed was not done, and those who owe it are told why.

    A part is not opened under a whole that is closed.
    """
    allow(policy.may_close(actor, resolution))
    if resolution.parent is not None:
        # Before the part, as whoever closes the whole does: else both could miss each other.
        lock(resolution.parent)
        if resolution.parent.closed_at is not None:
            raise DomainError(_("The whole that it is a part of is closed. Open that again first."))
    lock(resolution)
    if resolution.closed_at is None:
        raise DomainError(_("This resolution is not closed."))
    said = insist_words(said)
    # Half open it would break a constraint, and what is read on the way would write it so.
    with db.session.no_autoflush:
        _set_back(resolution)
        resolution.closed_at = resolution.closed_by = resolution.evaluate_on = None
    resolution.sequence += 1
    note(actor, resolution, Event.REOPENED, said)
    record(actor, "resolution.reopened", resolution, words=said)
    tell(people_of(resolution, actor), "resolution.reopened", "resolution", resolution,
         partial(words.reopened, resolution, said))


def pause(actor: Person, resolution: Resolution, said: str) -> None:
    """Expect nothing of it until it is resumed; the reason is shown beside its blue light."""
    allow(policy.may_close(actor, resolution))
    take(resolution)
    insist_running(resolution)
    if resolution.paused_at is not None:
        raise DomainError(_("This resolution is paused already."))
    said = insist_words(said)
    resolution.paused_at, resolution.pause_reason = clock.now(), said[:500]
    note(actor, resolution, Event.PAUSED, said)
    record(actor, "resolution.paused", resolution, words=said)
    tell(people_of(resolution, actor), "resolution.paused", "resolution", resolution,
         partial(words.paused, resolution))


def resume(actor: Person, resolution: Resolution) -> None:
    """Let it run again, until the same day as before."""
    allow(policy.may_close(actor, resolution))
    take(resolution)
    if resolution.paused_at is None:
        raise DomainError(_("This resolution is not paused."))
    resolution.paused_at, resolution.pause_reason = None, ""
    if resolution.report_by is not None:
        # Nothing was expected meanwhile, so nothing was missed.
        expect_report(resolution)
    note(actor, resolution, Event.RESUMED)
    record(actor, "resolution.resumed", resolution)
    tell(people_of(resolution, actor), "resolution.resumed", "resolution", resolution,
         partial(words.resumed, resolution))


def withdraw(actor: Person, resolution: Resolution, said: str) -> None:
    """End it without its being done; once it runs, only those who close may. SEQUENCE rises (RFC 5546 §2.1.4)."""
    is_running = resolution.issued_at is not None
    allow(policy.may_withdraw(actor, resolution))
    take(resolution)
    said = insist_words(said)
    end_otherwise(resolution)
    note(actor, resolution, Event.WITHDRAWN, said)
    record(actor, "resolution.withdrawn", resolution, words=said)
    if is_running:
        tell(people_of(resolution, actor), "resolution.withdrawn", "resolution", resolution,
             partial(words.withdrawn, resolution, said))


def end_otherwise(resolution: Resolution) -> None:
    """Let it end without being done, as withdrawing and merging do."""
    resolution.withdrawn_at, resolution.report_by = clock.now(), None
    resolution.paused_at, resolution.pause_reason = None, ""
    resolution.sequence += 1


def insist_running(resolution: Resolution) -> None:
    """Raise DomainError if it has not been issued."""
    if resolution.issued_at is None:
        raise DomainError(_("This resolution has not been issued yet."))


def last_signed(resolution: Resolution) -> ProgressReport | None:
    """The last report that counts. One statement."""
    return db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.resolution_id == resolution.id, ProgressReport.signed_at.is_not(None))
        .order_by(ProgressReport.id.desc())
        .limit(1)
    ).first()
