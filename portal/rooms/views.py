"""Pages of rooms and bookings."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import local, reader
from portal.core.records import load
from portal.rooms import commands, grid, policy, queries
from portal.rooms.forms import BookingForm
from portal.rooms.models import Booking, Room
from portal.web.addresses import own_address, record_number
from portal.web.forms import instant_from
from portal.web.fragments import carry_out, done, go, page
from portal.web.paging import leaf

bp = Blueprint("rooms", __name__)

USUAL_LENGTH = timedelta(hours=1)


@bp.get("/rooms")
def today() -> Response:
    """The day grid of today, under an address that names the day."""
    return make_response(redirect(url_for(".day", day=local(clock.now()).date().isoformat()), code=303))


@bp.get("/rooms/day/<day>")
def day(day: str) -> Response:
    """All rooms, or those of `?area=ID`, against the hours of one day on the reader's clock."""
    on = _day(day)
    area_id = request.args.get("area", type=record_number)
    areas = queries.areas()
    shown = [area for area in areas if area_id in (None, area.id)]
    if area_id and not shown:
        abort(404)
    zone, now = reader().zone, clock.now()
    starts_at, ends_at = grid.day_bounds(on, zone)
    blocks = queries.blocks(starts_at, ends_at, area_id)
    drawn = grid.draw(on, zone, now, shown, queries.room_lines(area_id), blocks)
    return page(
        "rooms/day.html", block="day", grid=drawn, day=on, areas=areas, area_id=area_id, now=now,
        view=request.args.get("view"), today=local(now).date(), one_day=timedelta(days=1),
        new_address=url_for(".new_booking"), booking_address=url_for(".mine") + "/",
        room_address=url_for(".today") + "/",
    )


@bp.get("/rooms/<int:room_id>")
def room(room_id: int) -> Response:
    """One room: where it is, what it offers, and what it is booked for in the days ahead."""
    found = db.session.get(Room, room_id) or abort(404)
    bookings = leaf(queries.bookings_in(room_id), request.args.get("page", 1, type=int))
    return page("rooms/room.html", block="content", room=found, leaf=bookings)


@bp.get("/rooms/day")
def choose_day() -> Response:
    """The grid's own little form, sent without JavaScript: go to the address of what was chosen."""
    area, view = request.args.get("area", type=record_number), request.args.get("view") or None
    return make_response(redirect(url_for(".day", day=_day(request.args.get("on", "")), area=area, view=view), 303))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if 1970 < day.year < 2200 else abort(404)


@bp.route("/bookings/new", methods=["GET", "POST"])
def new_booking() -> Response:
    """Book a room: `?room=ID&start=YYYY-MM-DDTHH:MM` fills in what was chosen in the grid."""
    form = BookingForm(**_suggested(), back=request.args.get("back", ""))
    form.offer(queries.room_choices())
    ways_out = None
    if request.method == "POST":
        _take_way_out(form)
        if form.validate():
            booking = carry_out(form, commands.book, me(), *form.values())
            if booking:
                words = _("%(room)s is booked for you.", room=form.room_name)
                back = own_address(form.back.data, _day_of(booking))
                return done(words, back, changed="bookings", focus=f"booking-{booking.id}")
            ways_out = _ways_out(form)
    return page("rooms/new_booking.html", block="form", form=form, ways_out=ways_out)


def _suggested() -> dict[str, Any]:
    """What was chosen, or the next half hour; an hour long if the room is free for it."""
    room_id = request.args.get("room", type=record_number)
    try:
        starts_at = instant_from(datetime.strptime(request.args.get("start", ""), "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except (ValueError, OverflowError):
        starts_at = _next_half_hour(clock.now())
    ends_at = starts_at + USUAL_LENGTH
    if room_id is not None:
        ends_at = queries.free_until(room_id, starts_at, ends_at)
    return {"room_id": room_id, "starts_at": starts_at, "ends_at": ends_at}


def _next_half_hour(now: datetime) -> datetime:
    return now + timedelta(seconds=-now.timestamp() % 1800)


def _take_way_out(form: BookingForm) -> None:
    """A button beside the refusal puts another room or time into the form: `ROOM/START/END` on the reader's clock."""
    room, _slash, times = request.form.get("way_out", "").partition("/")
    starts_at, _slash, ends_at = times.partition("/")
    if ends_at:
        form.process(MultiDict({**request.form, "room_id": room, "starts_at": starts_at, "ends_at": ends_at}))


def _ways_out(form: BookingForm, moving: int | None = None) -> queries.WaysOut | None:
    if not isinstance(form.refusal, commands.RoomTaken):
        return None
    room_id, _title, starts_at, ends_at = form.values()
    return queries.ways_out(db.session.get_one(Room, room_id), starts_at, ends_at, moving)


def _day_of(booking: Booking) -> str:
    return url_for(".day", day=local(booking.starts_at).date().isoformat(), _anchor=f"booking-{booking.id}")


@bp.get("/bookings")
def mine() -> Response:
    """My bookings that have not ended."""
    found = leaf(queries.bookings_of(me().id), request.args.get("page", 1, type=int))
    return page("rooms/mine.html", block="bookings", leaf=found)


@bp.get("/bookings/<int:booking_id>")
def booking(booking_id: int) -> Response:
    """One booking: what, where, when, whose; what can be done with it, and its log."""
    found = load("booking", booking_id, me())
    return page("rooms/booking.html", block="content", booking=found, may_change=policy.may_change(me(), found))


@bp.route("/bookings/<int:booking_id>/change", methods=["GET", "POST"])
def change(booking_id: int) -> Response:
    """Another title, room or time."""
    found = load("booking", booking_id, me())
    allow(policy.may_change(me(), found))
    form = BookingForm(
        title=found.title, room_id=found.room.id, starts_at=found.starts_at, ends_at=found.ends_at,
        seen=found.version,
    )
    form.offer(queries.room_choices())
    ways_out = None
    if request.method == "POST":
        _take_way_out(form)
        if form.validate():
            carry_out(form, commands.move, me(), found, *form.values(), seen=form.seen.data or None)
            if not form.errors:
                return go(_("The booking is changed."), url_for(".booking", booking_id=booking_id))
            ways_out = _ways_out(form, booking_id)
    return page("rooms/change.html", block="form", form=form, booking=found, ways_out=ways_out)


@bp.post("/bookings/<int:booking_id>/cancellation")
def cancellation(booking_id: int) -> Response:
    """Give the room back."""
    found = load("booking", booking_id, me())
    commands.cancel(me(), found)
    db.session.commit()
    return go(_("The booking is cancelled and the room is free."), url_for(".booking", booking_id=booking_id))
