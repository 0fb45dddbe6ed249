"""Pages of rooms and bookings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import local, reader
from portal.core.records import load
from portal.rooms import colleagues, commands, grid, policy, queries, words
from portal.rooms.availability import next_half_hour
from portal.rooms.forms import BookingForm
from portal.rooms.models import LONGEST, Booking, Room, Visibility
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
    blocks = words.veiled(queries.blocks(starts_at, ends_at, area_id), me())
    drawn = grid.draw(on, zone, now, shown, queries.room_lines(area_id), blocks)
    return page(
        "rooms/day.html", block="day", grid=drawn, day=on, areas=areas, area_id=area_id, now=now,
        view=request.args.get("view"), today=local(now).date(), one_day=timedelta(days=1),
        new_address=url_for(".new_booking"), booking_address=url_for(".mine") + "/",
        room_address=url_for(".today") + "/", may_manage=policy.may_manage_rooms(me()),
    )


@bp.get("/rooms/<int:room_id>")
def room(room_id: int) -> Response:
    """One room: where it is, what it offers, and what it is booked for in the days ahead."""
    found = db.session.get(Room, room_id) or abort(404)
    bookings = leaf(queries.bookings_in(room_id), request.args.get("page", 1, type=int))
    closures = db.session.scalars(queries.closures_in(room_id).limit(20)).all()
    return page(
        "rooms/room.html", block="content", room=found, leaf=bookings, closures=closures,
        may_manage=policy.may_manage_rooms(me()),
    )


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
    """Book a room: `?room=ID&start=YYYY-MM-DDTHH:MM&end=…` fills in what was chosen in the grid, `?copy=ID` a booking.

    `?for_whom=WORDS` fills in a colleague, and offers those whom the words fit.
    """
    whom = request.args.get("for_whom", "")[:100]
    form = BookingForm(**{"for_whom": whom, **(_copied() or _suggested())}, back=request.args.get("back", ""))
    form.offer(queries.room_choices())
    ways_out = None
    if request.method == "POST":
        _take_way_out(form)
        if form.validate():
            made = carry_out(form, _book, form)
            if made:
                return _done_booking(form, *made)
            ways_out = _ways_out(form)
    people = colleagues.suggested(whom)
    return page("rooms/new_booking.html", block="form", form=form, ways_out=ways_out, people=people)


def _book(form: BookingForm) -> tuple[int, bool]:
    """The new booking's number and whether it is somebody else's: after the commit both would be read anew."""
    owner = colleagues.colleague(form.for_whom.data)
    booking = commands.book(me(), *form.values(), owner=owner, visibility=form.visibility)
    return booking.id, booking.booked_by_id is not None


def _done_booking(form: BookingForm, booking_id: int, is_for_another: bool) -> Response:
    if is_for_another:
        said = _("%(room)s is booked.", room=form.room_name)
    else:
        said = _("%(room)s is booked for you.", room=form.room_name)
    _room_id, _title, starts_at, _ends_at = form.values()
    day = url_for(".day", day=local(starts_at).date().isoformat(), _anchor=f"booking-{booking_id}")
    return done(said, own_address(form.back.data, day), changed="bookings", focus=f"booking-{booking_id}")


def _copied() -> dict[str, Any] | None:
    """What is in the booking that is to be copied: its room, and its time on the next such weekday."""
    copied_id = request.args.get("copy", type=record_number)
    if copied_id is None:
        return None
    found = load("booking", copied_id, me())
    allow(policy.may_read(me(), found))
    starts_at = _on_next_weekday(found.starts_at, found.room.area.zone)
    return {
        "title": found.title, "room_id": found.room.id, "starts_at": starts_at,
        "ends_at": starts_at + (found.ends_at - found.starts_at), "private": found.visibility == Visibility.PRIVATE,
        "for_whom": colleagues.label_of(found.owner) if found.booked_by_id == me().id else "",
    }


def _on_next_weekday(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same time of day in that zone a week later, or as many weeks as it takes to lie ahead."""
    weeks = max(1, -(-(clock.now() - instant) // timedelta(weeks=1)))
    return (instant.astimezone(zone) + timedelta(weeks=weeks)).astimezone(UTC)


def _suggested() -> dict[str, Any]:
    """What was chosen, or the next half hour; until then, or for an hour if the room is free for it."""
    room_id = request.args.get("room", type=record_number)
    starts_at, ends_at = _chosen("start") or next_half_hour(clock.now()), _chosen("end")
    if ends_at is None or not starts_at < ends_at <= starts_at + LONGEST:
        ends_at = starts_at + USUAL_LENGTH
        if room_id is not None:
            ends_at = queries.free_until(room_id, starts_at, ends_at)
    return {"room_id": room_id, "starts_at": starts_at, "ends_at": ends_at}


def _chosen(name: str) -> datetime | None:
    """The instant of that name in the address, `YYYY-MM-DDTHH:MM` on the reader's clock, if it is one."""
    try:
        return instant_from(datetime.strptime(request.args.get(name, ""), "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except (ValueError, OverflowError):
        return None


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


@bp.get("/bookings")
def mine() -> Response:
    """My bookings that have not ended."""
    found = leaf(queries.bookings_of(me().id), request.args.get("page", 1, type=int))
    return page("rooms/mine.html", block="bookings", leaf=found)


@bp.get("/bookings/<int:booking_id>")
def booking(booking_id: int) -> Response:
    """One booking: what, where, when, whose; what can be done with it, and its log."""
    found = load("booking", booking_id, me())
    if found.is_closure:
        return page("rooms/closure.html", block="content", closure=found, may_end=policy.may_end(me(), found))
    return page(
        "rooms/booking.html", block="content", booking=found, may_change=policy.may_change(me(), found),
        may_read=policy.may_read(me(), found), undo_until=found.undo_until,
        may_restore=policy.may_change(me(), found) and found.may_be_restored_at(clock.now()),
    )


@bp.route("/bookings/<int:booking_id>/change", methods=["GET", "POST"])
def change(booking_id: int) -> Response:
    """Another title, room or time."""
    found = load("booking", booking_id, me())
    allow(policy.may_change(me(), found))
    form = BookingForm(
        title=found.title, room_id=found.room.id, starts_at=found.starts_at, ends_at=found.ends_at,
        private=found.visibility == Visibility.PRIVATE, seen=found.version,
    )
    del form.for_whom
    form.offer(queries.room_choices())
    ways_out = None
    if request.method == "POST":
        _take_way_out(form)
        if form.validate():
            carry_out(
                form, commands.move, me(), found, *form.values(), seen=form.seen.data or None,
                visibility=form.visibility,
            )
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


@bp.post("/bookings/<int:booking_id>/restoration")
def restoration(booking_id: int) -> Response:
    """Take the cancellation back."""
    found = load("booking", booking_id, me())
    commands.restore(me(), found)
    db.session.commit()
    return go(_("The booking stands again."), url_for(".booking", booking_id=booking_id))


@bp.app_template_filter("title_for")
def title_for(booking: Booking, person: Person) -> str:
    """What the booking is called to that person."""
    return words.title_for(booking, person)
