"""What mails carry for calendars, read back by another reader."""

import pytest
from icalendar import Calendar

from portal.calendars.objects import METHODS, invitation_of
from portal.core.db import db
from portal.meetings.models import Answer
from tests.calendars.conftest import with_portal_settings
from tests.conftest import NOW

BOB = "bob@example.org"


def carried(meeting, kind="meeting.invitation", email=BOB):
    found = invitation_of(kind, meeting.id, email, NOW)
    if found is None:
        return None
    method, octets = found
    calendar = Calendar.from_ical(octets)
    assert calendar["METHOD"] == method
    (event,) = calendar.walk("VEVENT")
    return method, event


def test_an_invitation_asks_its_reader_alone(make_meeting, bob, rita):
    meeting = make_meeting(bob, rita, agenda=("一、预算",), online_url="https://meet.example.org/a?b=1", sequence=3)
    method, event = carried(meeting)
    assert (method, event["UID"], event["SEQUENCE"], event["STATUS"]) == ("REQUEST", meeting.uid, 3, "CONFIRMED")
    assert (event["ATTENDEE"], event["ATTENDEE"].params["PARTSTAT"]) == (f"mailto:{BOB}", "NEEDS-ACTION")
    assert (event["ATTENDEE"].params["RSVP"], event["ORGANIZER"]) == ("TRUE", "mailto:alice@example.org")
    assert (event["DTSTAMP"].dt, event["DTSTART"].dt) == (NOW, meeting.starts_at)
    assert event["CONFERENCE"] == "https://meet.example.org/a?b=1"
    assert "一、预算" in event["DESCRIPTION"]


def test_replies_go_where_the_portal_reads_them(app, make_meeting, bob):
    with with_portal_settings(app, reply_address="meetings@example.org"):
        _method, event = carried(make_meeting(bob))
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:meetings@example.org", "Alice")


@pytest.mark.parametrize("off", ["cancelled_at", "postponed_at"])
def test_what_is_off_is_cancelled_and_never_invites(make_meeting, bob, off):
    meeting = make_meeting(bob, **{off: NOW}, sequence=1)
    assert carried(meeting) is None
    method, event = carried(meeting, "meeting.cancelled")
    assert (method, event["STATUS"], event["TRANSP"]) == ("CANCEL", "CANCELLED", "TRANSPARENT")
    assert event["SEQUENCE"] >= 1


def test_a_cancellation_that_comes_late_undoes_nothing(make_meeting, bob):
    assert carried(make_meeting(bob), "meeting.cancelled") is None


def test_who_is_taken_off_or_replaced_has_it_cancelled(make_meeting, bob, rita):
    meeting = make_meeting(rita, sequence=1, agenda=("Layoffs",), online_url="https://video.example.org/?code=1")
    method, event = carried(meeting, "meeting.withdrawn")
    assert (method, event["SEQUENCE"]) == ("CANCEL", 2)
    # Nothing that Bob could still do with it, whatever became of it since.
    assert "CONFERENCE" not in event
    assert event["DESCRIPTION"] == event["URL"]
    other = make_meeting(bob)
    other.attendees[0].answer, other.attendees[0].answered_at = Answer.DELEGATED, NOW
    db.session.commit()
    assert carried(other, "meeting.replaced")[0] == "CANCEL"


def test_nothing_goes_to_the_organizer_to_strangers_or_with_other_words(make_meeting, bob):
    meeting = make_meeting(bob)
    assert carried(meeting, email="alice@example.org") is None
    assert carried(meeting, email="eve@example.org") is None
    assert "meeting.urged" not in METHODS
