"""What the rooms slice tells the rest of the portal: its records, the words of its log, its places and panels."""

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core.db import db
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.rooms import policy, queries
from portal.rooms.models import Booking, Resource, Visibility
from portal.rooms.rule_words import LABELS
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

ANSWERS = {
    name: {True: _l("Yes"), False: _l("No")} for name in ("within_hours", "allows_series", "needs_approval")
}

register(
    Kind(
        "booking", Booking, lambda: str(_l("Booking")), lambda booking: booking.title,
        lambda booking: url_for("rooms.booking", booking_id=booking.id), policy.may_see,
        queries.hidden_from,
    )
)
add_kinds(Group.BOOKINGS, "booking")
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
        "area.hours_set": _l("set the opening hours"),
        "room.hours_set": _l("set the opening hours"),
        "room.policy_set": _l("set the booking rules"),
        "area.keeper_named": _l("named who keeps it"),
        "room.keeper_named": _l("named who keeps it"),
        "area.keeper_dismissed": _l("dismissed who kept it"),
        "room.keeper_dismissed": _l("dismissed who kept it"),
        "room.restricted": _l("kept the room for those who are named"),
        "room.opened_to_all": _l("let everyone book the room"),
        "room.right_granted": _l("named who may book the room"),
        "room.right_withdrawn": _l("took back who may book the room"),
        "room.layout_added": _l("added a layout"),
        "room.layout_removed": _l("removed a layout"),
        "room.photo_set": _l("changed the photo"),
        "room.photo_removed": _l("removed the photo"),
    },
    details={
        "title": _l("Subject"), "room": _l("Room"), "area": _l("Area"), "name": _l("Called"),
        "starts_at": _l("From"), "ends_at": _l("Until"),
        "booked_for": _l("For"), "visibility": _l("Visibility"),
        "timezone": _l("Time zone"), "opens": _l("Opens"), "closes": _l("Closes"), "capacity": _l("Seats"),
        "features": _l("Features"), "override": _l("Beyond the rules"), "site": _l("Site"), "building": _l("Building"),
        "floor": _l("Floor"), "holidays": _l("Public holidays"), "hours": _l("Opening hours"),
        "quantity": _l("How many there are"), "setup_minutes": _l("Minutes to get ready before"),
        "cleanup_minutes": _l("Minutes to put in order after"), "person": _l("Colleague"), "whom": _l("Who"),
        **LABELS,
    },
    values={"visibility": {Visibility.PRIVATE.value: _l("Private")}, "override": LABELS, **ANSWERS},
)
add_place(Place(20, "rooms.today", _l("Rooms"), "rooms"))


def my_bookings(person: Person) -> str:
    """The panel of My day: what I booked, soonest first."""
    bookings = db.session.scalars(queries.bookings_of(person.id).limit(6)).all()
    return render_template("rooms/_my_bookings.html", bookings=bookings)


def looks_at(room: Resource, person: Person) -> str:
    """In the button bar of a room's page: its week, and its bookings as a file."""
    return render_template("rooms/_looks_at.html", room=room)


add_panel("my_day", "rooms", 30, my_bookings)
add_panel("room_actions", "looks_at", 10, looks_at)
