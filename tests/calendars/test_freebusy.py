"""Free/busy times: for the house by a sign-in, for programs by a feed's secret; nothing but times."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendars import commands, queries
from portal.calendars.freebusy import Firmness, Period, Window, merged
from portal.calendars.models import Shows
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer
from portal.rooms import closing
from portal.rooms.models import Status, Visibility
from tests.conftest import NOW, at, utc

TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def told(octets):
    """(FBTYPE, start, end) of each period, in the order of the file, as another program reads it."""
    (found,) = Calendar.from_ical(octets).walk("VFREEBUSY")
    lines = found.get("FREEBUSY", [])
    return [
        (str(line.params["FBTYPE"]), *period)
        for line in (lines if isinstance(lines, list) else [lines]) for period in [line.dt]
    ]


@pytest.fixture
def feed_address(app):
    """The free/busy address of a new feed."""

    def make(person, shows=Shows.MINE, subject_id=None):
        _feed, secret = commands.make_feed(person, shows, subject_id)
        db.session.commit()
        return f"/feeds/{secret}/freebusy.ifb"

    return make


def test_a_colleague_sees_when_somebody_is_busy_and_nothing_else(
    sign_in, make_booking, make_meeting, answered, alice, bob
):
    make_booking(title="Redundancies", visibility=Visibility.PRIVATE)
    answered(make_meeting(bob, alice, subject="Secret plan", starts_at=at(10), ends_at=at(11)), alice, Answer.ACCEPTED)
    answered(make_meeting(alice, starts_at=at(13), ends_at=at(14)), alice, Answer.TENTATIVE)
    answered(make_meeting(alice, starts_at=at(15), ends_at=at(16)), alice, Answer.DECLINED)
    answer = sign_in(bob).get(f"/people/{alice.id}/freebusy.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPE)
    assert told(answer.data) == [("BUSY", at(9), at(11)), ("BUSY-TENTATIVE", at(13), at(14))]
    assert not any(word in answer.text for word in ("Redundancies", "Secret", "Board", "E101", "SUMMARY", "LOCATION"))


def test_it_is_a_publication_with_what_that_needs(sign_in, alice, bob):
    calendar = Calendar.from_ical(sign_in(bob).get(f"/people/{alice.id}/freebusy.ics").data)
    (found,) = calendar.walk("VFREEBUSY")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert (found["ORGANIZER"], found["ORGANIZER"].params["CN"]) == ("mailto:alice@example.org", "Alice")
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (at(0, days=-7), at(0, days=56))
    assert found["DTSTAMP"].dt == NOW
    again = Calendar.from_ical(sign_in(alice).get(f"/people/{alice.id}/freebusy.ics").data)
    assert again.walk("VFREEBUSY")[0]["UID"] == found["UID"]
    assert Calendar.from_ical(sign_in(alice).get(f"/people/{bob.id}/freebusy.ics").data).events == []


def test_only_what_is_asked_for_is_told_cut_at_its_ends(sign_in, make_booking, bob, alice):
    make_booking(starts_at=at(22), ends_at=at(2, days=1))
    make_booking(starts_at=at(9, days=2), ends_at=at(10, days=2))
    answer = sign_in(bob).get(f"/people/{alice.id}/freebusy.ics?from=2026-11-24&until=2026-11-24")
    assert told(answer.data) == [("BUSY", at(0, days=1), at(2, days=1))]


@pytest.mark.parametrize(
    "asked", ["from=soon", "from=2026-11-24&until=2026-11-23", "from=2026-01-01&until=2027-01-06", "until=0001-01-01"]
)
def test_what_cannot_be_meant_is_refused_in_words(sign_in, alice, asked):
    answer = sign_in(alice).get(f"/people/{alice.id}/freebusy.ics?{asked}")
    assert answer.status_code == 422
    assert "VFREEBUSY" not in answer.text


def test_strangers_and_people_who_left_have_none(client, sign_in, alice, bob):
    assert client.get(f"/people/{alice.id}/freebusy.ics").status_code == 401
    alice.left_at = NOW
    db.session.commit()
    assert sign_in(bob).get(f"/people/{alice.id}/freebusy.ics").status_code == 404


def test_a_room_is_busy_unsure_or_closed(sign_in, make_booking, room, rita, bob):
    make_booking(title="Held")
    make_booking(starts_at=at(11), ends_at=at(12)).status = Status.REQUESTED
    db.session.commit()
    closing.close_room(rita, room.id, "Painting", at(18), at(18, days=2), {})
    db.session.commit()
    answer = sign_in(bob).get(f"/rooms/{room.id}/freebusy.ics")
    assert told(answer.data) == [
        ("BUSY", at(9), at(10)), ("BUSY-TENTATIVE", at(11), at(12)), ("BUSY-UNAVAILABLE", at(18), at(18, days=2)),
    ]
    assert "Held" not in answer.text
    assert "Painting" not in answer.text


def test_the_time_that_a_room_is_kept_free_counts(sign_in, make_booking, room, bob):
    room.setup_minutes = 30
    db.session.commit()
    make_booking()
    assert told(sign_in(bob).get(f"/rooms/{room.id}/freebusy.ics").data) == [("BUSY", at(8, 30), at(10))]


def test_a_subscription_leads_to_it(sign_in, feed_address, alice, room, works):
    feed_address(alice)
    feed_address(alice, Shows.ROOM, room.id)
    feed_address(alice, Shows.DEPARTMENT, works.id)
    mine, of_room, of_department = (
        sign_in(alice).get(f"/calendar/subscriptions/{feed.id}").text for feed in queries.feeds_of(alice.id)
    )
    assert f'href="/people/{alice.id}/freebusy.ics"' in mine
    assert f'href="/rooms/{room.id}/freebusy.ics"' in of_room
    assert "freebusy" not in of_department


# --- By a feed's secret ---


def test_a_feed_tells_it_to_a_program_that_brings_no_session(client, feed_address, make_booking, alice, bob, room):
    make_booking()
    for address in (feed_address(alice), feed_address(bob, Shows.ROOM, room.id)):
        answer = client.get(address, csrf=False)
        assert told(answer.data) == [("BUSY", at(9), at(10))]
        assert answer.headers["Content-Type"] == TYPE
        assert "Set-Cookie" not in answer.headers
        head = client.open(address, method="HEAD", csrf=False)
        assert (head.status_code, head.data, dict(head.headers)) == (200, b"", dict(answer.headers))
        assert client.post(address, csrf=False).status_code == 405


def test_unchanged_it_is_the_same_octets_until_midnight(client, feed_address, make_booking, alice):
    make_booking()
    address = feed_address(alice)
    first = client.get(address, csrf=False)
    with clock.standing_at(NOW + timedelta(hours=3)):
        assert client.get(address, csrf=False).data == first.data
        for asked in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
            answer = client.get(address, csrf=False, headers=asked)
            assert (answer.status_code, answer.data) == (304, b"")
        make_booking(starts_at=at(14), ends_at=at(15))
        changed = client.get(address, csrf=False, headers={"If-None-Match": first.headers["ETag"]})
        (found,) = Calendar.from_ical(changed.data).walk("VFREEBUSY")
        assert (changed.status_code, found["DTSTAMP"].dt) == (200, NOW + timedelta(hours=3))


def test_a_wrong_or_revoked_secret_and_other_feeds_have_none(client, feed_address, alice, works):
    mine, others = feed_address(alice), feed_address(alice, Shows.DEPARTMENT, works.id)
    assert client.get(others, csrf=False).status_code == 404
    assert client.get("/feeds/wrong/freebusy.ifb", csrf=False).status_code == 404
    alice.left_at = NOW
    db.session.commit()
    assert client.get(mine, csrf=False).status_code == 404


def test_the_number_of_statements_does_not_grow(client, feed_address, make_booking, statements, alice):
    address = feed_address(alice)
    client.get(address, csrf=False)
    with statements() as few:
        client.get(address, csrf=False)
    for hour in range(10, 18):
        make_booking(starts_at=at(hour), ends_at=at(hour, 45))
    with statements() as many:
        client.get(address, csrf=False)
    assert len(many) == len(few) <= 6


# --- Merging ---

DAY = Window(utc(2026, 11, 23), utc(2026, 11, 24), utc(2026, 11, 23))
spans = st.tuples(st.integers(-2, 26), st.integers(1, 6), st.sampled_from(Firmness))


@given(st.lists(spans, max_size=8), st.integers(1, 3))
def test_each_hour_is_as_firm_as_the_firmest_that_leave_no_unit(found, units):
    start = DAY.starts_at
    hour = timedelta(hours=1)
    periods = merged([Period(start + a * hour, start + (a + n) * hour, firm) for a, n, firm in found], DAY, units)
    assert periods == sorted(periods)
    for one, next_one in pairwise(periods):
        assert one.ends_at < next_one.starts_at or one.firmness != next_one.firmness
    for number in range(24):
        taken = sorted((firm for a, n, firm in found if a <= number < a + n), reverse=True)
        expected = taken[units - 1] if len(taken) >= units else None
        at_hour = start + number * hour
        assert [p.firmness for p in periods if p.starts_at <= at_hour < p.ends_at] == ([expected] if expected else [])


def test_days_are_those_of_the_readers_clock(sign_in, make_booking, bob, alice):
    bob.timezone = "America/New_York"
    db.session.commit()
    answer = sign_in(bob).get(f"/people/{alice.id}/freebusy.ics?from=2026-11-23&until=2026-11-23")
    (found,) = Calendar.from_ical(answer.data).walk("VFREEBUSY")
    assert found["DTSTART"].dt == utc(2026, 11, 23, 5)
