"""Plans, their entries and versions, and what was drawn from them."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.meetings.seeing import seen_by
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting, PlanVersion

MOST_OFFERED = 60


def plan_of(year: int) -> AnnualPlan | None:
    return db.session.scalars(select(AnnualPlan).where(AnnualPlan.year == year)).one_or_none()


def years() -> Sequence[int]:
    """The years that have a plan, the last first. One statement."""
    return db.session.scalars(select(AnnualPlan.year).order_by(AnnualPlan.year.desc())).all()


def entries_of(plan: AnnualPlan, department_id: int | None = None) -> Sequence[PlanEntry]:
    """The entries by day, those that were dropped among them, of one department if it is given. One statement."""
    query = (
        select(PlanEntry)
        .options(joinedload(PlanEntry.department, innerjoin=True), joinedload(PlanEntry.kind))
        .where(PlanEntry.plan_id == plan.id)
        .order_by(PlanEntry.planned_on, PlanEntry.id)
    )
    if department_id is not None:
        query = query.where(PlanEntry.department_id == department_id)
    return db.session.scalars(query).all()


def versions_of(plan: AnnualPlan) -> Sequence[PlanVersion]:
    """All versions, the last first. One statement."""
    return db.session.scalars(
        select(PlanVersion)
        .options(joinedload(PlanVersion.made_by, innerjoin=True))
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.number.desc())
    ).all()


def drawn_from(entry_ids: Iterable[int], actor: Person) -> Mapping[int, Sequence[Meeting]]:
    """The meetings that were made of these entries and the actor may know of, by entry. One statement."""
    found: dict[int, list[Meeting]] = {}
    rows = db.session.execute(
        select(PlannedMeeting.entry_id, Meeting)
        .join(Meeting, Meeting.id == PlannedMeeting.meeting_id)
        .where(PlannedMeeting.entry_id.in_(list(entry_ids)), seen_by(actor))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    for entry_id, meeting in rows:
        found.setdefault(entry_id, []).append(meeting)
    return found


def entries_by_meeting(meeting_ids: Iterable[int]) -> Mapping[int, PlanEntry]:
    """The entry that each of these meetings was drawn from. One statement."""
    rows = db.session.execute(
        select(PlannedMeeting.meeting_id, PlanEntry)
        .join(PlanEntry, PlanEntry.id == PlannedMeeting.entry_id)
        .options(joinedload(PlanEntry.plan, innerjoin=True))
        .where(PlannedMeeting.meeting_id.in_(list(meeting_ids)))
    )
    return {row[0]: row[1] for row in rows}
