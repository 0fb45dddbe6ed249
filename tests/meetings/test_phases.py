"""The way of a meeting: approved, started, ended, closed; moved elsewhere, postponed, taken up again, called off."""

import pytest

from portal.answers.commands import answer
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.invitations.sending import send_notice
from portal.meetings import commands, moving, phases
from portal.meetings.details import Details
from portal.meetings.missing import missing
from portal.meetings.models import Answer, Confidentiality, Format, MeetingKind, Phase
from portal.meetings.people import invite
from portal.meetings.queries import tally
from portal.rooms import commands as rooms
from tests.conftest import NOW, at

LINK = "https://meet.example/room"


@pytest.fixture
def formal(app):
    """A kind that leaders approve."""
    kind = MeetingKind(
        name="Formal", prefix="F", needs_approval=True, answer_days=1, confidentiality=Confidentiality.INTERNAL
    )
    db.session.add(kind)
    db.session.commit()
    return kind


@pytest.fixture
def make_outside(alice):
    """A meeting of Alice's in the town hall on Thursday, 9 to 10; with `people` also a notice to them."""

    def make(people=(), **details):
        meeting = commands.make_meeting_elsewhere(
            alice, at(9, days=3), at(10, days=3), subject="Visit",
            details=Details(**{"venue": "Town hall", **details}),
        )
        if people:
            invite(alice, meeting, people)
            send_notice(alice, meeting)
        db.session.commit()
        return meeting

    return make


# --- Approval ---


def test_what_needs_approval_is_announced_only_then(make_outside, formal, alice, bob, leo, olive, told):
    meeting = make_outside(kind_id=formal.id)
    invite(alice, meeting, [bob])
    assert (meeting.confidentiality, meeting.answer_by) == (Confidentiality.INTERNAL, at(9, days=2))
    with pytest.raises(DomainError, match="has to be approved"):
        send_notice(alice, meeting)
    phases.submit(alice, meeting)
    assert {name for name, *_ in told("meeting.submitted")} == {"Leo", "Olive"}
    with pytest.raises(DomainError, match="say what"):
        phases.return_for_change(leo, meeting, " ")
    phases.return_for_change(leo, meeting, "Shorter, please")
    assert (meeting.submitted_at, meeting.return_reason, meeting.number) == (None, "Shorter, please", None)
    assert "Shorter, please" in told("meeting.returned")[0][2]
    phases.submit(alice, meeting)
    phases.approve(olive, meeting)
    assert (meeting.phase(NOW), meeting.number, meeting.approved_by) == (Phase.APPROVED, "F2026-001", olive)
    assert told("meeting.approved")[0][0] == "Alice"
    send_notice(alice, meeting)
    assert (meeting.phase(NOW), meeting.number) == (Phase.ANNOUNCED, "F2026-001")


def test_what_was_approved_as_something_else_is_approved_again(make_outside, formal, alice, leo):
    meeting = make_outside(kind_id=formal.id)
    phases.submit(alice, meeting)
    phases.approve(leo, meeting)
    commands.change_meeting(alice, meeting, subject="Visit", purpose="")
    assert meeting.phase(NOW) == Phase.APPROVED
    commands.change_meeting(alice, meeting, subject="Feast", purpose="")
    assert (meeting.phase(NOW), meeting.submitted_at) == (Phase.DRAFT, None)
    assert log_of("meeting", meeting.id)[1].action == "meeting.approval_lapsed"


def test_an_ordinary_meeting_asks_nobody(draft, alice, leo):
    with pytest.raises(DomainError, match="needs no approval"):
        phases.submit(alice, draft)
    with pytest.raises(DomainError, match="does not wait"):
        phases.approve(leo, draft)


# --- The day ---


