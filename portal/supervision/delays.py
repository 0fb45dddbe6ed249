"""Asking for a later day before the old one is past, and deciding on it stage by stage. Each raises NotAllowed, or
DomainError with what is in the way."""

from collections.abc import Sequence
from datetime import date
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
from portal.core.i18n import plain_day
from portal.notifications.commands import mark_read, tell
from portal.resolutions.commands import insist_countable, insist_words, note, take
from portal.resolutions.models import Event, Resolution
from portal.resolutions.nodes import insist_running, last_signed, take_on
from portal.resolutions.rhythms import next_report
from portal.resolutions.today import house_day, today
from portal.supervision import delay_policy as policy
from portal.supervision import delay_words as words
from portal.supervision.models import DelayDecision, DelayOutcome, DelayRequest, Stage

LONGEST_WORDS = 500


def ask(actor: Person, resolution: Resolution, *, reason: str, progress: str, new_due_on: date) -> DelayRequest:
    """Ask for a later day (on the organisation's calendar); whoever decides first is told.

    Until it is granted the old day counts. DomainError names the field that is at fault, if one is.
    """
    allow(policy.may_ask(actor, resolution))
    take(resolution)
    insist_running(resolution)
    _insist_in_time(resolution)
    if new_due_on <= resolution.due_on:
        raise DomainError(_("Please give a day after %(day)s.", day=plain_day(resolution.due_on)), "new_due_on")
    insist_countable(new_due_on, resolution.due_on, "new_due_on")
    if waiting_request(resolution.id) is not None:
        raise DomainError(_("A later day is asked for already."))
    asked = DelayRequest(
        resolution=resolution, asked_by=actor, asked_at=clock.now(), reason=insist_words(reason, "reason"),
        progress=insist_words(progress, "progress"), old_due_on=resolution.due_on, new_due_on=new_due_on,
        stage=policy.first_stage(actor, resolution),
    )
    take_on(actor, resolution)
    db.session.add(asked)
    db.session.flush()
    record(
        actor, "resolution.delay_asked", resolution, old_due_on=asked.old_due_on.isoformat(),
        new_due_on=new_due_on.isoformat(), reason=asked.reason,
    )
    _tell_deciders(asked)
    return asked


def _insist_in_time(resolution: Resolution) -> None:
    if resolution.paused_at is not None:
        raise DomainError(_("This resolution is paused: no day runs out meanwhile."))
    if not policy.can_be_delayed(resolution, today()):
        raise DomainError(
            _("A later day can be asked for until %(day)s, when it was due.", day=plain_day(resolution.due_on))
        )


def waiting_request(resolution_id: int) -> DelayRequest | None:
    """What is asked for and not decided. One statement."""
    return db.session.scalars(
        select(DelayRequest).where(DelayRequest.resolution_id == resolution_id, DelayRequest.outcome.is_(None))
    ).one_or_none()


def _tell_deciders(request: DelayRequest) -> None:
    tell(deciders(request), "resolution.delay_asked", "resolution", request.resolution, partial(words.asked, request))


def deciders(request: DelayRequest) -> Sequence[Person]:
    """Who is told that it is their turn: the heads and those who stand in for them, supervisors, or leaders."""
    resolution, stage = request.resolution, policy.stage_of(request)
    if stage == Stage.HEAD:
        heads = accounts.heads_of(resolution.department_id)
        people = [*heads, *accounts.delegates_of([head.id for head in heads], accounts.house_today())]
        return [person for person in people if person.id != request.asked_by_id]
    leader = resolution.instructed_by
    if stage == Stage.LEADER and leader is not None and leader.is_active:
        return [leader]
    roles = (Role.SUPERVISOR, Role.LEADER) if stage == Stage.SUPERVISOR else (Role.LEADER,)
    people = [person for person in accounts.with_role(*roles) if policy.may_decide(person, request)]
    if not people and resolution.meeting is not None:
        people = [resolution.meeting.organizer]
    return [person for person in people if policy.may_decide(person, request)]


def decide(actor: Person, request: DelayRequest, is_granted: bool, said: str = "") -> None:
    """Grant or refuse it at the stage that it has come to; the last who grants it moves the day.

    A refusal needs words. It may be decided after the old day too: that counted until now.
    """
    _take_waiting(request)
    allow(policy.may_decide(actor, request))
    said = said.strip() if is_granted else insist_words(said)
    stage = policy.stage_of(request)
    db.session.add(
        DelayDecision(
            request=request, stage=stage, is_granted=is_granted, words=said[:LONGEST_WORDS], decided_by=actor,
            decided_at=clock.now(),
        )
    )
    verb = "granted" if is_granted else "refused"
    record(actor, f"resolution.delay_{verb}", request.resolution, stage=stage, words=said)
    mark_read(actor, "resolution", request.resolution_id)
    if not is_granted:
        _refuse(request, actor, said)
    elif (following := policy.next_stage(request.resolution, stage)) is not None:
        request.stage = following
        db.session.flush()
        _tell_deciders(request)
    else:
        _extend(request, actor, said)


def _take_waiting(request: DelayRequest) -> None:
    take(request.resolution)
    db.session.refresh(request)
    if request.outcome == DelayOutcome.WITHDRAWN:
        raise DomainError(_("This request has been withdrawn."))
    if request.outcome is not None:
        raise DomainError(_("This has been decided already."))


def _refuse(request: DelayRequest, actor: Person, said: str) -> None:
    _end(request, DelayOutcome.REFUSED)
    tell([request.asked_by], "resolution.delay_refused", "resolution", request.resolution,
         partial(words.refused, request, actor.name, said))


def _extend(request: DelayRequest, actor: Person, said: str) -> None:
    """Move the day; SEQUENCE rises: a to-do's DUE is another one (RFC 5546 §2.1.4)."""
    resolution = request.resolution
    if resolution.due_on != request.old_due_on:
        raise DomainError(_("It is due on another day since. The request has to be made anew."))
    resolution.due_on = request.new_due_on
    resolution.extensions += 1
    resolution.sequence += 1
    resolution.report_by = _next_report(resolution)
    _end(request, DelayOutcome.GRANTED)
    note(actor, resolution, Event.EXTENDED, f"{request.old_due_on} → {request.new_due_on}. {said or request.reason}")
    tell([request.asked_by, resolution.owner], "resolution.delay_granted", "resolution", resolution,
         partial(words.granted, request))


def _next_report(resolution: Resolution) -> date | None:
    """As the rhythm has it from the last report that counts, now that there is more time; a missed one stays so."""
    if resolution.reported_at is not None or resolution.issued_at is None:
        return None
    last = last_signed(resolution)
    since = house_day(last.signed_at) if last and last.signed_at else (
        resolution.starts_on or house_day(resolution.issued_at)
    )
    open_days = [milestone.due_on for milestone in resolution.milestones if milestone.reached_at is None]
    return next_report(resolution.rhythm, since, resolution.due_on, open_days)


def _end(request: DelayRequest, outcome: DelayOutcome) -> None:
    request.outcome, request.ended_at = outcome, clock.now()
    db.session.flush()


def withdraw(actor: Person, request: DelayRequest) -> None:
    """Ask no more; the old day counts as before."""
    _take_waiting(request)
    allow(policy.may_withdraw(actor, request))
    _end(request, DelayOutcome.WITHDRAWN)
    record(actor, "resolution.delay_withdrawn", request.resolution, new_due_on=request.new_due_on.isoformat())
