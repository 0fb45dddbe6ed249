"""What a person's feed holds, read back by other programs."""

from datetime import timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from portal.calendars import commands, feeds, queries
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Part
from tests.calendars.conftest import events, summaries
from tests.conftest import NOW, app_for, at

TODAY = NOW.date()
HOUR = timedelta(hours=1)


@pytest.fixture
def feed_of(app):
    """The octets of a person's feed on a day."""

    def build(person, today=TODAY):
        feed = next(iter(queries.feeds_of(person.id)), None) or commands.make_feed(person)[0]
        db.session.commit()
        return feeds.built(feed, today).octets

    return build


def the_event(octets):
    (event,) = events(octets)
    return event


def test_an_empty_feed_is_a_valid_calendar_with_a_zone(feed_of, alice):
    octets = feed_of(alice)
    calendar = Calendar.from_ical(octets)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert calendar.subcomponents[0]["TZID"] == "Asia/Shanghai"
    assert calendar.errors == []


def test_the_calendar_says_what_it_is_in_fixed_order(feed_of, alice):
    first = feed_of(alice).decode().split("\r\n")[:8]
    assert first == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Meeting portal//Calendar 1//EN", "CALSCALE:GREGORIAN",
        "NAME:Calendar of Alice", "X-WR-CALNAME:Calendar of Alice", "REFRESH-INTERVAL;VALUE=DURATION:PT30M",
        "X-PUBLISHED-TTL:PT30M",
    ]
    assert b"METHOD" not in feed_of(alice)


def test_a_meeting_has_all_that_its_reader_needs(feed_of, make_meeting, answered, alice, bob):
    meeting = make_meeting(
        bob, subject="季度会议; review", purpose="年度总结, 计划", agenda=("Budget", "Staff"), sequence=2
    )
    with clock.standing_at(NOW + timedelta(minutes=5)):
        answered(meeting, bob, Answer.TENTATIVE)
    event = the_event(feed_of(bob))
    page = f"http://127.0.0.1:8000/meetings/{meeting.id}"
    assert event["UID"] == meeting.uid
    assert event["SEQUENCE"] == 2
    assert (event.start, event.end) == (at(9), at(10))
    assert event["CREATED"].dt == NOW
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == NOW + timedelta(minutes=5)
    assert event["SUMMARY"] == "季度会议; review"
    assert event["LOCATION"] == "E101 · East wing"
    assert event["DESCRIPTION"] == f"年度总结, 计划\n\nAgenda\n1. Budget\n2. Staff\n\n{page}"
    assert event["URL"] == page
    assert event["STATUS"] == "CONFIRMED"
    assert event["ORGANIZER"] == "mailto:alice@example.org"
    assert event["ORGANIZER"].params["CN"] == "Alice"
    own = event["ATTENDEE"]
    assert own == "mailto:bob@example.org"
    assert dict(own.params) == {"CN": "Bob", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "TENTATIVE", "RSVP": "FALSE"}


def test_only_the_subscribers_own_answer_is_told(feed_of, make_meeting, alice, bob, rita):
    make_meeting(bob, rita)
    octets = feed_of(bob)
    assert b"rita" not in octets.lower()
    assert the_event(octets)["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert the_event(octets)["ATTENDEE"].params["RSVP"] == "TRUE"
    assert "ATTENDEE" not in the_event(feed_of(alice))


@pytest.mark.parametrize(
    ("part", "role"),
    [
        (Part.CHAIR, "CHAIR"), (Part.RECORDER, "REQ-PARTICIPANT"), (Part.REQUIRED, "REQ-PARTICIPANT"),
        (Part.OPTIONAL, "OPT-PARTICIPANT"),
    ],
)
def test_roles(feed_of, make_meeting, bob, part, role):
    make_meeting(bob).attendees[0].part = part
    db.session.commit()
    assert the_event(feed_of(bob))["ATTENDEE"].params["ROLE"] == role


def test_a_declined_meeting_is_left_out(feed_of, make_meeting, answered, alice, bob):
    meeting = make_meeting(bob)
    answered(meeting, bob, Answer.DECLINED)
    assert events(feed_of(bob)) == []
    assert summaries(feed_of(alice)) == ["Board"]


def test_drafts_strangers_and_the_untold_see_nothing(feed_of, make_meeting, alice, bob, rita):
    make_meeting(bob, announced_at=None)
    make_meeting(bob, starts_at=at(11), ends_at=at(12)).attendees[0].invited_at = None
    db.session.commit()
    assert events(feed_of(bob)) == events(feed_of(rita)) == []


def test_an_own_booking_is_an_event_until_it_is_announced_as_a_meeting(feed_of, make_booking, make_meeting, alice, bob):
    booking = make_booking(title="Workshop")
    event = the_event(feed_of(alice))
    assert (event["UID"], event["SUMMARY"], event["LOCATION"]) == (booking.uid, "Workshop", "E101 · East wing")
    assert event["URL"] == f"http://127.0.0.1:8000/bookings/{booking.id}"
    assert events(feed_of(bob)) == []
    meeting = make_meeting(booking_id=booking.id, announced_at=None)
    assert summaries(feed_of(alice)) == ["Workshop"]
    meeting.announced_at = NOW
    db.session.commit()
    assert summaries(feed_of(alice)) == ["Board"]
    meeting.cancelled_at = NOW - timedelta(days=31)
    db.session.commit()
    assert summaries(feed_of(alice)) == ["Workshop"]


def test_whoever_booked_for_a_meeting_of_others_keeps_the_booking(
    feed_of, make_booking, make_meeting, alice, bob, olive
):
    make_meeting(bob, booking_id=make_booking(title="Room for Olive").id, organizer_id=olive.id)
    assert summaries(feed_of(alice)) == ["Room for Olive"]


def test_a_cancelled_meeting_stays_marked_for_30_days(feed_of, make_meeting, bob):
    make_meeting(bob, cancelled_at=NOW, sequence=1)
    event = the_event(feed_of(bob))
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 1)
    assert event["SUMMARY"] == "Cancelled: Board"
    assert len(events(feed_of(bob, TODAY + timedelta(days=30)))) == 1
    assert events(feed_of(bob, TODAY + timedelta(days=31))) == []


