"""What meetings add to My day and to the page of a booking."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import render_template

from portal.accounts.models import Person
from portal.core import clock
from portal.core.i18n import local, reader
from portal.meetings import policy, queries
from portal.meetings.models import Meeting
from portal.rooms import policy as rooms
from portal.rooms.models import Booking


def mine_today(person: Person) -> dict[str, Any]:
    """The person's meetings of this day on the reader's clock, with their part in each. Two statements."""
    today = local(clock.now()).date()
    midnight = datetime.combine(today, time(), reader().zone)
    next_midnight = datetime.combine(today + timedelta(days=1), time(), reader().zone)
    meetings = queries.meetings_between(person.id, midnight.astimezone(UTC), next_midnight.astimezone(UTC))
    return {"meetings": meetings, "parts": queries.parts_of(person.id, meetings)}


def today(person: Person) -> str:
    """My meetings of today."""
    return render_template("meetings/_today.html", **mine_today(person))


def of_booking(booking: Booking, person: Person) -> str:
    """A button that makes the booking a meeting, or the way to the meeting that it is."""
    meeting = queries.meeting_in(booking.id)
    if meeting is None:
        may_make = policy.may_make(person, booking)
        return render_template("meetings/_make.html", booking=booking) if may_make else ""
    return render_template("meetings/_to_meeting.html", meeting=meeting) if policy.may_see(person, meeting) else ""


def undo(meeting: Meeting, person: Person) -> str:
    """While the cancellation of meeting and booking can be taken back, the button for it."""
    booking = meeting.booking if meeting.cancelled_at else None
    if booking is None or booking.cancelled_at != meeting.cancelled_at:
        return ""
    offered = booking.may_be_restored_at(clock.now()) and rooms.may_change(person, booking)
    return render_template("rooms/_undo.html", booking=booking) if offered else ""
