"""Pages of presence: checking in, giving back the rest of a booking, and the display beside a door."""

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from jinja2_fragments.flask import render_block
from sqlalchemy.orm import joinedload

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db, expect_only_reads
from portal.core.errors import DomainError, Missing
from portal.core.i18n import clock_time, reader, speak_to
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.presence import at_door, commands, display, policy, queries
from portal.presence.display import Display, Line
from portal.presence.models import Way
from portal.rooms.models import Resource, Room
from portal.web.access import open_to_machines
from portal.web.addresses import absolute_address, own_address, record_number
from portal.web.assets import static_url
from portal.web.fragments import go, page, wants_fragment

bp = Blueprint("presence", __name__)


# --- Checking in ---


@bp.post("/bookings/<int:booking_id>/check-in")
def check_in(booking_id: int) -> Response:
    """We are here. `way=code` says that it was scanned at the door; `back` is where it was said."""
    load("booking", booking_id, me())
    way = Way.CODE if request.form.get("way") == Way.CODE else Way.PAGE
    is_new = commands.check_in(me(), booking_id, way)
    db.session.commit()
    said = _("You are checked in.") if is_new else _("Somebody has checked in already. All is well.")
    return go(said, own_address(request.form.get("back"), url_for("rooms.booking", booking_id=booking_id)))


@bp.post("/bookings/<int:booking_id>/end")
def end(booking_id: int) -> Response:
    """We are done, or do not come: the rest of the booking is given back."""
    load("booking", booking_id, me())
    commands.free_rest(me(), booking_id)
    db.session.commit()
    return go(_("Thank you. The room is free for others now."), url_for("rooms.booking", booking_id=booking_id))


@bp.get("/rooms/<int:room_id>/check-in")
def room_check_in(room_id: int) -> Response:
    """Where the code at the door leads: what is on in the room or comes next, and that one is here for it."""
    room = db.session.get(Room, room_id, options=[joinedload(Room.area)])
    if room is None or room.retired_at is not None:
        raise Missing(_("There is no such room."))
    now, found = clock.now(), queries.here_or_next(room_id)
    booking = next((one for one in found if policy.can_be_checked_in(one, now)), None)
    return page(
        "presence/check_in.html", block="content", room=room, booking=booking, found=found, early=policy.EARLY,
        line=queries.presence_of(booking.id) if booking else None,
    )


# --- The address of a display ---


@bp.get("/rooms/<int:room_id>/door/secret")
def door_secret(room_id: int) -> Response:
    """Whether the room has a display at its door, and what can be done with its address."""
    return page("presence/secret.html", block="secret", room=_kept_room(room_id), address=None)


@bp.post("/rooms/<int:room_id>/door/secret")
def door_renewal(room_id: int) -> Response:
    """Make a new address and show it in this answer, which is the only one that ever does."""
    room = _kept_room(room_id)
    secret = commands.renew_door(me(), room)
    db.session.commit()
    address = absolute_address("presence.door", room_id=room_id, key=secret)
    html = render_template("presence/secret.html", room=room, address=address, code=_code(address))
    return Response(html, headers={"Cache-Control": "private, no-store"})


@bp.post("/rooms/<int:room_id>/door/secret/revocation")
def door_revocation(room_id: int) -> Response:
    """End the address of the display."""
    commands.revoke_door(me(), _kept_room(room_id))
    db.session.commit()
    return go(_("The display is ended: its address answers no more."), url_for(".door_secret", room_id=room_id))


def _kept_room(room_id: int) -> Room:
    room = db.session.get(Room, room_id) or abort(404)
    allow(policy.may_keep_door(me(), room))
    return room


def _code(address: str) -> str:
    code: str = segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000")
    return code


# --- The display: whoever knows its address may look and touch. It reads no cookie, so that no session of it ends ---


@bp.get("/rooms/<int:room_id>/door")
@open_to_machines
def door(room_id: int) -> Response:
    """The display of `?key=SECRET`: the page, or the piece that renews it. An unchanged one costs one statement."""
    lines = display.lines_of(room_id, _door_hash())
    etag = _etag(lines)
    if request.if_none_match.contains_weak(etag):
        return _with_etag(Response(status=304), etag)
    return _with_etag(_shown(lines), etag)


@bp.post("/rooms/<int:room_id>/door/bookings")
@open_to_machines
def door_booking(room_id: int) -> Response:
    """Book the room from now on for `minutes`."""

    def book(room: Resource) -> str:
        booking = at_door.book(room.id, request.form.get("minutes", 0, type=int))
        return _("The room is yours until %(time)s.", time=clock_time(booking.ends_at))

    return _at_door(room_id, book)


@bp.post("/rooms/<int:room_id>/door/check-in")
@open_to_machines
def door_check_in(room_id: int) -> Response:
    """We are here, say those before the door of the `booking`."""

    def check_in(room: Resource) -> str:
        is_new = at_door.check_in(room, _booking_id())
        return _("You are checked in.") if is_new else _("Somebody has checked in already. All is well.")

    return _at_door(room_id, check_in)


@bp.post("/rooms/<int:room_id>/door/end")
@open_to_machines
def door_end(room_id: int) -> Response:
    """We are done, say those who made the `booking` at the door."""

    def end(room: Resource) -> str:
        at_door.end(room, _booking_id())
        return _("Thank you. The room is free for others now.")

    return _at_door(room_id, end)


def _booking_id() -> int:
    return request.form.get("booking", 0, type=record_number)


def _door_hash() -> str:
    return commands.secret_hash(request.args.get("key", ""))


def _at_door(room_id: int, do: Callable[[Resource], str]) -> Response:
    """Do it, commit it and show the display with what is to be said; a plain form goes on to the display."""
    room = queries.room_behind(room_id, _door_hash())
    if room is None:
        raise Missing(_("There is no such display."))
    speak_to(reader().locale, room.area.zone)
    status = 200
    try:
        said = do(room)
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        said, status = str(refusal), 422
    expect_only_reads(True)
    if status == 200 and not wants_fragment():
        return make_response(redirect(_door_address(room_id), code=303))
    return _shown(display.lines_of(room_id, _door_hash()), said, status)


def _shown(lines: list[Line], said: str = "", status: int = 200) -> Response:
    about = lines[0]
    speak_to(reader().locale, ZoneInfo(about.timezone))
    context = {
        "display": Display(lines), "said": said, "refused": status == 422, "key": request.args.get("key", ""),
        "address": _door_address(about.room_id), "code": _check_in_code(absolute_address(
            "presence.room_check_in", room_id=about.room_id)),
        "etag": _etag(lines), "version": _version(),
    }
    render = render_block("presence/door.html", "door", **context) if wants_fragment() else render_template(
        "presence/door.html", **context)
    return make_response(render, status)


_check_in_code = lru_cache(maxsize=256)(_code)


def _door_address(room_id: int) -> str:
    return url_for(".door", room_id=room_id, key=request.args.get("key", ""))


def _etag(lines: list[Line]) -> str:
    return display.etag_of(lines, clock.now(), display.form_of(_version(), "piece" if wants_fragment() else "page"))


def _version() -> str:
    """Another one after an installation that changes the display: a tablet that runs for months then loads anew."""
    return "".join(static_url(name).split("/")[2] for name in ("door.css", "door.js", "htmx.js"))


def _with_etag(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("HX-Request")
    return response


@bp.record
def _needs_no_token(state: BlueprintSetupState) -> None:
    """The display has no session that could be misused: who forges a request would have to know its secret."""
    for view in (door_booking, door_check_in, door_end):
        state.app.extensions["csrf"].exempt(view)
