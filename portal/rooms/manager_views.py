"""Pages of those who keep rooms: areas, and what can be booked in them."""

from datetime import time

from flask import Response, request, url_for

from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.rooms import keeping, policy, queries, resource_queries
from portal.rooms.kinds import WORDS, sort_named
from portal.rooms.manager_forms import AreaForm, ResourceForm
from portal.rooms.models import Sort
from portal.rooms.resource_queries import area, whole
from portal.rooms.views import bp
from portal.web.addresses import record_number
from portal.web.fragments import carry_out, go, page


@bp.get("/rooms/kept")
def kept() -> Response:
    """What the reader keeps: all areas and rooms, or those they are named for, with what can be done to them."""
    allow(resource_queries.keeps_anything(me()))
    return page(
        "rooms/kept.html", block="content", kept=resource_queries.kept_by(me()),
        closed=resource_queries.closed_now(), words=WORDS, may_add=policy.may_manage_rooms(me()),
    )


# --- Areas ---


@bp.route("/areas/new", methods=["GET", "POST"])
def new_area() -> Response:
    """Add an area."""
    allow(policy.may_manage_rooms(me()))
    form = AreaForm(timezone=reader().zone.key, opens_at=time(8), closes_at=time(20), position=0)
    if form.validate_on_submit() and carry_out(form, keeping.add_area, me(), **form.values()):
        return go(_("The area is added."), url_for(".kept"))
    return _area_page(form, None)


@bp.route("/areas/<int:area_id>/change", methods=["GET", "POST"])
def change_area(area_id: int) -> Response:
    """Another name, place, zone or usual hours; other holidays."""
    found = area(area_id)
    allow(policy.keeps_area(me(), found))
    form = AreaForm(obj=found)
    if form.validate_on_submit():
        carry_out(form, keeping.change_area, me(), found, **form.values())
        if not form.errors:
            return go(_("The area is changed."), url_for(".kept"))
    return _area_page(form, area_id)


def _area_page(form: AreaForm, area_id: int | None) -> Response:
    return page(
        "rooms/area_form.html", block="form", form=form, area_id=area_id, zones=sorted(clock.time_zones())
    )


# --- What can be booked ---


@bp.route("/rooms/new", methods=["GET", "POST"])
def new_room() -> Response:
    """Put a room into use, or with `?kind=` something else; `?area=ID` says where."""
    allow(policy.may_manage_rooms(me()))
    sort = sort_named(request.args.get("kind", ""))
    form = ResourceForm(area_id=request.args.get("area", type=record_number))
    form.fit(sort, queries.areas())
    if form.validate_on_submit():
        added = carry_out(form, keeping.add_resource, me(), sort, area(form.area_id.data), **form.values())
        if added:
            return go(_("%(room)s is added.", room=form.name.data), url_for(".kept"))
    return _resource_page(form, sort, None)


@bp.route("/rooms/<int:room_id>/change", methods=["GET", "POST"])
def change_room(room_id: int) -> Response:
    """Another name, area, size or number, other features or directions."""
    found = whole(room_id)
    allow(policy.keeps(me(), found))
    sort = Sort(found.kind)
    form = ResourceForm(obj=found)
    form.fit(sort, [one for one in queries.areas() if policy.keeps_area(me(), one) or one.id == found.area_id])
    if form.validate_on_submit():
        carry_out(form, keeping.change_resource, me(), found, area(form.area_id.data), **form.values())
        if not form.errors:
            return go(_("%(room)s is changed.", room=form.name.data), url_for(".room", room_id=room_id))
    return _resource_page(form, sort, room_id)


def _resource_page(form: ResourceForm, sort: Sort, room_id: int | None) -> Response:
    return page("rooms/room_form.html", block="form", form=form, sort=sort, words=WORDS[sort], room_id=room_id)


@bp.post("/rooms/<int:room_id>/retirement")
def retirement(room_id: int) -> Response:
    """Take it out of use, or say what stands in it and lead there."""
    found = whole(room_id)
    name = found.name
    try:
        keeping.retire(me(), found)
    except keeping.StillBooked as refusal:
        db.session.rollback()
        return go(str(refusal), url_for(".room", room_id=room_id))
    db.session.commit()
    return go(_("%(room)s is out of use. What took place stays.", room=name), url_for(".room", room_id=room_id))


@bp.post("/rooms/<int:room_id>/retirement/undoing")
def reopening(room_id: int) -> Response:
    """Put it into use again."""
    found = whole(room_id)
    name = found.name
    keeping.reopen(me(), found)
    db.session.commit()
    return go(_("%(room)s is in use again.", room=name), url_for(".room", room_id=room_id))
