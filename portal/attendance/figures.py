"""Attendance over a period, added up inside the database: one statement for each table.

Counted are meetings that are over and in which somebody was marked: of the others nobody knows who came. Counted in
them are those who had to come and knew of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from portal.accounts.models import Department, Person
from portal.attendance import policy
from portal.attendance.models import AbsenceNote, CheckIn
from portal.attendance.standing import HERE, IS_MARK, MUST, State, is_over, state_at
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Attendee, Confidentiality, Guest, Meeting, MeetingKind
from portal.web.paging import SIZE, Leaf

GUESTS = -1  # as a department; 0 are persons without one
STATES_OF = {
    "asked": tuple(State), "attended": tuple(HERE), "late": (State.LATE,), "excused": (State.EXCUSED,),
    "absent": (State.ABSENT,),
}
TABLES = ("meeting", "department", "person")


@dataclass(frozen=True)
class Scope:
    """Whose figures are asked for, by whom, from when until before when; `department` is an id, or GUESTS."""

    reader: Person
    first: date
    last: date
    starts_at: datetime
    until: datetime
    department: int | None = None
    meeting: int | None = None
    person: int | None = None


class Figures(NamedTuple):
    """How many were asked, came (late ones too), came late, were absent with leave, and without."""

    asked: int = 0
    attended: int = 0
    late: int = 0
    excused: int = 0
    absent: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.attended / self.asked) if self.asked else None


class Row(NamedTuple):
    """A line of a table: of what, how it is called, what is said beside it, and its figures."""

    id: int
    name: str
    beside: Any
    figures: Figures
    readable: bool = True


def _readable(reader: Person) -> ColumnElement[bool]:
    """Whether the reader may know the subject: as `meetings.policy.may_see` says of a meeting that was announced."""
    own = aliased(Attendee)
    told = exists().where(own.meeting_id == Meeting.id, own.person_id == reader.id, own.invited_at.is_not(None))
    named = or_(Meeting.organizer_id == reader.id, told)
    if policy.reads_all(reader):
        return or_(named, Meeting.confidentiality != Confidentiality.SECRET)
    of_department = and_(
        Meeting.confidentiality == Confidentiality.DEPARTMENT, Meeting.department_id == (reader.department_id or 0)
    )
    return or_(named, Meeting.confidentiality == Confidentiality.INTERNAL, of_department)


def _whose(reader: Person) -> ColumnElement[bool]:
    """Whose attendance the reader may know of at all."""
    if policy.reads_all(reader):
        return _readable(reader)
    own = Attendee.person_id == reader.id
    if not policy.compares(reader):
        return own
    mine = and_(Person.department_id == reader.department_id, Meeting.confidentiality != Confidentiality.SECRET)
    return or_(own, mine)


def _parts(scope: Scope) -> Subquery:
    """One row for each who was asked into a meeting of the scope, with how they stood."""
    mark, marked = aliased(CheckIn), aliased(Attendee)
    was_taken = exists().where(
        mark.attendee_id == marked.id, marked.meeting_id == Meeting.id, mark.voided_at.is_(None)
    )
    department = case((Attendee.guest_id.is_not(None), GUESTS), else_=func.coalesce(Person.department_id, 0))
    query = (
        select(
            Attendee.id, Attendee.meeting_id, Attendee.person_id, Attendee.guest_id, department.label("department"),
            state_at(clock.now()).label("state"), CheckIn.arrived_at, _readable(scope.reader).label("readable"),
        )
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .outerjoin(MeetingKind, MeetingKind.id == Meeting.kind_id)
        .outerjoin(CheckIn, IS_MARK)
        .outerjoin(Person, Person.id == Attendee.person_id)
        .where(
            MUST, Attendee.invited_at.is_not(None), Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None),
            Meeting.postponed_at.is_(None), is_over(clock.now()), Meeting.starts_at >= scope.starts_at,
            Meeting.starts_at < scope.until, was_taken, _whose(scope.reader),
            true() if scope.department is None else department == scope.department,
            true() if scope.meeting is None else Attendee.meeting_id == scope.meeting,
            true() if scope.person is None else Attendee.person_id == scope.person,
        )
    )
    return query.subquery("parts")


def _counts(parts: Subquery) -> list[ColumnElement[int]]:
    return [
        func.coalesce(func.sum(case((parts.c.state.in_(states), 1), else_=0)), 0) for states in STATES_OF.values()
    ]


def total(scope: Scope) -> Figures:
    """All of the scope together."""
    return Figures._make(db.session.execute(select(*_counts(_parts(scope)))).one())


def table(scope: Scope, by: str, number: int | None) -> Leaf[Row]:
    """The figures by meeting, department or person: one page of them, or all if no number of one is given."""
    query = {"meeting": _by_meeting, "department": _by_department, "person": _by_person}[by](_parts(scope))
    if number is None:
        return Leaf([_row(row) for row in db.session.execute(query)], 1, False)
    number = max(1, min(number, 10_000))
    rows = [_row(row) for row in db.session.execute(query.limit(SIZE + 1).offset((number - 1) * SIZE))]
    return Leaf(rows[:SIZE], number, len(rows) > SIZE)


def _row(row: Any) -> Row:
    return Row(row[0], row[1] or "", row[2], Figures._make(row[4:]), bool(row[3]))


def _by_meeting(parts: Subquery) -> Select[*tuple[Any, ...]]:
    may_read = func.max(case((parts.c.readable, 1), else_=0))
    called = case((may_read == 1, Meeting.subject), else_=func.coalesce(Meeting.number, ""))
    return (
        select(Meeting.id, called, Meeting.starts_at, may_read, *_counts(parts))
        .join(parts, parts.c.meeting_id == Meeting.id)
        .group_by(Meeting.id, Meeting.subject, Meeting.number, Meeting.starts_at)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )


def _by_department(parts: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(parts.c.department, Department.name, false(), true(), *_counts(parts))
        .select_from(parts)
        .outerjoin(Department, Department.id == parts.c.department)
        .group_by(parts.c.department, Department.name)
        .order_by(Department.name.is_(None), Department.name, parts.c.department)
    )


def _by_person(parts: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.id, Person.name, Department.name, true(), *_counts(parts))
        .join(parts, parts.c.person_id == Person.id)
        .outerjoin(Department, Department.id == Person.department_id)
        .group_by(Person.id, Person.name, Department.name)
        .order_by(Person.name, Person.id)
    )


class Part(NamedTuple):
    """One person's part behind a number."""

    attendee_id: int
    meeting_id: int
    meeting: str
    readable: bool
    starts_at: datetime
    name: str
    unit: str
    state: State
    arrived_at: datetime | None
    reason: str
    follow_up: str
    department: int


