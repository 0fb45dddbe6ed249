"""People who have something else at that time: a word of warning, never a refusal."""

import json

import pytest

from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.models import Answer, Attendee
from portal.meetings.people import invite
from portal.rooms import commands
from portal.rooms.busy import busy
from tests.conftest import HTMX, at
from tests.rooms.test_booking_form import fields


@pytest.fixture
def said(sign_in):
    """What somebody hears after booking."""

    def book(person, room, **more):
        answer = sign_in(person).post("/bookings/new", headers=HTMX, data=fields(room, **more))
        assert answer.status_code == 204, answer.text
        return json.loads(answer.headers["HX-Trigger"])["done"]["words"]

    return book


@pytest.fixture
def meeting(make_booking, alice, bob):
    """Alice's announced meeting with Bob, 9 to 10."""
    made = meetings.make_meeting(alice, make_booking(), subject="Planning", purpose="", agenda=[])
    invite(alice, made, [bob])
    send_notice(alice, made)
    db.session.commit()
    return made


def spans(person):
    return {(one.starts_at, one.ends_at, one.title) for one in busy([person.id], at(9), at(10))}


def test_somebody_who_has_nothing_else_hears_nothing_else(said, bob, other_room, make_booking):
    make_booking()
    assert said(bob, other_room) == "E102 is booked for you."


def test_ones_own_other_booking_is_named(said, alice, other_room, make_booking):
    make_booking(visibility="private")
    assert said(alice, other_room) == "E102 is booked for you. At that time you also have “Planning”."


def test_a_booking_that_only_touches_is_not_in_the_way(said, alice, other_room, make_booking):
    make_booking(starts_at=at(10), ends_at=at(11))
    assert said(alice, other_room) == "E102 is booked for you."


def test_what_a_colleague_has_is_not_named(said, alice, bob, other_room, make_booking):
    make_booking()
    words = said(bob, other_room, for_whom="alice")
    assert words == "E102 is booked. Alice has something else at that time."


def test_nothing_is_said_on_a_refusal(sign_in, alice, room, make_booking):
    make_booking()
    assert "you also have" not in sign_in(alice).post("/bookings/new", headers=HTMX, data=fields(room)).text


def test_an_announced_meeting_keeps_its_people_busy(meeting, bob, alice):
    assert spans(bob) == {(at(9), at(10), "Planning")}
    assert spans(alice) == {(at(9), at(10), "Planning")}


def test_who_has_declined_or_was_not_told_is_free(meeting, bob, helen, alice):
    invite(alice, meeting, [helen])
    db.session.query(Attendee).filter_by(person_id=helen.id).one().invited_at = None
    part = db.session.query(Attendee).filter_by(person_id=bob.id).one()
    part.answer, part.answered_at = Answer.DECLINED, at(8)
    db.session.commit()
    assert spans(bob) == set()
    assert spans(helen) == set()


def test_what_is_cancelled_keeps_nobody_busy(meeting, alice, bob):
    commands.cancel(alice, meeting.booking)
    db.session.commit()
    assert spans(bob) == spans(alice) == set()


def test_each_source_is_one_statement_for_any_number_of_people(meeting, alice, bob, make_booking, statements):
    one = [alice.id]
    with statements() as few:
        assert len(list(busy(one, at(0), at(23)))) == 1
    for hour in range(11, 18):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1))
    both = [alice.id, bob.id]
    with statements() as many:
        assert len(list(busy(both, at(0), at(23)))) == 9
    # Bookings, meetings, and what people have elsewhere.
    assert len(few) == len(many) == 3
