"""The annual plan: the year with its entries, its versions, and planned against held."""

from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, Response, abort, redirect, request, url_for

from portal.accounts.queries import house_today
from portal.accounts.session import me
from portal.approvals import queries as cases
from portal.core.access import allow
from portal.core.i18n import babel_locale, pgettext, plain_day, reader
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.planning import balance, commands, policy, queries, versions
from portal.planning.forms import PlanForm, SubmitForm
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion
from portal.web.forms import Form
from portal.web.fragments import carry_out, go, page
from portal.web.tables import table_response, wanted_format

bp = Blueprint("planning", __name__)


@bp.app_template_filter("iso_day")
def iso_day(day: str) -> str:
    """A day as a version's content keeps it: `21 Nov 2026`."""
    return plain_day(date.fromisoformat(day))


@bp.app_template_filter("month")
def month(day: date) -> str:
    """`November 2026` or `2026年11月`."""
    return format_skeleton("yMMMM", day, locale=babel_locale(reader().locale))


BY_MONTH, BY_DEPARTMENT = "month", "department"
MONTHS = range(1, 13)


@bp.get("/plan")
def index() -> Response:
    """The plan of this year, or of the one that was opened last."""
    allow(policy.may_see(me()))
    known, this = queries.years(), house_today().year
    return redirect(url_for(".year", year=this if this in known or not known else known[0]))  # type: ignore[return-value]


def _plan(year: int) -> AnnualPlan:
    return queries.plan_of(year) or abort(404)


@bp.get("/plan/<int:year>")
def year(year: int) -> Response:
    """What is planned for the year, by month or department: `?by=`; also as a file."""
    return _year(year)


def _year(number: int, form: Form | None = None) -> Response:
    allow(policy.may_see(me()))
    if not commands.FIRST_YEAR <= number <= commands.LAST_YEAR:
        abort(404)
    plan = queries.plan_of(number)
    own = None if policy.may_see_all(me()) else me().department_id
    entries = queries.entries_of(plan, own) if plan else []
    if plan and (file := wanted_format()):
        return _file(plan, entries, file)
    by = BY_DEPARTMENT if request.args.get("by") == BY_DEPARTMENT else BY_MONTH
    return page(
        "planning/year.html", block="plan", year=number, plan=plan, years=queries.years(), by=by,
        groups=_grouped([one for one in entries if one.dropped_at is None], by),
        dropped=[one for one in entries if one.dropped_at is not None],
        drawn=queries.drawn_from([one.id for one in entries], me()), may_keep=policy.may_keep(me()),
        may_enter=plan is not None and policy.may_enter_some(me(), plan, house_today()),
        may_see_all=policy.may_see_all(me()), form=form or PlanForm(formdata=None, obj=plan),
        **_standing(plan, entries),
    )


def _grouped(entries: list[PlanEntry], by: str) -> list[tuple[Any, list[PlanEntry]]]:
    """By the first day of the month, or by department."""
    def key(entry: PlanEntry) -> Any:
        return entry.department.name if by == BY_DEPARTMENT else entry.planned_on.replace(day=1)

    return [(name, list(group)) for name, group in groupby(sorted(entries, key=key), key)]


def _standing(plan: AnnualPlan | None, entries: Any) -> dict[str, Any]:
    """Which version is in force, which waits, and how many entries differ from what is in force."""
    if plan is None or not policy.may_see_all(me()):
        return {"current": None, "last": None, "last_case": None, "changes": []}
    known = queries.versions_of(plan)
    states = cases.last_cases(versions.KIND, [one.id for one in known])
    current = versions.in_force(known, states)
    changes = versions.differences(current.content, versions.content_of(entries)) if current else []
    last = known[0] if known else None
    return {"current": current, "last": last, "last_case": states.get(last.id) if last else None, "changes": changes}


