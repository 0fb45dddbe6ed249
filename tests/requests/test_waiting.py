"""Waiting for a taken time: getting in line, and who gets it when it is free."""

import pytest

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.core.records import hidden_among
from portal.requests import clockwork, line, waiting
from portal.requests.models import Wait
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, BookingPolicy, Equipment, Status, Visibility
from tests.conftest import at
from tests.requests.conftest import request_of, told


@pytest.fixture
def taken(make_booking, rita):
    """Rita's booking of E101 from 9 to 10 on Thursday, which others wait for."""
    return make_booking(actor=rita, starts_at=at(9, days=3), ends_at=at(10, days=3))


@pytest.fixture
def wait_for(taken, room):
    def wait_for(person, *, at_once=False, starts_at=None, ends_at=None, **more):
        span = starts_at or taken.starts_at, ends_at or taken.ends_at
        wait = waiting.wait_for(person, room.id, f"{person.name}'s", *span, at_once, **more)
        db.session.commit()
        return wait

    return wait_for


def free(booking, actor):
    rooms.cancel(actor, booking)
    db.session.commit()


def give(now=None):
    with clock.standing_at(now or clock.now()):
        clockwork.give_times()


# --- Getting in line ---


def test_the_line_is_in_the_order_of_arrival(wait_for, alice, bob, helen):
    wait_for(alice)
    wait_for(bob, starts_at=at(9, 30, days=3), ends_at=at(10, 30, days=3))
    wait_for(helen, starts_at=at(9, 45, days=3), ends_at=at(11, days=3))
    assert [line.of_person(person.id)[0].place for person in (alice, bob, helen)] == [1, 2, 3]
    assert db.session.query(AuditEntry).filter_by(action="wait.begun").count() == 3


def test_what_is_free_is_booked_instead(wait_for, alice):
    with pytest.raises(DomainError, match=r"E101 is free at that time\. Book it instead"):
        wait_for(alice, starts_at=at(11, days=3), ends_at=at(12, days=3))


def test_the_time_to_get_a_room_ready_counts_as_taken(wait_for, alice, room):
    room.setup_minutes = 30
    assert wait_for(alice, starts_at=at(10, days=3), ends_at=at(11, days=3)).is_standing


def test_of_several_units_all_have_to_be_taken(alice, bob, area):
    microphones = Equipment(area=area, name="Microphone", features="", quantity=2)
    db.session.add(microphones)
    db.session.flush()
    span = at(9, days=3), at(10, days=3)
    first = rooms.book(bob, microphones.id, "Choir", *span)
    with pytest.raises(DomainError, match="is free"):
        waiting.wait_for(alice, microphones.id, "Talk", *span, False)
    rooms.book(bob, microphones.id, "Choir", *span)
    wait = waiting.wait_for(alice, microphones.id, "Talk", *span, True)
    db.session.commit()
    free(first, bob)
    give()
    assert wait.booking.quantity == 1


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (at(7), at(9), "past"), (at(8), at(9), "past"), (at(10, days=3), at(9, days=3), "later than the start"),
        (at(9, days=3), at(10, days=5), "a day at most"),
    ],
)
def test_nobody_waits_for_what_cannot_be_booked(wait_for, alice, starts_at, ends_at, words):
    with pytest.raises(DomainError, match=words):
        wait_for(alice, starts_at=starts_at, ends_at=ends_at)


def test_nobody_waits_beyond_the_rules_or_without_the_right(wait_for, alice, room):
    db.session.add(BookingPolicy(resource_id=room.id, longest_minutes=30))
    db.session.commit()
    with pytest.raises(DomainError, match="30 minutes at most"):
        wait_for(alice)
    room.is_restricted = True
    with pytest.raises(DomainError, match="kept for others"):
        wait_for(alice)
    room.retired_at = clock.now()
    with pytest.raises(Missing):
        wait_for(alice)


def test_nobody_waits_twice_for_the_same_or_for_very_much(wait_for, alice):
    wait_for(alice)
    with pytest.raises(DomainError, match="already"):
        wait_for(alice)
    for minutes in range(1, waiting.MOST):
        wait_for(alice, starts_at=at(9, minutes, days=3))
    with pytest.raises(DomainError, match="20 times at most"):
        wait_for(alice, starts_at=at(9, 50, days=3))


def test_who_leaves_the_line_gets_nothing(wait_for, alice, bob, rita, taken):
    wait = wait_for(alice)
    with pytest.raises(NotAllowed):
        waiting.leave(bob, wait)
    waiting.leave(alice, wait)
    free(taken, rita)
    give()
    assert told(alice, "wait.offered") == []
    with pytest.raises(DomainError, match="not wait for that any more"):
        waiting.leave(alice, wait)


# --- Becoming free ---


def test_as_long_as_it_is_taken_nobody_gets_it(wait_for, alice):
    wait = wait_for(alice, at_once=True)
    give()
    assert wait.is_standing
    assert db.session.query(Booking).count() == 1


def test_the_first_in_line_has_it_booked_at_once(wait_for, taken, alice, bob, rita):
    first, second = wait_for(alice, at_once=True), wait_for(bob, at_once=True)
    free(taken, rita)
    give()
    assert (first.booking.owner, first.booking.status, first.is_standing) == (alice, Status.CONFIRMED, False)
    assert second.is_standing
    assert second.booking is None
    assert len(told(alice, "wait.given")) == 1
    assert told(bob, "wait.given") == []


