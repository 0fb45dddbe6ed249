"""Asking those who keep a room, and what becomes of it when they decide."""

import pytest

from portal.accounts import delegating
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.records import hidden_among
from portal.requests import commands, policy
from portal.requests.commands import Decided
from portal.requests.models import Outcome, Turn
from portal.rooms import commands as rooms
from portal.rooms.models import Status, Visibility
from portal.rooms.signals import booking_renamed
from tests.conftest import at
from tests.requests.conftest import request_of, told


def logged(action):
    return [entry.details for entry in db.session.query(AuditEntry).filter_by(action=action)]


# --- Asking ---


def test_a_booking_that_needs_approval_is_asked_for_once(requested, alice, carl):
    asked = requested()
    assert (asked.outcome, asked.turn, asked.requester_id) == (Outcome.PENDING, Turn.RESOURCE, alice.id)
    assert (asked.requested_at, asked.decide_by) == (clock.now(), at(8, days=2))
    (notice,) = told(carl, "booking_request.asked")
    assert notice.subject.startswith("Please decide: Planning, ")
    assert f"/requests/{asked.id}" in notice.body
    assert len(logged("booking_request.asked")) == 1


def test_a_booking_that_needs_none_is_not_asked_for(make_booking, carl, approved_room):
    booking = make_booking(actor=carl)
    assert (booking.status, request_of(booking)) == (Status.CONFIRMED, None)


def test_the_deadline_is_as_the_rules_say_and_never_past_the_start(requested, approved_room):
    assert requested(starts_at=at(12), ends_at=at(13)).decide_by == at(12)
    approved_room.policy.decide_minutes = 60
    assert requested().decide_by == at(9)


@pytest.mark.parametrize(
    ("keepers", "turn"), [(("carl", "dora", "rita"), "resource"), (("dora", "rita"), "area"), (("rita",), "house")]
)
def test_whoever_is_nearest_to_the_room_is_asked(request, requested, keepers, turn):
    people = [request.getfixturevalue(name) for name in keepers]
    assert requested().turn == turn
    assert [len(told(person, "booking_request.asked")) for person in people] == [1] + [0] * (len(people) - 1)


def test_where_there_is_no_room_manager_administrators_are_asked(requested, adam):
    assert requested().turn == Turn.HOUSE
    assert len(told(adam, "booking_request.asked")) == 1


def test_who_has_left_is_not_asked(requested, carl, rita):
    carl.left_at = clock.now()
    assert requested().turn == Turn.HOUSE


def test_the_mail_about_a_private_booking_does_not_say_what_it_is(requested, carl):
    requested(visibility=Visibility.PRIVATE)
    (notice,) = told(carl, "booking_request.asked")
    assert "Planning" not in notice.subject + notice.body
    assert "Alice asks for E101 for something private." in notice.body


def test_a_move_asks_anew_and_withdraws_what_was_asked(requested, alice, carl, approved_room):
    asked = requested()
    rooms.move(alice, asked.booking, approved_room.id, "Planning", at(14, days=3), at(15, days=3))
    again = request_of(asked.booking)
    assert (asked.outcome, again.outcome) == (Outcome.WITHDRAWN, Outcome.PENDING)
    assert len(told(carl, "booking_request.asked")) == 2


def test_an_approved_booking_that_moves_has_to_be_approved_again(requested, alice, carl, approved_room):
    asked = requested()
    commands.approve(carl, asked)
    rooms.move(alice, asked.booking, approved_room.id, "Planning", at(14, days=3), at(15, days=3))
    assert request_of(asked.booking).is_pending
    assert asked.booking.status == Status.REQUESTED


def test_a_move_to_where_nobody_approves_withdraws_the_request(requested, alice, carl, other_room):
    asked = requested()
    rooms.move(alice, asked.booking, other_room.id, "Planning", at(9, days=3), at(10, days=3))
    assert (asked.outcome, asked.booking.status) == (Outcome.WITHDRAWN, Status.CONFIRMED)


def test_a_new_title_changes_nothing_about_the_request(requested, alice, carl, approved_room):
    asked = requested()
    rooms.move(alice, asked.booking, approved_room.id, "Review", at(9, days=3), at(10, days=3))
    assert asked.is_pending


def test_who_cancels_the_booking_withdraws_the_request_and_who_undoes_that_asks_again(requested, alice, carl):
    asked = requested()
    rooms.cancel(alice, asked.booking)
    assert asked.outcome == Outcome.WITHDRAWN
    rooms.restore(alice, asked.booking)
    assert request_of(asked.booking).is_pending
    assert len(logged("booking_request.withdrawn")) == 1


# --- Deciding ---


def test_an_approved_booking_stands_and_whoever_asked_is_told(requested, alice, carl):
    asked = requested()
    renamed = []
    with booking_renamed.connected_to(lambda booking, **_: renamed.append(booking.id)):
        commands.approve(carl, asked, "Mind the projector.")
    assert (asked.outcome, asked.decided_by, asked.decided_for_id) == (Outcome.APPROVED, carl, None)
    assert (asked.booking.status, asked.booking.sequence) == (Status.CONFIRMED, 1)
    assert renamed == [asked.booking_id]
    (notice,) = told(alice, "booking_request.approved")
    assert "Carl has approved your request for E101." in notice.body
    assert "Mind the projector." in notice.body
    assert [entry["title"] for entry in logged("booking.approved")] == ["Planning"]
    assert logged("booking_request.approved") == [
        {"room": "E101", "reason": "Mind the projector.", "on_behalf_of": ""}
    ]


