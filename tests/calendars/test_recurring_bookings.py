"""Series of bookings in the feeds of their owner and rooms: whatever the engine makes of them, and who reads what."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select

from portal.calendars import commands, feeds, queries
from portal.calendars.models import Shows
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality
from portal.meetings.recurring import make_meetings
from portal.rooms import commands as rooms
from portal.rooms import keeping
from portal.rooms.models import Booking, Hold, Status, Visibility
from portal.series import changing
from portal.series import commands as series_commands
from portal.series.changing import Wish
from portal.series.commands import Scope
from portal.series.models import Series
from portal.series.planning import SKIP
from portal.series.recurrence import Frequency, Rule
from tests.calendars.conftest import events, summaries
from tests.conftest import NOW, at

TODAY = NOW.date()
MONDAYS = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)


@pytest.fixture
def make_series(alice, room):
    """Four Mondays of Alice's in E101 unless said otherwise."""

    def make(**values):
        usual = {
            "actor": alice, "room_id": room.id, "title": "Weekly", "starts_at": at(9), "ends_at": at(10),
            "rule": MONDAYS, "choices": {},
        }
        series = series_commands.make(**{**usual, **values})
        db.session.commit()
        return series

    return make


@pytest.fixture
def feed_of(app):
    """What somebody reads of their own or a room's calendar; what is taken over is as if it were built anew."""

    def read(person, room=None, today=TODAY):
        subject = (Shows.ROOM, room.id) if room else (Shows.MINE, None)
        known = {(feed.shows, feed.resource_id): feed for feed in queries.feeds_of(person.id)}
        feed = known.get(subject) or commands.make_feed(person, *subject)[0]
        taken_over = feeds.built(feed, today)
        feed.octets = feed.contents = None
        assert feeds.built(feed, today).octets == taken_over.octets
        feed.octets, feed.contents = taken_over.octets, taken_over.contents
        return taken_over.octets

    return read


def move(actor, booking, starts_at=None, room=None, title=None):
    starts_at = starts_at or booking.starts_at
    ends_at = starts_at + (booking.ends_at - booking.starts_at)
    rooms.move(actor, booking, (room or booking.room).id, title or booking.title, starts_at, ends_at)
    db.session.commit()


def instants(octets):
    """Start and end of everything, by another reader; each instance is told once."""
    calendar = Calendar.from_ical(octets)
    known = [(event["UID"], str(event.get("RECURRENCE-ID") and event["RECURRENCE-ID"].dt)) for event in events(octets)]
    assert len(known) == len(set(known))
    assert calendar.errors == []
    found = recurring_ical_events.of(calendar).between(datetime(2025, 1, 1), datetime(2031, 1, 1))  # noqa: DTZ001
    return sorted((event["DTSTART"].dt.timestamp(), event["DTEND"].dt.timestamp()) for event in found)


def spans(*conditions):
    """Start and end of each standing booking for which these hold, by the database."""
    db.session.expire_all()
    found = db.session.scalars(select(Booking).where(Booking.cancelled_at.is_(None), *conditions))
    return sorted((booking.starts_at.timestamp(), booking.ends_at.timestamp()) for booking in found)


# --- Whatever the engine can make ---

RULES = (
    Rule(Frequency.DAILY, count=9), Rule(Frequency.WEEKLY, weekdays=(6,), count=60),
    Rule(Frequency.WEEKLY, 2, weekdays=(1, 6), count=30), Rule(Frequency.MONTHLY, weekdays=(6,), nth=-1, count=13),
    Rule(Frequency.MONTHLY, month_day=31, count=8), Rule(Frequency.YEARLY, count=2),
)
number = st.integers(0, 99)
hour = st.sampled_from(((1, 45), (2, 0), (2, 30), (9, 0), (23, 30)))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("make"), st.sampled_from(RULES), st.integers(0, 9), hour, st.sets(st.integers(0, 9))),
        st.tuples(st.just("change"), number, st.sampled_from(Scope), hour, st.sampled_from(RULES), st.booleans()),
        st.tuples(st.just("cancel"), number, st.sampled_from(Scope)),
        st.tuples(st.just("shift"), number, st.integers(-90, 90)),
        st.tuples(st.just("elsewhere"), number),
        st.tuples(st.just("cancel_one"), number),
    ),
    min_size=2, max_size=5,
)


