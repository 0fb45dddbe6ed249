"""Whatever people do in whatever order, the database holds what a plain list of spans says, and nothing twice."""

from datetime import timedelta
from functools import partial
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import speaking_to
from portal.presence import commands as presence
from portal.requests import commands as requests
from portal.requests.models import BookingRequest, Outcome
from portal.rooms import closing, commands, keeping
from portal.rooms.commands import Details
from portal.rooms.holding import in_line
from portal.rooms.models import LATE, UNDO, Booking, BookingPolicy, Equipment, Hold
from portal.series import commands as series
from portal.series.changing import Wish, change, look_ahead, still_to_come
from portal.series.commands import Scope
from portal.series.models import Series
from portal.series.planning import SKIP
from portal.series.recurrence import Frequency, Rule
from portal.series.words import rule_of
from tests.conftest import NOW, SHANGHAI, at, make_empty

QUARTER = timedelta(minutes=15)
STARTS = st.integers(0, 47)  # quarters of an hour after 9:00
LENGTHS = st.integers(1, 16)
ROOMS = st.sampled_from([0, 1, 2])
PICKS = st.integers(0, 10**6)
NEEDS = st.integers(0, 3)


class Engine(RuleBasedStateMachine):
    """Three rooms, and three microphones: one room has its bookings approved, one needs time before and after.

    The model is a list: for each booking that stands, what it holds. Whether something is possible is counted from
    that list alone, by looking at all of it.
    """

    def __init__(self, database_url):
        super().__init__()
        self.database_url = database_url
        self.now = NOW
        self.held = {}  # booking id: [(resource id, unit, from, until)]
        self.cancelled = {}  # booking id: what it would hold again, and until when that can be taken back
        self._people_the_house()

    def _people_the_house(self):
        self.alice = accounts.add_person(None, login="alice", name="Alice", email="alice@example.org")
        self.rita = accounts.add_person(
            None, login="rita", name="Rita", email="rita@example.org", roles={Role.ROOM_MANAGER}
        )
        area = keeping.add_area(None, "East wing", "Asia/Shanghai")
        self.rooms = [keeping.add_room(None, area, f"E{number}") for number in range(3)]
        self.rooms[1].policy = BookingPolicy(needs_approval=True)
        self.rooms[2].setup_minutes, self.rooms[2].cleanup_minutes = 30, 15
        self.microphones = Equipment(area=area, name="Microphone", features="", quantity=3)
        db.session.add(self.microphones)
        db.session.commit()

    def teardown(self):
        make_empty(self.database_url)

    # --- The model ---

    def would_hold(self, room, start, end, microphones):
        """What a booking would hold: (resource, how many units, from, until)."""
        wanted = [(room, 1, room.kept_from(start), room.kept_until(end))]
        return wanted + ([(self.microphones, microphones, start, end)] if microphones else [])

    def fits(self, wanted, but=None):
        """Whether enough units are free for all of it, by looking at everything that is held."""
        others = [hold for booking, holds in self.held.items() if booking != but for hold in holds]
        for resource, count, start, end in wanted:
            taken = {
                unit for held, unit, since, until in others if held == resource.id and since < end and until > start
            }
            if resource.quantity - len(taken) < count:
                return False
        return True

    def note(self, booking_id):
        rows = db.session.query(Hold).filter(Hold.booking_id == booking_id, Hold.released_at.is_(None))
        self.held[booking_id] = [(row.resource_id, row.unit, row.starts_at, row.ends_at) for row in rows]

    def attempt(self, possible, command, *args, **values):
        """Run a command that the model calls possible or not; answers what it made, or None."""
        try:
            with clock.standing_at(self.now):
                made = command(*args, **values)
                db.session.commit()
        except DomainError as error:
            db.session.rollback()
            refusal, made = str(error), None
        else:
            refusal = ""
        assert possible == (not refusal), refusal or f"{command.__name__} should have been refused"
        return made

    def one_of(self, bookings, pick):
        return db.session.get_one(Booking, sorted(bookings)[pick % len(bookings)])

    def is_in_time(self, start):
        return start >= self.now - LATE

    def give_up(self, booking):
        """Let the model know that the booking is cancelled now."""
        wanted = self.would_hold(booking.room, booking.starts_at, booking.ends_at, sum(booking.extras.values()))
        self.cancelled[booking.id] = wanted, self.now + UNDO
        del self.held[booking.id]

    def bookings(self):
        return [number for number in self.held if not db.session.get_one(Booking, number).is_closure]

    # --- What people do ---

    @rule(room=ROOMS, start=STARTS, length=LENGTHS, microphones=NEEDS)
    def book(self, room, start, length, microphones):
        room, start = self.rooms[room], at(9) + start * QUARTER
        end = start + length * QUARTER
        details = Details(extras={self.microphones.id: microphones} if microphones else {})
        possible = self.is_in_time(start) and self.fits(self.would_hold(room, start, end, microphones))
        booking = self.attempt(
            possible, commands.book, self.alice, room.id, "Planning", start, end, details=details
        )
        if booking:
            self.note(booking.id)

    @precondition(lambda self: self.bookings())
    @rule(pick=PICKS, room=ROOMS, start=STARTS, length=LENGTHS)
    def move(self, pick, room, start, length):
        booking, room, start = self.one_of(self.bookings(), pick), self.rooms[room], at(9) + start * QUARTER
        end, number = start + length * QUARTER, booking.id
        stays = (booking.room.id, booking.starts_at, booking.ends_at) == (room.id, start, end)
        fits = self.fits(self.would_hold(room, start, end, sum(booking.extras.values())), but=number)
        possible = fits and (stays or self.is_in_time(start))
        self.attempt(possible, commands.move, self.alice, booking, room.id, "Planning", start, end)
        self.note(number)

    @precondition(lambda self: self.bookings())
    @rule(pick=PICKS)
    def cancel(self, pick):
        booking = self.one_of(self.bookings(), pick)
        self.give_up(booking)
        self.attempt(True, commands.cancel, self.alice, booking)

    @precondition(lambda self: self.cancelled)
    @rule(pick=PICKS)
    def restore(self, pick):
        booking = self.one_of(self.cancelled, pick)
        number = booking.id
        wanted, until = self.cancelled[number]
        possible = self.now < until and self.fits(wanted)
        self.attempt(possible, commands.restore, self.alice, booking)
        if possible:
            del self.cancelled[number]
            self.note(number)

    @rule(room=ROOMS, start=STARTS, length=LENGTHS)
    def close(self, room, start, length):
        """Rita closes a room and cancels what is in the way; what is closed already cannot be closed again."""
        room, start = self.rooms[room], at(9) + start * QUARTER
        end = start + length * QUARTER
        in_the_way = {
            number for number, holds in self.held.items()
            for resource, _unit, since, until in holds if resource == room.id and since < end and until > start
        }
        closures = in_the_way - set(self.bookings())
        closure = self.attempt(
            not closures and end > self.now, closing.close_room, self.rita, room.id, "Painting", start, end,
            dict.fromkeys(in_the_way - closures),
        )
        if closure:
            for number in in_the_way:
                del self.held[number]
            self.note(closure.id)

    @precondition(lambda self: len(self.bookings()) < len(self.held))
    @rule(pick=PICKS)
    def open_again(self, pick):
        closure = self.one_of(set(self.held) - set(self.bookings()), pick)
        number, has_begun, is_over = closure.id, closure.starts_at < self.now, closure.ends_at <= self.now
        self.attempt(not is_over, closing.end_closure, self.rita, closure)
        if is_over:
            return
        if has_begun:
            self.held[number] = [(*hold[:3], min(hold[3], self.now)) for hold in self.held[number]]
        else:
            del self.held[number]

    @rule(room=ROOMS, start=STARTS, length=LENGTHS, count=st.integers(2, 4))
    def book_every_day(self, room, start, length, count):
        """A series takes the days that are free; the others are left out."""
        room, start = self.rooms[room], at(9) + start * QUARTER
        end = start + length * QUARTER
        assume(start >= self.now)
        days = [timedelta(days=day) for day in range(count)]
        free = [day for day in days if self.fits(self.would_hold(room, start + day, end + day, 0))]
        left_out = {(start + day).date(): SKIP for day in days if day not in free}
        made = self.attempt(
            bool(free), series.make, self.alice, room.id, "Round", start, end, Rule(Frequency.DAILY, count=count),
            left_out,
        )
        if made:
            found = db.session.query(Booking).filter_by(series_id=made.id).all()
            assert sorted(booking.starts_at for booking in found) == [start + day for day in free]
            for booking in found:
                self.note(booking.id)

    @precondition(lambda self: db.session.query(Series).count())
    @rule(pick=PICKS)
    def cancel_series(self, pick):
        everything = db.session.query(Series).order_by(Series.id).all()
        chosen = everything[pick % len(everything)]
        standing = [booking for booking in chosen.bookings if booking.is_standing and booking.starts_at > self.now]
        for booking in standing:
            self.give_up(booking)
        self.attempt(bool(standing), series.cancel, self.alice, chosen, Scope.ALL)

    @precondition(lambda self: db.session.query(Series).count())
    @rule(pick=PICKS, shift=st.integers(-6, 6), room=ROOMS)
    def change_series(self, pick, shift, room):
        """All that is to come goes to another time or room; dates that do not fit are left out, and others stay."""
        everything = db.session.query(Series).order_by(Series.id).all()
        chosen, room = everything[pick % len(everything)], self.rooms[room]
        own = {booking.id for booking in chosen.bookings}
        with clock.standing_at(self.now):
            _before, to_come = still_to_come(chosen) if self.has_more_to_come(chosen) else ([], [])
            assume(to_come)
            start = to_come[0] + shift * QUARTER
            assume(start > self.now)
            wish = Wish(room.id, "Round", start, start + chosen.length, rule_of(chosen), chosen.visibility)
            held = {hold.resource_id for booking in chosen.bookings for hold in booking.holds}
            found = in_line(room.id, *held)
            change_of = partial(look_ahead, self.alice, chosen, chosen.bookings, found, Scope.ALL, to_come[0], wish)
            left_out = {date.on: SKIP for date in change_of({}, proposes=False).plan.dates if not date.is_settled}
            db.session.rollback()
            try:
                change(self.alice, chosen, Scope.ALL, to_come[0], wish, left_out)
                db.session.commit()
            except DomainError:
                db.session.rollback()
        for number in own:
            self.cancelled.pop(number, None)
            self.held.pop(number, None)
        of_it = db.session.query(Booking).filter(Booking.id.in_(own) | Booking.series_id.is_not(None))
        for booking in of_it.filter(Booking.cancelled_at.is_(None)):
            if booking.id in own or booking.id not in self.held:
                self.note(booking.id)

    def has_more_to_come(self, chosen):
        return any(booking.is_standing and booking.starts_at > self.now for booking in chosen.bookings)

    @precondition(lambda self: self.pending())
    @rule(pick=PICKS, approves=st.booleans())
    def decide(self, pick, approves):
        pending = self.pending()
        asked = pending[pick % len(pending)]
        if approves:
            self.attempt(True, requests.approve, self.rita, asked)
            return
        # Later than whatever she cancelled herself: only that can be taken back.
        self.now += timedelta(minutes=1)
        for booking in self.asked_for(asked):
            del self.held[booking.id]
        self.attempt(True, requests.decline, self.rita, asked, "Needed by the board")

    def pending(self):
        query = db.session.query(BookingRequest).filter_by(outcome=Outcome.PENDING).order_by(BookingRequest.id)
        return [asked for asked in query if self.asked_for(asked)]

    def asked_for(self, asked):
        """What a request is about: a booking, or those of a series for which none was asked by itself since."""
        if asked.booking:
            return [asked.booking]
        by_itself = {booking_id for (booking_id,) in db.session.query(BookingRequest.booking_id)}
        return [
            booking for booking in asked.series.bookings
            if booking.is_standing and booking.status == "requested" and booking.id not in by_itself
        ]

    @rule(quarters=st.integers(1, 8))
    def time_passes(self, quarters):
        self.now += quarters * QUARTER

    def running(self):
        found = (db.session.get_one(Booking, number) for number in self.bookings())
        return [booking.id for booking in found if booking.starts_at < self.now < booking.ends_at]

    @precondition(lambda self: self.running())
    @rule(pick=PICKS)
    def free_the_rest(self, pick):
        booking = self.one_of(self.running(), pick)
        self.attempt(True, presence.free_rest, self.alice, booking.id)
        until = {hold.resource_id: hold.resource.kept_until(self.now) for hold in booking.holds}
        self.held[booking.id] = [
            (resource, unit, since, min(end, until[resource])) for resource, unit, since, end in self.held[booking.id]
        ]

    # --- What is always so ---

    @invariant()
    def the_database_holds_what_the_model_does(self):
        rows = db.session.query(Hold).filter(Hold.released_at.is_(None))
        found = sorted((row.booking_id, row.resource_id, row.unit, row.starts_at, row.ends_at) for row in rows)
        assert found == sorted((number, *hold) for number, holds in self.held.items() for hold in holds)

    @invariant()
    def nothing_is_held_twice(self):
        for one, other in combinations([hold for holds in self.held.values() for hold in holds], 2):
            assert one[:2] != other[:2] or one[3] <= other[2] or other[3] <= one[2]


@pytest.fixture
def house(whole_app, database_url):
    with whole_app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        yield database_url
        make_empty(database_url)


def test_any_order_of_actions_leaves_what_a_plain_list_says(house):
    run_state_machine_as_test(
        lambda: Engine(house),
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
