"""Opening the plan of a year, entering in it, and drawing meetings from it. Each change locks the plan."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as accounts
from portal.accounts.models import Department, Person, Role
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.meetings import policy as meetings
from portal.meetings.changing import one_line
from portal.meetings.models import Meeting, MeetingKind
from portal.meetings.telling import zone_of
from portal.notifications.commands import tell
from portal.planning import policy, words
from portal.planning.models import AnnualPlan, PlanEntry, PlannedMeeting

LONGEST_THEME, LONGEST_PLACE, LONGEST_PARTICIPANTS, LONGEST_PURPOSE, LONGEST_REASON = 200, 200, 500, 5000, 500
MOST_PEOPLE = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2199


class Values(NamedTuple):
    """What an entry says; the budget is in the organisation's currency."""

    theme: str
    planned_on: date
    kind_id: int | None = None
    purpose: str = ""
    place: str = ""
    participants: str = ""
    size: int | None = None
    budget: Decimal | None = None


def lock(plan: AnnualPlan) -> None:
    """Read the plan anew and keep others from changing it until the end of this transaction."""
    db.session.refresh(plan, with_for_update={"key_share": True})


def open_plan(actor: Person, year: int, entries_by: date | None = None) -> AnnualPlan:
    """Open the plan of a year and tell the heads of departments until when they enter.

    Raises NotAllowed, or DomainError if it is open already.
    """
    allow(policy.may_keep(actor))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError(_("There is no plan for such a year."))
    taken = DomainError(_("The plan of this year is open already."))
    plan = AnnualPlan(year=year, opened_at=clock.now(), opened_by=actor, entries_by=entries_by)
    db.session.add(plan)
    try:
        db.session.flush()
    except IntegrityError as refusal:
        raise (taken if "year" in str(refusal.orig) else refusal) from None
    record(actor, "annual_plan.opened", plan, year=year, entries_by_on=entries_by.isoformat() if entries_by else "")
    heads = [one for one in accounts.with_role(Role.DEPARTMENT_HEAD) if one.id != actor.id]
    tell(heads, "annual_plan.opened", "annual_plan", plan, partial(words.opened, plan))
    return plan


def set_entries_by(actor: Person, plan: AnnualPlan, day: date | None) -> AnnualPlan:
    """Say until when departments enter; without a day they may at any time."""
    allow(policy.may_keep(actor))
    lock(plan)
    plan.entries_by = day
    db.session.flush()
    record(actor, "annual_plan.entries_by_set", plan, entries_by_on=day.isoformat() if day else "")
    return plan


# --- Entries ---


def enter(actor: Person, plan: AnnualPlan, department_id: int, values: Values) -> PlanEntry:
    """Plan a meeting of a department.

    Raises NotAllowed, or DomainError naming a field, or if departments may not enter any more.
    """
    allow(policy.may_enter_for(actor, department_id))
    lock(plan)
    _insist_open(actor, plan)
    if db.session.get(Department, department_id) is None:
        raise DomainError(_("There is no such department."), "department_id")
    now = clock.now()
    entry = PlanEntry(
        plan=plan, department_id=department_id, entered_by=actor, entered_at=now, changed_at=now,
        **_fitting(plan, values, None)._asdict(),
    )
    db.session.add(entry)
    db.session.flush()
    record(actor, "plan_entry.entered", entry, title=entry.theme, planned_on=entry.planned_on.isoformat())
    return entry


def change(actor: Person, entry: PlanEntry, values: Values) -> PlanEntry:
    """Plan it otherwise. What is in force stays so until a new version is approved. Raises what `enter` does."""
    _take(actor, entry)
    for name, value in _fitting(entry.plan, values, entry.kind_id)._asdict().items():
        setattr(entry, name, value)
    entry.changed_at = clock.now()
    db.session.flush()
    record(actor, "plan_entry.changed", entry, title=entry.theme, planned_on=entry.planned_on.isoformat())
    return entry


