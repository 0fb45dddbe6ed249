"""Lists of rooms and bookings as files, for whoever may see the page they are saved from."""

from collections.abc import Iterable

from flask import Response
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.rooms.grid import Grid
from portal.rooms.models import Area, Booking, Hold, Kind, Resource, Status
from portal.rooms.policy import may_read
from portal.rooms.words import title_for
from portal.web.tables import table_response


def bookings(query: Select[Booking], reader: Person, name: str, format: str) -> Response:
    """These bookings, which come with rooms and owners; of a private one others learn only when and where it is."""
    columns = (_("What for"), _("Room"), _("From"), _("Until"), _("Whose"), _("State"))
    rows = (
        (
            title_for(one, reader), one.room.name, one.starts_at, one.ends_at,
            one.owner.name if may_read(reader, one) else "", _state(one.status),
        )
        for one in db.session.scalars(query)
    )
    return table_response(rows, columns, name, format)


def _state(status: str) -> str:
    return {Status.REQUESTED: _("requested"), Status.OFFERED: _("offered")}.get(Status(status), "")


def day(grid: Grid, name: str, format: str) -> Response:
    """What a day's grid shows, room by room; its titles are as the reader may read them."""
    columns = (_("Area"), _("Room"), _("From"), _("Until"), _("What for"), _("Units"), _("State"))
    rows = (
        (
            area.name, row.line.name, block.people_from, block.people_until,
            _("Closed: %(reason)s", reason=block.title) if block.kind == Kind.CLOSURE else block.title, units,
            _state(block.status),
        )
        for area, lines in grid.areas
        for row in lines
        for block, units in grid.listed(row.blocks)
    )
    return table_response(rows, columns, name, format)


def resources(name: str, format: str) -> Response:
    """Everything that can be booked, for those who keep it. One statement."""
    columns = (
        _("Kind"), _("Area"), pgettext("of a thing", "Name"), _("Seats"), _("Units"), _("Features"),
        _("Set-up, minutes"), _("Clean-up, minutes"), _("Out of use since"),
    )
    found = db.session.scalars(
        select(Resource)
        .join(Resource.area)
        .options(joinedload(Resource.area))
        .order_by(Resource.kind, Area.position, Area.id, Resource.name)
    )
    rows = (
        (
            one.kind, one.area.name, one.name, one.capacity, one.quantity, one.features, one.setup_minutes,
            one.cleanup_minutes, one.retired_at,
        )
        for one in found
    )
    return table_response(rows, columns, name, format)


def closures(name: str, format: str) -> Response:
    """When rooms are closed from now on, soonest first. Three statements."""
    found: Iterable[Booking] = db.session.scalars(
        select(Booking)
        .where(Booking.kind == Kind.CLOSURE, Booking.ends_at > clock.now(), Booking.cancelled_at.is_(None))
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .order_by(Booking.starts_at, Booking.id)
    )
    columns = (_("Room"), _("From"), _("Until"), _("Reason"), _("Closed by"))
    rows = ((one.room.name, one.starts_at, one.ends_at, one.title, one.owner.name) for one in found)
    return table_response(rows, columns, name, format)