class House:
    """Series of Rita's in two rooms on the clock of some zone, and her feed and theirs."""

    def __init__(self, actor, zone, read):
        self.actor, self.zone, self.read = actor, ZoneInfo(zone), read
        area = keeping.add_area(None, f"In {zone}", zone)
        self.rooms = [keeping.add_room(None, area, name, 10) for name in ("One", "Two")]
        self.make(RULES[1], 2, (2, 30), {3})

    def tries(self, command, *args):
        try:
            with db.session.begin_nested():
                command(*args)
        except DomainError:
            pass

    def one(self, number):
        standing = db.session.scalars(
            select(Booking).where(Booking.series_id.is_not(None), Booking.cancelled_at.is_(None)).order_by(Booking.id)
        ).all()
        return standing[number % len(standing)] if standing else None

    def make(self, rule, days, hour, skipped):
        day = date(2026, 12, 1) + timedelta(days=days)
        starts_at = datetime(day.year, day.month, day.day, *hour, tzinfo=self.zone)
        choices = {day + timedelta(days=skip): SKIP for skip in skipped}
        span = (starts_at, starts_at + timedelta(minutes=50))
        self.tries(series_commands.make, self.actor, self.rooms[0].id, "Made", *span, rule, choices)

    def change(self, number, scope, hour, rule, elsewhere):
        if booking := self.one(number):
            series, seen_at = db.session.get_one(Series, booking.series_id), booking.recurrence_id
            day = seen_at.astimezone(self.zone).date()
            starts_at = datetime(day.year, day.month, day.day, *hour, tzinfo=self.zone)
            wish = Wish(
                self.rooms[elsewhere].id, "Changed", starts_at, starts_at + timedelta(minutes=70), rule,
                Visibility.PRIVATE,
            )
            self.tries(changing.change, self.actor, series, scope, seen_at, wish, {})

    def cancel(self, number, scope):
        if booking := self.one(number):
            series = db.session.get_one(Series, booking.series_id)
            self.tries(series_commands.cancel, self.actor, series, scope, booking)

    def shift(self, number, minutes):
        if booking := self.one(number):
            start, end = (moment + timedelta(minutes=minutes) for moment in (booking.starts_at, booking.ends_at))
            self.tries(rooms.move, self.actor, booking, booking.room.id, booking.title, start, end)

    def elsewhere(self, number):
        if booking := self.one(number):
            self.tries(
                rooms.move, self.actor, booking, self.rooms[1].id, booking.title, booking.starts_at, booking.ends_at
            )

    def cancel_one(self, number):
        if booking := self.one(number):
            self.tries(rooms.cancel, self.actor, booking)

    def check(self):
        assert instants(self.read(self.actor)) == spans(Booking.owner_id == self.actor.id)
        for room in self.rooms:
            held = Booking.holds.any((Hold.resource_id == room.id) & Hold.released_at.is_(None))
            assert instants(self.read(self.actor, room)) == spans(held)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@settings(
    max_examples=4, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_any_series_expands_to_the_same_instants_as_in_the_database(rita, feed_of, zone, steps):
    """After each step, in three feeds, of which each takes over what has not changed."""
    try:
        house = House(rita, zone, feed_of)
        for minutes, (name, *values) in enumerate(steps):
            with clock.standing_at(NOW + timedelta(minutes=2 * minutes + 1)):
                getattr(house, name)(*values)
            with clock.standing_at(NOW + timedelta(minutes=2 * minutes + 2, seconds=30)):
                house.check()
    finally:
        db.session.rollback()


# --- Who reads what ---


def test_a_series_is_one_master_under_its_own_uid(feed_of, make_series, alice, bob):
    series = make_series(choices={date(2026, 11, 30): SKIP})
    (event,) = events(feed_of(alice))
    assert (event["UID"], event["SUMMARY"], event["LOCATION"]) == (series.uid, "Weekly", "E101 · East wing")
    assert event["URL"] == f"http://127.0.0.1:8000/series/{series.id}"
    assert (event["DTSTART"].params["TZID"], event["EXDATE"].params["TZID"]) == ("Asia/Shanghai", "Asia/Shanghai")
    assert [left_out.dt for left_out in event["EXDATE"].dts] == [at(9, days=7)]
    assert (event["CREATED"].dt, event["DTSTAMP"].dt) == (NOW, NOW)
    assert events(feed_of(bob)) == []


def test_a_date_in_another_room_is_an_override_to_its_owner_and_by_itself_there(
    feed_of, make_series, alice, bob, room, other_room
):
    series = make_series()
    moved = series.bookings[1]
    with clock.standing_at(NOW + timedelta(minutes=5)):
        move(alice, moved, room=other_room)
    whole, override = events(feed_of(alice))
    assert (override["UID"], override["RECURRENCE-ID"].dt) == (series.uid, at(9, days=7))
    assert (override["LOCATION"], override["SEQUENCE"], whole["SEQUENCE"]) == ("E102 · East wing", 1, 1)
    assert whole["LAST-MODIFIED"].dt == NOW + timedelta(minutes=5)
    (here,) = events(feed_of(bob, room))
    assert [left_out.dt for left_out in here["EXDATE"].dts] == [at(9, days=7)]
    (there,) = events(feed_of(bob, other_room))
    assert (there["UID"], there.start, "RECURRENCE-ID" in there) == (moved.uid, at(9, days=7), False)


def test_a_private_series_is_busy_to_others_without_its_page_or_its_exceptions_titles(
    feed_of, make_series, alice, bob, rita, room
):
    series = make_series(visibility=Visibility.PRIVATE)
    move(alice, series.bookings[1], title="Interview")
    (event,) = events(feed_of(bob, room))
    assert (event["SUMMARY"], event["CLASS"], "URL" in event) == ("Busy", "PRIVATE", False)
    assert sorted(summaries(feed_of(rita, room))) == ["Interview", "Weekly"]


def test_a_series_says_no_more_than_its_dates(feed_of, sign_in, make_series, alice, bob, room):
    met, private = make_series(title="Layoffs"), make_series(title="Interviews", starts_at=at(11), ends_at=at(12))
    make_meetings(
        alice, met.bookings[0], subject="Layoffs", details=Details(confidentiality=Confidentiality.INVITED)
    )
    for booking in private.bookings:
        rooms.call_otherwise(alice, booking, "Interviews", Visibility.PRIVATE)
    db.session.commit()
    assert set(summaries(feed_of(bob, room))) == {"Busy"}
    browser = sign_in(bob)
    for address in (f"/series/{met.id}", f"/series/{met.id}/series.ics"):
        assert "Layoffs" not in browser.get(address).text


def test_what_is_an_announced_meeting_is_left_out_of_its_owners_series(
    feed_of, make_series, make_meeting, alice, bob, room
):
    series = make_series()
    with clock.standing_at(NOW + timedelta(minutes=5)):
        meeting = make_meeting(
            alice, booking_id=series.bookings[2].id, starts_at=at(9, days=14), ends_at=at(10, days=14)
        )
    assert sorted(summaries(feed_of(alice))) == ["Board", "Weekly"]
    whole = next(event for event in events(feed_of(alice)) if event["SUMMARY"] == "Weekly")
    assert [left_out.dt for left_out in whole["EXDATE"].dts] == [at(9, days=14)]
    assert whole["LAST-MODIFIED"].dt == NOW + timedelta(minutes=5)
    assert b"EXDATE" not in feed_of(bob, room)
    with clock.standing_at(NOW + timedelta(minutes=9)):
        meeting.cancelled_at = clock.now()
        db.session.commit()
    assert b"EXDATE" not in feed_of(alice)


def test_what_waits_for_approval_is_tentative(feed_of, make_series, alice):
    series = make_series()
    for booking in series.bookings[:3]:
        booking.status = Status.REQUESTED
    db.session.commit()
    assert [event["STATUS"] for event in events(feed_of(alice))] == ["TENTATIVE", "CONFIRMED"]


def test_what_goes_on_otherwise_is_another_series_that_names_the_first(feed_of, make_series, alice, room):
    series = make_series()
    wish = Wish(room.id, "Round", at(14, days=14), at(15, days=14), MONDAYS, series.visibility)
    changing.change(alice, series, Scope.FOLLOWING, at(9, days=14), wish, {})
    db.session.commit()
    old, new = events(feed_of(alice))
    assert (old["RRULE"]["COUNT"], new["RELATED-TO"]) == ([2], series.uid)
    assert (new["UID"] != old["UID"], new.start) == (True, at(14, days=14))


def test_sequence_rises_with_each_exception_and_never_falls(feed_of, make_series, alice, room):
    series, seen = make_series(), [0]

    def grows():
        seen.append(max(event["SEQUENCE"] for event in events(feed_of(alice)) if event["UID"] == series.uid))
        return seen[-1] > seen[-2]

    move(alice, series.bookings[1], at(11, days=7))
    assert grows()
    rooms.cancel(alice, series.bookings[3])
    db.session.commit()
    assert grows()
    # The last two leave it: one was moved by itself, the other is given up.
    move(alice, series.bookings[2], at(11, days=14))
    assert grows()
    wish = Wish(room.id, "Weekly", at(9), at(10), Rule(Frequency.WEEKLY, weekdays=(0,), count=2), series.visibility)
    with clock.standing_at(NOW - timedelta(hours=1)):
        changing.change(alice, series, Scope.ALL, at(9), wish, {})
    db.session.commit()
    assert grows()


def test_a_series_that_began_long_ago_keeps_its_first_dates_until_none_is_in_the_window(feed_of, make_series, alice):
    make_series()
    for days, count in ((367, 1), (386, 1), (387, 0)):
        octets = feed_of(alice, today=TODAY + timedelta(days=days))
        assert (len(events(octets)), b"EXDATE" in octets) == (count, False)


def test_renamed_rooms_show(feed_of, make_series, alice, room):
    make_series()
    with clock.standing_at(NOW + timedelta(minutes=5)):
        feed_of(alice)
        room.name = "E199"
        db.session.commit()
        assert events(feed_of(alice))[0]["LOCATION"] == "E199 · East wing"


def test_reading_series_costs_the_same_for_one_as_for_many(feed_of, make_series, alice, statements):
    counts = []
    for hour in (9, 11, 13):
        make_series(starts_at=at(hour), ends_at=at(hour + 1))
        db.session.commit()
        feed_of(alice)
        with statements() as seen:
            feed_of(alice)
        counts.append(len(seen))
    assert len(set(counts)) == 1


# --- The file ---


def test_a_series_page_offers_it_as_a_file(sign_in, make_series, alice):
    series = make_series(title="周会")
    browser = sign_in(alice)
    assert f'href="/series/{series.id}/series.ics"' in browser.get(f"/series/{series.id}").text
    answer = browser.get(f"/series/{series.id}/series.ics")
    (event,) = events(answer.data)
    assert (event["UID"], event["SUMMARY"]) == (series.uid, "周会")
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''%E5%91%A8%E4%BC%9A.ics")
    assert len(instants(answer.data)) == 4


def test_the_file_of_a_private_series_says_busy_and_of_an_empty_one_nothing(sign_in, client, make_series, alice, bob):
    series = make_series(title="Interviews", visibility=Visibility.PRIVATE)
    answer = sign_in(bob).get(f"/series/{series.id}/series.ics")
    assert summaries(answer.data) == ["Busy"]
    assert "Interviews" not in f"{answer.headers}{answer.text}"
    assert client.get(f"/series/{series.id}/series.ics").status_code == 401
    assert sign_in(bob).get("/series/999/series.ics").status_code == 404
    series_commands.cancel(alice, series, Scope.ALL)
    db.session.commit()
    assert instants(sign_in(alice).get(f"/series/{series.id}/series.ics").data) == []


def test_each_date_that_is_otherwise_counts_to_what_a_feed_may_hold(
    feed_of, make_series, make_booking, alice, monkeypatch
):
    make_booking(title="Before", starts_at=at(15), ends_at=at(16))
    series = make_series()
    for booking in series.bookings[:2]:
        move(alice, booking, booking.starts_at + timedelta(hours=2))
    assert summaries(feed_of(alice)) == ["Before", "Weekly", "Weekly", "Weekly"]
    monkeypatch.setattr(feeds, "MOST_COMPONENTS", 3)
    assert summaries(feed_of(alice)) == ["Weekly", "Weekly", "Weekly"]
