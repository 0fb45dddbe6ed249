"""What waits for somebody, what they submitted, and what they decided: each a list of cases."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.accounts.models import Delegation, Person
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, Asked, State
from portal.approvals.queries import whole
from portal.core.db import db
from portal.core.records import hidden_among, kind_of

WAITING, SUBMITTED, DECIDED = "waiting", "submitted", "decided"


class Entry(NamedTuple):
    """A case in a list, and what kind of record it is about."""

    case: ApprovalCase
    label: str

    @property
    def step(self) -> ApprovalStep | None:
        return self.case.current


def waiting_for(person: Person) -> Select[ApprovalCase]:
    """Open cases that ask the person, or somebody for whom they decide today, and that still want their voice.

    The longest submitted first. None in which the person has had their say, or which they submitted where two have to
    see it; nor in the place of such a principal, or of anybody if they submitted it.
    """
    principals = select(Delegation.principal_id).where(
        Delegation.delegate_id == person.id, Delegation.starts_on <= accounts.house_today(),
        Delegation.ends_on >= accounts.house_today(),
    )
    wanted = (
        select(ApprovalStep.case_id)
        .join(ApprovalSeat, ApprovalSeat.step_id == ApprovalStep.id)
        .join(Asked, Asked.seat_id == ApprovalSeat.id)
        .where(
            ApprovalStep.case_id == ApprovalCase.id, ApprovalStep.opened_at.is_not(None),
            ApprovalStep.passed_at.is_(None), ApprovalSeat.verdict.is_(None),
            or_(
                Asked.person_id == person.id,
                and_(Asked.person_id.in_(principals), ApprovalCase.submitted_by_id != person.id),
            ),
            ~_has_spoken(Asked.person_id),
        )
        .correlate(ApprovalCase)
    )
    return (
        select(ApprovalCase)
        .where(ApprovalCase.state == State.OPEN, exists(wanted), ~_has_spoken(person.id))
        .order_by(ApprovalCase.submitted_at, ApprovalCase.id)
    )


def _has_spoken(person_id: object) -> ColumnElement[bool]:
    """Whether that person had their say in the case, as `policy.spoken` has it."""
    seat = aliased(ApprovalSeat)
    voiced = select(seat.id).where(
        seat.case_id == ApprovalCase.id, or_(seat.decided_by_id == person_id, seat.decided_for_id == person_id)
    )
    own = and_(ApprovalCase.is_own_allowed.is_(False), ApprovalCase.submitted_by_id == person_id)
    return or_(exists(voiced.correlate(ApprovalCase, Asked)), own)


def submitted_by(person: Person) -> Select[ApprovalCase]:
    """What the person submitted, the newest first."""
    return (
        select(ApprovalCase).where(ApprovalCase.submitted_by_id == person.id).order_by(ApprovalCase.id.desc())
    )


def decided_by(person: Person) -> Select[ApprovalCase]:
    """Cases in which the person had their say, or somebody in their place, the newest first."""
    voices = select(ApprovalSeat.case_id).where(
        or_(ApprovalSeat.decided_by_id == person.id, ApprovalSeat.decided_for_id == person.id)
    )
    return select(ApprovalCase).where(ApprovalCase.id.in_(voices)).order_by(ApprovalCase.id.desc())


LISTS = {WAITING: waiting_for, SUBMITTED: submitted_by, DECIDED: decided_by}


def count_waiting(person: Person) -> int:
    """How many cases wait for the person. One statement."""
    ids = waiting_for(person).with_only_columns(ApprovalCase.id).order_by(None)
    return db.session.scalars(select(func.count()).select_from(ids.subquery())).one()


def entries(person: Person, cases: Sequence[ApprovalCase]) -> list[Entry]:
    """These cases without those whose records the person may not know of."""
    hidden = hidden_among(person, [(case.record_kind, case.record_id) for case in cases])
    return [
        Entry(case, kind_of(case.record_kind).label())
        for case in cases if (case.record_kind, case.record_id) not in hidden
    ]


def with_all(query: Select[ApprovalCase]) -> Select[ApprovalCase]:
    """The cases with their steps, seats and people."""
    return query.options(*whole())
