"""Pages of reports."""

from datetime import date
from typing import Any, NamedTuple

from babel.dates import get_day_names
from flask import Blueprint, Response, abort, request, url_for

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import babel_locale, local, pgettext, reader
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.reports import queries
from portal.reports.hours import HourOfWeek
from portal.reports.policy import may_read_reports
from portal.reports.queries import Figures
from portal.reports.scope import LONGEST, ONE_DAY, Scope
from portal.rooms.grid_views import sort_asked_for, sorts_shown
from portal.rooms.hours import load_hours
from portal.rooms.models import Area, Booking, Resource
from portal.rooms.month import STEPS
from portal.rooms.policy import may_read
from portal.rooms.queries import areas
from portal.rooms.words import title_for
from portal.web.addresses import record_number
from portal.web.fragments import page
from portal.web.navigation import Place, add_place
from portal.web.paging import leaf
from portal.web.tables import table_response, wanted_format

bp = Blueprint("reports", __name__)
add_place(Place(75, "reports.rooms", _l("Reports"), "chart", may_read_reports))

USUAL_DAYS = 30
WHAT_WORDS = {"booked": _l("Bookings"), "no_shows": _l("Nobody came"), "late": _l("Cancelled late")}


class Use(NamedTuple):
    """A line of the report: something that can be booked, its figures, and how long it was open, in minutes."""

    resource: Resource
    figures: Figures
    open: int


class Heat(NamedTuple):
    """How many hundredths of an hour of the weekday are booked, and in which of five steps it is coloured."""

    percent: int | None
    step: int


@bp.get("/reports/rooms")
def rooms() -> Response:
    """How rooms, or what `?kind=` says, are used: each, by hour of the weekday, and by department."""
    allow(may_read_reports(me()))
    scope, houses = _scope()
    wanted = wanted_format()
    if wanted:
        return _file(scope, request.args.get("table", "rooms"), wanted)
    room = next((one for one in scope.resources if one.id == request.args.get("room", type=record_number)), None)
    return page(
        "reports/rooms.html", block="report", scope=scope, areas=houses, sorts=sorts_shown(), uses=_uses(scope),
        departments=queries.by_department(scope), room=room, heat=_heat(scope, room), weekdays=_weekdays(),
        spans=[(days, scope.last - (days - 1) * ONE_DAY) for days in (30, 90)], query=_query(scope),
    )


def _scope() -> tuple[Scope, list[Area]]:
    """What the address asks for; the areas too, for the form. Two statements, and one for hours."""
    houses = list(areas())
    area_id = request.args.get("area", type=record_number)
    area = next((one for one in houses if one.id == area_id), None) if area_id else None
    if area_id and area is None:
        abort(404)
    today = local(clock.now()).date()
    last = _day("until") or today
    first = min(_day("from") or last - (USUAL_DAYS - 1) * ONE_DAY, last)
    found = queries.resources(sort_asked_for(), area)
    load_hours(found)
    return Scope(max(first, last - LONGEST), last, sort_asked_for(), area, found), houses


