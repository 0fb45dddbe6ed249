"""Pages of findings: the register, writing one down, and its way through cause, measure and effect."""

from typing import Any

from flask import Response, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.core.records import load
from portal.inspections import findings as commands
from portal.inspections import policy, queries, registers
from portal.inspections.forms import CauseForm, EffectForm, FindingForm
from portal.inspections.models import Finding, Inspection
from portal.inspections.names import FINDING_STATES, STATE_ICONS
from portal.inspections.views import bp, seen
from portal.inspections.words import finding_title
from portal.meetings import policy as meetings
from portal.resolutions.forms import DutyForm
from portal.resolutions.queries import hidden_from
from portal.resolutions.today import today
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page


@bp.get("/findings")
def findings() -> Response:
    """The findings that I may see, open ones first."""
    states = {"open": _("Open"), "closed": FINDING_STATES["closed"]}
    wanted = registers.asked_for(states)
    query = queries.findings(me(), wanted)
    columns = {
        _("Inspection"): lambda one: one.inspection.number, _("Clause"): lambda one: one.clause,
        _("Department"): lambda one: one.department.name, _("What was found"): lambda one: one.words,
        _("What caused it"): lambda one: one.cause, _("What was seen of the effect"): lambda one: one.effect,
        _("Found"): lambda one: one.found_at, pgettext("inspection", "Closed"): lambda one: one.closed_at,
    }
    return registers.register(
        "inspections/findings.html", "findings", query, wanted, states, columns, _("Findings"),
        standings=_standings, icons=STATE_ICONS, FINDING_STATES=FINDING_STATES, finding_title=finding_title,
    )


def _standings(rows: list[Finding]) -> dict[int, str]:
    """How far each of these is. One statement."""
    measures = queries.measures_of([one.id for one in rows])
    return {one.id: queries.finding_state(one, measures.get(one.id, [])) for one in rows}


@bp.route("/inspections/<int:inspection_id>/findings/new", methods=["GET", "POST"])
def new_finding(inspection_id: int) -> Response:
    """Write down what is wrong; `?line=…` begins with what was seen of that line."""
    found = seen(inspection_id)
    allow(policy.may_hold(me(), found))
    form = FindingForm(**_of_line(found))
    form.offer(
        accounts.departments(), queries.meetings_between(me(), found.starts_on, found.ends_on),
        queries.showing_bodies(),
    )
    if form.validate_on_submit():
        made = carry_out(
            form, commands.find, me(), found, said=form.words.data, cause=form.cause.data,
            **{name: form[name].data for name in ("clause", "department_id", "meeting_id", "body_id")},
        )
        if made is not None:
            return go(_("The finding is written down."), _address(made))
    return page(
        "inspections/new_finding.html", block="form", form=form, inspection=found,
        clauses=registers.clause_titles(),
    )


def _of_line(inspection: Inspection) -> dict[str, Any]:
    number = request.args.get("line", type=record_number)
    line = next((one for one in inspection.lines if one.id == number), None)
    begun = {"clause": line.clause, "words": line.words} if line else {}
    return {**begun, "department_id": inspection.department_id}


def _address(finding: Finding) -> str:
    return url_for("inspections.finding", finding_id=finding.id)


def _seen(finding_id: int) -> Finding:
    found: Finding = load("finding", finding_id, me())
    return found


@bp.get("/findings/<int:finding_id>")
def finding(finding_id: int) -> Response:
    """One finding on its way to the end."""
    return _finding(_seen(finding_id))


def _finding(found: Finding, *, cause: CauseForm | None = None, effect: EffectForm | None = None) -> Response:
    measures = queries.measures_of([found.id]).get(found.id, [])
    is_open, may_hold = found.closed_at is None, policy.may_hold(me(), found.inspection)
    shown: Form | None = cause or effect
    return page(
        "inspections/finding.html", block="finding", form=shown, finding=found, measures=measures, today=today(),
        hidden=hidden_from(me(), [one.id for one in measures]), state=queries.finding_state(found, measures),
        states=FINDING_STATES, icons=STATE_ICONS, title=finding_title(found),
        cause_form=cause or CauseForm(formdata=None, cause=found.cause),
        effect_form=effect or EffectForm(formdata=None),
        may_explain=is_open and policy.may_explain(me(), found), may_hold=is_open and may_hold,
        meeting=found.meeting if found.meeting and meetings.may_see(me(), found.meeting) else None,
        clause=registers.clause_of(found.clause), violations=queries.violations_of_finding(found.id),
        may_record=policy.may_record(me()), may_see_violation=policy.may_see_violation,
        may_see_inspection=policy.may_see(me(), found.inspection),
    )


@bp.post("/findings/<int:finding_id>/cause")
def explain(finding_id: int) -> Response:
    """What caused it."""
    found, form = _seen(finding_id), CauseForm()
    if form.validate() and carry_out(form, commands.explain, me(), found, form.cause.data):
        return go(_("The cause is written down."), _address(found))
    return _finding(found, cause=form)


@bp.post("/findings/<int:finding_id>/effect")
def close(finding_id: int) -> Response:
    """What was seen of the effect: with it the finding is closed."""
    found, form = _seen(finding_id), EffectForm()
    if form.validate() and carry_out(form, commands.close, me(), found, form.effect.data):
        return go(_("The finding is closed."), _address(found))
    return _finding(found, effect=form)


@bp.route("/findings/<int:finding_id>/measure", methods=["GET", "POST"])
def lay_down(finding_id: int) -> Response:
    """Lay down what is to be done about it, by whom and until when."""
    found = _seen(finding_id)
    allow(policy.may_hold(me(), found.inspection))
    form = DutyForm(department_id=found.department_id)
    form.offer_duty(accounts.departments(), accounts.everybody(), today())
    if form.validate_on_submit():
        made = carry_out(form, lambda: commands.lay_down(me(), found, form.duty()))
        if made is not None:
            return go(_("The measure is laid down, and its owner is told."), _address(found))
    return page("inspections/measure.html", block="form", form=form, finding=found, title=finding_title(found))
