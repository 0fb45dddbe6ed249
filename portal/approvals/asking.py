"""Who is asked to fill the seats of a step: who holds them, who stands in, and leaders where nobody does in time."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.approvals import policy, words
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, Asked, State
from portal.approvals.queries import whole
from portal.approvals.subjects import subject_of
from portal.audit.commands import record as log
from portal.core import clock
from portal.core.db import db
from portal.notifications.commands import tell

MOST = 200  # in one round of the worker


def ask(case: ApprovalCase, step: ApprovalStep, record: Any) -> None:
    """Put the case before all who may fill an empty seat of the step; leaders where nobody is left who may."""
    empty = [seat for seat in step.seats if seat.verdict is None]
    held = policy.holders(case, empty, record)
    away = accounts.delegates_of({person.id for people in held.values() for person in people}, accounts.house_today())
    heard, subject = policy.spoken(case), subject_of(case.record_kind)
    away = [person for person in away if not policy.is_own(person, case, subject, record)]
    for seat in empty:
        able = [person for person in held[seat.id] if person.id not in heard]
        _put(seat, [*able, *(person for person in away if _stands_in(person, held[seat.id], heard))])
    unheld = [seat for seat in empty if all(person.id in heard for person in held[seat.id])]
    if unheld:
        _ask_leaders(case, unheld, record)
    db.session.flush()


def ask_on(case: ApprovalCase, step: ApprovalStep, record: Any) -> None:
    """Ask anew after a voice, for whoever has spoken fills no second seat; who was not asked before is told."""
    before = {person.id for person in asked_in(step)}
    ask(case, step, record)
    others = [person for person in asked_in(step) if person.id not in before]
    tell(others, "approval_case.asked", "approval_case", case, partial(words.asked, case, step))


def _stands_in(person: Person, principals: list[Person], heard: set[int]) -> bool:
    if person.id in heard:
        return False
    chosen_by = set(accounts.principals_of(person, accounts.house_today()))
    return any(principal.id in chosen_by for principal in principals)


def _put(seat: ApprovalSeat, people: list[Person], *, is_escalated: bool = False) -> None:
    known = {one.person_id: one for one in seat.asked}
    for person in people:
        if person.id in known:
            known[person.id].is_escalated = known[person.id].is_escalated or is_escalated
        else:
            known[person.id] = Asked(person=person, person_id=person.id, at=clock.now(), is_escalated=is_escalated)
            seat.asked.append(known[person.id])


def asked_in(step: ApprovalStep) -> list[Person]:
    """All who are asked to fill an empty seat of the step, each once."""
    people = {one.person_id: one.person for seat in step.seats if seat.verdict is None for one in seat.asked}
    return [people[person_id] for person_id in sorted(people)]


def _ask_leaders(case: ApprovalCase, seats: list[ApprovalSeat], record: Any) -> list[Person]:
    """Ask the leaders to decide in these seats, but for those who have had their say; answers whom."""
    subject, heard = subject_of(case.record_kind), policy.spoken(case)
    leaders = [
        person for person in accounts.with_role(Role.LEADER)
        if person.id not in heard and not policy.is_out(person, case, subject, record)
    ]
    for seat in seats:
        _put(seat, leaders, is_escalated=True)
    return leaders


def escalate_due() -> None:
    """Ask the leaders where a step was not decided in time; those who let it pass are told too.

    For the worker: each case is claimed, so that several may do it at once.
    """
    late = select(ApprovalStep.case_id).where(
        ApprovalStep.passed_at.is_(None), ApprovalStep.escalated_at.is_(None), ApprovalStep.due_at < clock.now()
    )
    for case in _claimed(late):
        _escalate(case)
    db.session.flush()


def ask_newcomers() -> None:
    """Put what waits before those who have come into a body or a role since its step opened. For the worker, too."""
    waiting = select(ApprovalSeat.case_id).where(
        ApprovalSeat.verdict.is_(None), ApprovalSeat.holder.in_(("body", "role"))
    )
    for case in _claimed(waiting):
        step, record = case.current, policy.record_of(case)
        if step is not None and record is not None:
            ask_on(case, step, record)


def _claimed(case_ids: Select[int]) -> Iterator[ApprovalCase]:
    """The open ones of these cases that nobody else deals with, each read anew."""
    # The case alone, and first, as whoever decides locks it: else two would wait for each other.
    claimed = db.session.scalars(
        select(ApprovalCase)
        .where(ApprovalCase.state == State.OPEN, ApprovalCase.id.in_(case_ids))
        .order_by(ApprovalCase.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=ApprovalCase)
    ).all()
    for case in claimed:
        yield db.session.get_one(ApprovalCase, case.id, options=whole(), populate_existing=True)


def _escalate(case: ApprovalCase) -> None:
    """Nothing if somebody has decided in the step before the case was claimed."""
    step, record = case.current, policy.record_of(case)
    if step is None or record is None or step.escalated_at or step.due_at is None or step.due_at >= clock.now():
        return
    held_back = asked_in(step)
    leaders = _ask_leaders(case, [seat for seat in step.seats if seat.verdict is None], record)
    step.escalated_at = clock.now()
    log(None, "approval_case.escalated", case, title=case.snapshot["title"])
    told = {person.id: person for person in (*held_back, *leaders)}
    tell(told.values(), "approval_case.escalated", "approval_case", case, partial(words.escalated, case, step))


EVERY, NEWCOMERS_EVERY = timedelta(minutes=10), timedelta(hours=1)
