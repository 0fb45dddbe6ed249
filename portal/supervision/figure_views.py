"""Pages of figures: how departments carry out what was decided, and the resolutions behind each number."""

from typing import Any, TypeVar

from flask import Response, abort, request, url_for

from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.resolutions import policy as resolutions
from portal.resolutions import queries
from portal.resolutions.lights import Light
from portal.resolutions.queries import ANY, OPEN
from portal.resolutions.today import today
from portal.supervision import figures, periods
from portal.supervision.figure_policy import may_issue, may_read_figures
from portal.supervision.figure_words import BASES, COLUMNS, HOW_COUNTED, WHATS, numbers_of
from portal.supervision.figures import Basis, Scope, What
from portal.supervision.views import bp
from portal.web.addresses import record_number
from portal.web.fragments import page
from portal.web.paging import leaf
from portal.web.tables import Row, table_response, wanted_format

Choice = TypeVar("Choice", Basis, What)


@bp.get("/resolutions/figures")
def figure_page() -> Response:
    """How departments stand: `?from=…&until=…&department=…`, this month if nothing is said."""
    scope = _scope()
    found = figures.lines(scope)
    if wanted := wanted_format():
        return _file(found, scope, wanted)
    return page(
        "supervision/figures.html", block="figures", scope=scope, lines=found,
        total=figures.total(found, _("All departments")), departments=_offered(),
        presets=periods.presets(today()), query=query_of(scope), bases=BASES, how=HOW_COUNTED,
        may_issue=may_issue(me()),
    )


def _scope() -> Scope:
    allow(may_read_figures(me()))
    department_id = request.args.get("department", type=record_number)
    return figures.scope_for(me(), periods.asked_for(request.args, today()), department_id)


def _offered() -> list[Any]:
    """The departments that the reader may ask for."""
    headed = resolutions.headed_by(me())
    return [one for one in departments() if resolutions.may_see_all(me()) or one.id in headed]


def query_of(scope: Scope) -> dict[str, Any]:
    """The scope as the arguments of an address."""
    first, last = scope.period
    return {"from": first.isoformat(), "until": last.isoformat(), "department": scope.department_id}


def _file(found: list[figures.Line], scope: Scope, format: str) -> Response:
    columns = (_("Department"), _("Held to"), *(str(one) for one in COLUMNS))
    rows = [(line.name, str(BASES[basis]), *numbers_of(line, basis)) for line in found for basis in Basis]
    return table_response(rows, columns, f"{_('Figures')} {scope.period.first} – {scope.period.last}", format)


# --- The list behind a number ---


@bp.get("/resolutions/figures/list")
def figure_list() -> Response:
    """The resolutions that a number counts: `?what=due|on_time|…&by=original|extended`, as of today."""
    scope, what, basis = _scope(), _one_of(What, "what"), _one_of(Basis, "by")
    query = figures.behind(scope, what, basis)
    if wanted := wanted_format():
        return _list_file(list(db.session.scalars(query)), basis, wanted)
    found = leaf(query, request.args.get("page", 1, type=int))
    return page(
        "supervision/figure_list.html", block="list", leaf=found, scope=scope, what=WHATS[what], basis=BASES[basis],
        is_dated=what not in (What.MISSED, What.EXTENDED), today=scope.today, days_late=_days_late(found.rows, basis),
        hidden_meetings=queries.hidden_meetings(me(), found.rows), query={**query_of(scope), "what": what, "by": basis},
        back=url_for(".figure_page", **{**query_of(scope), "department": request.args.get("of", type=record_number)}),
        board=_board(scope, what, basis),
    )


# What a light of the board comes nearest to; it knows the date that counts only, and what was withdrawn is grey there.
LIGHTS = {What.DUE: ANY, What.OVERDUE: Light.RED, What.RUNNING: OPEN, What.PAUSED: Light.BLUE}


def _board(scope: Scope, what: What, basis: Basis) -> str:
    """Where the board shows about the same, to do something with it; nowhere for what it does not tell apart."""
    if basis is Basis.ORIGINAL or what not in LIGHTS:
        return ""
    return url_for(
        "resolutions.board", light=LIGHTS[what], department=scope.department_id,
        since=scope.period.first.isoformat(), until=scope.period.last.isoformat(),
    )


def _one_of(choices: type[Choice], name: str) -> Choice:
    given = request.args.get(name, next(iter(choices)).value)
    return choices(given) if given in list(choices) else abort(404)


def _days_late(rows: Any, basis: Basis) -> dict[int, int]:
    return {one.id: figures.days_late_of(one, basis, today()) for one in rows}


def _list_file(rows: list[Any], basis: Basis, format: str) -> Response:
    columns = (
        pgettext("in a list", "No."), _("Resolution"), _("Department"), _("Owner"), _("Originally due"), _("Due"),
        _("Reported done"), pgettext("resolution", "Closed"), _("Days late"),
    )
    late = _days_late(rows, basis)
    lines: list[Row] = [
        (one.number, one.heading, one.department.name, one.owner.name, one.original_due_on, one.due_on,
         one.reported_at, one.closed_at, late[one.id])
        for one in rows
    ]
    return table_response(lines, columns, _("Resolutions"), format)
