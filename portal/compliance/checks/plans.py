"""Checks of the annual plan: whether the meeting is drawn from it, and how the plan was changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from portal.accounts.queries import house_today
from portal.compliance.checks.helping import meeting_page, office, organizer, page
from portal.compliance.checks.proposals import proposal_page
from portal.compliance.dossier import Batch, Dossier, loads, loads_of_house
from portal.compliance.registry import checks, checks_house
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting, PlanVersion
from portal.regulations.profiles import Clause, Profile


class Plan(NamedTuple):
    """The plan of the running year: its last version, and how many entries are not in it as they stand."""

    year: int
    version: int
    made_at: datetime | None
    changed: int


@loads("planned", lambda: None)
def _planned(batch: Batch) -> Mapping[int, tuple[int, str]]:
    """The year and theme of the entry that a meeting was drawn from."""
    rows = db.session.execute(
        select(PlannedMeeting.meeting_id, AnnualPlan.year, PlanEntry.theme)
        .join(PlanEntry, PlanEntry.id == PlannedMeeting.entry_id)
        .join(AnnualPlan, AnnualPlan.id == PlanEntry.plan_id)
        .where(PlannedMeeting.meeting_id.in_(batch.ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@loads_of_house("plan")
def _plan(batch: Batch) -> Plan | None:
    of_it = PlanVersion.plan_id == AnnualPlan.id
    number = select(func.max(PlanVersion.number)).where(of_it).correlate(AnnualPlan).scalar_subquery()
    made_at = (
        select(PlanVersion.made_at).where(of_it).order_by(PlanVersion.number.desc()).limit(1).correlate(AnnualPlan)
        .scalar_subquery()
    )
    is_new = or_(made_at.is_(None), PlanEntry.changed_at > made_at)
    row = db.session.execute(
        select(AnnualPlan.year, func.coalesce(number, 0), made_at, func.count(PlanEntry.id))
        .outerjoin(PlanEntry, and_(PlanEntry.plan_id == AnnualPlan.id, is_new))
        .where(AnnualPlan.year == house_today().year)
        .group_by(AnnualPlan.id)
    ).one_or_none()
    return Plan._make(row) if row else None


def plan_page(year: int) -> Evidence:
    return page(_("Annual plan %(year)s", year=year), "planning.year", year=year)


@checks("annual_plan.linked", _l("The entry of the annual plan, or why the meeting is outside it"))
def linked(dossier: Dossier, clause: Clause) -> Verdict:
    entry, proposal = dossier.get("planned"), dossier.get("proposal")
    if entry is not None:
        return met(_("It was drawn from the plan of %(year)s.", year=entry[0]), plan_page(entry[0]))
    if proposal is not None and proposal.unplanned_reason.strip():
        return met(_("It is outside the plan, and the proposal says why."), proposal_page(dossier))
    words = _("It is neither drawn from the annual plan nor said to be outside it, with a reason.")
    return due(dossier.meeting.announced_at is not None, words, organizer(dossier), meeting_page(dossier))


@checks_house("annual_plan.versioned", _l("The versions of this year’s plan, with reason and author"))
def versioned(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    plan: Plan | None = batch.house("plan")
    if plan is None:
        return late(_("There is no plan for this year."), office(), plan_page(house_today().year))
    if not plan.version:
        return open_(_("No version of this year’s plan has been submitted yet."), office(), plan_page(plan.year))
    if plan.changed:
        words = ngettext("%(num)s entry was changed since the last version.",
                         "%(num)s entries were changed since the last version.", plan.changed)
        return open_(words, office(), plan_page(plan.year))
    return met(_("Version %(number)s holds; each one after the first has its reason and author.", number=plan.version),
               plan_page(plan.year))