def _day(name: str) -> date | None:
    text = request.args.get(name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        abort(404)
    return day if day is None or 1971 < day.year < 2199 else abort(404)


def _query(scope: Scope, **more: Any) -> dict[str, Any]:
    """The scope as the arguments of an address."""
    area = scope.area.id if scope.area else None
    return {"from": scope.first.isoformat(), "until": scope.last.isoformat(), "area": area, "kind": scope.sort, **more}


def _uses(scope: Scope) -> list[Use]:
    """A line for each that is in use, or was used."""
    figures = queries.by_resource(scope)
    return [
        Use(one, figures.get(one.id, Figures()), scope.hours.by_resource[one.id])
        for one in scope.resources
        if one.retired_at is None or one.id in figures
    ]


def _heat(scope: Scope, room: Resource | None) -> dict[int, list[Heat]]:
    """For each hour that is open or booked, Monday to Sunday."""
    shown = Scope(scope.first, scope.last, scope.sort, scope.area, [room]) if room else scope
    booked, opened = queries.by_hour(shown, room.id if room else None), shown.hours.by_hour
    hours = sorted({hour for _weekday, hour in (*booked, *opened)})
    return {
        hour: [_share(booked[weekday, hour], opened[weekday, hour]) for weekday in range(7)]
        for hour in range(hours[0], hours[-1] + 1)
    } if hours else {}


def _share(booked: int, opened: int) -> Heat:
    if not opened:
        return Heat(None, 5 if booked else 0)
    return Heat(round(100 * booked / opened), sum(booked / opened > step for step in STEPS))


def _weekdays() -> list[str]:
    names = get_day_names("abbreviated", locale=babel_locale(reader().locale))
    return [names[weekday] for weekday in range(7)]


# --- Files ---


def _file(scope: Scope, table: str, format: str) -> Response:
    rest = (_("Bookings"), _("Hours booked"), _("Nobody came"), _("Cancelled late"))
    name = f"{_('Use')} {scope.first} – {scope.last}"
    if table == "departments":
        rows = [(label or _("Without department"), *_numbers(one)) for _id, label, one in queries.by_department(scope)]
        return table_response(rows, (_("Department"), *rest), name, format)
    if table == "hours":
        shares = [(f"{hour:02}:00", *(heat.percent for heat in row)) for hour, row in _heat(scope, None).items()]
        return table_response(shares, (_("Hour"), *_weekdays()), name, format)
    if table != "rooms":
        abort(404)
    lines = [
        (use.resource.name, use.resource.area.name, *_numbers(use.figures), round(use.open / 60, 2))
        for use in _uses(scope)
    ]
    return table_response(lines, (pgettext("of a thing", "Name"), _("Area"), *rest, _("Hours open")), name, format)


def _numbers(figures: Figures) -> tuple[int, float, int, int]:
    return figures.bookings, round(figures.minutes / 60, 2), figures.no_shows, figures.late


# --- The list behind a number ---


@bp.get("/reports/rooms/bookings")
def bookings() -> Response:
    """The bookings that a number counts: `?what=booked|no_shows|late`, of a `room`, a `department`, an `hour`."""
    allow(may_read_reports(me()))
    scope, _houses = _scope()
    what = request.args.get("what", "booked")
    if what not in WHAT_WORDS:
        abort(404)
    room_id, department_id = request.args.get("room", type=record_number), request.args.get("department", type=int)
    query = queries.bookings(scope, what, room_id, department_id, _hour())
    if wanted := wanted_format():
        return _list_file(query, wanted)
    return page(
        "reports/bookings.html", block="list", leaf=leaf(query, request.args.get("page", 1, type=int)),
        whose=_whose, what=WHAT_WORDS[what], scope=scope, back=url_for(".rooms", **_query(scope)),
    )


def _whose(booking: Booking) -> tuple[str, str]:
    """The owner and their department, as far as the reader may know: of a private booking, neither."""
    if not may_read(me(), booking):
        return "", ""
    department = booking.owner.department
    return booking.owner.name, department.name if department else ""


def _hour() -> HourOfWeek | None:
    """`?hour=2-14` is Wednesday from 14 to 15 o'clock."""
    weekday, _dash, hour = request.args.get("hour", "").partition("-")
    if not (weekday.isdecimal() and hour.isdecimal()):
        return None
    return (int(weekday), int(hour)) if int(weekday) < 7 and int(hour) < 24 else abort(404)


def _list_file(query: Any, format: str) -> Response:
    columns = (_("What for"), _("Room"), _("From"), _("Until"), _("Whose"), _("Department"), _("Cancelled"))
    rows = [
        (title_for(one, me()), one.room.name, one.starts_at, one.ends_at, *_whose(one), one.cancelled_at)
        for one in db.session.scalars(query)
    ]
    return table_response(rows, columns, _("Bookings"), format)