def test_or_is_asked_first_and_it_is_kept_meanwhile(wait_for, taken, alice, bob, rita, make_booking):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    assert (wait.booking.status, wait.decide_by, wait.is_offered) == (Status.OFFERED, at(10), True)
    assert "is kept for you" in told(alice, "wait.offered")[0].body
    waiting.accept(alice, wait)
    assert (wait.booking.status, wait.is_standing) == (Status.CONFIRMED, False)
    entries = db.session.query(AuditEntry).filter_by(record_kind="booking", record_id=wait.booking_id)
    actions = [entry.action for entry in entries.order_by(AuditEntry.id)]
    assert actions == ["booking.created", "booking.offered", "booking.accepted"]


def test_an_offer_ends_with_the_start_at_the_latest(wait_for, taken, alice, rita):
    wait = wait_for(alice)
    free(taken, rita)
    give(at(8, 30, days=3))
    assert wait.decide_by == at(9, days=3)


def test_who_lets_it_pass_leaves_it_to_the_next(wait_for, taken, alice, bob, rita):
    first, second = wait_for(alice), wait_for(bob)
    free(taken, rita)
    give()
    waiting.let_pass(alice, first)
    db.session.commit()
    give()
    assert not first.is_standing
    assert second.booking.owner == bob


def test_an_offer_that_nobody_answers_goes_to_the_next(wait_for, taken, alice, bob, rita):
    first, second = wait_for(alice), wait_for(bob)
    free(taken, rita)
    give()
    give(at(9, 59))
    assert first.is_offered
    give(at(10))
    assert (first.is_standing, second.is_offered) == (False, True)
    assert len(told(alice, "wait.passed")) == 1
    with pytest.raises(DomainError, match="This offer is over"):
        waiting.accept(alice, first)


def test_an_offer_that_has_run_out_cannot_be_taken_even_before_the_clock_has_seen_it(wait_for, taken, alice, rita):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    with clock.standing_at(at(10)), pytest.raises(DomainError, match="This offer is over"):
        waiting.accept(alice, wait)


def test_nobody_answers_anothers_offer(wait_for, taken, alice, bob, rita):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    for answer in (waiting.accept, waiting.let_pass):
        with pytest.raises(NotAllowed):
            answer(bob, wait)


def test_who_may_not_book_any_more_is_passed_over_and_told_nothing(wait_for, taken, alice, bob, rita, room):
    first, second = wait_for(alice, at_once=True), wait_for(bob, at_once=True)
    db.session.add(BookingPolicy(resource_id=room.id, most_ahead=1))
    db.session.commit()
    rooms.book(alice, room.id, "Other", at(9, days=5), at(10, days=5))
    free(taken, rita)
    give()
    assert (first.is_standing, first.booking, second.booking.owner) == (True, None, bob)
    assert told(alice, "wait.given") == []


def test_who_has_left_waits_no_more(wait_for, taken, alice, bob, rita):
    first, second = wait_for(alice, at_once=True), wait_for(bob, at_once=True)
    alice.left_at = clock.now()
    free(taken, rita)
    give()
    assert (first.is_standing, second.booking.owner) == (False, bob)


def test_the_whole_time_has_to_be_free(wait_for, taken, alice, rita, room, make_booking):
    room.cleanup_minutes = 15
    make_booking(actor=rita, starts_at=at(10, 15, days=3), ends_at=at(11, days=3))
    wait = wait_for(alice, at_once=True, ends_at=at(10, 15, days=3))
    free(taken, rita)
    give()
    assert wait.is_standing


def test_a_time_that_comes_without_becoming_free_is_waited_for_no_more(wait_for, alice):
    wait = wait_for(alice)
    give(at(9, days=3))
    assert not wait.is_standing
    assert db.session.query(AuditEntry).filter_by(action="wait.over").count() == 1


def test_nothing_is_given_within_the_transaction_that_frees_it(wait_for, taken, alice, rita):
    """Whoever frees a time may want it for something else: a closure, a swap."""
    wait_for(alice, at_once=True)
    rooms.cancel(rita, taken)
    assert db.session.query(Booking).count() == 1


# --- Approval and waiting together ---


def test_what_is_given_where_it_needs_approval_is_requested(wait_for, taken, alice, rita, approved_room, carl):
    wait = wait_for(alice, at_once=True)
    free(taken, rita)
    give()
    assert wait.booking.status == Status.REQUESTED
    assert request_of(wait.booking).is_pending
    assert "has yet to be approved" in told(alice, "wait.given")[0].body


def test_an_offer_asks_nobody_for_approval_until_it_is_taken(wait_for, taken, alice, rita, approved_room, carl):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    assert (wait.booking.status, request_of(wait.booking)) == (Status.OFFERED, None)
    waiting.accept(alice, wait)
    assert (wait.booking.status, request_of(wait.booking).is_pending) == (Status.REQUESTED, True)


def test_who_cancels_what_is_offered_lets_it_pass_and_who_undoes_that_takes_it(wait_for, taken, alice, rita):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    rooms.cancel(alice, wait.booking)
    assert not wait.is_standing
    rooms.restore(alice, wait.booking)
    assert wait.booking.status == Status.CONFIRMED


def test_who_moves_what_is_offered_has_taken_it(wait_for, taken, alice, rita, other_room):
    wait = wait_for(alice)
    free(taken, rita)
    give()
    rooms.move(alice, wait.booking, other_room.id, "Mine", at(9, days=3), at(10, days=3))
    assert (wait.booking.status, wait.is_standing) == (Status.CONFIRMED, False)


def test_what_is_private_stays_so(wait_for, taken, alice, audrey, rita):
    wait = wait_for(alice, at_once=True, visibility=Visibility.PRIVATE)
    free(taken, rita)
    give()
    assert wait.booking.visibility == Visibility.PRIVATE
    titles = [entry.details["title"] for entry in db.session.query(AuditEntry).filter_by(record_kind="wait")]
    assert titles == ["", ""]
    assert hidden_among(audrey, [("wait", wait.id)]) == {("wait", wait.id)}
    assert db.session.query(Wait).count() == 1
