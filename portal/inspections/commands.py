"""Planning and holding inspections. Each raises NotAllowed, or DomainError with what is in the way and its field."""

from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from portal.accounts.models import Department, Person
from portal.accounts.queries import house_today
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.inspections import policy, words
from portal.inspections.lines import lay
from portal.inspections.models import Inspection, InspectionLine, Result, Scope
from portal.meetings.numbers import number_in
from portal.notifications.commands import tell
from portal.regulations.profiles import PROFILES
from portal.resolutions.commands import insist_countable

NUMBERS = "INS-"
MOST_MONTHS = 60
# No year before it is shown anywhere.
FIRST_DAY = date(1971, 1, 1)


def plan(
    actor: Person, *, title: str, scope: Scope, starts_on: date, ends_on: date, due_on: date, inspector: Person,
    profile: str = "", department_id: int | None = None, repeat_months: int | None = None,
) -> Inspection:
    """Plan an inspection of that period, to be held until `due_on`; its form is filled from the regulation.

    Without a department it looks into all, without a profile it goes by all regulations. The inspector is told.
    """
    if profile not in ("", *PROFILES):
        raise DomainError(_("There is no such regulation."), "profile")
    allow(policy.may_plan(actor, profile))
    if starts_on < FIRST_DAY:
        raise DomainError(_("Please give a day from %(day)s on.", day=plain_day(FIRST_DAY)), "starts_on")
    if ends_on < starts_on:
        raise DomainError(_("The last day is before the first."), "ends_on")
    insist_countable(ends_on, starts_on, "ends_on")
    if department_id is not None and db.session.get(Department, department_id) is None:
        raise DomainError(_("There is no such department."), "department_id")
    made = Inspection(
        scope=scope, profile=profile, starts_on=starts_on, ends_on=ends_on, department_id=department_id,
        planned_by=actor, planned_at=clock.now(), verdict="",
    )
    _agree(made, title, due_on, inspector, repeat_months)
    return _enter(actor, made)


def _enter(actor: Person, made: Inspection) -> Inspection:
    made.number = number_in(NUMBERS, house_today().year)
    lay(made)
    db.session.add(made)
    db.session.flush()
    record(actor, "inspection.planned", made, number=made.number, title=made.title, due_on=made.due_on.isoformat())
    _tell_inspector(actor, made)
    return made


def _agree(inspection: Inspection, title: str, due_on: date, inspector: Person, repeat_months: int | None) -> None:
    title = " ".join(title.split())
    if not title:
        raise DomainError(_("Please fill this in."), "title")
    if due_on < house_today():
        raise DomainError(_("Please give a day from %(day)s on.", day=plain_day(house_today())), "due_on")
    insist_countable(due_on, house_today())
    if not inspector.is_active:
        raise DomainError(_("This person does not work here any more."), "inspector")
    if repeat_months is not None and not 1 <= repeat_months <= MOST_MONTHS:
        raise DomainError(_("Please give a number from 1 to %(most)s.", most=MOST_MONTHS), "repeat_months")
    inspection.title, inspection.due_on = title, due_on
    inspection.inspector, inspection.repeat_months = inspector, repeat_months


def _tell_inspector(actor: Person, inspection: Inspection) -> None:
    if inspection.inspector.id != actor.id:
        tell([inspection.inspector], "inspection.assigned", "inspection", inspection,
             partial(words.assigned, inspection))


def change(
    actor: Person, inspection: Inspection, *, title: str, due_on: date, inspector: Person, repeat_months: int | None
) -> Inspection:
    """Plan it otherwise before it is held; another inspector is told."""
    allow(policy.may_plan(actor, inspection.profile))
    take(inspection)
    before = inspection.inspector_id
    _agree(inspection, title, due_on, inspector, repeat_months)
    db.session.flush()
    record(actor, "inspection.changed", inspection, title=inspection.title, due_on=due_on.isoformat(),
           inspector=inspector.name)
    if inspection.inspector_id != before:
        _tell_inspector(actor, inspection)
    return inspection


def take(inspection: Inspection) -> None:
    """Make sure that it is not held yet, and that nobody else changes it meanwhile."""
    lock(inspection)
    if inspection.held_at is not None:
        raise DomainError(_("This inspection has been held; its form stays as it was signed."))


def lock(inspection: Inspection) -> None:
    """Read it anew; nobody else changes it until the end of this transaction."""
    db.session.refresh(inspection, with_for_update={"key_share": True, "of": Inspection})


# --- Holding it ---


def fill_in(actor: Person, line: InspectionLine, result: Result | None, said: str) -> InspectionLine:
    """Write down what was seen of one line; what was not kept needs words."""
    allow(policy.may_hold(actor, line.inspection))
    take(line.inspection)
    if result == Result.NOT_KEPT and not said.strip():
        raise DomainError(_("Please say what was not kept."), "words")
    line.result, line.words = result, said.strip()
    db.session.flush()
    return line


def hold(actor: Person, inspection: Inspection, verdict: str) -> Inspection:
    """Sign what was seen: the form stays as it is, and lines left open count as not looked at.

    Each clause that was not kept needs a finding first. The next one is planned by itself, if it is to be repeated.
    """
    allow(policy.may_hold(actor, inspection))
    take(inspection)
    if not verdict.strip():
        raise DomainError(_("Please say what came out of it."), "verdict")
    _insist_found(inspection)
    for line in inspection.lines:
        line.result = line.result or Result.NOT_SEEN
    inspection.verdict, inspection.held_at = verdict.strip(), clock.now()
    db.session.flush()
    record(actor, "inspection.held", inspection, number=inspection.number, found=inspection.verdict)
    close_if_done(actor, inspection)
    if inspection.repeat_months:
        _enter(actor, _next_of(actor, inspection, inspection.repeat_months))
    return inspection


def _insist_found(inspection: Inspection) -> None:
    found = {finding.clause for finding in inspection.findings}
    broken = [line.clause for line in inspection.lines if line.result == Result.NOT_KEPT and line.clause not in found]
    if broken:
        raise DomainError(
            _("%(clause)s was not kept: write down the finding first, so that it is put right.", clause=broken[0])
        )


def _next_of(actor: Person, inspection: Inspection, months: int) -> Inspection:
    """The same of the time that follows, by the same inspector, or by who holds this one if they have left."""
    ahead = relativedelta(months=months)
    due_on = max(inspection.due_on + ahead, house_today() + timedelta(days=1))
    inspector = inspection.inspector if inspection.inspector.is_active else actor
    return Inspection(
        title=inspection.title, scope=inspection.scope, profile=inspection.profile,
        starts_on=inspection.starts_on + ahead, ends_on=inspection.ends_on + ahead, due_on=due_on,
        department_id=inspection.department_id, inspector=inspector, planned_by=actor, planned_at=clock.now(),
        repeat_months=months, verdict="",
    )


def close_if_done(actor: Person, inspection: Inspection) -> None:
    """An inspection is closed as soon as it is held and none of its findings is open."""
    if inspection.held_at is None or any(finding.closed_at is None for finding in inspection.findings):
        return
    inspection.closed_at = clock.now()
    db.session.flush()
    record(actor, "inspection.closed", inspection, number=inspection.number)
