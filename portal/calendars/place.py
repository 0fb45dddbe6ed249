"""What the calendars slice tells the rest of the portal, and what it hears from below."""

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.calendars import feeds, objects, policy, reply_place  # noqa: F401  (replies say their own)
from portal.calendars.models import Feed
from portal.calendars.recurring_meetings import people_of_series
from portal.calendars.revisions import ORDINARY, changes, raise_people
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.meetings.models import Meeting
from portal.meetings.signals import many_changed, meeting_changed
from portal.notifications.mail import add_object
from portal.presence.signals import booking_ended
from portal.rooms.models import Booking
from portal.rooms.signals import (
    booking_cancelled,
    booking_made,
    booking_moved,
    booking_renamed,
    booking_restored,
    many_cancelled,
    many_made,
    many_moved,
    many_renamed,
    many_restored,
    rooms_renamed,
)
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "feed", Feed, lambda: _("Calendar"), feeds.name_of,
        lambda feed: url_for("calendars.subscription", feed_id=feed.id), policy.may_see,
    )
)
describe(
    {
        "feed.made": _l("made a calendar subscription"),
        "feed.changed": _l("changed what a calendar subscription holds"),
        "feed.renewed": _l("made a new calendar address"),
        "feed.revoked": _l("revoked the calendar address"),
        "feed.removed": _l("removed a calendar subscription"),
    }
)
add_place(Place(40, "calendars.week", _l("Calendar"), "calendar"))


def meeting_file(meeting: Meeting, person: Person) -> str:
    """The button of a meeting's page that saves it as a file."""
    return render_template("calendars/_meeting_file.html", meeting=meeting)


add_panel("meeting_actions", "calendars", 60, meeting_file)
add_object("meeting", objects.invitation_of)
add_object("meeting_series", objects.series_invitation_of)


@meeting_changed.connect
def note_changed_meeting(meeting: Meeting, people: Iterable[int], **_more: Any) -> None:
    """Those whose view of it changed, whoever booked its room, its department and its kind.

    The booking is in its owner's calendar as long as no announced meeting of theirs is in its place. The dates of a
    recurring meeting are one component for everybody who knows of any of them.
    """
    noted, people = changes(), set(people)
    if meeting.series_id is not None:
        people.update(people_of_series(meeting.series_id))
    noted.people.update(people)
    if meeting.booking_id is not None and meeting.organizer_id in people:
        noted.bookings.add(meeting.booking_id)
    department_id = meeting.department_id or meeting.organizer.department_id
    noted.departments.update({department_id} if department_id else ())
    noted.kinds.add(meeting.kind_id or ORDINARY)


@many_changed.connect
def note_many_changes(_nothing: Any, *, people: Iterable[int]) -> None:
    raise_people(people)


@booking_made.connect
@booking_moved.connect
@booking_renamed.connect
@booking_cancelled.connect
@booking_restored.connect
@booking_ended.connect
def note_changed_booking(booking: Booking, **_more: Any) -> None:
    noted = changes()
    noted.people.add(booking.owner_id)
    noted.bookings.add(booking.id)


@many_made.connect
@many_moved.connect
@many_renamed.connect
@many_cancelled.connect
@many_restored.connect
def note_changed_series(_series: Any, *, bookings: Iterable[Booking], **_more: Any) -> None:
    for booking in bookings:
        note_changed_booking(booking)


@rooms_renamed.connect
def note_renamed_rooms(_changed: Any, *, room_ids: Iterable[int], owner_ids: Iterable[int]) -> None:
    changes().rooms.update(room_ids)
    raise_people(owner_ids)