def test_a_declined_booking_frees_the_room_and_whoever_asked_is_told_why(requested, alice, carl, make_booking):
    asked = requested()
    commands.decline(carl, asked, " Kept for guests. ")
    assert (asked.outcome, asked.booking.is_standing) == (Outcome.DECLINED, False)
    (notice,) = told(alice, "booking_request.declined")
    assert "Reason: Kept for guests." in notice.body
    assert make_booking(starts_at=at(9, days=3), ends_at=at(10, days=3)).is_standing


def test_who_has_decided_need_not_read_the_notice_any_more(requested, carl, rita):
    commands.approve(carl, requested())
    (notice,) = told(carl, "booking_request.asked")
    assert notice.read_at == clock.now()


def test_whoever_it_was_asked_for_is_told_too(requested, make_booking, alice, bob, carl):
    asked = requested(actor=bob, owner=alice)
    assert asked.requester == bob
    commands.approve(carl, asked)
    assert len(told(alice, "booking_request.approved")) == len(told(bob, "booking_request.approved")) == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_who_declines_says_why_in_few_words(requested, carl, reason):
    asked = requested()
    with pytest.raises(DomainError) as refusal:
        commands.decline(carl, asked, reason)
    assert refusal.value.field == "reason"
    assert asked.is_pending


@pytest.mark.parametrize(
    ("turn", "deciding"),
    [
        (Turn.RESOURCE, {"Carl", "Dora", "Rita", "Adam"}),
        (Turn.AREA, {"Dora", "Rita", "Adam"}),
        (Turn.HOUSE, {"Rita", "Adam"}),
    ],
)
def test_who_decides_is_whose_turn_it_is_and_everyone_further_up(
    requested, carl, dora, rita, adam, alice, bob, olive, turn, deciding
):
    asked = requested()
    asked.turn = turn
    people = (carl, dora, rita, adam, alice, bob, olive)
    assert {person.name for person in people if policy.may_decide(person, asked)} == deciding


def test_who_may_see_a_request(requested, carl, dora, rita, adam, alice, bob, olive):
    asked = requested()
    people = (carl, dora, rita, adam, alice, bob, olive)
    assert {person.name for person in people if policy.may_see(person, asked)} == {
        "Carl", "Dora", "Rita", "Adam", "Alice"
    }


def test_strangers_and_who_asks_decide_nothing(requested, carl, alice, bob):
    asked = requested()
    for person in (alice, bob):
        with pytest.raises(NotAllowed):
            commands.approve(person, asked)
        with pytest.raises(NotAllowed):
            commands.decline(person, asked, "No.")


def test_a_delegate_decides_in_anothers_name_and_the_log_says_so(requested, alice, carl, bob):
    delegating.delegate(carl, bob, at(9).date(), at(9, days=2).date())
    asked = requested()
    assert len(told(bob, "booking_request.asked")) == 1
    commands.approve(bob, asked)
    assert (asked.decided_by, asked.decided_for) == (bob, carl)
    assert logged("booking_request.approved")[0]["on_behalf_of"] == "Carl"


def test_a_delegate_decides_on_the_days_of_the_absence_only(requested, carl, bob):
    delegating.delegate(carl, bob, at(9, days=1).date(), at(9, days=1).date())
    asked = requested()
    assert not policy.may_decide(bob, asked)
    with clock.standing_at(at(9, days=1)):
        assert policy.may_decide(bob, asked)
    with clock.standing_at(at(9, days=2)):
        assert not policy.may_decide(bob, asked)


def test_a_delegate_does_not_decide_what_they_ask_for_themself(requested, carl, alice):
    delegating.delegate(carl, alice, at(9).date(), at(9).date())
    assert not policy.may_decide(alice, requested())


def test_who_comes_second_is_told_who_has_decided(requested, carl, rita):
    asked = requested()
    commands.approve(carl, asked)
    with pytest.raises(Decided, match="Carl has already approved this request"):
        commands.decline(rita, asked, "No.")
    assert asked.booking.is_standing


def test_what_is_withdrawn_cannot_be_decided(requested, alice, carl):
    asked = requested()
    rooms.cancel(alice, asked.booking)
    with pytest.raises(Decided, match="withdrawn"):
        commands.approve(carl, asked)


def test_the_log_of_all_hides_requests_for_what_is_private(requested, carl, audrey, alice):
    private = requested(visibility=Visibility.PRIVATE)
    plain = requested(starts_at=at(12, days=3), ends_at=at(13, days=3))
    both = [("booking_request", private.id), ("booking_request", plain.id)]
    assert hidden_among(audrey, both) == {("booking_request", private.id)}
    assert hidden_among(alice, both) == set()
