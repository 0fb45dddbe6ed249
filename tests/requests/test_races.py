"""Several at the same moment, each in a session of their own: one of them wins, the others are told, nobody hangs."""

from functools import partial

import pytest

from portal.core import clock
from portal.core.db import db
from portal.requests import clockwork, commands, waiting
from portal.requests.models import Outcome
from portal.rooms import commands as rooms
from portal.rooms.models import Hold, Status
from tests import racing
from tests.conftest import at
from tests.racing import done_by

ROUNDS = 5


@pytest.fixture
def at_once(app):
    return partial(racing.at_once, app)


def test_of_two_who_decide_at_once_the_second_is_told_who_was_first(at_once, requested, carl, rita):
    for day in range(1, ROUNDS + 1):
        asked = requested(starts_at=at(9, days=day), ends_at=at(10, days=day))
        refused = at_once(done_by(commands.approve, carl, asked), done_by(commands.decline, rita, asked, "No."))
        approved = asked.outcome == Outcome.APPROVED
        assert refused == [
            None if approved else "Rita has already turned this request down.",
            "Carl has already approved this request." if approved else None,
        ]
        assert asked.booking.is_standing == approved


def test_who_approves_and_who_cancels_at_once_never_disagree(at_once, requested, carl, alice):
    for day in range(1, ROUNDS + 1):
        asked = requested(starts_at=at(9, days=day), ends_at=at(10, days=day))
        refused = at_once(done_by(commands.approve, carl, asked), done_by(rooms.cancel, alice, asked.booking))
        assert not asked.booking.is_standing
        if refused == [None, None]:
            assert (asked.outcome, asked.booking.status) == (Outcome.APPROVED, Status.CONFIRMED)
        else:
            assert refused == ["This request has been withdrawn.", None]
            assert asked.outcome == Outcome.WITHDRAWN


def test_two_clocks_pass_a_request_on_once(at_once, requested, approved_room, carl, dora, rita):
    approved_room.policy.decide_minutes = 60
    asked = requested()
    with clock.standing_at(at(9)):
        assert at_once(clockwork.pass_requests_on, clockwork.pass_requests_on) == [None, None]
    assert (asked.turn, asked.decide_by) == ("area", at(10))


def test_what_is_free_goes_to_one_of_those_in_line_and_those_who_book_it_at_that_moment(
    at_once, make_booking, room, alice, bob, rita
):
    for day in range(1, ROUNDS + 1):
        span = at(9, days=day), at(10, days=day)
        taken = make_booking(actor=rita, starts_at=span[0], ends_at=span[1])
        wait = waiting.wait_for(alice, room.id, "Talk", *span, True)
        rooms.cancel(rita, taken)
        quick = done_by(rooms.book, bob, None, room.id, "Quick", *span)
        refused = at_once(clockwork.give_times, clockwork.give_times, quick)
        assert refused[:2] == [None, None]
        standing = db.session.query(Hold).filter(Hold.starts_at == span[0], Hold.released_at.is_(None)).all()
        assert len(standing) == 1
        assert (standing[0].booking.owner == alice) == (wait.booking is not None) == (refused[2] is not None)


def test_an_offer_taken_and_cancelled_at_once_is_one_or_the_other(at_once, make_booking, room, alice, rita):
    for day in range(1, ROUNDS + 1):
        span = at(9, days=day), at(10, days=day)
        taken = make_booking(actor=rita, starts_at=span[0], ends_at=span[1])
        wait = waiting.wait_for(alice, room.id, "Talk", *span, False)
        rooms.cancel(rita, taken)
        clockwork.give_times()
        refused = at_once(done_by(waiting.accept, alice, wait), done_by(rooms.cancel, alice, wait.booking))
        assert not wait.is_standing
        assert refused in ([None, None], ["This offer is over.", None])
        assert not wait.booking.is_standing
