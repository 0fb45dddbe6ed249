"""Who may fill which seat of a case, and who may look at it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, State
from portal.approvals.subjects import Subject, subject_of
from portal.bodies.queries import bodies_of, members_of
from portal.core.db import db
from portal.core.records import kind_of

# Who reads every case that is no secret to them.
READERS = (Role.MEETING_OFFICE, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR)


class Right(NamedTuple):
    """A seat that somebody may fill, and in whose place if not in their own."""

    seat: ApprovalSeat
    principal: Person | None


def record_of(case: ApprovalCase) -> Any:
    """The record that the case is about; nothing if it is gone."""
    return db.session.get(kind_of(case.record_kind).model, case.record_id)


def holders(case: ApprovalCase, seats: Iterable[ApprovalSeat], record: Any) -> dict[int, list[Person]]:
    """Who holds each of these seats today, by the id of the seat. Three statements at most, however many seats."""
    seats, subject = list(seats), subject_of(case.record_kind)
    bodies = members_of({seat.key for seat in seats if seat.holder == "body"}, accounts.house_today())
    roles = {Role(seat.key) for seat in seats if seat.holder == "role"}
    able = accounts.with_role(*roles) if roles else ()
    found: dict[int, list[Person]] = {}
    for seat in seats:
        if seat.holder == "person":
            people = [seat.person] if seat.person and seat.person.is_active else []
        elif seat.holder == "body":
            people = bodies[seat.key]
        elif seat.holder == "role":
            people = [person for person in able if person.has_role(Role(seat.key))]
        else:
            people = list(subject.asked(record))
        found[seat.id] = [person for person in people if not is_out(person, case, subject, record)]
    return found


def rights(actor: Person, case: ApprovalCase, step: ApprovalStep | None = None) -> list[Right]:
    """Which seats of the step that waits the actor may fill now, their own first.

    None for who spoke in this case already, was spoken for, or submitted it where two have to see it; nor in the
    place of such a person. What is one's own, one never decides in the place of another.
    """
    step = step or case.current
    record = record_of(case)
    if step is None or record is None or not actor.is_active:
        return []
    subject, heard = subject_of(case.record_kind), spoken(case)
    if actor.id in heard or is_out(actor, case, subject, record):
        return []
    lenders = [] if is_own(actor, case, subject, record) else accounts.principals_of(actor, accounts.house_today())
    principals = accounts.people_by_id(lenders)
    bodies = {person.id: set(bodies_of(person, accounts.house_today())) for person in (actor, *principals)}
    empty = [seat for seat in step.seats if seat.verdict is None]
    own = [Right(seat, None) for seat in empty if _holds(actor, bodies[actor.id], seat, subject, record)]
    lent = [
        Right(seat, principal)
        for principal in principals if principal.id not in heard and not is_out(principal, case, subject, record)
        for seat in empty if _holds(principal, bodies[principal.id], seat, subject, record)
    ]
    return [*own, *lent]


def is_out(person: Person, case: ApprovalCase, subject: Subject, record: Any) -> bool:
    """Whether the person fills no seat: barred, or it is their own where two have to see it."""
    return subject.is_barred(person, record) or (not case.is_own_allowed and subject.is_own(person, record))


def is_own(person: Person, case: ApprovalCase, subject: Subject, record: Any) -> bool:
    """Whether the person submitted it, or it is theirs."""
    return person.id == case.submitted_by_id or subject.is_own(person, record)


def spoken(case: ApprovalCase) -> set[int]:
    """The ids of those who have had their say in this case, and of whoever submitted it if that is not enough."""
    voices = {
        person_id for step in case.steps for seat in step.seats
        for person_id in (seat.decided_by_id, seat.decided_for_id) if person_id is not None
    }
    return voices if case.is_own_allowed else voices | {case.submitted_by_id}


def _holds(person: Person, bodies: set[str], seat: ApprovalSeat, subject: Subject, record: Any) -> bool:
    # Asked as a leader: who leads no more decides no more.
    as_leader = any(asked.person_id == person.id and asked.is_escalated for asked in seat.asked)
    if as_leader and person.has_role(Role.LEADER):
        return True
    if seat.holder == "person":
        return seat.person_id == person.id
    if seat.holder == "body":
        return seat.key in bodies
    if seat.holder == "role":
        return person.has_role(Role(seat.key))
    return subject.may_decide(person, record)


def may_see(actor: Person, case: ApprovalCase) -> bool:
    """Whoever submitted it, was asked, or spoke; who decides now; and who reads all, unless the record is secret."""
    record = record_of(case)
    subject = subject_of(case.record_kind)
    if record is None or not actor.is_active or subject.is_barred(actor, record):
        return False
    asked = {one.person_id for step in case.steps for seat in step.seats for one in seat.asked}
    if actor.id in spoken(case) | {case.submitted_by_id} | asked:
        return True
    if (actor.has_role(*READERS) or subject.may_look(actor, record)) and not subject.is_hidden(actor, record):
        return True
    return case.state == State.OPEN and bool(rights(actor, case))


def may_withdraw(actor: Person, case: ApprovalCase) -> bool:
    """Whoever submitted it, while it waits."""
    return case.state == State.OPEN and may_take_back(actor, case)


def may_take_back(actor: Person, case: ApprovalCase) -> bool:
    """Whether it is the actor's to withdraw, if it still waits."""
    return actor.id == case.submitted_by_id and subject_of(case.record_kind).is_withdrawn_alone
