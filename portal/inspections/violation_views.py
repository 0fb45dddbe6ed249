"""Pages of violations: the register, writing one down, deciding on it and closing it."""

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.naming import person_meant
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.inspections import policy, queries, registers
from portal.inspections import violations as commands
from portal.inspections.forms import ClosingForm, DecisionForm, ViolationForm
from portal.inspections.models import Finding, Violation
from portal.inspections.names import SANCTIONS, STATE_ICONS, VIOLATION_STATES
from portal.inspections.views import bp
from portal.inspections.words import violation_title
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page

LOOKING_BACK = timedelta(days=365)


@bp.get("/violations")
def violations() -> Response:
    """The violations that I may see."""
    wanted = registers.asked_for(VIOLATION_STATES)
    query = queries.violations(me(), wanted, registers.prefixes_of(wanted.profile))
    columns = {
        _("Number"): lambda one: one.number, _("Clause"): lambda one: one.clause,
        _("Department"): lambda one: one.department.name,
        _("Whom it concerns"): lambda one: one.person.name if one.person else "",
        _("What happened"): lambda one: one.facts, _("Written down"): lambda one: one.recorded_at,
        _("What follows from it"): lambda one: str(SANCTIONS[one.sanction]) if one.sanction else "",
        _("State"): lambda one: str(VIOLATION_STATES[queries.violation_state(one)]),
    }
    return registers.register(
        "inspections/violations.html", "violations", query, wanted, VIOLATION_STATES, columns, _("Violations"),
        may_record=policy.may_record(me()), state_of=queries.violation_state, icons=STATE_ICONS, SANCTIONS=SANCTIONS,
    )


@bp.route("/violations/new", methods=["GET", "POST"])
def new_violation() -> Response:
    """Write one down; `?clause=…&meeting=…&department=…&finding=…` begins with what is known already."""
    allow(policy.may_record(me()))
    finding, meeting = _named_finding(), _named_meeting()
    form = ViolationForm(**_begun(finding, meeting))
    day = accounts.house_today()
    lately = list(queries.meetings_between(me(), day - LOOKING_BACK, day + LOOKING_BACK))
    form.offer(accounts.departments(), [meeting, *lately] if meeting and meeting not in lately else lately)
    if form.validate_on_submit():
        made = carry_out(form, _record, form, finding)
        if made is not None:
            return go(_("The violation is written down, and those who decide are told."), _address(made))
    return page("inspections/new_violation.html", block="form", form=form, clauses=registers.clause_titles(),
                finding=finding)


def _named_finding() -> Finding | None:
    """The finding that the address names, if it names one; raises Missing for what I may not see."""
    number = request.args.get("finding", type=record_number)
    return load("finding", number, me()) if number else None


def _named_meeting() -> Meeting | None:
    number = request.args.get("meeting", type=record_number)
    found = db.session.get(Meeting, number) if number else None
    if number and (found is None or not policy.may_know(me(), found)):
        raise Missing(_("There is no such record."))
    return found


def _begun(finding: Finding | None, meeting: Meeting | None) -> dict[str, Any]:
    begun: dict[str, Any] = {"department_id": request.args.get("department", type=record_number)}
    if finding is not None:
        about = finding.meeting if finding.meeting and meetings.may_see(me(), finding.meeting) else None
        begun = {"clause": finding.clause, "facts": finding.words, "department_id": finding.department_id,
                 "meeting_id": about.id if about else None}
    if meeting is not None:
        department = meeting.department_id or meeting.organizer.department_id
        begun |= {"meeting_id": meeting.id, "department_id": begun["department_id"] or department}
    clause = request.args.get("clause", "")[:20]
    return {**begun, "clause": clause} if clause else begun


def _record(form: ViolationForm, finding: Finding | None) -> Violation:
    return commands.record(
        me(), clause=form.clause.data, facts=form.facts.data, department_id=form.department_id.data,
        person=person_meant(form.person.data, "person"), meeting_id=form.meeting_id.data, finding=finding,
    )


def _address(violation: Violation) -> str:
    return url_for("inspections.violation", violation_id=violation.id)


def _seen(violation_id: int) -> Violation:
    found: Violation = load("violation", violation_id, me())
    return found


@bp.get("/violations/<int:violation_id>")
def violation(violation_id: int) -> Response:
    """One violation: what happened, what follows from it, and its end."""
    return _violation(_seen(violation_id))


def _violation(found: Violation, form: Form | None = None) -> Response:
    decision = form if isinstance(form, DecisionForm) else DecisionForm(formdata=None)
    closing = form if isinstance(form, ClosingForm) else ClosingForm(formdata=None)
    return page(
        "inspections/violation.html", block="violation", form=form, violation=found, decision=decision,
        closing=closing, state=queries.violation_state(found), states=VIOLATION_STATES, icons=STATE_ICONS,
        SANCTIONS=SANCTIONS, title=violation_title(found), clause=registers.clause_of(found.clause),
        may_decide=found.sanction is None and policy.may_decide(me(), found),
        may_close=found.sanction is not None and found.closed_at is None and policy.may_close(me(), found),
        meeting=found.meeting if found.meeting and policy.may_know(me(), found.meeting) else None,
        may_open_meeting=found.meeting is not None and meetings.may_see(me(), found.meeting),
        may_see_finding=found.finding is not None and policy.may_see_finding(me(), found.finding),
    )


@bp.post("/violations/<int:violation_id>/decision")
def decide(violation_id: int) -> Response:
    """What follows from it."""
    found, form = _seen(violation_id), DecisionForm()
    if form.validate() and carry_out(form, commands.decide, me(), found, form.sanction.data, form.words.data):
        return go(_("It is decided, and those concerned are told."), _address(found))
    return _violation(found, form)


@bp.post("/violations/<int:violation_id>/closing")
def close_violation(violation_id: int) -> Response:
    """What was decided has been done."""
    found, form = _seen(violation_id), ClosingForm()
    if form.validate() and carry_out(form, commands.close, me(), found, form.words.data):
        return go(_("The violation is closed."), _address(found))
    return _violation(found, form)
