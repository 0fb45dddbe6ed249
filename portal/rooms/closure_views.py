"""Pages of closures: when something that can be booked cannot be used."""

from datetime import timedelta

from flask import Response, request, url_for

from portal.accounts.models import Person
from portal.accounts.session import me
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.rooms import closing, policy, queries
from portal.rooms.holding import RoomTaken
from portal.rooms.manager_forms import ClosureForm, choices_in
from portal.rooms.models import Booking, Resource
from portal.rooms.resource_queries import whole
from portal.rooms.views import bp
from portal.rooms.ways_out import other_rooms
from portal.web.fragments import carry_out, go, page

USUAL_CLOSURE = timedelta(days=1)


@bp.route("/rooms/<int:room_id>/closures/new", methods=["GET", "POST"])
def new_closure(room_id: int) -> Response:
    """Close a room; what stands in the way is listed first, with a way out for each."""
    found = whole(room_id)
    allow(policy.keeps(me(), found))
    name = found.name
    now = clock.now()
    starts_at = now + timedelta(seconds=-now.timestamp() % 1800)
    form = ClosureForm(starts_at=starts_at, ends_at=starts_at + USUAL_CLOSURE)
    choices = choices_in(request.form)
    clashing: list[tuple[Booking, Resource | None]] = []
    if form.validate_on_submit():
        if carry_out(form, closing.close_room, me(), room_id, *form.values(), choices):
            return go(_("%(room)s is closed.", room=name), url_for(".room", room_id=room_id))
        clashing = _in_the_way(form, room_id)
    return page(
        "rooms/closure_form.html", block="form", form=form, room_id=room_id, room_name=name, clashing=clashing,
        choices=choices,
    )


def _in_the_way(form: ClosureForm, room_id: int) -> list[tuple[Booking, Resource | None]]:
    """What stands in the way, each with the room that it could move to, if that is why it was refused."""
    if not isinstance(form.refusal, closing.InTheWay | RoomTaken):
        return []
    _reason, starts_at, ends_at = form.values()
    bookings = [found for found in queries.clashing(room_id, starts_at, ends_at) if not found.is_closure]
    # What the reader may not read they can only cancel.
    offers = other_rooms(whole(room_id), [found for found in bookings if policy.may_change(me(), found)])
    return [(found, offers.get(found.id)) for found in bookings]


@bp.post("/closures/<int:closure_id>/end")
def end_closure(closure_id: int) -> Response:
    """Open the room again, now or before the closure begins."""
    closure = load("booking", closure_id, me())
    room_id = closure.room.id
    closing.end_closure(me(), closure)
    db.session.commit()
    return go(_("The room is open again."), url_for(".room", room_id=room_id))


@bp.app_template_filter("is_read_by")
def is_read_by(booking: Booking, person: Person) -> bool:
    """Whether that person may know what the booking is for, and whose it is."""
    return policy.may_read(person, booking)
