"""Checks of inspections and violations: how often, over what, and what became of what was found."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import exists, func, select

from portal.accounts.queries import house_today
from portal.compliance.checks.helping import body, day_of, is_past, lacking, last_day, named, page
from portal.compliance.dossier import Batch, Dossier, loads_of_house
from portal.compliance.registry import checks, checks_house
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext, plain_day
from portal.inspections.models import Finding, Inspection, Scope, Violation
from portal.regulations.profiles import Clause, Profile
from portal.resolutions.models import Resolution

SUPERVISORS, FOREIGN_OFFICE = "supervisory_body", "foreign_office"
# What supervision covers (AGY-10.2); costs and the archive are besides.
STAGES = (Scope.PREPARATION, Scope.RUNNING, Scope.WRAP_UP, Scope.COMPLIANCE)
A_YEAR = relativedelta(years=1)
# The organisation's own choices, where the profile gives no figure: months between two inspections, and working days
# until a violation is closed.
USUAL_MONTHS, VIOLATION_DAYS = 6, 30


class Look(NamedTuple):
    """An inspection, and how many of its findings have no measure."""

    id: int
    profile: str
    scope: Scope
    starts_on: date
    ends_on: date
    due_on: date
    department_id: int | None
    held_at: datetime | None
    without_measure: int

    def goes_by(self, profile: Profile) -> bool:
        return self.profile in {"", profile.key}


class Breach(NamedTuple):
    """A violation."""

    clause: str
    facts: str
    recorded_at: datetime
    is_decided: bool
    is_closed: bool


@loads_of_house("inspections")
def _inspections(batch: Batch) -> list[Look]:
    answered = exists().where(
        Resolution.source_kind == "finding", Resolution.source_id == Finding.id, Resolution.withdrawn_at.is_(None)
    )
    bare = (
        select(func.count()).select_from(Finding).correlate(Inspection)
        .where(Finding.inspection_id == Inspection.id, Finding.closed_at.is_(None), ~answered).scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Inspection.id, Inspection.profile, Inspection.scope, Inspection.starts_on, Inspection.ends_on,
            Inspection.due_on, Inspection.department_id, Inspection.held_at, bare,
        ).order_by(Inspection.due_on, Inspection.id)
    )
    return [Look._make(row) for row in rows]


@loads_of_house("inspected_meetings")
def _inspected_meetings(batch: Batch) -> Mapping[int, set[int]]:
    """The inspections that found something about each meeting of the batch."""
    found: dict[int, set[int]] = {}
    rows = db.session.execute(
        select(func.coalesce(Finding.meeting_id, 0), Finding.inspection_id)
        .where(Finding.meeting_id.in_(batch.ids))
    )
    for meeting_id, inspection_id in rows:
        found.setdefault(meeting_id, set()).add(inspection_id)
    return found


@loads_of_house("violations")
def _violations(batch: Batch) -> list[Breach]:
    rows = db.session.execute(
        select(
            Violation.clause, Violation.facts, Violation.recorded_at, Violation.decided_at.is_not(None),
            Violation.closed_at.is_not(None),
        )
    )
    return [Breach(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in rows]


def _of_profile(batch: Batch, profile: Profile) -> list[Look]:
    return [one for one in batch.house("inspections") if one.goes_by(profile)]


def _pages(looks: list[Look]) -> tuple[Evidence, ...]:
    return tuple(page(_("Inspection"), "inspections.inspection", inspection_id=one.id) for one in looks[-3:])


def _months(profile: Profile) -> int:
    return profile.figures.get("inspection_months", USUAL_MONTHS)


@checks("inspections.recorded", _l("The inspections that looked at the meeting, and what became of their findings"))
def recorded(dossier: Dossier, clause: Clause) -> Verdict:
    named_in, day = dossier.house("inspected_meetings").get(dossier.meeting.id, set()), day_of(dossier)
    saw = [one for one in _of_profile(dossier.batch, dossier.profile)
           if one.id in named_in or (one.starts_on <= day <= one.ends_on
                                     and one.department_id in {None, dossier.meeting.department_id})]
    held, turn = [one for one in saw if one.held_at], body(FOREIGN_OFFICE)
    if not held:
        words = _("An inspection of it is planned.") if saw else _("No inspection looks at it yet.")
        until = last_day(dossier) + relativedelta(months=_months(dossier.profile))
        is_late = any(one.due_on < house_today() for one in saw) if saw else house_today() > until
        return due(is_late, words, turn, *_pages(saw))
    bare = sum(one.without_measure for one in held)
    words = ngettext("%(num)s finding has no measure yet.", "%(num)s findings have no measure yet.", bare)
    return lacking([words] if bare else [], False, turn, *_pages(held),
                   kept=_("An inspection was held, and each finding has its measure."))


@checks_house("inspections.regular", _l("When the last inspection was held, and when the next one is"))
def regular(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    looks, turn = _of_profile(batch, profile), body(SUPERVISORS)
    held, ahead = [one for one in looks if one.held_at], [one for one in looks if not one.held_at]
    last = max((one.held_at for one in held if one.held_at), default=None)
    # Of planning none at all nobody knows since when.
    passed = last is not None and batch.now > last + relativedelta(months=_months(profile))
    bare = sum(one.without_measure for one in held)
    lacks = [
        "" if held else _("No inspection has been held yet."),
        _("The last one is older than %(months)s months.", months=_months(profile)) if passed else "",
        "" if ahead else _("The next one is not planned."),
        ngettext("%(num)s finding has no measure yet.", "%(num)s findings have no measure yet.", bare) if bare else "",
    ]
    overdue = bool(ahead) and ahead[0].due_on < house_today()
    kept = _("The next one is due on %(day)s.", day=plain_day(ahead[0].due_on)) if ahead else ""
    return lacking(lacks, passed or overdue, turn, *_pages(looks), kept=kept)


@checks_house("inspections.cover_all_stages", _l("What the inspections of the last twelve months looked into"))
def cover_all_stages(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    since = house_today() - A_YEAR
    looks = [one for one in _of_profile(batch, profile) if one.due_on >= since]
    names = {Scope.PREPARATION: _("preparation"), Scope.RUNNING: _("running"), Scope.WRAP_UP: _("wrap-up"),
             Scope.COMPLIANCE: _("compliance")}
    missing = [names[scope] for scope in STAGES if scope not in {one.scope for one in looks}]
    words = _("Not looked into within twelve months: %(names)s.", names=named(missing))
    return lacking([words] if missing else [], False, body(SUPERVISORS), *_pages(looks),
                   kept=_("Preparation, running, wrap-up and compliance are all looked into."))


@checks_house("violations.handled", _l("Violations of the regulation, their sanctions and their end"))
def violations_handled(batch: Batch, profile: Profile, clause: Clause) -> Verdict:
    breaches, turn = [one for one in batch.house("violations") if profile.clause(one.clause)], body(SUPERVISORS)
    register = page(_("Violations"), "inspections.violations")
    if not breaches:
        year = batch.now - timedelta(days=365)
        if any(one.held_at and one.held_at >= year for one in _of_profile(batch, profile)):
            return met(_("Inspections of the last twelve months led to no violation."), register)
        return not_applicable(_("No violation is recorded, and no inspection was held within a year."))
    waiting = [one for one in breaches if not one.is_closed]
    words = ngettext("%(num)s violation is not closed.", "%(num)s violations are not closed.", len(waiting))
    if waiting:
        is_old = any(is_past(one.recorded_at.date(), VIOLATION_DAYS) for one in waiting)
        return late(words, turn, register) if is_old else open_(words, turn, register)
    return met(_("Each violation has its clause, its facts, its sanction and its end."), register)
