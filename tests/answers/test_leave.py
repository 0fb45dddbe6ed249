"""Leave where the kind of meeting wants it approved."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.delegating import delegate
from portal.answers import commands, leave, policy, queries
from portal.answers.models import LeaveRequest, Outcome
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.commands import change_meeting
from portal.meetings.details import Details
from portal.meetings.models import Answer, Confidentiality, Part
from portal.notifications.models import Notice
from tests.answers.conftest import part_of
from tests.conftest import NOW, at

TODAY = date(2026, 11, 23)


@pytest.fixture
def asked(meet, board, bob, helen):
    """Bob asks Helen, who has the chair, for leave."""
    meeting = meet(helen, bob, kind=board, parts={helen: Part.CHAIR})
    commands.answer(bob, meeting, Answer.DECLINED, "My daughter’s operation")
    db.session.commit()
    return request_of(meeting)


def request_of(meeting):
    newest = select(LeaveRequest).join(LeaveRequest.attendee).order_by(LeaveRequest.id.desc())
    return db.session.scalars(newest.filter_by(meeting_id=meeting.id)).first()


def test_declining_asks_for_leave_with_a_reason(asked, bob, told):
    meeting = asked.attendee.meeting
    assert (asked.reason, asked.outcome, part_of(bob, meeting).answer) == ("My daughter’s operation", None, Answer.NONE)
    # Alice organizes, but the chair decides.
    assert told("leave_request.asked") == ["Helen"]
    with pytest.raises(DomainError, match="waits for a decision already"):
        commands.answer(bob, meeting, Answer.DECLINED, "Really")
    commands.answer(bob, meeting, Answer.ACCEPTED)
    assert (asked.outcome, told("leave_request.withdrawn")) == (Outcome.WITHDRAWN, ["Helen"])
    with pytest.raises(DomainError) as refusal:
        commands.answer(bob, meeting, Answer.DECLINED)
    assert refusal.value.field == "comment"
    assert commands.answer_by_mail(part_of(bob, meeting), Answer.DECLINED).answer == Answer.ACCEPTED
    assert request_of(meeting).reason == ""


def test_granted_leave_keeps_its_reason_from_the_list_and_the_log(asked, bob, helen, told):
    leave.grant(helen, asked, "All the best")
    part = part_of(bob, asked.attendee.meeting)
    assert (part.answer, part.comment, part.answered_at) == (Answer.DECLINED, "", NOW)
    assert told("meeting.leave_granted") == ["Bob"]
    body = db.session.query(Notice).filter_by(kind="meeting.leave_granted").one().body
    assert "Helen has granted" in body
    assert "All the best" in body
    assert not any("operation" in str(entry.details) for entry in log_of("meeting", part.meeting_id))
    with pytest.raises(DomainError, match="decided already"):
        leave.refuse(helen, asked, "No")


def test_refused_leave_wants_words_and_asks_again(asked, bob, helen, told):
    with pytest.raises(DomainError, match="say why") as refusal:
        leave.refuse(helen, asked, " ")
    assert refusal.value.field == "words"
    leave.refuse(helen, asked, "We need you")
    assert (part_of(bob, asked.attendee.meeting).answer, told("meeting.leave_refused")) == (Answer.NONE, ["Bob"])
    assert [part.meeting_id for part in queries.waiting_for(bob.id, NOW)] == [asked.attendee.meeting_id]


def test_a_request_is_withdrawn_by_whoever_made_it_only(asked, bob, alice, helen):
    for person in (alice, helen):
        with pytest.raises(NotAllowed):
            leave.withdraw(person, asked)
    leave.withdraw(bob, asked)
    with pytest.raises(DomainError, match="withdrawn"):
        leave.grant(helen, asked)


@pytest.mark.parametrize(
    ("confidentiality", "chair", "expected"),
    [
        (Confidentiality.INVITED, "helen", {"helen", "rita", "olive"}),
        (Confidentiality.INVITED, None, {"alice", "olive"}),
        # Of a secret meeting only who is in it decides; the chair’s delegate and the office are not.
        (Confidentiality.SECRET, "helen", {"helen"}),
        (Confidentiality.SECRET, None, {"alice"}),
        # Nobody decides for themself, nor their delegate for them.
        (Confidentiality.INVITED, "bob", {"alice", "olive"}),
    ],
)
def test_who_decides(request, meet, board, confidentiality, chair, expected):
    cast = {
        name: request.getfixturevalue(name)
        for name in ("alice", "bob", "helen", "rita", "olive", "leo", "audrey", "adam")
    }
    delegate(cast[chair or "helen"], cast["rita"], TODAY, TODAY)
    people = [cast["bob"], *([cast[chair]] if chair == "helen" else [])]
    parts = {cast[chair]: Part.CHAIR} if chair else {}
    meeting = meet(*people, kind=board, confidentiality=confidentiality, parts=parts)
    commands.answer(cast["bob"], meeting, Answer.DECLINED, "Ill")
    asked = request_of(meeting)
    assert {name for name, person in cast.items() if policy.may_decide(person, asked)} == expected
    assert {name for name, person in cast.items() if policy.may_see_leave(person, asked)} == expected | {"bob"}
    listed = {
        name for name, person in cast.items() if db.session.scalars(queries.to_decide(person, NOW)).unique().all()
    }
    assert listed == expected
    for name, person in cast.items():
        if name not in expected:
            with pytest.raises(NotAllowed):
                leave.grant(person, asked)


def test_what_becomes_secret_is_named_no_more_to_those_who_were_asked(meet, board, bob, olive, alice, sign_in, told):
    meeting = meet(alice, bob, kind=board, subject="Merger")
    commands.answer(alice, meeting, Answer.DECLINED, "Ill")
    # Nobody decides for themself: the organizer’s own leave goes to the office.
    assert told("leave_request.asked") == ["Olive"]
    leave.grant(olive, request_of(meeting))
    secret = Details(kind_id=board.id, confidentiality=Confidentiality.SECRET, venue="E101")
    change_meeting(alice, meeting, subject="Merger", purpose="", details=secret)
    db.session.commit()
    browser = sign_in(olive)
    assert browser.get(f"/leave/{request_of(meeting).id}").status_code == 404
    assert all("Merger" not in browser.get(page).text for page in ("/inbox", "/my-day"))
    assert not db.session.query(Notice).filter(Notice.recipient == olive, Notice.body.contains("Merger")).count()


def test_the_chairs_delegate_decides_and_is_told(meet, board, bob, helen, rita, told):
    delegate(helen, rita, TODAY, TODAY)
    meeting = meet(helen, bob, kind=board, parts={helen: Part.CHAIR})
    commands.answer(bob, meeting, Answer.DECLINED, "Ill")
    assert sorted(told("leave_request.asked")) == ["Helen", "Rita"]
    leave.grant(rita, request_of(meeting))
    assert part_of(bob, meeting).answer == Answer.DECLINED


def test_observers_and_guests_need_no_leave_and_nobody_decides_when_it_is_over(meet, board, bob, leo, guest, olive):
    meeting = meet(bob, leo, kind=board, parts={leo: Part.OBSERVER})
    assert commands.answer(leo, meeting, Answer.DECLINED).answer == Answer.DECLINED
    assert commands.answer_by_link(guest(meeting), Answer.DECLINED).answer == Answer.DECLINED
    commands.answer(bob, meeting, Answer.DECLINED, "Ill")
    with clock.standing_at(at(16, days=1)), pytest.raises(DomainError, match="over"):
        leave.grant(olive, request_of(meeting))