def listed(scope: Scope, what: str, number: int | None) -> Leaf[Part]:
    """The parts that a number counts, the latest first: one page of them, or all if no number of one is given."""
    parts = _parts(scope)
    query = (
        select(
            parts.c.id, Meeting.id, case((parts.c.readable, Meeting.subject), else_=func.coalesce(Meeting.number, "")),
            parts.c.readable, Meeting.starts_at, func.coalesce(Person.name, Guest.name),
            func.coalesce(Department.name, Guest.unit, ""), parts.c.state, parts.c.arrived_at,
            func.coalesce(AbsenceNote.reason, ""), func.coalesce(AbsenceNote.follow_up, ""), parts.c.department,
        )
        .join(Meeting, Meeting.id == parts.c.meeting_id)
        .outerjoin(Person, Person.id == parts.c.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(Guest, Guest.id == parts.c.guest_id)
        .outerjoin(AbsenceNote, AbsenceNote.attendee_id == parts.c.id)
        .where(parts.c.state.in_(STATES_OF[what]))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc(), func.coalesce(Person.name, Guest.name), parts.c.id)
    )
    if number is not None:
        number = max(1, min(number, 10_000))
        query = query.limit(SIZE + 1).offset((number - 1) * SIZE)
    rows = [Part._make(row)._replace(state=State(row[7])) for row in db.session.execute(query)]
    return Leaf(rows, 1, False) if number is None else Leaf(rows[:SIZE], number, len(rows) > SIZE)
