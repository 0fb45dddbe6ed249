"""How resolutions were carried out, counted inside the database: by department, on the original and the extended date.

Counted is what was issued and became due within the period: neither withdrawn nor merged into another, nor paused.
It is on time if the report that it is done was signed by the day, for how long reviewing takes is no fault of the
department; it is done once that report was reviewed and the resolution closed. Days are the organisation's.

The score is `100 × on time ÷ (on time + late + overdue)`: what still runs counts neither way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Department, Person
from portal.core import clock
from portal.core.db import db
from portal.core.epochs import epoch, local_epoch
from portal.core.settings import Settings
from portal.resolutions import policy, queries
from portal.resolutions.models import Event, Resolution, Step
from portal.resolutions.today import house_day, midnight, today
from portal.supervision.periods import ONE_DAY, Period

A_DAY = 86_400  # seconds


class Basis(StrEnum):
    """Which of its two days a resolution is held to."""

    ORIGINAL = "original"
    EXTENDED = "extended"

    @property
    def column(self) -> ColumnElement[date]:
        columns = Resolution.__table__.c
        return columns.original_due_on if self is Basis.ORIGINAL else columns.due_on


class What(StrEnum):
    """What is counted. The first six depend on the day that it is held to."""

    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    RUNNING = "running"
    PAUSED = "paused"
    MISSED = "missed"
    EXTENDED = "extended"


class Figures(NamedTuple):
    """The numbers by one of the two days. `due` is the sum of the next four; the last two are sums to divide."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    running: int = 0
    paused: int = 0
    seconds_taken: int = 0
    days_late: int = 0

    def __add__(self, other: Any) -> "Figures":
        return Figures(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def score(self) -> int | None:
        """Of a hundred that were done or had to be, how many were on time; nothing if none had to be yet."""
        judged = self.on_time + self.late + self.overdue
        return round(100 * self.on_time / judged) if judged else None

    @property
    def days_to_close(self) -> float | None:
        """From issue to closing on average, in days."""
        done = self.on_time + self.late
        return round(self.seconds_taken / A_DAY / done, 1) if done else None

    @property
    def average_days_late(self) -> float | None:
        """Of what was done late or is overdue, until it was reported done or until today."""
        tardy = self.late + self.overdue
        return round(self.days_late / tardy, 1) if tardy else None


class Line(NamedTuple):
    """One department, or all together: its figures on both days, reports it owes, later days it got."""

    department_id: int | None
    name: str
    original: Figures = Figures()
    extended: Figures = Figures()
    missed: int = 0
    postponed: int = 0

    def by(self, basis: Basis) -> Figures:
        return self.original if basis is Basis.ORIGINAL else self.extended


@dataclass(frozen=True)
class Scope:
    """What is counted: the period, whose resolutions, and as of which day."""

    period: Period
    whose: ColumnElement[bool]
    department_id: int | None
    today: date

    @cached_property
    def _done_day(self) -> ColumnElement[int]:
        """When the report that it is done was signed, in days since 1970 on the organisation's clock.

        Clock changes before the period need not be known: what was reported then was in time.
        """
        settings: Settings = current_app.config["PORTAL"]
        since = midnight(self.period.first)
        return local_epoch(Resolution.reported_at, settings.timezone, since, max(since, clock.now())) // A_DAY

    def within(self, basis: Basis) -> ColumnElement[bool]:
        """That it became due within the period, paused or not."""
        return and_(
            self._concerned, Resolution.issued_at.is_not(None), Resolution.withdrawn_at.is_(None),
            basis.column.between(*self.period),
        )

    @property
    def _concerned(self) -> ColumnElement[bool]:
        if self.department_id is None:
            return self.whose
        return and_(self.whose, Resolution.department_id == self.department_id)

    def conditions(self, basis: Basis) -> Mapping[What, ColumnElement[bool]]:
        """What makes a resolution of the period count as each; paused ones count as nothing else."""
        runs, closed = Resolution.paused_at.is_(None), Resolution.closed_at.is_not(None)
        in_time = and_(Resolution.reported_at.is_not(None), self._done_day <= _day_number(basis.column))
        is_past = and_(basis.column < self.today, not_(in_time))
        return {
            What.DUE: runs,
            What.ON_TIME: and_(closed, in_time),
            What.LATE: and_(closed, not_(in_time)),
            What.OVERDUE: and_(runs, not_(closed), is_past),
            What.RUNNING: and_(runs, not_(closed), not_(is_past)),
            What.PAUSED: not_(runs),
        }

    def misses(self) -> ColumnElement[bool]:
        """That a report was due within the period and has not come yet."""
        last = min(self.period.last, self.today - ONE_DAY)
        return and_(
            self._concerned, Resolution.stands(), Resolution.paused_at.is_(None),
            Resolution.report_by.between(self.period.first, last),
        )

    def was_postponed(self) -> ColumnElement[bool]:
        """That it got a later day within the period."""
        until = midnight(self.period.last + ONE_DAY)
        extended = select(Step.resolution_id).where(
            Step.event == Event.EXTENDED, Step.at >= midnight(self.period.first), Step.at < until
        )
        return and_(self._concerned, Resolution.id.in_(extended))

    def days_late(self, basis: Basis) -> ColumnElement[int]:
        """By how many days it was or is late; only of what is late or overdue."""
        until = case((Resolution.reported_at.is_not(None), self._done_day), else_=_number_of(self.today))
        return until - _day_number(basis.column)

    def condition(self, what: What, basis: Basis) -> ColumnElement[bool]:
        """Of all resolutions, those behind a number."""
        if what is What.MISSED:
            return self.misses()
        if what is What.EXTENDED:
            return self.was_postponed()
        return and_(self.within(basis), self.conditions(basis)[what])


def _day_number(column: ColumnElement[date]) -> ColumnElement[int]:
    """A day's number since 1970."""
    return epoch(column) // A_DAY


def _number_of(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def scope_for(actor: Person, period: Period, department_id: int | None = None) -> Scope:
    """What the actor may see: overseers of the whole house, heads of the departments that they head."""
    whose = queries.seen_by(actor)
    if not policy.may_see_all(actor):
        whose = and_(whose, Resolution.department_id.in_(policy.headed_by(actor)))
    return Scope(period, whose, department_id, today())


def public_scope(period: Period, department_id: int | None = None) -> Scope:
    """What may be told to many: nothing that is confidential."""
    return Scope(period, not_(queries.is_secret()), department_id, today())


def leaves_out(period: Period, department_id: int | None = None) -> bool:
    """Whether something of the period is confidential, so that `public_scope` does not count it. One statement."""
    secret = Scope(period, queries.is_secret(), department_id, today())
    within = or_(*(secret.within(basis) for basis in Basis))
    return bool(db.session.scalar(select(exists().where(within))))


def lines(scope: Scope) -> list[Line]:
    """The departments that had anything to do, best score first. Five statements."""
    counted = {basis: _counted(scope, basis) for basis in Basis}
    missed, postponed = _count(scope.misses()), _count(scope.was_postponed())
    concerned = {*counted[Basis.ORIGINAL], *counted[Basis.EXTENDED], *missed, *postponed}
    found = [
        Line(
            of, name, counted[Basis.ORIGINAL].get(of, Figures()), counted[Basis.EXTENDED].get(of, Figures()),
            missed.get(of, 0), postponed.get(of, 0),
        )
        for of, name in db.session.execute(select(Department.id, Department.name)) if of in concerned
    ]
    return sorted(found, key=_rank)


def _rank(line: Line) -> tuple[bool, int, int, str]:
    score = line.extended.score
    return score is None, -(score or 0), -line.extended.due, line.name


def total(found: list[Line], name: str) -> Line:
    """All departments together."""
    return Line(
        None, name, sum((line.original for line in found), Figures()),
        sum((line.extended for line in found), Figures()), sum(line.missed for line in found),
        sum(line.postponed for line in found),
    )


def plain_of(found: list[Line]) -> list[dict[str, Any]]:
    """The lines as plain values, to be kept."""
    return [
        {**line._asdict(), "original": line.original._asdict(), "extended": line.extended._asdict()} for line in found
    ]


def lines_of(plain: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines that `plain_of` made these values of."""
    return [
        Line(**{**line, "original": Figures(**line["original"]), "extended": Figures(**line["extended"])})
        for line in plain
    ]


def _counted(scope: Scope, basis: Basis) -> dict[int, Figures]:
    conditions = scope.conditions(basis)
    late = or_(conditions[What.LATE], conditions[What.OVERDUE])
    taken = func.sum(case(
        (Resolution.closed_at.is_not(None), epoch(Resolution.closed_at) - epoch(Resolution.issued_at)), else_=0
    ))
    query = (
        select(
            Resolution.department_id, *(func.count().filter(condition) for condition in conditions.values()), taken,
            func.sum(case((late, scope.days_late(basis)), else_=0)),
        )
        .where(scope.within(basis))
        .group_by(Resolution.department_id)
    )
    return {row[0]: Figures(*map(int, row[1:])) for row in db.session.execute(query)}


def _count(condition: ColumnElement[bool]) -> dict[int, int]:
    query = select(Resolution.department_id, func.count()).where(condition).group_by(Resolution.department_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def behind(scope: Scope, what: What, basis: Basis) -> Select[Resolution]:
    """The resolutions that a number counts, with department and owner, the longest due first."""
    return (
        select(Resolution)
        .options(
            joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True),
            joinedload(Resolution.meeting),
        )
        .where(scope.condition(what, basis))
        .order_by(basis.column, Resolution.id)
    )


def days_late_of(resolution: Resolution, basis: Basis, day: date) -> int:
    """By how many days it was reported done after its day, or is late on that day; 0 if it is not."""
    until = house_day(resolution.reported_at) if resolution.reported_at else day
    due = resolution.original_due_on if basis is Basis.ORIGINAL else resolution.due_on
    return max(0, (until - due).days) if resolution.paused_at is None else 0
