"""Planned against held: what the plan has, what was drawn from it, held or cancelled, and what was held besides."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.approvals import queries as cases
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.meetings.models import Meeting, MeetingKind, Phase
from portal.meetings.seeing import seen_by
from portal.planning import queries, versions
from portal.planning.drawing import span_of
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting, PlanVersion
from portal.proposals.models import Proposal

MOST_OUTSIDE = 200


class What(StrEnum):
    """What is counted."""

    PLANNED = "planned"
    DRAWN = "drawn"
    HELD = "held"
    CANCELLED = "cancelled"
    OUTSIDE = "outside"


@dataclass
class Line:
    """The figures of one department, in all and by month (from 1)."""

    department_id: int | None
    name: str
    total: Counter[What] = field(default_factory=Counter)
    months: dict[int, Counter[What]] = field(default_factory=dict)

    def count(self, what: What, month: int, number: int = 1) -> None:
        self.total[what] += number
        self.months.setdefault(month, Counter())[what] += number


@dataclass(frozen=True)
class Unplanned:
    """A meeting under a regulation that is in no plan, and why it was needed all the same."""

    meeting: Meeting
    reason: str


@dataclass(frozen=True)
class Balance:
    """`version` is the one that is counted; nothing if none is in force, so that the entries are as they stand."""

    version: PlanVersion | None
    lines: Sequence[Line]
    outside: Sequence[Unplanned]
    total: Line


def balance_of(plan: AnnualPlan, actor: Person) -> Balance:
    """Of what the actor may know of. A constant number of statements."""
    names = {one.id: one.name for one in accounts.departments()}
    lines: dict[int | None, Line] = {}

    def of(department_id: int | None) -> Line:
        return lines.setdefault(department_id, Line(department_id, names.get(department_id or 0, _("No department"))))

    version, outside = _version(plan), _outside(plan, actor)
    for department_id, day in _planned(plan, version):
        of(department_id).count(What.PLANNED, day.month)
    for meeting, department_id in _drawn(plan, actor):
        for what in _standing(meeting):
            of(department_id).count(what, _month(meeting.starts_at))
    for one in outside:
        of(one.meeting.department_id or one.meeting.organizer.department_id).count(
            What.OUTSIDE, _month(one.meeting.starts_at)
        )
    ordered = sorted(lines.values(), key=lambda line: (line.department_id is None, line.department_id or 0))
    return Balance(version, ordered, outside, _total(ordered))


def _version(plan: AnnualPlan) -> PlanVersion | None:
    known = queries.versions_of(plan)
    return versions.in_force(known, cases.last_cases(versions.KIND, [one.id for one in known]))


def _planned(plan: AnnualPlan, version: PlanVersion | None) -> list[tuple[int, date]]:
    content = version.content if version else versions.content_of(queries.entries_of(plan))
    return [(one["department_id"], date.fromisoformat(one["planned_on"])) for one in content]


def _drawn(plan: AnnualPlan, actor: Person) -> list[tuple[Meeting, int]]:
    rows = db.session.execute(
        select(Meeting, PlanEntry.department_id)
        .join(PlannedMeeting, PlannedMeeting.meeting_id == Meeting.id)
        .join(PlanEntry, PlanEntry.id == PlannedMeeting.entry_id)
        .where(PlanEntry.plan_id == plan.id, seen_by(actor))
    )
    return [(row[0], row[1]) for row in rows]


def _outside(plan: AnnualPlan, actor: Person) -> list[Unplanned]:
    rows = db.session.execute(
        select(Meeting, func.coalesce(Proposal.unplanned_reason, ""))
        .join(Meeting.kind)
        .outerjoin(PlannedMeeting, PlannedMeeting.meeting_id == Meeting.id)
        .outerjoin(Proposal, Proposal.meeting_id == Meeting.id)
        .options(joinedload(Meeting.organizer, innerjoin=True), joinedload(Meeting.kind))
        .where(
            MeetingKind.profile != "", PlannedMeeting.meeting_id.is_(None), Meeting.cancelled_at.is_(None),
            span_of(plan), seen_by(actor),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_OUTSIDE)
    )
    return [Unplanned(row[0], row[1]) for row in rows]


def _standing(meeting: Meeting) -> Iterable[What]:
    yield What.DRAWN
    phase = meeting.phase(clock.now())
    if phase == Phase.CANCELLED:
        yield What.CANCELLED
    elif phase in {Phase.HELD, Phase.CLOSED}:
        yield What.HELD


def _month(instant: datetime) -> int:
    settings: Settings = current_app.config["PORTAL"]
    return instant.astimezone(settings.timezone).month


def _total(lines: Iterable[Line]) -> Line:
    total = Line(None, _("All departments"))
    for line in lines:
        for month, counts in line.months.items():
            for what, number in counts.items():
                total.count(what, month, number)
    return total
