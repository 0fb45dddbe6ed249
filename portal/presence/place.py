"""What the presence slice tells the rest of the portal: the words of its log, its panels and its chores."""

from datetime import timedelta

from flask import render_template

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import add_kinds
from portal.notifications.models import Group
from portal.notifications.worker import add_chore
from portal.presence import clockwork, commands, policy, queries
from portal.presence import follow as _follow  # noqa: F401  (listens to what is done to bookings)
from portal.presence.models import Way
from portal.rooms import policy as rooms_policy
from portal.rooms.models import Booking, Resource
from portal.web.panels import add_panel

add_kinds(Group.BOOKINGS, "booking", "series", decisions={"booking.asked", "series.asked"})
describe(
    {
        "booking.checked_in": _l("checked in"),
        "booking.asked": _l("asked whether anybody is there"),
        "booking.freed": _l("gave the room back, since nobody had checked in"),
        "booking.ended": _l("gave the rest of the time back"),
        "series.asked": _l("asked whether the series is still needed"),
        "room.door_renewed": _l("made a new address for the display at the door"),
        "room.door_revoked": _l("ended the display at the door"),
    },
    details={"way": _l("How")},
    values={
        "way": {
            Way.PAGE.value: _l("On the booking's page"), Way.CODE.value: _l("By the code at the door"),
            Way.DOOR.value: _l("On the display at the door"),
        }
    },
)


def actions(booking: Booking, _person: Person) -> str:
    """The buttons of a booking's page: we are here, and we are done."""
    now = clock.now()
    can_be_checked_in, can_be_ended = policy.can_be_checked_in(booking, now), policy.can_be_ended(booking, now)
    if not (can_be_checked_in or can_be_ended):
        return ""
    return render_template(
        "presence/_actions.html", booking=booking, line=queries.presence_of(booking.id), can_be_ended=can_be_ended,
        can_be_checked_in=can_be_checked_in,
    )


def of_booking(booking: Booking, person: Person) -> str:
    """What is known of whether its people came, for those who may read it."""
    line = queries.presence_of(booking.id) if rooms_policy.may_read(person, booking) else None
    if line is None:
        return ""
    until = min(line.asked_at + commands.ANSWER, booking.ends_at) if line.asked_at else None
    return render_template("presence/_of_booking.html", booking=booking, line=line, until=until)


def my_day(person: Person) -> str:
    """What the person can check in to now."""
    waiting = queries.to_check_in(person)
    return render_template("presence/_my_day.html", waiting=waiting) if waiting else ""


def room_actions(room: Resource, person: Person) -> str:
    """The button of a room's page, for those who keep it, that leads to its display."""
    return render_template("presence/_room_actions.html", room=room) if policy.may_keep_door(person, room) else ""


add_panel("booking_actions", "presence", 5, actions)
add_panel("booking", "presence", 5, of_booking)
add_panel("my_day", "presence", 5, my_day)
add_panel("room_actions", "presence", 60, room_actions)
add_chore("who came", timedelta(minutes=1), clockwork.look_for_people)
add_chore("missed series", timedelta(hours=1), clockwork.look_at_series)
