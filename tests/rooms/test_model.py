"""Whatever is booked, moved and cancelled in whatever order, the house agrees with a list that is searched by hand."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import DomainError
from portal.rooms import commands
from portal.rooms.models import Booking, Hold
from tests.conftest import at

STEPS = 24  # five minutes each, so that spans often touch, cover and repeat each other


@dataclass(frozen=True)
class Span:
    """A hold as the model knows it: steps of the lattice, half open."""

    room: int
    start: int
    end: int

    def clashes(self, other):
        return self.room == other.room and self.start < other.end and other.start < self.end


spans = st.builds(
    lambda room, start, length: Span(room, start, start + length),
    st.integers(0, 2), st.integers(0, STEPS), st.integers(1, 8),
)
booked = st.integers(0, 30)  # which of the bookings made so far, counted round
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), spans),
        st.tuples(st.just("move"), booked, spans),
        st.tuples(st.just("resize"), booked, st.integers(-3, 3), st.integers(-3, 3)),
        st.tuples(st.just("cancel"), booked),
    ),
    min_size=5, max_size=25,
)


class House:
    """The portal and the model side by side."""

    def __init__(self, actor, room_ids):
        self.actor, self.room_ids = actor, room_ids
        self.bookings = []
        self.model = {}

    def real(self, span):
        return self.room_ids[span.room], "Planning", self._moment(span.start), self._moment(span.end)

    def _moment(self, step):
        return at(9) + timedelta(minutes=5 * step)

    def is_free(self, span, but=None):
        return not any(span.clashes(other) for known, other in self.model.items() if known != but)

    def book(self, span):
        if booking := self._agrees(self.is_free(span), commands.book, self.actor, *self.real(span)):
            self.bookings.append(booking.id)
            self.model[booking.id] = span

    def move(self, number, span):
        if known := self._standing(number):
            booking = db.session.get_one(Booking, known)
            fits = span.start < span.end and self.is_free(span, but=known)
            self._agrees(fits, commands.move, self.actor, booking, *self.real(span))
            if fits:
                self.model[known] = span

    def resize(self, number, earlier, later):
        if known := self._standing(number):
            span = self.model[known]
            self.move(number, replace(span, start=span.start + earlier, end=span.end + later))

    def cancel(self, number):
        if self.bookings:
            known = self.bookings[number % len(self.bookings)]
            stands = self.model.pop(known, None) is not None
            self._agrees(stands, commands.cancel, self.actor, db.session.get_one(Booking, known))

    def _standing(self, number):
        known = self.bookings[number % len(self.bookings)] if self.bookings else None
        return known if known in self.model else None

    def _agrees(self, fits, command, *args):
        if fits:
            done = command(*args)
            db.session.flush()
            return done
        with pytest.raises(DomainError), db.session.begin_nested():
            command(*args)
        return None

    def check(self):
        rows = db.session.execute(
            select(Hold.booking_id, Hold.resource_id, Hold.starts_at, Hold.ends_at).where(Hold.released_at.is_(None))
        )
        wanted = {
            (known, self.room_ids[span.room], self._moment(span.start), self._moment(span.end))
            for known, span in self.model.items()
        }
        assert {tuple(row) for row in rows} == wanted


@settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_the_house_and_the_model_agree_after_every_step(rita, room, other_room, third_room, steps):
    house = House(rita, [room.id, other_room.id, third_room.id])
    try:
        for name, *values in steps:
            getattr(house, name)(*values)
            house.check()
    finally:
        db.session.rollback()
