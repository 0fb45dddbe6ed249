"""Replies that somebody puts in as a file: for whom they may answer, and with their name beside it."""

import io

import pytest

from portal.calendars import proposals
from portal.calendars.models import CalendarReply
from portal.core.db import db
from portal.meetings.models import Answer
from tests.calendars.test_replies import BOB, answer_of, stream_of
from tests.conftest import at

COUNTER = {"method": "COUNTER", "DTSTART": "20261123T060000Z", "DTEND": "20261123T070000Z"}


@pytest.fixture
def board(make_meeting, bob, olive):
    return make_meeting(bob, olive, sequence=2)


@pytest.fixture
def put_in(sign_in):
    """Put a file in as that person, on the page of the meeting or on the office's."""

    def put(person, octets, meeting=None):
        address = f"/meetings/{meeting.id}/replies" if meeting else "/calendar/replies"
        return sign_in(person).post(address, data={"file": (io.BytesIO(octets), "reply.ics")})

    return put


def noted():
    return db.session.query(CalendarReply).one()


def test_the_organizer_puts_in_what_somebody_else_answered(board, put_in, alice):
    answer = put_in(alice, stream_of(board), board)
    assert answer.status_code == 303
    assert (answer_of(board), board.attendees[0].noted_by) == (Answer.ACCEPTED, "Alice")
    assert (noted().dropped_by, noted().outcome) == (alice, "counted")


def test_the_office_puts_in_for_all_meetings_and_for_itself(board, put_in, olive, sign_in):
    assert put_in(olive, stream_of(board)).status_code == 303
    assert put_in(olive, stream_of(board, person=olive.email, said="DECLINED")).status_code == 303
    db.session.rollback()
    said = [(one.answer, one.noted_by) for one in board.attendees]
    assert said == [(Answer.ACCEPTED, "Olive"), (Answer.DECLINED, "")]
    assert "put in as a file by Olive" in sign_in(olive).get("/calendar/replies?which=all").text


def test_who_may_not_answer_for_others_puts_nothing_in(board, put_in, adam, bob):
    answer = put_in(adam, stream_of(board))
    assert answer.status_code == 422
    assert "may not answer for this person" in answer.text
    assert answer_of(board) == Answer.NONE
    assert put_in(bob, stream_of(board)).status_code == 403
    assert put_in(bob, stream_of(board), board).status_code == 403


@pytest.mark.parametrize(
    ("why", "manner"),
    [
        ("before the meeting was moved", {"SEQUENCE": 1}),
        ("Nobody with this address", {"person": "eve@example.org"}),
        ("about another meeting", {"UID": "somebody-elses"}),
        ("neither accepts", {"said": "X"}),
    ],
)
def test_what_does_not_count_is_said_beside_the_file(board, put_in, alice, why, manner):
    answer = put_in(alice, stream_of(board, **manner), board)
    assert answer.status_code == 422
    assert why in answer.text
    assert answer_of(board) == Answer.NONE


@pytest.mark.parametrize("octets", [b"", b"\0\xff" * 100, b"BEGIN:VCALENDAR\r\n" * 9000, b"x" * 300_000])
def test_what_is_no_reply_is_refused(board, put_in, alice, octets):
    assert put_in(alice, octets, board).status_code == 422
    assert db.session.query(CalendarReply).count() == 0


def test_a_proposed_time_waits_for_the_organizer(board, put_in, alice, olive):
    assert put_in(olive, stream_of(board, **COUNTER)).status_code == 303
    (waiting,) = proposals.open_proposals(board)
    assert (waiting.proposed_starts_at, waiting.attendee.party.email, waiting.dropped_by) == (at(14), BOB, olive)


def test_the_way_to_it_is_on_the_page_of_answers_for_those_who_edit(board, alice, bob, sign_in):
    assert f"/meetings/{board.id}/replies" in sign_in(alice).get(f"/meetings/{board.id}/answers").text
    page = sign_in(alice).get(f"/meetings/{board.id}/replies").text
    assert 'enctype="multipart/form-data"' in page
    assert sign_in(bob).get(f"/meetings/{board.id}/replies").status_code == 403