def test_it_starts_early_ends_late_is_closed_and_opened_again(announced, alice):
    for act in (phases.end, phases.close):
        with pytest.raises(DomainError):
            act(alice, announced)
    phases.start(alice, announced)
    assert announced.phase(NOW) == Phase.RUNNING
    with clock.standing_at(at(10, 30)):
        phases.end(alice, announced)
        assert (announced.ended_at, announced.phase(at(10, 30))) == (at(10, 30), Phase.HELD)
        announced.agenda[0].started_at = announced.agenda[0].ended_at = announced.agenda[1].started_at = at(9)
        db.session.flush()
        with pytest.raises(DomainError, match="Say why"):
            phases.close(alice, announced)
        phases.close(alice, announced, "No time left")
        assert announced.phase(clock.now()) == Phase.CLOSED
        rooms.cancel(alice, announced.booking)
        assert announced.cancelled_at is None
        phases.reopen(alice, announced)
        assert announced.phase(clock.now()) == Phase.HELD


def test_ended_early_it_is_over(announced, alice, bob, rita):
    with clock.standing_at(at(9, 10)):
        phases.end(alice, announced)
        assert (announced.started_at, announced.phase(clock.now())) == (at(9), Phase.HELD)
        for act in (lambda: invite(alice, announced, [rita]), lambda: commands.cancel_meeting(alice, announced)):
            with pytest.raises(DomainError, match="over"):
                act()


def test_days_before_it_cannot_have_started(make_outside, alice, bob):
    with pytest.raises(DomainError, match="twelve hours"):
        phases.start(alice, make_outside([bob]))


# --- Elsewhere ---


