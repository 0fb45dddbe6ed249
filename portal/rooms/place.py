"""What the rooms slice tells the rest of the portal: its records, the words of its log, its places and panels."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.db import db
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.rooms import policy, queries
from portal.rooms.models import Booking
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "booking", Booking, lambda: str(_l("Booking")), lambda booking: booking.title,
        lambda booking: url_for("rooms.booking", booking_id=booking.id), policy.may_see,
    )
)
describe(
    {
        "booking.created": _l("booked"),
        "booking.moved": _l("moved the booking"),
        "booking.renamed": _l("renamed the booking"),
        "booking.cancelled": _l("cancelled the booking"),
        "area.added": _l("added the area"),
        "room.added": _l("added the room"),
    },
    details={
        "title": _l("Subject"), "room": _l("Room"), "area": _l("Area"), "name": _l("Name"),
        "starts_at": _l("From"), "ends_at": _l("Until"),
    },
)
add_place(Place(20, "rooms.today", _l("Rooms"), "rooms"))


def my_bookings(person: Person) -> str:
    """The panel of My day: what I booked, soonest first."""
    bookings = db.session.scalars(queries.bookings_of(person.id).limit(6)).all()
    return render_template("rooms/_my_bookings.html", bookings=bookings)


add_panel("my_day", "rooms", 30, my_bookings)
