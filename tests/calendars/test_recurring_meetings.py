"""Recurring meetings in feeds and files: one series of what each reader knows, read back by another program."""

import pytest
import recurring_ical_events
from icalendar import Calendar

from portal.calendars import commands as feeds
from portal.calendars.models import Shows
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.commands import cancel_meeting, change_meeting
from portal.meetings.models import Answer, Confidentiality, MeetingSeries
from portal.meetings.moving import postpone
from portal.meetings.people import invite, uninvite
from portal.meetings.recurring import make_meetings
from portal.rooms import commands as rooms
from portal.series import commands as serieses
from tests.calendars.weekly import MONDAYS
from tests.conftest import NOW, SHANGHAI, at


@pytest.fixture
def feed_of(client):
    """What a new feed of that person holds."""

    def read(person, **choice):
        _feed, secret = feeds.make_feed(person, **choice)
        db.session.commit()
        return client.get(f"/feeds/{secret}/calendar.ics").data

    return read


def events(octets):
    """The components: the master or a single event by nothing, overrides by their day."""
    found = Calendar.from_ical(octets).walk("VEVENT")
    return {event["RECURRENCE-ID"].dt.day if "RECURRENCE-ID" in event else None: event for event in found}


def starts(octets):
    """When it takes place, as another program makes it of the rule."""
    found = recurring_ical_events.of(Calendar.from_ical(octets)).between(at(0), at(0, days=60))
    standing = [event for event in found if event.get("STATUS") != "CANCELLED"]
    return sorted(event["DTSTART"].dt.astimezone(SHANGHAI) for event in standing)


def test_dates_made_at_once_are_one_series_with_the_rule_of_their_bookings(make_weekly, bob, feed_of):
    weekly = make_weekly(bob)
    assert [meeting.recurrence_id for meeting in weekly.dates] == [at(9, days=days) for days in (0, 7, 14, 21)]
    octets = feed_of(bob)
    (master,) = events(octets).values()
    assert master["UID"] == weekly.series.uid
    assert "EXDATE" not in master
    assert starts(octets) == [at(9, days=days) for days in (0, 7, 14, 21)]
    assert master["URL"].endswith(f"/meetings/recurring/{weekly.series.id}")


def test_a_single_date_is_in_no_series_and_dates_made_later_join_it(alice, room):
    series = serieses.make(alice, room.id, "Board", at(9), at(10), MONDAYS, {})
    serieses.cancel(alice, series, serieses.Scope.FOLLOWING, series.bookings[1])
    (alone,) = make_meetings(alice, series.bookings[0], subject="Board")
    assert alone.series is None
    serieses.restore(alice, series)
    db.session.commit()
    made = make_meetings(alice, series.bookings[0], subject="Board")
    cancel_meeting(alice, made[0])
    assert {meeting.series for meeting in made} == {db.session.query(MeetingSeries).one()}


def test_a_reader_sees_the_dates_that_they_were_told_of_and_no_others(make_weekly, bob, rita, alice, feed_of):
    weekly = make_weekly(bob, told=(1, 2))
    invite(alice, weekly.dates[3], [rita])
    send_notice(alice, weekly.dates[3])
    db.session.commit()
    octets = feed_of(bob)
    assert starts(octets) == [at(9, days=7), at(9, days=14)]
    assert list(events(octets)) == [None]
    (only,) = events(feed_of(rita)).values()
    assert (only["UID"], only["DTSTART"].dt) == (weekly.series.uid, at(9, days=21))
    assert "RRULE" not in only


def test_what_is_otherwise_on_a_date_is_an_override(make_weekly, bob, alice, feed_of):
    first, second, third, fourth = make_weekly(bob).dates
    rooms.move(alice, second.booking, second.booking.room.id, "Board", at(11, days=7), at(12, days=7))
    change_meeting(alice, third, subject="Board and budget", purpose="", agenda=["一、预算"])
    first.attendees[0].answer, first.attendees[0].answered_at = Answer.ACCEPTED, NOW
    cancel_meeting(alice, fourth)
    db.session.commit()
    octets = feed_of(bob)
    found = events(octets)
    assert set(found) == {None, 30, 7, 14}
    assert found[30]["DTSTART"].dt == at(11, days=7)
    assert found[7]["SUMMARY"] == "Board and budget"
    assert "一、预算" in found[7]["DESCRIPTION"]
    assert [found[day]["ATTENDEE"].params["PARTSTAT"] for day in (None, 30)] == ["ACCEPTED", "NEEDS-ACTION"]
    assert (found[14]["STATUS"], found[14]["SUMMARY"]) == ("CANCELLED", "Cancelled: Board")
    assert starts(octets) == [at(9), at(11, days=7), at(9, days=14)]
    assert {event["UID"] for event in found.values()} == {first.series.uid}


