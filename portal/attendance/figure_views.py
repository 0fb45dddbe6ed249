"""Pages of figures: attendance by meeting, department and person, and the list behind each number."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, request, url_for

from portal.accounts.queries import departments
from portal.accounts.session import me
from portal.attendance import figures, policy
from portal.attendance.figures import GUESTS, Scope
from portal.attendance.views import bp
from portal.attendance.words import STATES
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import local, pgettext, reader
from portal.rooms.grid import day_bounds
from portal.web.addresses import record_number
from portal.web.fragments import page
from portal.web.tables import table_response, wanted_format

USUAL_DAYS = 90
ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=1100)
WHAT_WORDS = {
    "asked": _l("Asked to come"), "attended": _l("Came"), "late": _l("Came late"), "excused": _l("Absent with leave"),
    "absent": _l("Absent without leave"),
}
BY_WORDS = {"meeting": _l("By meeting"), "department": _l("By department"), "person": _l("By person")}


@bp.get("/attendance")
def statistics() -> Response:
    """Who came: `?by=` meeting, department or person, within a period; each sees what they may."""
    scope = _scope()
    by = request.args.get("by") or ("meeting" if policy.reads_all(me()) or not policy.compares(me()) else "person")
    if by not in BY_WORDS:
        abort(404)
    if wanted := wanted_format():
        return _table_file(scope, by, wanted)
    return page(
        "attendance/statistics.html", block="statistics", scope=scope, by=by, ways=BY_WORDS,
        table=figures.table(scope, by, request.args.get("page", 1, type=int)), total=figures.total(scope),
        departments=departments() if policy.reads_all(me()) else [], query=_query(scope), named=named,
        compares=policy.compares(me()), spans=[(days, scope.last - (days - 1) * ONE_DAY) for days in (30, 90, 365)],
    )


@bp.get("/attendance/list")
def listed() -> Response:
    """Those whom a number counts: `?what=`, of a `meeting`, a `department`, a `person`."""
    scope, what = _scope(), request.args.get("what", "asked")
    if what not in WHAT_WORDS:
        abort(404)
    if wanted := wanted_format():
        return _list_file(scope, what, wanted)
    return page(
        "attendance/list.html", block="list", scope=scope, what=WHAT_WORDS[what], head=me(), named=named,
        leaf=figures.listed(scope, what, request.args.get("page", 1, type=int)), policy=policy,
        back=url_for(".statistics", **{**_query(scope), "meeting": None, "person": None, "by": request.args.get("by")}),
    )


def named(by: str, id: int, name: str) -> str:
    """What a line is called that has no name of its own."""
    if name:
        return name
    if by == "department":
        return _("Guests from outside") if id == GUESTS else _("Without department")
    return pgettext("a gathering", "Meeting")


def _scope() -> Scope:
    """What the address asks for."""
    today = local(clock.now()).date()
    last = _day("until") or today
    first = max(min(_day("from") or last - (USUAL_DAYS - 1) * ONE_DAY, last), last - LONGEST)
    zone = reader().zone
    department = request.args.get("department", type=int)
    if department is not None and not GUESTS <= department < 2**31:
        abort(404)
    return Scope(
        me(), first, last, day_bounds(first, zone)[0], day_bounds(last, zone)[1], department,
        request.args.get("meeting", type=record_number), request.args.get("person", type=record_number),
    )


def _day(name: str) -> date | None:
    text = request.args.get(name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        abort(404)
    return day if day is None or 1971 < day.year < 2199 else abort(404)


def _query(scope: Scope) -> dict[str, Any]:
    """The scope as the arguments of an address."""
    return {
        "from": scope.first.isoformat(), "until": scope.last.isoformat(), "department": scope.department,
        "meeting": scope.meeting, "person": scope.person,
    }


def _table_file(scope: Scope, by: str, format: str) -> Response:
    beside = {"meeting": _("When"), "department": "", "person": _("Department")}[by]
    heads = [str(BY_WORDS[by]), *([beside] if beside else []), *map(str, WHAT_WORDS.values()), _("Percent")]
    rows = [
        (named(by, row.id, row.name), *([row.beside] if beside else []), *row.figures, row.figures.percent)
        for row in figures.table(scope, by, None).rows
    ]
    return table_response(rows, heads, f"{_('Attendance')} {scope.first} – {scope.last}", format)


def _list_file(scope: Scope, what: str, format: str) -> Response:
    heads = (
        _("When"), pgettext("a gathering", "Meeting"), _("Name"), _("Department"), _("Attendance"), _("Arrived"),
        _("Reason"), _("Follow-up"),
    )
    rows = [
        (one.starts_at, named("meeting", one.meeting_id, one.meeting), one.name, one.unit, STATES[one.state],
         one.arrived_at, one.reason, one.follow_up)
        for one in figures.listed(scope, what, None).rows
    ]
    return table_response(rows, heads, str(WHAT_WORDS[what]), format)
