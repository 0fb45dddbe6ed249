"""Requests that nobody decides go from turn to turn, and then expire."""

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.requests import clockwork, commands
from portal.requests.models import Outcome, Turn
from tests.conftest import at
from tests.requests.conftest import told


def test_before_the_deadline_nothing_happens(requested, carl, dora):
    asked = requested()
    with clock.standing_at(at(7, 59, days=2)):
        clockwork.pass_requests_on()
    assert (asked.turn, asked.is_pending) == (Turn.RESOURCE, True)


def test_an_overdue_request_goes_to_the_next_with_a_new_deadline(requested, approved_room, carl, dora, rita):
    approved_room.policy.decide_minutes = 60
    asked = requested()
    with clock.standing_at(at(9, 30)):
        clockwork.pass_requests_on()
        assert (asked.turn, asked.decide_by) == (Turn.AREA, at(10, 30))
        clockwork.pass_requests_on()
    assert asked.turn == Turn.AREA
    with clock.standing_at(at(10, 30)):
        clockwork.pass_requests_on()
    assert asked.turn == Turn.HOUSE
    assert [len(told(person, "booking_request.asked")) for person in (carl, dora, rita)] == [1, 1, 1]
    assert db.session.query(AuditEntry).filter_by(action="booking_request.passed_on").count() == 2


def test_turns_without_anybody_are_left_out(requested, carl, rita):
    asked = requested()
    with clock.standing_at(at(8, days=2)):
        clockwork.pass_requests_on()
    assert (asked.turn, asked.decide_by) == (Turn.HOUSE, at(9, days=3))


def test_after_the_last_turn_it_expires_and_the_room_is_free(requested, alice, rita, approved_room, make_booking):
    approved_room.policy.decide_minutes = 60
    asked = requested()
    with clock.standing_at(at(9)):
        clockwork.pass_requests_on()
        clockwork.pass_requests_on()
    assert (asked.outcome, asked.decided_at, asked.booking.is_standing) == (Outcome.EXPIRED, at(9), False)
    (notice,) = told(alice, "booking_request.expired")
    assert "Nobody decided your request for E101 in time" in notice.body
    assert make_booking(starts_at=at(9, days=3), ends_at=at(10, days=3)).is_standing


def test_when_the_start_has_come_it_expires_whoever_would_be_next(requested, carl, dora, rita):
    asked = requested(starts_at=at(9), ends_at=at(10))
    with clock.standing_at(at(9)):
        clockwork.pass_requests_on()
    assert asked.outcome == Outcome.EXPIRED
    assert told(dora, "booking_request.asked") == []


def test_what_was_decided_is_left_alone(requested, alice, carl, rita):
    asked = requested()
    commands.approve(carl, asked)
    db.session.commit()
    with clock.standing_at(at(9, days=3)):
        clockwork.pass_requests_on()
    assert (asked.outcome, asked.booking.is_standing) == (Outcome.APPROVED, True)
