"""What the calendars slice tells the rest of the portal, and what it hears from below."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from portal.accounts.models import Person
from portal.audit.words import describe
from portal.calendars import commands, objects, policy, receiving
from portal.calendars.models import Feed
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.records import Kind, register
from portal.meetings.models import Meeting
from portal.meetings.signals import many_changed, meeting_changed
from portal.notifications.mail import add_object
from portal.notifications.worker import add_chore
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
)
from portal.web.navigation import Place, add_place
from portal.web.panels import add_panel

register(
    Kind(
        "feed", Feed, lambda: _("Calendar"), lambda feed: _("Calendar subscription"),
        lambda feed: url_for("calendars.subscription"), policy.may_see,
    )
)
describe(
    {
        "feed.renewed": _l("made a new calendar address"),
        "feed.revoked": _l("revoked the calendar address"),
    }
)
add_place(Place(40, "calendars.week", _l("Calendar"), "calendar"))


def meeting_file(meeting: Meeting, person: Person) -> str:
    """The button of a meeting's page that saves it as a file."""
    return render_template("calendars/_meeting_file.html", meeting=meeting)


add_panel("meeting_actions", "calendars", 60, meeting_file)
add_object("meeting", objects.invitation_of)
add_chore("replies by mail", timedelta(minutes=1), receiving.read_mailbox)


@meeting_changed.connect
def note_changed_meeting(meeting: Meeting, people: Iterable[int], **_more: Any) -> None:
    """Those whose view of it changed; and whoever booked its room, unless it is one person's answer only.

    The booking is in its owner's feed as long as no announced meeting of theirs is in its place.
    """
    people = set(people)
    commands.raise_revisions(people, meeting.booking_id if meeting.organizer_id in people else None)


@many_changed.connect
def note_many_changes(_nothing: Any, *, people: Iterable[int]) -> None:
    commands.raise_revisions(people)


@booking_made.connect
@booking_moved.connect
@booking_renamed.connect
@booking_cancelled.connect
@booking_restored.connect
@booking_ended.connect
def note_changed_booking(booking: Booking, **_more: Any) -> None:
    commands.raise_revisions([booking.owner_id])


@many_made.connect
@many_moved.connect
@many_renamed.connect
@many_cancelled.connect
@many_restored.connect
def note_changed_series(_series: Any, *, bookings: Iterable[Booking], **_more: Any) -> None:
    commands.raise_revisions({booking.owner_id for booking in bookings})
