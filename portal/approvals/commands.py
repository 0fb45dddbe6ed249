"""A case is opened, decided step by step, given back, withdrawn, or lapses. It is effective when every step has passed.

Each change locks first the record and then the case, so that two decisions come one after the other.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from flask import current_app

from portal.accounts.models import Person
from portal.approvals import asking, policy, queries, words
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, Rule, State, Verdict
from portal.approvals.snapshots import digest_of
from portal.approvals.subjects import ASKED, LAPSED, WITHDRAWN, StepPlan, Subject, subject_of
from portal.audit.commands import record as log
from portal.core import clock, workdays
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.notifications.commands import mark_read, tell

LONGEST_COMMENT, LONGEST_REASON = 2000, 1000
# A step is due when the day of its last working day ends for the office.
END_OF_DAY = time(18)


def submit(
    actor: Person, kind: str, record: Any, steps: Sequence[StepPlan], *, reason: str = "", own_allowed: bool = False
) -> ApprovalCase:
    """Freeze what the record says and ask those of the first step to decide on it.

    `reason` says why it is approved once more, which every round after the first has to. The caller has checked that
    the actor may submit it. Raises DomainError if it waits already, or no step is given.
    """
    subject = subject_of(kind)
    subject.lock(record)
    earlier = queries.last_case(kind, record.id)
    if earlier is not None and earlier.state == State.OPEN:
        raise DomainError(_("This waits for its approval already."))
    if not steps or not all(step.seats for step in steps):
        raise DomainError(_("Nobody is to approve this: its steps are not set up."))
    number = earlier.round + 1 if earlier else 1
    contents = subject.contents(record)
    case = ApprovalCase(
        record_kind=kind, record_id=record.id, round=number, snapshot=contents, digest=digest_of(contents),
        reason=_reason(reason, earlier), submitted_by=actor, submitted_at=clock.now(), is_own_allowed=own_allowed,
        state=State.OPEN, steps=[_step(position, plan) for position, plan in enumerate(steps, 1)],
    )
    db.session.add(case)
    db.session.flush()
    for step in case.steps:
        step.seats = [_seat(case, seat) for seat in steps[step.position - 1].seats]
    db.session.flush()
    log(actor, "approval_case.submitted", case, title=contents["title"], round=number)
    _open(actor, case, case.steps[0], subject, record)
    return case


def _reason(reason: str, earlier: ApprovalCase | None) -> str:
    """Why there is another round: as said, or what undid or gave back the last one."""
    said = reason.strip()
    if len(said) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    if earlier is None or said:
        return said
    given_back = next((seat.comment for step in earlier.steps for seat in step.seats if seat.comment and
                       seat.verdict == Verdict.RETURNED), "")
    return (earlier.lapse_words or given_back or _("Submitted again."))[:LONGEST_REASON]


def _step(position: int, plan: StepPlan) -> ApprovalStep:
    return ApprovalStep(
        position=position, names=dict(plan.names), rule=plan.rule, clause=plan.clause, days=plan.days
    )


def _seat(case: ApprovalCase, plan: Any) -> ApprovalSeat:
    return ApprovalSeat(case_id=case.id, holder=plan.holder, key=plan.key, person=plan.person, asked=[])


def _open(actor: Person, case: ApprovalCase, step: ApprovalStep, subject: Subject, record: Any) -> None:
    now = clock.now()
    step.opened_at, step.due_at = now, _due(now, step.days)
    asking.ask(case, step, record)
    subject.opened(actor, record, case, step)
    if ASKED not in subject.tells_itself:
        people = [person for person in asking.asked_in(step) if person.id != actor.id]
        tell(people, "approval_case.asked", "approval_case", case, partial(words.asked, case, step))


def _due(now: datetime, days: int | None) -> datetime | None:
    if days is None:
        return None
    settings: Settings = current_app.config["PORTAL"]
    day = workdays.after(now.astimezone(settings.timezone).date(), days, settings.holidays)
    return datetime.combine(day, END_OF_DAY, settings.timezone).astimezone(UTC)


def decide(
    actor: Person, case: ApprovalCase, verdict: Verdict, comment: str = "", *, seen: str | None = None,
    seat_id: int | None = None,
) -> None:
    """Agree in a seat of the step that waits, or give the case back with words.

    `seen` is the digest of what the actor was shown: they sign that and nothing else. What is submitted anew by itself
    (`Subject.renews`) is so here, if it has changed since and the actor was shown how it is now. With several seats to
    choose from, `seat_id` says which; else it is the first. Raises NotAllowed, or DomainError if somebody was quicker,
    what is signed is no longer what the record says, or words are missing.
    """
    record, subject = _take(case)
    if case.state != State.OPEN:
        raise DomainError(_("This has been decided already."))
    subject.check(record)
    case = _as_seen(case, subject, record, seen)
    step, right = case.current, _right(actor, case, seat_id)
    assert step is not None, "an open case has a step that waits"
    said = _comment(comment, verdict, subject.words_field)
    seat = right.seat
    seat.verdict, seat.comment, seat.decided_at, seat.decided_by = verdict, said, clock.now(), actor
    seat.decided_for = right.principal
    db.session.flush()
    log(
        actor, f"approval_case.{verdict}", case, title=case.snapshot["title"],
        on_behalf_of=right.principal.name if right.principal else "",
    )
    mark_read(actor, "approval_case", case.id)
    if verdict == Verdict.RETURNED:
        _end(case, State.RETURNED)
        subject.returned(actor, record, case, said)
        _tell_submitter(actor, case, subject, words.returned)
    elif _is_passed(step):
        _pass(actor, case, step, subject, record)
    else:
        asking.ask_on(case, step, record)


def _take(case: ApprovalCase) -> tuple[Any, Subject]:
    """Lock the record and then the case, and read the case anew."""
    subject, record = subject_of(case.record_kind), policy.record_of(case)
    if record is None:
        raise DomainError(_("There is no such record."))
    subject.lock(record)
    db.session.refresh(case, with_for_update={"of": ApprovalCase})
    db.session.expire(case, ["steps"])
    for step in case.steps:
        db.session.expire(step, ["seats"])
    return record, subject


def _as_seen(case: ApprovalCase, subject: Subject, record: Any, seen: str | None) -> ApprovalCase:
    """The case whose snapshot says what the record says and the actor was shown; a new round if it has to be."""
    now = digest_of(subject.contents(record))
    if now != case.digest and not subject.renews:
        raise DomainError(_("What was submitted has changed since. It has to be submitted again."))
    if seen is not None and seen != now:
        raise DomainError(_("This has changed since you opened it. Look at the whole case again before you decide."))
    if now == case.digest:
        return case
    case.lapse_words = _("It has changed since it was submitted.")
    _end(case, State.LAPSED)
    return submit(
        case.submitted_by, case.record_kind, record, subject.renews, reason=case.lapse_words,
        own_allowed=case.is_own_allowed,
    )


def _right(actor: Person, case: ApprovalCase, seat_id: int | None) -> policy.Right:
    rights = policy.rights(actor, case)
    if not rights and actor.id in policy.spoken(case):
        raise NotAllowed(_("You have had your say in this already; somebody else has to see it too."))
    found = [right for right in rights if seat_id is None or right.seat.id == seat_id]
    allow(bool(found))
    return found[0]


def _comment(comment: str, verdict: Verdict, field: str) -> str:
    said = comment.strip()
    if verdict == Verdict.RETURNED and not said:
        raise DomainError(_("Please say what should be changed."), field)
    if len(said) > LONGEST_COMMENT:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_COMMENT), field)
    return said


def _is_passed(step: ApprovalStep) -> bool:
    agreed = [seat.verdict == Verdict.AGREED for seat in step.seats]
    return all(agreed) if step.rule == Rule.ALL else any(agreed)


def _pass(actor: Person, case: ApprovalCase, step: ApprovalStep, subject: Subject, record: Any) -> None:
    step.passed_at = clock.now()
    db.session.flush()
    following = case.current
    if following is not None:
        _open(actor, case, following, subject, record)
        return
    _end(case, State.EFFECTIVE)
    log(actor, "approval_case.effective", case, title=case.snapshot["title"])
    subject.effective(actor, record, case)
    _tell_submitter(actor, case, subject, words.effective)


def _end(case: ApprovalCase, state: State) -> None:
    case.state, case.ended_at = state, clock.now()
    db.session.flush()


def _tell_submitter(actor: Person, case: ApprovalCase, subject: Subject, said: Any) -> None:
    if case.state not in subject.tells_itself and case.submitted_by_id != actor.id:
        tell([case.submitted_by], f"approval_case.{case.state}", "approval_case", case, partial(said, case, actor))


def withdraw(actor: Person, case: ApprovalCase) -> None:
    """Take one's own submission back. Raises NotAllowed, or DomainError if it was decided meanwhile."""
    allow(policy.may_take_back(actor, case))
    record, subject = _take(case)
    if case.state != State.OPEN:
        raise DomainError(_("This has been decided already."))
    step = case.current
    assert step is not None, "an open case has a step that waits"
    _end(case, State.WITHDRAWN)
    log(actor, "approval_case.withdrawn", case, title=case.snapshot["title"])
    subject.withdrawn(actor, record, case)
    if WITHDRAWN not in subject.tells_itself:
        others = [person for person in asking.asked_in(step) if person.id != actor.id]
        tell(others, "approval_case.withdrawn", "approval_case", case, partial(words.withdrawn, case, actor))


