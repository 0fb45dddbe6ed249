"""Cases, as pages and other slices read them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.accounts.models import Person
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, Asked, State
from portal.core.db import db
from portal.core.records import hidden_among


def whole() -> tuple[ORMOption, ...]:
    """What to load along with a case to show or decide it: three statements more, however many there are."""
    seats = selectinload(ApprovalCase.steps).selectinload(ApprovalStep.seats)
    return (
        joinedload(ApprovalCase.submitted_by), seats.joinedload(ApprovalSeat.decided_by),
        seats.joinedload(ApprovalSeat.decided_for), seats.joinedload(ApprovalSeat.person),
        seats.selectinload(ApprovalSeat.asked).joinedload(Asked.person),
    )


def cases_of(kind: str, record_id: int) -> Sequence[ApprovalCase]:
    """All rounds of one record, the last first."""
    return db.session.scalars(_of(kind, [record_id]).options(*whole())).all()


def last_case(kind: str, record_id: int) -> ApprovalCase | None:
    """The last round of a record."""
    return db.session.scalars(_of(kind, [record_id]).options(*whole()).limit(1)).one_or_none()


def last_cases(kind: str, record_ids: Collection[int]) -> dict[int, ApprovalCase]:
    """The last round of each of these records. Four statements at most, however many."""
    found: dict[int, ApprovalCase] = {}
    for case in db.session.scalars(_of(kind, record_ids).options(*whole())):
        found.setdefault(case.record_id, case)
    return found


def _of(kind: str, record_ids: Collection[int]) -> Select[ApprovalCase]:
    return (
        select(ApprovalCase)
        .where(ApprovalCase.record_kind == kind, ApprovalCase.record_id.in_(record_ids))
        .order_by(ApprovalCase.round.desc())
    )


def open_case(kind: str, record_id: int) -> ApprovalCase | None:
    """The case of the record that waits, if one does."""
    case = last_case(kind, record_id)
    return case if case is not None and case.state == State.OPEN else None


def last_words(case: ApprovalCase) -> str:
    """What was said along with the last decision."""
    decided = [seat for step in case.steps for seat in step.seats if seat.decided_at is not None]
    return max(decided, key=lambda seat: (seat.decided_at, seat.id)).comment if decided else ""


def records_asked(kind: str, person_id: int, *record_ids: int) -> Select[int]:
    """The ids of the records of that kind, or among these, that the person was asked to decide in some round."""
    among = [ApprovalCase.record_id.in_(record_ids)] if record_ids else []
    return (
        select(ApprovalCase.record_id)
        .join(ApprovalCase.steps)
        .join(ApprovalStep.seats)
        .join(ApprovalSeat.asked)
        .where(ApprovalCase.record_kind == kind, Asked.person_id == person_id, *among)
    )


def hidden_from(person: Person, ids: Iterable[int]) -> set[int]:
    """Of these cases, those whose records the person may not read. One statement, and those of the records' slices."""
    rows = db.session.execute(
        select(ApprovalCase.id, ApprovalCase.record_kind, ApprovalCase.record_id).where(ApprovalCase.id.in_(list(ids)))
    ).all()
    hidden = hidden_among(person, [(kind, record_id) for _, kind, record_id in rows])
    return {case_id for case_id, kind, record_id in rows if (kind, record_id) in hidden}
