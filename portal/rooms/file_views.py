"""Files of what has pages elsewhere: a room's bookings, and for room managers all that there is and its closures."""

from flask import Response, abort

from portal.accounts.session import me
from portal.core.access import allow
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.rooms import files, policy, queries
from portal.rooms.models import Resource
from portal.rooms.views import bp
from portal.web.tables import wanted_format


@bp.get("/rooms/<int:room_id>/file")
def room_file(room_id: int) -> Response:
    """What stands in a room, or another thing, from now on: `?format=csv` or `xlsx`."""
    found, wanted = db.session.get(Resource, room_id) or abort(404), wanted_format() or abort(404)
    return files.bookings(queries.bookings_in(room_id), me(), found.name, wanted)


@bp.get("/rooms/kept/resources")
def resources_file() -> Response:
    """Everything that can be booked: `?format=csv` or `xlsx`."""
    allow(policy.may_manage_rooms(me()))
    return files.resources(_("Rooms"), wanted_format() or abort(404))


@bp.get("/rooms/kept/closures")
def closures_file() -> Response:
    """When rooms are closed from now on: `?format=csv` or `xlsx`."""
    allow(policy.may_manage_rooms(me()))
    return files.closures(_("Closures"), wanted_format() or abort(404))
