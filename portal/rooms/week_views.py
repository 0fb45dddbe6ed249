"""The week of one room, and the month of the house."""

from datetime import date, timedelta

from babel.dates import format_date, format_skeleton
from flask import Response, abort, make_response, redirect, request
from sqlalchemy.orm import joinedload

from portal.accounts.session import me
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import babel_locale, local, reader
from portal.rooms import grid, queries, words
from portal.rooms.grid_cells import Pen
from portal.rooms.grid_views import day_named, sort_asked_for, sorts_shown
from portal.rooms.grid_ways import Way
from portal.rooms.hours import load_hours
from portal.rooms.models import Resource, Sort
from portal.rooms.month import loads, weeks_of
from portal.rooms.views import bp
from portal.rooms.week import Day, draw_week, first_day
from portal.web.addresses import record_number
from portal.web.fragments import page

WEEK = timedelta(days=7)


@bp.get("/rooms/<int:room_id>/week/<week>")
def week(room_id: int, week: str) -> Response:
    """What one room, or another thing, is booked for in a week (ISO 8601: 2026-W48), on the reader's clock."""
    found = db.session.get(Resource, room_id, options=[joinedload(Resource.area)]) or abort(404)
    load_hours([found])
    monday, zone, now = _monday(week), reader().zone, clock.now()
    starts_at, ends_at = grid.day_bounds(monday, zone)[0], grid.day_bounds(monday + WEEK, zone)[0]
    blocks = words.veiled(queries.blocks_in(room_id, starts_at, ends_at, me().id), me())
    days = draw_week(found, monday, zone, blocks)
    today = local(now).date()
    on = today if monday <= today < monday + WEEK else monday
    return page(
        "rooms/week.html", block="week", room=found, days=days, pens=_pens(days), monday=monday,
        number=int(week[-2:]), way=Way(on, sort=Sort(found.kind), view=request.args.get("view")), today=today,
        one_week=WEEK, sorts=sorts_shown(), lines=queries.room_lines(None, Sort(found.kind)),
    )


def _pens(days: list[Day]) -> list[Pen]:
    """One for each day: each has an axis of its own, but an id stands once in all."""
    now, written = clock.now(), set[int]()
    return [Pen(day.axis, day.axis.column(now), me().id, written=written) for day in days]


@bp.get("/rooms/week")
def choose_week() -> Response:
    """The little form of that page: go to the week of the room and day chosen."""
    room_id, on = request.args.get("room", type=record_number) or abort(404), day_named(request.args.get("on", ""))
    return make_response(redirect(Way(on, view=request.args.get("view")).week(room_id), 303))


def _monday(week: str) -> date:
    try:
        monday = first_day(week)
    except ValueError:
        abort(404)
    return monday if 1971 <= monday.year < 2199 else abort(404)


@bp.get("/rooms/month/<month>")
def month(month: str) -> Response:
    """How much of each day of a month (2026-11) is booked, of all rooms or what `?kind=` and `?area=ID` say."""
    first, sort, area_id = day_named(f"{month}-01"), sort_asked_for(), request.args.get("area", type=record_number)
    areas = queries.areas_with_hours()
    shown = [area for area in areas if area_id in (None, area.id)]
    if area_id and not shown:
        abort(404)
    lines = queries.room_lines(area_id, sort)
    found = loads(first, reader().zone, shown, lines, area_id, sort)
    today = local(clock.now()).date()
    on = today if (today.year, today.month) == (first.year, first.month) else first
    locale = babel_locale(reader().locale)
    weeks = weeks_of(first)
    return page(
        "rooms/month.html", block="month", first=first, weeks=weeks, loads=found, areas=areas, today=today,
        weekdays=[format_date(day, "ccc", locale=locale) for day in weeks[1] if day],
        name=format_skeleton("yMMMM", first, locale=locale), sorts=sorts_shown(),
        way=Way(on, area_id, sort), before=first - timedelta(days=1), after=first + timedelta(days=31),
        first_line=lines[0].id if lines else None,
    )


@bp.get("/rooms/month")
def choose_month() -> Response:
    """The little form of that page: go to the month and area chosen."""
    on = day_named(f"{request.args.get('month', '')}-01")
    area_id = request.args.get("area", type=record_number)
    return make_response(redirect(Way(on, area_id, sort_asked_for()).month(), 303))
