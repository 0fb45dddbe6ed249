"""Whatever happens to a series in whatever order: nothing overlaps, and what was changed by itself stays as it is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import DomainError
from portal.rooms import commands as rooms
from portal.rooms.models import Booking
from portal.series import changing, commands
from portal.series.changing import Wish
from portal.series.commands import Scope
from portal.series.models import Series
from portal.series.planning import differences
from portal.series.recurrence import Frequency, Rule, instants
from portal.series.words import rule_of
from tests.conftest import SHANGHAI, at
from tests.series.conftest import overlaps

RULES = (
    Rule(Frequency.DAILY, count=6), Rule(Frequency.DAILY, 2, count=4),
    Rule(Frequency.WEEKLY, weekdays=(0, 3), count=6), Rule(Frequency.WEEKLY, 2, weekdays=(1,), count=3),
)
number = st.integers(0, 20)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), number, st.sampled_from(Scope), st.integers(-1, 2), st.integers(8, 11),
                  st.sampled_from(RULES), st.booleans()),
        st.tuples(st.just("cancel"), number, st.sampled_from(Scope)),
        st.tuples(st.just("shift"), number, st.integers(1, 30)),
        st.tuples(st.just("rename"), number),
        st.tuples(st.just("cancel_one"), number),
        st.tuples(st.just("book"), st.integers(0, 14), st.integers(8, 11)),
    ),
    min_size=2, max_size=9,
)


class House:
    """Series of Rita's in two rooms, and what was done to single occurrences."""

    def __init__(self, actor, room_ids):
        self.actor, self.room_ids = actor, room_ids
        commands.make(actor, room_ids[0], "Planning", at(9), at(10), RULES[2], {})
        # What each occurrence that was changed by itself must stay: its title, or its time.
        self.own: dict[int, dict[str, object]] = {}

    def tries(self, command, *args):
        """Let a refusal leave everything as it was."""
        try:
            with db.session.begin_nested():
                command(*args)
        except DomainError:
            return False
        return True

    def one(self, number):
        standing = db.session.scalars(
            select(Booking).where(Booking.series_id.is_not(None), Booking.cancelled_at.is_(None)).order_by(Booking.id)
        ).all()
        return standing[number % len(standing)] if standing else None

    def change(self, number, scope, days, hour, rule, elsewhere):
        booking = self.one(number)
        if booking is None:
            return
        series = db.session.get_one(Series, booking.series_id)
        seen_at = booking.recurrence_id
        wall = seen_at.astimezone(SHANGHAI).replace(hour=hour) + timedelta(days=days)
        wish = Wish(
            self.room_ids[elsewhere], f"{series.title}+"[:60], wall, wall + timedelta(hours=1), rule, series.visibility
        )
        self.tries(changing.change, self.actor, series, scope, seen_at, wish, {})

    def cancel(self, number, scope):
        if booking := self.one(number):
            self.tries(commands.cancel, self.actor, db.session.get_one(Series, booking.series_id), scope, booking)

    def shift(self, number, minutes):
        if booking := self.one(number):
            start = booking.starts_at + timedelta(minutes=minutes)
            place = (booking.room.id, booking.title, start, start + timedelta(hours=1))
            if self.tries(rooms.move, self.actor, booking, *place):
                self.note(booking, starts_at=booking.starts_at)

    def rename(self, number):
        if booking := self.one(number):
            place = (booking.room.id, f"Special {booking.id}", booking.starts_at, booking.ends_at)
            if self.tries(rooms.move, self.actor, booking, *place):
                self.note(booking, title=booking.title)

    def note(self, booking, **own):
        """Unless it is now as its series says, it differs and has to stay so."""
        differs = differences(db.session.get_one(Series, booking.series_id), booking)
        known = self.own.setdefault(booking.id, {})
        known.update(own)
        if "time" not in differs:
            known.pop("starts_at", None)

    def cancel_one(self, number):
        if booking := self.one(number):
            self.tries(rooms.cancel, self.actor, booking)

    def book(self, day, hour):
        self.tries(rooms.book, self.actor, self.room_ids[0], "Other", at(hour, 30, day), at(hour + 1, 30, day))

    def check(self):
        db.session.expire_all()
        assert overlaps() == 0
        for booking in db.session.scalars(select(Booking)):
            self.check_booking(booking)

    def check_booking(self, booking):
        if booking.is_standing:
            for name, value in self.own.get(booking.id, {}).items():
                assert getattr(booking, name) == value
            assert {(hold.starts_at, hold.ends_at, hold.released_at) for hold in booking.holds} == {
                (booking.starts_at, booking.ends_at, None)
            }
        if booking.recurrence_id:
            series = db.session.get_one(Series, booking.series_id)
            assert booking.recurrence_id in list(instants(rule_of(series), series.starts_at, series.zone))


@pytest.fixture
def room_ids(room, other_room):
    return [room.id, other_room.id]


@settings(
    max_examples=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_nothing_overlaps_and_exceptions_survive(rita, room_ids, steps):
    try:
        house = House(rita, room_ids)
        for name, *values in steps:
            getattr(house, name)(*values)
            house.check()
    finally:
        db.session.rollback()
