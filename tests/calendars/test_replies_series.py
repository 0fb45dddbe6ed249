"""Replies to recurring meetings: to one date by RECURRENCE-ID, or to all that lie ahead."""

import pytest

from portal.calendars import proposals
from portal.calendars.receiving import receive
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer
from portal.meetings.people import uninvite
from portal.rooms import commands as rooms
from tests.calendars.test_replies import EVE, reply
from tests.conftest import at


@pytest.fixture
def weekly(make_weekly, bob):
    """Four Mondays at nine, to which Bob is invited."""
    return make_weekly(bob)


def to_series(weekly, **more):
    """A reply with the UID and SEQUENCE that all dates have in calendars."""
    db.session.refresh(weekly.series)
    return reply(weekly.series, **more)


def received(mail):
    notes = receive(mail)
    db.session.commit()
    return [str(note.outcome) for note in notes]


def answers(weekly):
    db.session.rollback()
    return [meeting.attendees[0].answer if meeting.attendees else None for meeting in weekly.dates]


def test_one_date_is_answered_in_utc_or_on_the_clock_of_the_series(weekly):
    assert received(to_series(weekly, **{"RECURRENCE-ID": "20261130T010000Z"})) == ["counted"]
    on_its_clock = {"RECURRENCE-ID;TZID=Asia/Shanghai": "20261207T090000"}
    assert received(to_series(weekly, said="DECLINED", known_by="<2>", **on_its_clock)) == ["counted"]
    assert answers(weekly) == [Answer.NONE, Answer.ACCEPTED, Answer.DECLINED, Answer.NONE]


def test_without_a_date_all_that_lie_ahead_are_answered(weekly):
    with clock.standing_at(at(12)):  # the first is over
        assert received(to_series(weekly)) == ["counted"] * 3
        assert received(to_series(weekly)) == []
    assert answers(weekly) == [Answer.NONE, Answer.ACCEPTED, Answer.ACCEPTED, Answer.ACCEPTED]


def test_a_date_that_has_moved_since_is_still_to_be_answered(weekly, alice, room):
    before = to_series(weekly)
    date = weekly.dates[1]
    rooms.move(alice, date.booking, room.id, "Board", at(14, days=7), at(15, days=7))
    db.session.commit()
    assert received(before) == ["counted", "outdated", "counted", "counted"]
    assert answers(weekly)[1] == Answer.NONE
    assert received(to_series(weekly, known_by="<2>")) == ["counted"] * 4
    # It keeps its name in the series wherever it goes.
    assert received(
        to_series(weekly, said="DECLINED", known_by="<3>", DTSTAMP="20261123T020000Z",
                  **{"RECURRENCE-ID": "20261130T010000Z"})
    ) == ["counted"]
    assert answers(weekly)[1] == Answer.DECLINED


def test_a_date_that_is_none_or_of_others_is_unknown(weekly, alice, bob):
    assert received(to_series(weekly, **{"RECURRENCE-ID": "20261201T010000Z"})) == ["refused"]
    assert received(to_series(weekly, known_by="<2>", **{"RECURRENCE-ID": "some day"})) == ["refused"]
    assert received(to_series(weekly, known_by="<3>", sender=EVE, person=EVE)) == ["refused"]
    assert received(to_series(weekly, known_by="<4>", sender=EVE)) == ["refused"] * 4
    uninvite(alice, weekly.dates[0], weekly.dates[0].attendees[0])
    db.session.commit()
    assert received(to_series(weekly, known_by="<5>")) == ["counted"] * 3


def test_another_time_is_proposed_for_one_date_only(weekly):
    times = {"method": "COUNTER", "DTSTART": "20261130T060000Z", "DTEND": "20261130T070000Z"}
    assert received(to_series(weekly, **times)) == ["refused"]
    of_one = {"RECURRENCE-ID": "20261130T010000Z", **times}
    assert received(to_series(weekly, known_by="<2>", **of_one)) == ["counted"]
    assert [len(proposals.open_proposals(date)) for date in weekly.dates] == [0, 1, 0, 0]
