"""The ways in which a room can be furnished."""

from sqlalchemy import select, update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.keeping import lock
from portal.rooms.models import Booking, Layout, Resource


def add_layout(actor: Person, resource: Resource, name: str, capacity: int | None) -> Layout:
    """Offer one way more. Raises NotAllowed, or DomainError if there is one of that name."""
    allow(policy.keeps(actor, resource))
    lock(resource)
    if any(layout.name.lower() == name.lower() for layout in resource.layouts):
        raise DomainError(_("There is a layout %(name)s already.", name=name), "name")
    layout = Layout(name=name, capacity=capacity)
    resource.layouts.append(layout)
    db.session.flush()
    record(actor, "room.layout_added", resource, name=name, capacity=capacity)
    return layout


def remove_layout(actor: Person, layout: Layout, resource: Resource) -> None:
    """Offer it no more; bookings that asked for it ask for none."""
    allow(policy.keeps(actor, resource))
    # Bookings first, in the order of ids, and then the room: as whoever moves a booking locks them.
    asked = select(Booking.id).where(Booking.layout_id == layout.id).order_by(Booking.id)
    ids = db.session.scalars(asked.with_for_update(key_share=True)).all()
    lock(resource)
    db.session.execute(update(Booking).where(Booking.id.in_(ids)).values(layout_id=None))
    name = layout.name
    resource.layouts.remove(layout)
    db.session.flush()
    record(actor, "room.layout_removed", resource, name=name)
