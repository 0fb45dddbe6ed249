"""The pages of the day grid and its neighbours."""

from datetime import date, timedelta

from flask import Response, abort, make_response, redirect, request, url_for

from portal.accounts.session import me
from portal.core import clock, i18n
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import local, reader
from portal.core.records import load
from portal.rooms import commands, files, grid, policy, queries, words
from portal.rooms.grid_cells import Pen
from portal.rooms.grid_ways import Way
from portal.rooms.models import Sort
from portal.rooms.span_form import SpanForm
from portal.rooms.views import bp
from portal.web.addresses import record_number
from portal.web.fragments import done, page
from portal.web.tables import wanted_format

SORT_WORDS = {
    Sort.ROOM: _l("Rooms"), Sort.VEHICLE: _l("Vehicles"), Sort.EQUIPMENT: _l("Equipment"),
    Sort.INTERPRETER: _l("Interpreters"),
}


@bp.get("/rooms")
def today() -> Response:
    """The day grid of today, under an address that names the day."""
    return make_response(redirect(url_for(".day", day=local(clock.now()).date().isoformat()), code=303))


@bp.get("/rooms/day/<day>")
def day(day: str) -> Response:
    """All rooms, or what `?kind=` says, or those of `?area=ID`, against the hours of one day on the reader's clock."""
    on, sort, area_id = day_named(day), sort_asked_for(), request.args.get("area", type=record_number)
    areas = queries.areas_with_hours()
    shown = [area for area in areas if area_id in (None, area.id)]
    if area_id and not shown:
        abort(404)
    zone, now = reader().zone, clock.now()
    starts_at, ends_at = grid.day_bounds(on, zone)
    blocks = words.veiled(queries.blocks(starts_at, ends_at, area_id, me().id, sort), me())
    drawn = grid.draw(on, zone, shown, queries.room_lines(area_id, sort), blocks)
    if wanted := wanted_format():
        return files.day(drawn, f"{_('Rooms')} {on}", wanted)
    return page(
        "rooms/day.html", block="day", grid=drawn, pen=Pen(drawn.axis, drawn.axis.column(now), me().id), day=on,
        areas=areas, way=Way(on, area_id, sort, request.args.get("view")), now=now, today=local(now).date(),
        one_day=timedelta(days=1), sorts=sorts_shown(), may_manage=policy.may_manage_rooms(me()),
    )


@bp.get("/rooms/day")
def choose_day() -> Response:
    """The grid's own little form, sent without JavaScript: go to the address of what was chosen."""
    area, on = request.args.get("area", type=record_number), day_named(request.args.get("on", ""))
    return make_response(redirect(Way(on, area, sort_asked_for(), request.args.get("view")).day(), 303))


@bp.post("/bookings/<int:booking_id>/span")
def span(booking_id: int) -> Response:
    """Another room or time, as it was moved in a grid; all else stays as it is. The form for it is `change`."""
    found, form = load("booking", booking_id, me()), SpanForm()
    allow(policy.may_change(me(), found))
    if not form.validate():
        abort(400)
    room_id, starts_at, ends_at = form.values()
    commands.move(me(), found, room_id, found.title, starts_at, ends_at, seen=form.seen.data)
    db.session.commit()
    said = _("The booking is now in %(room)s, %(time)s.", room=found.room.name, time=i18n.span(starts_at, ends_at))
    address = url_for(".booking", booking_id=booking_id)
    return done(said, address, changed="bookings", focus=f"booking-{booking_id}")


def day_named(text: str) -> date:
    """The day of an address, YYYY-MM-DD, or 404."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if 1970 < day.year < 2200 else abort(404)


def sort_asked_for() -> Sort:
    """What sort of things is asked for, rooms unless said."""
    try:
        return Sort(request.args.get("kind", Sort.ROOM))
    except ValueError:
        abort(404)


def sorts_shown() -> list[tuple[Sort, object]]:
    """What sorts of things there are to choose from, with their words."""
    found = queries.sorts_in_use()
    return [(sort, words) for sort, words in SORT_WORDS.items() if sort in found]