def test_what_was_cancelled_long_ago_is_an_exception(make_weekly, bob, alice, feed_of):
    weekly = make_weekly(bob)
    with clock.standing_at(at(12)):
        cancel_meeting(alice, weekly.dates[3])
        db.session.commit()
    with clock.standing_at(at(9, days=40)):
        octets = feed_of(bob)
    assert list(events(octets)) == [None]
    # That it went does not let the series seem older than before.
    assert events(octets)[None]["DTSTAMP"].dt == at(12)
    assert starts(octets) == [at(9, days=days) for days in (0, 7, 14)]


def test_one_number_counts_all_revisions_and_a_date_keeps_that_of_its_own(make_weekly, bob, alice, feed_of):
    weekly = make_weekly(bob)
    before, third = weekly.series.sequence, weekly.dates[2].sequence
    assert [meeting.sequence for meeting in weekly.dates] == [1, 2, 3, before]
    postpone(alice, weekly.dates[1])
    uninvite(alice, weekly.dates[2], weekly.dates[2].attendees[0])
    db.session.commit()
    assert (weekly.dates[1].sequence, weekly.dates[2].sequence) == (before + 1, third)
    assert weekly.series.sequence == before + 2
    assert {int(event["SEQUENCE"]) for event in events(feed_of(bob)).values()} == {before + 2}


def test_a_change_is_there_at_the_next_poll_and_what_stands_is_the_same_octets(make_weekly, bob, rita, alice, client):
    weekly = make_weekly(bob)
    _feed, secret = feeds.make_feed(bob)
    db.session.commit()
    with clock.standing_at(at(9, minute=5)):
        first = client.get(f"/feeds/{secret}/calendar.ics").data
        assert client.get(f"/feeds/{secret}/calendar.ics").data == first
        uninvite(alice, weekly.dates[1], weekly.dates[1].attendees[0])
        invite(alice, weekly.dates[0], [rita])
        send_notice(alice, weekly.dates[0])
        db.session.commit()
        second = client.get(f"/feeds/{secret}/calendar.ics").data
    assert starts(second) == [at(9), at(9, days=14), at(9, days=21)]
    with clock.standing_at(at(9, minute=10)):
        _feed, other = feeds.make_feed(bob)
        db.session.commit()
        anew = client.get(f"/feeds/{other}/calendar.ics").data
    assert anew == second


def test_a_kind_s_feed_has_the_dates_that_its_reader_may_know_without_people(make_weekly, alice, bob, rita, feed_of):
    weekly = make_weekly(rita, details={"confidentiality": Confidentiality.INTERNAL})
    weekly.dates[2].confidentiality = Confidentiality.INVITED
    db.session.commit()
    octets = feed_of(bob, shows=Shows.KIND)
    assert starts(octets) == [at(9, days=days) for days in (0, 7, 21)]
    assert b"ATTENDEE" not in octets


def test_the_file_of_one_date_is_the_series_as_far_as_its_reader_knows_it(make_weekly, sign_in, bob, rita, alice):
    weekly = make_weekly(bob, told=(0, 2))
    answer = sign_in(bob).get(f"/meetings/{weekly.dates[2].id}/meeting.ics")
    assert starts(answer.data) == [at(9), at(9, days=14)]
    assert sign_in(rita).get(f"/meetings/{weekly.dates[2].id}/meeting.ics").status_code == 404
    drafts = sign_in(alice).get(f"/meetings/{weekly.dates[1].id}/meeting.ics").data
    assert {str(event["STATUS"]) for event in Calendar.from_ical(drafts).walk("VEVENT")} == {"CONFIRMED", "TENTATIVE"}


def test_reading_costs_the_same_for_one_series_and_for_three(make_weekly, bob, statements, feed_of, alice, room):
    def cost():
        with statements() as seen:
            feed_of(bob)
        return len(seen)

    make_weekly(bob)
    one = cost()
    for hour in (11, 13):
        booked = serieses.make(
            alice, room.id, "Board", at(hour), at(hour + 1), MONDAYS, {},
        )
        for meeting in make_meetings(alice, booked.bookings[0], subject="Board"):
            invite(alice, meeting, [bob])
            send_notice(alice, meeting)
    db.session.commit()
    assert cost() == one