def _file(plan: AnnualPlan, entries: Any, format: str) -> Response:
    columns = (*(str(versions.LABELS[name]) for name in versions.FIELDS), _("Dropped because"))
    rows = [
        (
            one.planned_on, one.department.name, one.theme, one.kind.name if one.kind else "", one.purpose, one.place,
            one.participants, one.size, float(one.budget) if one.budget is not None else None, one.drop_reason,
        )
        for one in entries
    ]
    return table_response(rows, columns, _("Annual plan %(year)s", year=plan.year), format)


@bp.post("/plan/<int:year>")
def opening(year: int) -> Response:
    """Open the plan of the year, or say until when departments enter."""
    form, plan = PlanForm(), queries.plan_of(year)
    if form.validate():
        if plan is None:
            done = carry_out(form, commands.open_plan, me(), year, form.entries_by.data)
        else:
            done = carry_out(form, commands.set_entries_by, me(), plan, form.entries_by.data)
        if done:
            return go(_("The plan is open; the heads of departments enter.") if plan is None else _("Saved."),
                      url_for(".year", year=year))
    return _year(year, form)


# --- Versions ---


@bp.route("/plan/<int:year>/submission", methods=["GET", "POST"])
def submission(year: int) -> Response:
    """Submit the plan as it stands, with what differs from the one in force."""
    allow(policy.may_keep(me()))
    plan, form = _plan(year), SubmitForm()
    if form.validate_on_submit():
        made = carry_out(form, versions.submit, me(), plan, form.reason.data)
        if made:
            return go(_("The plan is submitted; those who approve are asked."), url_for(".version", version_id=made.id))
    entries = queries.entries_of(plan)
    stand = _standing(plan, entries)
    form.reason.flags.required = stand["last"] is not None
    return page(
        "planning/submission.html", block="form", plan=plan, form=form, labels=versions.LABELS,
        count=sum(one.dropped_at is None for one in entries), **stand,
    )


@bp.get("/plan/<int:year>/versions")
def version_list(year: int) -> Response:
    """All versions of the plan, the last first."""
    allow(policy.may_see_all(me()))
    plan = _plan(year)
    known = queries.versions_of(plan)
    states = cases.last_cases(versions.KIND, [one.id for one in known])
    return page(
        "planning/versions.html", block="versions", plan=plan, versions=known, states=states,
        current=versions.in_force(known, states),
    )


@bp.get("/plan/versions/<int:version_id>")
def version(version_id: int) -> Response:
    """One version, and what it has otherwise than the one before: `?against=` names another by its number."""
    found: PlanVersion = load(versions.KIND, version_id, me())
    known = queries.versions_of(found.plan)
    wanted = request.args.get("against", found.number - 1, type=int)
    other = next((one for one in known if one.number == wanted and one.id != found.id), None)
    states = cases.last_cases(versions.KIND, [one.id for one in known])
    return page(
        "planning/version.html", block="version", version=found, plan=found.plan, known=known, other=other,
        case=states.get(found.id), current=versions.in_force(known, states), labels=versions.LABELS,
        changes=versions.differences(other.content, found.content) if other else [],
    )


# --- Planned against held ---


@bp.get("/plan/<int:year>/balance")
def balance_page(year: int) -> Response:
    """What was planned against what was held, by department and month; also as a file."""
    allow(policy.may_see_all(me()))
    plan = _plan(year)
    found = balance.balance_of(plan, me())
    if file := wanted_format():
        return _balance_file(plan, found, file)
    return page(
        "planning/balance.html", block="balance", plan=plan, balance=found, whats=balance.What, months=MONTHS,
        first_of=lambda month: date(plan.year, month, 1),
    )


def _balance_file(plan: AnnualPlan, found: balance.Balance, format: str) -> Response:
    columns = (
        _("Department"), _("Month"), _("Planned"), _("Made into meetings"), pgettext("plan", "Held"), _("Cancelled"),
        _("Outside the plan"),
    )
    rows = [
        (line.name, month, *(counts[what] for what in balance.What))
        for line in found.lines for month, counts in sorted(line.months.items())
    ]
    return table_response(rows, columns, _("Planned against held %(year)s", year=plan.year), format)
