"""What somebody has to report on or to sign this week: read for one page, handed in at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.core.db import db
from portal.resolutions import policy
from portal.resolutions.models import Node, ProgressReport, ReportState, Resolution
from portal.resolutions.queries import seen_by
from portal.resolutions.today import midnight, today

# On one page; what is left comes once these are dealt with.
MOST_ROWS = 60
ANSWERED = (Node.REPORTED, Node.REVIEWED)


@dataclass(frozen=True)
class Row:
    """One resolution of the page, with the newest report of it, and whether the reader is to sign that."""

    resolution: Resolution
    newest: ProgressReport | None
    may_sign: bool

    @property
    def draft(self) -> ProgressReport | None:
        """What waits for its signature."""
        return self.newest if self.newest is not None and self.newest.state == ReportState.DRAFTED else None

    @property
    def signs(self) -> bool:
        return self.may_sign and self.draft is not None


def last_day(day: date) -> date:
    """The Sunday of that day's week."""
    return day + timedelta(days=6 - day.weekday())


def has_week(person: Person) -> bool:
    """Whether the page can ever show anything: to heads, and to owners of something open. Two statements at most."""
    owns = select(exists().where(Resolution.owner_id == person.id, Resolution.stands()))
    return bool(policy.headed_by(person)) or bool(db.session.scalar(owns))


def waits() -> ColumnElement[bool]:
    """The condition that a report of the resolution waits for its signature."""
    return exists().where(
        ProgressReport.resolution_id == Resolution.id, ProgressReport.signed_at.is_(None),
        ProgressReport.returned_at.is_(None),
    )


def to_sign(actor: Person) -> ColumnElement[bool]:
    """The condition that the actor is to sign or give back a report of it."""
    return and_(Resolution.department_id.in_(policy.headed_by(actor)), Resolution.stands(), waits())


def to_report(actor: Person, day: date) -> ColumnElement[bool]:
    """The condition that the actor has to report on it by the end of that day's week: late or due then, or by its
    rhythm. Not while it is paused or while a report waits for its signature, and not again on the same day."""
    until = last_day(day)
    return and_(
        _owed(actor), Resolution.stands(), Resolution.issued_at.is_not(None), Resolution.paused_at.is_(None),
        Resolution.node.not_in(ANSWERED), or_(Resolution.due_on <= until, Resolution.report_by <= until), ~waits(),
        ~exists().where(
            ProgressReport.resolution_id == Resolution.id, ProgressReport.signed_at.is_not(None),
            ProgressReport.reported_at >= midnight(day),
        ),
    )


def _owed(actor: Person) -> ColumnElement[bool]:
    """`policy.may_report` in SQL."""
    return or_(Resolution.owner_id == actor.id, Resolution.department_id.in_(policy.headed_by(actor)))


def rows_for(actor: Person) -> list[Row]:
    """What needs the actor this week: first what is to be signed, then by due day. Four statements at most."""
    # What both conditions have in common comes first, so that an index is found for it.
    query = _rows().where(_owed(actor), Resolution.stands(), or_(to_sign(actor), to_report(actor, today())))
    return _with_reports(actor, db.session.scalars(query.order_by(waits().desc(), *_by_day()).limit(MOST_ROWS)).all())


def rows_named(actor: Person, ids: Collection[int]) -> list[Row]:
    """Those of these that the actor may report on, in the same order, whatever became of them meanwhile."""
    query = _rows().where(_owed(actor), Resolution.id.in_(ids))
    return _with_reports(actor, db.session.scalars(query.order_by(waits().desc(), *_by_day())).all())


def headings_of(actor: Person, ids: Collection[int]) -> dict[int, str]:
    """What those of these are called that the actor may still know of. One statement at most."""
    if not ids:
        return {}
    found = db.session.scalars(select(Resolution).where(Resolution.id.in_(ids), seen_by(actor)))
    return {one.id: one.heading for one in found}


def _rows() -> Select[Resolution]:
    return select(Resolution).options(joinedload(Resolution.owner, innerjoin=True))


def _by_day() -> tuple[Any, Any]:
    return Resolution.due_on, Resolution.id


def _with_reports(actor: Person, found: Sequence[Resolution]) -> list[Row]:
    newest = (
        select(func.max(ProgressReport.id))
        .where(ProgressReport.resolution_id.in_([one.id for one in found]))
        .group_by(ProgressReport.resolution_id)
    )
    reports = db.session.scalars(
        select(ProgressReport)
        .options(joinedload(ProgressReport.reporter, innerjoin=True), selectinload(ProgressReport.files))
        .where(ProgressReport.id.in_(newest))
    )
    of = {report.resolution_id: report for report in reports}
    headed = policy.headed_by(actor)
    return [Row(one, of.get(one.id), one.department_id in headed) for one in found]


def counts_for(actor: Person) -> tuple[int, int]:
    """How many reports the actor is to sign, and how many to write by the end of the week. One statement."""
    counted = db.session.execute(
        select(
            func.count().filter(to_sign(actor)), func.count().filter(to_report(actor, today()))
        ).select_from(Resolution).where(_owed(actor), Resolution.stands())
    ).one()
    return counted[0], counted[1]