def lapse(actor: Person, kind: str, record: Any, why: str) -> ApprovalCase | None:
    """What was approved, or waits to be, has become something else: it has to be approved again, for that reason.

    The caller holds the record's lock. Answers the case that lapsed, or nothing if none stood or its snapshot still
    says what the record says.
    """
    case = queries.last_case(kind, record.id)
    if case is None or case.state not in {State.OPEN, State.EFFECTIVE}:
        return None
    subject = subject_of(kind)
    if digest_of(subject.contents(record)) == case.digest:
        return None
    db.session.refresh(case, with_for_update={"of": ApprovalCase})
    waiting = asking.asked_in(case.current) if case.current is not None else []
    case.lapse_words = why.strip()[:LONGEST_REASON]
    _end(case, State.LAPSED)
    log(actor, "approval_case.lapsed", case, title=case.snapshot["title"], reason=case.lapse_words)
    if LAPSED not in subject.tells_itself:
        told = {person.id: person for person in (*waiting, case.submitted_by) if person.id != actor.id}
        tell(told.values(), "approval_case.lapsed", "approval_case", case, partial(words.lapsed, case, actor))
    return case


def end_silently(actor: Person | None, kind: str, record_id: int) -> None:
    """The record needs no decision any more, for what it is about has ended: its open case is closed as withdrawn."""
    case = queries.open_case(kind, record_id)
    if case is None:
        return
    db.session.refresh(case, with_for_update={"of": ApprovalCase})
    if case.state != State.OPEN:
        return
    _end(case, State.WITHDRAWN)
    log(actor, "approval_case.withdrawn", case, title=case.snapshot["title"])


def case_to_decide(kind: str, record: Any, submitter: Person, *, own_allowed: bool) -> ApprovalCase:
    """The case of the record that waits; opened now if it waits from before there were cases. For its slice's command.

    Only for what is submitted anew by itself (`Subject.renews`).
    """
    found = queries.open_case(kind, record.id)
    return found or submit(submitter, kind, record, subject_of(kind).renews, own_allowed=own_allowed)


def ask_anew(case: ApprovalCase, record: Any) -> None:
    """Others decide by now: those who were asked to fill empty seats of the waiting step are asked no more."""
    step = case.current
    if step is None:
        return
    for seat in step.seats:
        if seat.verdict is None:
            seat.asked.clear()
    db.session.flush()
    asking.ask(case, step, record)
