"""What the rooms slice tells the rest of the portal: its records, the words of its log, its places and panels."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.db import db
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.rooms import policy, queries
from portal.rooms.models import Booking, Visibility
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

LIMIT_WORDS = {
    "shortest_minutes": _l("Shortest booking, minutes"), "longest_minutes": _l("Longest booking, minutes"),
    "days_ahead": _l("How far ahead, days"), "lead_minutes": _l("How long before the start, minutes"),
    "slot_minutes": _l("Slots, minutes"), "most_ahead": _l("Bookings ahead for each person"),
}

register(
    Kind(
        "booking", Booking, lambda: str(_l("Booking")), lambda booking: booking.title,
        lambda booking: url_for("rooms.booking", booking_id=booking.id), policy.may_see,
        queries.hidden_from,
    )
)
describe(
    {
        "booking.created": _l("booked"),
        "booking.moved": _l("moved the booking"),
        "booking.renamed": _l("renamed the booking"),
        "booking.cancelled": _l("cancelled the booking"),
        "booking.restored": _l("took the cancellation back"),
        "booking.closed": _l("closed the room"),
        "booking.reopened": _l("opened the room again"),
        "area.added": _l("added the area"),
        "area.changed": _l("changed the area"),
        "area.policy_set": _l("set the booking rules"),
        "room.added": _l("added the room"),
        "room.changed": _l("changed the room"),
        "room.retired": _l("took the room out of use"),
        "room.reopened": _l("put the room into use again"),
    },
    details={
        "title": _l("Subject"), "room": _l("Room"), "area": _l("Area"), "name": _l("Called"),
        "starts_at": _l("From"), "ends_at": _l("Until"),
        "booked_for": _l("For"), "visibility": _l("Visibility"),
        "timezone": _l("Time zone"), "opens": _l("Opens"), "closes": _l("Closes"), "capacity": _l("Seats"),
        "features": _l("Features"), "override": _l("Beyond the rules"), **LIMIT_WORDS,
    },
    values={"visibility": {Visibility.PRIVATE.value: _l("Private")}, "override": LIMIT_WORDS},
)
add_place(Place(20, "rooms.today", _l("Rooms"), "rooms"))


def my_bookings(person: Person) -> str:
    """The panel of My day: what I booked, soonest first."""
    bookings = db.session.scalars(queries.bookings_of(person.id).limit(6)).all()
    return render_template("rooms/_my_bookings.html", bookings=bookings)


add_panel("my_day", "rooms", 30, my_bookings)
