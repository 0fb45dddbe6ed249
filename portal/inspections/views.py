"""Pages of inspections: the register, planning, and the form that is filled in; the modules beside this add theirs."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.accounts.naming import label_of, person_meant, suggested
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.inspections import commands, policy, queries, registers
from portal.inspections.forms import ChangeForm, HoldForm, LineForm, PlanForm
from portal.inspections.models import Inspection, InspectionLine
from portal.inspections.names import FINDING_STATES, INSPECTION_STATES, RESULTS, SCOPES, STATE_ICONS
from portal.inspections.words import finding_title, title_of
from portal.regulations.profiles import Text
from portal.regulations.queries import profiles_in_force
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page, wants_fragment

bp = Blueprint("inspections", __name__)
LOOKING_BACK = timedelta(days=180)


@bp.get("/inspections")
def inspections() -> Response:
    """The inspections that I may see."""
    wanted, titles = registers.asked_for(INSPECTION_STATES), registers.titles()
    columns = {
        _("Number"): lambda one: one.number,
        _("Title"): lambda one: one.title,
        _("What is looked into"): lambda one: str(SCOPES[one.scope]),
        _("Regulation"): lambda one: titles.get(one.profile, _("All regulations")),
        _("Department"): lambda one: one.department.name if one.department else _("All departments"),
        _("From"): lambda one: one.starts_on, _("Until"): lambda one: one.ends_on, _("Due"): lambda one: one.due_on,
        _("Inspector"): lambda one: one.inspector.name,
        _("State"): lambda one: str(INSPECTION_STATES[queries.state_of(one)]),
    }
    return registers.register(
        "inspections/inspections.html", "inspections", queries.inspections(me(), wanted), wanted, INSPECTION_STATES,
        columns, _("Inspections"), may_plan=policy.may_plan_any(me()), state_of=queries.state_of, icons=STATE_ICONS,
        SCOPES=SCOPES,
    )


@bp.get("/inspections/colleagues")
def colleagues() -> Response:
    """The names that what is typed may mean, for the list below the field."""
    words = request.args.get("inspector") or request.args.get("person") or ""
    return make_response(render_template("rooms/_colleagues.html", people=suggested(words[:100])))


@bp.route("/inspections/new", methods=["GET", "POST"])
def new_inspection() -> Response:
    """Plan one."""
    allow(policy.may_plan_any(me()))
    today = accounts.house_today()
    form = PlanForm(
        inspector=label_of(me()), starts_on=today - LOOKING_BACK, ends_on=today, due_on=today + timedelta(days=28)
    )
    form.offer(list(profiles_in_force().values()), accounts.departments())
    if form.validate_on_submit():
        made = carry_out(form, _plan, form)
        if made is not None:
            return go(_("The inspection is planned. Its form is ready."), address_of(made))
    return page("inspections/new.html", block="form", form=form)


def _plan(form: PlanForm) -> Inspection:
    names = ("scope", "profile", "starts_on", "ends_on", "department_id")
    return commands.plan(me(), **{name: form[name].data for name in names}, **_agreed(form))


def _agreed(form: ChangeForm) -> dict[str, Any]:
    """What may still change of a plan. Raises DomainError for a name that means nobody, or several."""
    return {
        "title": form.title.data, "due_on": form.due_on.data, "repeat_months": form.repeat_months.data,
        "inspector": person_named(form.inspector.data, "inspector"),
    }


def person_named(words: str, field: str) -> Person:
    person = person_meant(words, field)
    if person is None:
        raise DomainError(_("Please fill this in."), field)
    return person


def address_of(inspection: Inspection) -> str:
    return url_for("inspections.inspection", inspection_id=inspection.id)


def seen(inspection_id: int) -> Inspection:
    """The inspection with its form and findings, if I may see it; raises Missing if not."""
    found = queries.whole(inspection_id)
    if found is None or not policy.may_see(me(), found):
        raise Missing(_("There is no such record."))
    return found


# --- One inspection ---


@bp.get("/inspections/<int:inspection_id>")
def inspection(inspection_id: int) -> Response:
    """One inspection: its form, findings, and verdict."""
    return _inspection(seen(inspection_id))


def _inspection(found: Inspection, form: Form | None = None, *, holding: HoldForm | None = None) -> Response:
    may_hold = policy.may_hold(me(), found)
    measures = queries.measures_of([finding.id for finding in found.findings])
    return page(
        "inspections/inspection.html", block="inspection", form=form, inspection=found,
        holding=holding or HoldForm(formdata=None), state=queries.state_of(found), states=INSPECTION_STATES,
        icons=STATE_ICONS, SCOPES=SCOPES, RESULTS=RESULTS, FINDING_STATES=FINDING_STATES, titled=titled,
        finding_states={one.id: queries.finding_state(one, measures.get(one.id, [])) for one in found.findings},
        finding_title=finding_title, may_fill=may_hold and found.held_at is None,
        may_find=may_hold and found.closed_at is None,
        may_change=policy.may_plan(me(), found.profile) and found.held_at is None,
        regulation=registers.titles().get(found.profile), found_clauses={one.clause for one in found.findings},
    )


def titled(line: InspectionLine) -> Text:
    """The title of a line in the reader's language, with the other script."""
    return Text(**line.titles)


@bp.post("/inspections/<int:inspection_id>/lines/<int:line_id>")
def fill_in(inspection_id: int, line_id: int) -> Response:
    """What was seen of one line. Answers how it stands now, so that what is being typed stays."""
    found = seen(inspection_id)
    line = next((one for one in found.lines if one.id == line_id), None)
    if line is None:
        raise Missing(_("There is no such record."))
    form = LineForm()
    is_done = form.validate() and carry_out(
        form, commands.fill_in, me(), line, form.result.data, form.words.data
    )
    if not is_done and not wants_fragment():
        return _inspection(found, form)
    if not wants_fragment():
        return go(_("It is written down."), f"{address_of(found)}#line-{line_id}")
    return page(
        "inspections/line.html", block="line_state", form=form, line=line, inspection=found, is_saved=is_done,
        found_clauses={one.clause for one in found.findings},
    )


@bp.post("/inspections/<int:inspection_id>/holding")
def hold(inspection_id: int) -> Response:
    """Sign what was seen."""
    found, form = seen(inspection_id), HoldForm()
    if form.validate() and carry_out(form, commands.hold, me(), found, form.verdict.data):
        return go(_("The inspection is held. Its form stays as it is."), address_of(found))
    return _inspection(found, form, holding=form)


@bp.route("/inspections/<int:inspection_id>/plan", methods=["GET", "POST"])
def change(inspection_id: int) -> Response:
    """Plan it otherwise."""
    found = seen(inspection_id)
    allow(policy.may_plan(me(), found.profile))
    form = ChangeForm(
        title=found.title, due_on=found.due_on, repeat_months=found.repeat_months, inspector=label_of(found.inspector)
    )
    if form.validate_on_submit() and carry_out(form, _change, found, form):
        return go(_("The plan is changed."), address_of(found))
    return page("inspections/change.html", block="form", form=form, inspection=found, title=title_of(found))


def _change(found: Inspection, form: ChangeForm) -> Inspection:
    return commands.change(me(), found, **_agreed(form))
