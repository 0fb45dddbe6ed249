"""Pages of room managers: areas and rooms, closures, and what bookings keep to."""

from datetime import time, timedelta
from zoneinfo import available_timezones

from flask import Response, abort, request, url_for

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.core.records import load
from portal.rooms import closing, commands, keeping, policy, queries
from portal.rooms.manager_forms import AreaForm, ClosureForm, PolicyForm, RoomForm, choices_in
from portal.rooms.models import Area, Booking, Room
from portal.rooms.views import bp
from portal.web.addresses import record_number
from portal.web.fragments import carry_out, go, page

USUAL_CLOSURE = timedelta(days=1)


@bp.get("/rooms/kept")
def kept() -> Response:
    """All areas and rooms, with what can be done to them."""
    allow(policy.may_manage_rooms(me()))
    return page("rooms/kept.html", block="content", areas=queries.areas(), rooms=queries.kept_rooms())


# --- Areas ---


@bp.route("/areas/new", methods=["GET", "POST"])
def new_area() -> Response:
    allow(policy.may_manage_rooms(me()))
    form = AreaForm(timezone=reader().zone.key, opens_at=time(8), closes_at=time(20), position=0)
    if form.validate_on_submit() and carry_out(form, commands.add_area, me(), **form.values()):
        return go(_("The area is added."), url_for(".kept"))
    return _area_page(form, None)


@bp.route("/areas/<int:area_id>/change", methods=["GET", "POST"])
def change_area(area_id: int) -> Response:
    allow(policy.may_manage_rooms(me()))
    area = _area(area_id)
    form = AreaForm(obj=area)
    if form.validate_on_submit():
        carry_out(form, keeping.change_area, me(), area, **form.values())
        if not form.errors:
            return go(_("The area is changed."), url_for(".kept"))
    return _area_page(form, area_id)


def _area_page(form: AreaForm, area_id: int | None) -> Response:
    return page(
        "rooms/area_form.html", block="form", form=form, area_id=area_id, zones=sorted(available_timezones())
    )


@bp.route("/areas/<int:area_id>/policy", methods=["GET", "POST"])
def area_policy(area_id: int) -> Response:
    """What bookings of the area's rooms keep to."""
    allow(policy.may_manage_rooms(me()))
    area = _area(area_id)
    name = area.name
    form = PolicyForm(obj=area.policy)
    if form.validate_on_submit():
        carry_out(form, keeping.set_policy, me(), area, form.limits())
        if not form.errors:
            return go(_("The rules of %(area)s are set.", area=name), url_for(".kept"))
    return page("rooms/policy_form.html", block="form", form=form, area_id=area_id, area_name=name)


def _area(area_id: int) -> Area:
    return db.session.get(Area, area_id) or abort(404)


# --- Rooms ---


@bp.route("/rooms/new", methods=["GET", "POST"])
def new_room() -> Response:
    allow(policy.may_manage_rooms(me()))
    form = RoomForm(area_id=request.args.get("area", type=record_number))
    form.offer(queries.areas())
    if form.validate_on_submit():
        added = carry_out(form, commands.add_room, me(), _area(form.area_id.data), **form.values())
        if added:
            return go(_("The room is added."), url_for(".kept"))
    return page("rooms/room_form.html", block="form", form=form, room_id=None)


@bp.route("/rooms/<int:room_id>/change", methods=["GET", "POST"])
def change_room(room_id: int) -> Response:
    allow(policy.may_manage_rooms(me()))
    found = _room(room_id)
    form = RoomForm(obj=found)
    form.offer(queries.areas())
    if form.validate_on_submit():
        carry_out(form, keeping.change_room, me(), found, _area(form.area_id.data), **form.values())
        if not form.errors:
            return go(_("The room is changed."), url_for(".room", room_id=room_id))
    return page("rooms/room_form.html", block="form", form=form, room_id=room_id)


@bp.post("/rooms/<int:room_id>/retirement")
def retirement(room_id: int) -> Response:
    """Take the room out of use, or say what stands in it and lead there."""
    try:
        keeping.retire_room(me(), _room(room_id))
    except keeping.StillBooked as refusal:
        db.session.rollback()
        return go(str(refusal), url_for(".room", room_id=room_id))
    db.session.commit()
    return go(_("The room is out of use. What took place in it stays."), url_for(".room", room_id=room_id))


@bp.post("/rooms/<int:room_id>/retirement/undoing")
def reopening(room_id: int) -> Response:
    """Put the room into use again."""
    keeping.reopen_room(me(), _room(room_id))
    db.session.commit()
    return go(_("The room is in use again."), url_for(".room", room_id=room_id))


def _room(room_id: int) -> Room:
    return db.session.get(Room, room_id) or abort(404)


# --- Closures ---


@bp.route("/rooms/<int:room_id>/closures/new", methods=["GET", "POST"])
def new_closure(room_id: int) -> Response:
    """Close a room; what stands in the way is listed first, with a way out for each."""
    allow(policy.may_manage_rooms(me()))
    found = _room(room_id)
    name = found.name
    now = clock.now()
    starts_at = now + timedelta(seconds=-now.timestamp() % 1800)
    form = ClosureForm(starts_at=starts_at, ends_at=starts_at + USUAL_CLOSURE)
    choices = choices_in(request.form)
    clashing: list[tuple[Booking, Room | None]] = []
    if form.validate_on_submit():
        if carry_out(form, closing.close_room, me(), room_id, *form.values(), choices):
            return go(_("%(room)s is closed.", room=name), url_for(".room", room_id=room_id))
        clashing = _in_the_way(form, room_id)
    return page(
        "rooms/closure_form.html", block="form", form=form, room_id=room_id, room_name=name, clashing=clashing,
        choices=choices,
    )


def _in_the_way(form: ClosureForm, room_id: int) -> list[tuple[Booking, Room | None]]:
    """What stands in the way, each with the room that it could move to, if that is why it was refused."""
    if not isinstance(form.refusal, closing.InTheWay | commands.RoomTaken):
        return []
    _reason, starts_at, ends_at = form.values()
    bookings = [found for found in queries.clashing(room_id, starts_at, ends_at) if not found.is_closure]
    offers = queries.other_rooms(_room(room_id), bookings)
    return [(found, offers.get(found.id)) for found in bookings]


@bp.post("/closures/<int:closure_id>/end")
def end_closure(closure_id: int) -> Response:
    """Open the room again, now or before the closure begins."""
    closure = load("booking", closure_id, me())
    room_id = closure.room.id
    closing.end_closure(me(), closure)
    db.session.commit()
    return go(_("The room is open again."), url_for(".room", room_id=room_id))
