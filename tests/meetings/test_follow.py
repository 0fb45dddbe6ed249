"""A meeting goes where its booking goes, whoever moves or cancels it."""

import pytest

from portal.answers import commands as answers
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands
from portal.meetings.models import Answer, Phase
from portal.meetings.people import invite
from portal.rooms import commands as rooms
from portal.rooms.holding import RoomTaken
from tests.conftest import NOW, at


def said(meeting):
    return [attendee.answer for attendee in meeting.attendees]


def test_a_moved_booking_takes_the_meeting_along_and_asks_again(announced, alice, bob, other_room, told):
    answers.answer(bob, announced, Answer.ACCEPTED, "Gladly")
    rooms.move(alice, announced.booking, other_room.id, "Planning", at(11), at(12))
    db.session.commit()
    assert (announced.starts_at, announced.ends_at, announced.location) == (at(11), at(12), "E102 · East wing")
    assert (announced.sequence, said(announced)) == (1, [Answer.NONE, Answer.NONE])
    assert announced.attendees[0].answered_at is None
    (name, subject, body), _ = told("meeting.moved")
    assert (name, subject) == ("Bob", "Moved: Planning, Mon, Nov 23 11:00–12:00")
    assert "Before, it was: Mon, Nov 23 09:00–10:00" in body
    assert "Before, it was in: E101 · East wing" in body
    assert log_of("meeting", announced.id)[0].action == "meeting.moved"


def test_a_move_of_time_alone_says_nothing_of_the_room(announced, alice, told):
    rooms.move(alice, announced.booking, announced.booking.room.id, "Planning", at(11), at(12))
    assert "it was in" not in told("meeting.moved")[0][2]


def test_a_new_title_of_the_booking_changes_no_meeting(announced, alice, bob, told):
    answers.answer(bob, announced, Answer.ACCEPTED)
    rooms.move(alice, announced.booking, announced.booking.room.id, "Other", at(9), at(10))
    assert (announced.subject, announced.sequence, said(announced)[0]) == ("Planning", 0, Answer.ACCEPTED)
    assert told("meeting.moved") == []


def test_a_draft_moves_in_silence(draft, alice, bob, told):
    invite(alice, draft, [bob])
    rooms.move(alice, draft.booking, draft.booking.room.id, "Planning", at(11), at(12))
    assert draft.starts_at == at(11)
    assert told("meeting.moved") == []


def test_the_organizer_hears_of_a_move_by_somebody_else_and_the_untold_do_not(announced, alice, bob, olive, rita, told):
    invite(alice, announced, [olive])
    rooms.move(rita, announced.booking, announced.booking.room.id, "Planning", at(11), at(12))
    assert [name for name, *_ in told("meeting.moved")] == ["Alice", "Bob", "Leo"]


def test_a_cancelled_booking_calls_the_meeting_off(announced, alice, told):
    rooms.cancel(alice, announced.booking)
    db.session.commit()
    assert (announced.cancelled_at, announced.sequence) == (NOW, 1)
    assert announced.phase(NOW) == Phase.CANCELLED
    assert [name for name, *_ in told("meeting.cancelled")] == ["Bob", "Leo"]
    assert told("meeting.cancelled")[0][1] == "Cancelled: Planning, Mon, Nov 23 09:00–10:00"


def test_a_cancelled_meeting_gives_its_room_back_and_tells_once(announced, alice, make_booking, told):
    commands.cancel_meeting(alice, announced)
    assert not announced.booking.is_standing
    assert (announced.sequence, len(told("meeting.cancelled"))) == (1, 2)
    assert [entry.action for entry in log_of("meeting", announced.id)].count("meeting.cancelled") == 1
    make_booking()


def test_a_meeting_is_cancelled_once(announced, alice, told):
    commands.cancel_meeting(alice, announced)
    with pytest.raises(DomainError, match="cancelled"):
        commands.cancel_meeting(alice, announced)
    assert len(told("meeting.cancelled")) == 2


def test_an_organizer_who_may_not_give_the_room_back_still_calls_the_meeting_off(make_booking, alice, olive):
    meeting = commands.make_meeting(olive, make_booking(), subject="For Alice")
    olive.grants.clear()
    db.session.flush()
    commands.cancel_meeting(olive, meeting)
    assert meeting.cancelled_at == NOW
    assert meeting.booking.is_standing


def test_a_meeting_without_booking_is_cancelled_too(announced, alice):
    announced.booking = None
    commands.cancel_meeting(alice, announced)
    assert announced.cancelled_at == NOW


def test_giving_a_room_back_afterwards_does_not_undo_a_held_meeting(announced, alice, told):
    with clock.standing_at(at(12)):
        rooms.cancel(alice, announced.booking)
    assert announced.cancelled_at is None
    assert told("meeting.cancelled") == []


def test_a_cancelled_meeting_takes_nothing_more(announced, alice, bob, rita):
    commands.cancel_meeting(alice, announced)
    for act in (
        lambda: commands.change_meeting(alice, announced, subject="P", purpose="", agenda=[]),
        lambda: invite(alice, announced, [rita]),
        lambda: send_notice(alice, announced),
        lambda: answers.answer(bob, announced, Answer.ACCEPTED),
    ):
        with pytest.raises(DomainError, match="cancelled"):
            act()


def test_a_refused_move_leaves_the_meeting_where_it_was(announced, make_booking, alice):
    make_booking(starts_at=at(11), ends_at=at(12))
    with pytest.raises(RoomTaken):
        rooms.move(alice, announced.booking, announced.booking.room.id, "Planning", at(11), at(12))
    db.session.rollback()
    assert (announced.starts_at, announced.sequence) == (at(9), 0)


def test_strangers_cancel_nothing(announced, bob):
    with pytest.raises(NotAllowed):
        commands.cancel_meeting(bob, announced)