def drop(actor: Person, entry: PlanEntry, reason: str) -> PlanEntry:
    """Plan it no more, with the reason. Raises what `change` does."""
    _take(actor, entry)
    entry.drop_reason, entry.dropped_at = _line(reason, LONGEST_REASON, "reason"), clock.now()
    db.session.flush()
    record(actor, "plan_entry.dropped", entry, title=entry.theme, reason=entry.drop_reason)
    return entry


def _take(actor: Person, entry: PlanEntry) -> None:
    allow(policy.may_enter_for(actor, entry.department_id))
    lock(entry.plan)
    db.session.refresh(entry)
    _insist_open(actor, entry.plan)
    if entry.dropped_at is not None:
        raise DomainError(_("This is planned no more."))


def _insist_open(actor: Person, plan: AnnualPlan) -> None:
    if not policy.is_open(actor, plan, accounts.house_today()):
        assert plan.entries_by is not None
        raise DomainError(
            _("Departments could enter until %(day)s. Ask the meeting office.", day=plain_day(plan.entries_by))
        )


def _fitting(plan: AnnualPlan, values: Values, kind_id: int | None) -> Values:
    if values.planned_on.year != plan.year:
        raise DomainError(_("Please give a day in %(year)s.", year=plan.year), "planned_on")
    kind = db.session.get(MeetingKind, values.kind_id) if values.kind_id else None
    if values.kind_id and (kind is None or (kind.retired_at is not None and kind.id != kind_id)):
        raise DomainError(_("There is no such kind of meeting."), "kind_id")
    if values.size is not None and not 1 <= values.size <= MOST_PEOPLE:
        raise DomainError(_("Please give a number from 1 to 100000."), "size")
    if values.budget is not None and values.budget < 0:
        raise DomainError(_("Please give an amount that is not below 0."), "budget")
    return values._replace(
        theme=_line(values.theme, LONGEST_THEME, "theme"), purpose=values.purpose.strip()[:LONGEST_PURPOSE],
        place=one_line(values.place)[:LONGEST_PLACE],
        participants=one_line(values.participants)[:LONGEST_PARTICIPANTS],
    )


def _line(text: str, longest: int, field: str) -> str:
    line = one_line(text)
    if not line:
        raise DomainError(_("Please fill this in."), field)
    if len(line) > longest:
        raise DomainError(_("At most %(count)s characters, please.", count=longest), field)
    return line


# --- What came of it ---


def link(actor: Person, entry: PlanEntry, meeting: Meeting) -> PlannedMeeting:
    """Say that the meeting was drawn from the entry.

    Raises NotAllowed, or DomainError if it was drawn from one already, or is in another year.
    """
    allow(policy.may_draw(actor, entry) and meetings.may_edit(actor, meeting))
    lock(entry.plan)
    db.session.refresh(entry)
    if entry.dropped_at is not None:
        raise DomainError(_("This is planned no more."))
    if meeting.starts_at.astimezone(zone_of(meeting)).year != entry.plan.year:
        raise DomainError(_("This meeting is in another year than the plan."), "meeting_id")
    if db.session.get(PlannedMeeting, meeting.id) is not None:
        raise DomainError(_("This meeting belongs to the plan already."), "meeting_id")
    made = PlannedMeeting(meeting=meeting, entry=entry)
    db.session.add(made)
    db.session.flush()
    record(actor, "meeting.planned", meeting, year=entry.plan.year, department=entry.department.name)
    return made


def unlink(actor: Person, planned: PlannedMeeting) -> Meeting:
    """Say that it was not. Raises NotAllowed."""
    entry, meeting = planned.entry, planned.meeting
    allow(policy.may_draw(actor, entry) and meetings.may_edit(actor, meeting))
    lock(entry.plan)
    db.session.delete(planned)
    db.session.flush()
    record(actor, "meeting.unplanned", meeting, year=entry.plan.year, department=entry.department.name)
    return meeting