def test_a_year_back_and_all_ahead(feed_of, make_meeting, alice):
    for subject, days in (("Long ago", -367), ("A year ago", -364), ("Far ahead", 3000)):
        make_meeting(subject=subject, starts_at=at(9, days=days), ends_at=at(10, days=days))
    assert summaries(feed_of(alice)) == ["A year ago", "Far ahead"]


def test_the_order_is_that_of_time(feed_of, make_meeting, make_booking, alice):
    make_meeting(subject="Third", starts_at=at(15), ends_at=at(16))
    make_booking(title="Second", starts_at=at(11), ends_at=at(12))
    make_meeting(subject="First", starts_at=at(9), ends_at=at(10))
    assert summaries(feed_of(alice)) == ["First", "Second", "Third"]


def test_beyond_1000_components_the_oldest_go(feed_of, make_meeting, alice, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_COMPONENTS", 3)
    for number in range(4):
        make_meeting(subject=f"M{number}", starts_at=at(9, days=number), ends_at=at(10, days=number))
    assert summaries(feed_of(alice)) == ["M1", "M2", "M3"]


def test_beyond_a_megabyte_the_oldest_go(feed_of, make_meeting, alice):
    for number in range(130):
        starts_at = at(9, days=number)
        make_meeting(subject=f"M{number}", purpose="会" * 2900, starts_at=starts_at, ends_at=starts_at + HOUR)
    octets = feed_of(alice)
    assert 980_000 < len(octets) <= 1_000_000
    assert summaries(octets)[-1] == "M129"
    assert summaries(octets)[0] != "M0"


def test_a_second_reader_agrees_on_the_times(feed_of, make_meeting, alice):
    make_meeting(starts_at=at(9), ends_at=at(10))
    (event,) = recurring_ical_events.of(Calendar.from_ical(feed_of(alice))).between(at(0), at(23))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(9), at(10))


def test_uids_are_unique_in_a_stream(feed_of, make_meeting, make_booking, alice, bob):
    make_meeting(alice, bob, booking_id=make_booking().id)
    make_booking(starts_at=at(11), ends_at=at(12))
    uids = [event["UID"] for event in events(feed_of(alice))]
    assert len(uids) == len(set(uids)) == 2


def test_a_location_is_one_line(feed_of, make_meeting, alice):
    make_meeting(location="E101\r\n East\twing")
    assert the_event(feed_of(alice))["LOCATION"] == "E101 East wing"


def test_every_process_writes_the_same_octets(feed_of, make_meeting, make_booking, alice, bob, database_url, tmp_path):
    make_meeting(alice, bob, agenda=("One", "Two"))
    make_booking(starts_at=at(13), ends_at=at(14))
    octets, alice_id = feed_of(alice), alice.id
    db.session.rollback()
    other = app_for(database_url, tmp_path)
    with other.app_context(), clock.standing_at(NOW + timedelta(hours=3)):
        assert feeds.built(queries.feeds_of(alice_id)[0], NOW.date()).octets == octets
        db.session.remove()
        db.engine.dispose()