def test_outside_online_and_both(make_outside, make_booking, alice):
    outside, online = make_outside(), make_outside(venue="", online_url=LINK)
    both, room = make_outside(online_url=LINK), commands.make_meeting(
        alice, make_booking(), subject="P", details=Details(online_url=LINK, timezone="Europe/Berlin")
    )
    assert [one.format for one in (outside, online, both, room)] == [
        Format.OUTSIDE, Format.ONLINE, Format.HYBRID, Format.HYBRID,
    ]
    assert (online.location, both.location, room.timezone) == ("meet.example", "Town hall", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("venue", {"venue": ""}), ("online_url", {"online_url": "http://meet.example"}),
        ("online_url", {"online_url": "https://"}), ("online_url", {"online_url": "javascript:alert(1)"}),
        ("capacity", {"capacity": 0}), ("quorum", {"quorum": -1}), ("kind_id", {"kind_id": 77}),
        ("department_id", {"department_id": 77}), ("timezone", {"timezone": "Mars/Base"}),
        ("answer_by", {"answer_by": at(10, days=3)}), ("answer_by", {"answer_by": at(7)}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(make_outside, field, details):
    with pytest.raises(DomainError) as refusal:
        make_outside(**details)
    assert refusal.value.field == field


def test_chair_and_recorder_are_two_people_of_the_house(make_outside, bob, leo):
    meeting = make_outside(chair=bob, recorder=leo)
    assert [(one.name, one.part) for one in meeting.attendees] == [("Bob", "chair"), ("Leo", "recorder")]
    with pytest.raises(DomainError, match="two people"):
        make_outside(chair=bob, recorder=bob)


def test_moved_its_people_are_told_old_and_new_and_asked_again(make_outside, alice, bob, told):
    meeting = make_outside([bob], answer_by=at(9, days=2))
    answer(bob, meeting, Answer.ACCEPTED)
    moving.move_meeting(alice, meeting, at(14, days=4), at(15, days=4), venue="Library", seen=0)
    assert (meeting.location, meeting.sequence, meeting.answer_by) == ("Library", 1, at(14, days=3))
    assert meeting.attendees[0].answer == Answer.NONE
    body = told("meeting.moved")[0][2]
    assert "Library" in body
    assert "Before, it was in: Town hall" in body
    with pytest.raises(DomainError, match="meanwhile"):
        moving.move_meeting(alice, meeting, at(9, days=5), at(10, days=5), venue="Library", seen=0)


def test_another_link_is_told_and_answers_stay(make_outside, alice, bob, told):
    meeting = make_outside([bob], online_url=LINK)
    answer(bob, meeting, Answer.ACCEPTED)
    commands.change_meeting(
        alice, meeting, subject="Visit", purpose="", details=Details(venue="Town hall", online_url=LINK + "2")
    )
    assert (meeting.sequence, meeting.attendees[0].answer) == (0, Answer.ACCEPTED)
    body = told("meeting.link_changed")[0][2]
    assert LINK + "2" in body
    assert f"Before: {LINK}" in body


# --- Postponed and called off ---


def test_postponed_it_gives_its_room_back_and_comes_back_in_another(announced, make_booking, alice, bob, told):
    booking = announced.booking
    answer(bob, announced, Answer.ACCEPTED)
    moving.postpone(alice, announced, "The guests are late")
    db.session.commit()
    assert (announced.phase(NOW), announced.booking_id, booking.is_standing) == (Phase.POSTPONED, None, False)
    assert announced.cancelled_at is None
    assert "Reason: The guests are late" in told("meeting.postponed")[0][2]
    for act in (lambda: send_notice(alice, announced), lambda: moving.postpone(alice, announced)):
        with pytest.raises(DomainError, match="postponed"):
            act()
    moving.resume(alice, announced, booking=make_booking(starts_at=at(9, days=7), ends_at=at(10, days=7)))
    db.session.commit()
    assert (announced.phase(NOW), announced.starts_at, announced.sequence) == (Phase.ANNOUNCED, at(9, days=7), 2)
    assert announced.attendees[0].answer == Answer.NONE
    assert "Before, it was: Mon, Nov 23 09:00–10:00 · E101" in told("meeting.resumed")[0][2]
    rooms.cancel(alice, announced.booking)
    assert announced.phase(NOW) == Phase.CANCELLED


def test_resumed_elsewhere_and_not_without_time_or_place(make_outside, alice, bob):
    meeting = make_outside([bob])
    moving.postpone(alice, meeting)
    for values in ({}, {"starts_at": at(9, days=5), "ends_at": at(10, days=5)}):
        with pytest.raises(DomainError):
            moving.resume(alice, meeting, **values)
    moving.resume(alice, meeting, starts_at=at(9, days=5), ends_at=at(10, days=5), online_url=LINK)
    assert (meeting.format, meeting.postponed_at, meeting.off_reason) == (Format.ONLINE, None, "")


def test_why_it_is_called_off_is_told_and_forgotten_when_it_is_on_again(announced, alice, told):
    commands.cancel_meeting(alice, announced, "Nobody is well")
    db.session.commit()
    assert "Reason: Nobody is well" in told("meeting.cancelled")[0][2]
    rooms.restore(alice, announced.booking)
    assert (announced.cancelled_at, announced.off_reason) == (None, "")


def test_the_office_gives_the_room_back_although_the_booking_is_private(announced, olive):
    assert announced.booking.visibility == "private"
    commands.cancel_meeting(olive, announced)
    assert not announced.booking.is_standing


# --- What is missing ---


def test_what_is_missing_to_go_on(app, make_outside, formal, alice, bob, leo):
    meeting = make_outside(kind_id=formal.id)

    def lacks():
        with app.test_request_context():
            found = missing(meeting, tally(meeting.id), meeting.phase(clock.now()))
        return [(lack.words, lack.stops) for lack in found]

    assert ("Nobody is invited yet.", True) in lacks()
    assert ("Its kind has to be approved before the notice goes out.", True) in lacks()
    invite(alice, meeting, [bob])
    phases.submit(alice, meeting)
    assert lacks() == [
        ("A leader or the meeting office has to approve it.", True), ("Nobody chairs it yet.", False),
        ("It has no agenda yet.", False),
    ]
    formal.lead_days = 5
    assert ("The notice was due by Nov 19, 2026. Say why it goes out late.", False) in lacks()
    formal.lead_days = 0
    phases.approve(leo, meeting)
    assert ("1 person has not been told yet.", True) in lacks()
    send_notice(alice, meeting)
    assert lacks() == []
