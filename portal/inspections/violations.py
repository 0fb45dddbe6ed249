"""Violations of a clause: written down, decided on, closed (AGY-10.4). Each raises NotAllowed, or DomainError with what
is in the way and its field."""

from functools import partial

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.accounts.queries import house_today
from portal.audit.commands import record as log
from portal.bodies.queries import members_of
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.inspections import policy, words
from portal.inspections.findings import insist_clause, insist_department, insist_meeting
from portal.inspections.models import Finding, Sanction, Violation
from portal.meetings.numbers import number_in
from portal.notifications.commands import tell

NUMBERS = "VIO-"


def record(
    actor: Person, *, clause: str, facts: str, department_id: int, person: Person | None = None,
    meeting_id: int | None = None, finding: Finding | None = None,
) -> Violation:
    """Write down which clause was broken, and what happened; those who decide on it are told."""
    allow(policy.may_record(actor))
    clause = insist_clause(clause)
    if not facts.strip():
        raise DomainError(_("Please fill this in."), "facts")
    made = Violation(
        number=number_in(NUMBERS, house_today().year), clause=clause, facts=facts.strip(), person=person,
        department=insist_department(department_id), meeting=insist_meeting(actor, meeting_id), finding=finding,
        recorded_by=actor, recorded_at=clock.now(), sanction_words="", closing_words="",
    )
    db.session.add(made)
    db.session.flush()
    log(actor, "violation.recorded", made, number=made.number, clause=clause)
    tell(_deciders(actor, made), "violation.recorded", "violation", made, partial(words.to_decide, made))
    return made


def _deciders(actor: Person, violation: Violation) -> list[Person]:
    """Leaders and the supervisory body, but for the actor and whom it concerns."""
    people = [
        *accounts.with_role(Role.LEADER), *members_of({policy.SUPERVISORY}, house_today())[policy.SUPERVISORY]
    ]
    return [one for one in people if one.id != actor.id and policy.may_decide(one, violation)]


def decide(actor: Person, violation: Violation, sanction: Sanction, said: str) -> Violation:
    """Say what follows from it, by degrees; whom it concerns and the heads of the department are told."""
    allow(policy.may_decide(actor, violation))
    _lock(violation)
    if violation.closed_at is not None:
        raise DomainError(_("This violation is closed."))
    if violation.sanction is not None:
        raise DomainError(_("What follows from it has been decided already."))
    if not said.strip():
        raise DomainError(_("Please say why."), "words")
    violation.sanction, violation.sanction_words = sanction, said.strip()
    violation.decided_at, violation.decided_by = clock.now(), actor
    db.session.flush()
    log(actor, "violation.decided", violation, sanction=str(sanction), words=said.strip())
    tell(_concerned(actor, violation), "violation.decided", "violation", violation, partial(words.decided, violation))
    return violation


def _concerned(actor: Person, violation: Violation) -> list[Person]:
    people = [violation.person] if violation.person else []
    return [one for one in [*people, *accounts.heads_of(violation.department_id)] if one.id != actor.id]


def close(actor: Person, violation: Violation, said: str) -> Violation:
    """Say that what was decided has been done."""
    allow(policy.may_close(actor, violation))
    _lock(violation)
    if violation.sanction is None:
        raise DomainError(_("Decide first what follows from it."))
    if violation.closed_at is not None:
        raise DomainError(_("This violation is closed."))
    if not said.strip():
        raise DomainError(_("Please say what was done."), "words")
    violation.closing_words, violation.closed_at, violation.closed_by = said.strip(), clock.now(), actor
    db.session.flush()
    log(actor, "violation.closed", violation, words=said.strip())
    tell(_concerned(actor, violation), "violation.closed", "violation", violation, partial(words.closed, violation))
    return violation


def _lock(violation: Violation) -> None:
    """Read it anew; nobody else changes it until the end of this transaction."""
    db.session.refresh(violation, with_for_update={"key_share": True, "of": Violation})
