"""A meeting that fell with its booking comes back with it."""

import pytest

from portal.answers import commands as answers
from portal.audit.queries import log_of
from portal.calendars import commands as calendars
from portal.calendars import queries
from portal.core import clock
from portal.core.db import db
from portal.meetings import commands
from portal.meetings.models import Answer, Phase
from portal.rooms import commands as rooms
from tests.conftest import NOW, at


@pytest.fixture
def fallen(announced, alice, bob):
    """Bob had accepted; then Alice cancelled the booking."""
    answers.answer(bob, announced, Answer.ACCEPTED, "Gladly")
    rooms.cancel(alice, announced.booking)
    db.session.commit()
    return announced


def test_the_meeting_is_on_again_and_asks_anew(fallen, alice):
    rooms.restore(alice, fallen.booking)
    db.session.commit()
    assert (fallen.cancelled_at, fallen.phase(NOW), fallen.sequence) == (None, Phase.ANNOUNCED, 2)
    assert {(attendee.answer, attendee.comment, attendee.answered_at) for attendee in fallen.attendees} == {
        (Answer.NONE, "", None)
    }
    assert log_of("meeting", fallen.id)[0].action == "meeting.restored"


def test_those_who_had_been_told_are_told(fallen, alice, olive, told):
    rooms.restore(alice, fallen.booking)
    assert [name for name, *_ in told("meeting.restored")] == ["Bob", "Leo"]
    _name, subject, body = told("meeting.restored")[0]
    assert subject == "On again: Planning, Mon, Nov 23 09:00–10:00"
    assert f"/meetings/{fallen.id}" in body


def test_their_calendars_show_it_again(fallen, alice, bob):
    calendars.make_feed(bob)
    before = queries.feeds_of(bob.id)[0].revision
    rooms.restore(alice, fallen.booking)
    db.session.commit()
    assert queries.feeds_of(bob.id)[0].revision > before


def test_a_draft_comes_back_in_silence(draft, alice, told):
    rooms.cancel(alice, draft.booking)
    rooms.restore(alice, draft.booking)
    assert draft.cancelled_at is None
    assert told("meeting.restored") == []


def test_a_meeting_called_off_for_itself_stays_off(make_booking, alice, olive, told):
    meeting = commands.make_meeting(olive, make_booking(), subject="For Alice")
    olive.grants.clear()
    db.session.flush()
    commands.cancel_meeting(olive, meeting)
    with clock.standing_at(at(8, 5)):
        rooms.cancel(alice, meeting.booking)
        rooms.restore(alice, meeting.booking)
    assert meeting.cancelled_at == NOW


def test_the_page_of_the_meeting_offers_undo_while_it_lasts(fallen, sign_in, alice, bob):
    address, undo = f"/meetings/{fallen.id}", f"/bookings/{fallen.booking.id}/restoration"
    assert undo in sign_in(alice).get(address).text
    assert undo not in sign_in(bob).get(address).text
    with clock.standing_at(at(8, 10)):
        assert undo not in sign_in(alice).get(address).text


def test_one_answers_anew_after_the_restoration(fallen, alice, bob):
    rooms.restore(alice, fallen.booking)
    assert answers.answer(bob, fallen, Answer.DECLINED).answer == Answer.DECLINED
