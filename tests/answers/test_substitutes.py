"""Absent with substitute."""

import pytest
from sqlalchemy import select

from portal.agenda.models import Paper
from portal.answers import commands, leave, queries, substitutes
from portal.answers.models import LeaveRequest
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import policy
from portal.meetings.admission import Objection, _guards, add_guard
from portal.meetings.models import Answer, Part
from portal.meetings.people import uninvite
from portal.notifications.models import Notice, OutgoingMail
from tests.answers.conftest import answers_in, part_of
from tests.conftest import NOW, at


def test_one_click_sends_somebody_with_part_and_rights_of_this_meeting_only(meet, staff, told):
    ann, ben, cat, *_ = staff
    meeting = meet(ann, cat, parts={ann: Part.CHAIR})
    other = meet(ann)
    substitutes.send(ann, meeting, ben)
    comes, absent = part_of(ben, meeting), part_of(ann, meeting)
    assert (comes.part, comes.substitutes_id, comes.answer) == (Part.CHAIR, absent.id, Answer.NONE)
    assert absent.answer == Answer.DELEGATED
    assert (told("meeting.substitute"), told("meeting.replaced")) == (["Ben"], ["Ann"])
    assert policy.may_see(ann, meeting)
    assert policy.may_record(ben, meeting)
    assert not policy.may_see(ben, other)


def test_the_notice_and_its_papers_pass_on(meet, staff, alice):
    ann, ben, *_ = staff
    meeting = meet(ann, purpose="To plan")
    paper = Paper(
        meeting=meeting, title="Figures", content_hash="0" * 64, file_name="figures.pdf", media_type="application/pdf",
        size=3, goes_with_notice=True, added_by=alice, added_at=NOW,
    )
    db.session.add(paper)
    substitutes.send(ann, meeting, ben)
    mail = db.session.query(OutgoingMail).join(Notice).filter(Notice.kind == "meeting.substitute").one()
    assert [name for name, *_ in mail.attachments] == ["figures.pdf"]
    assert "In place of Ann" in mail.notice.subject
    assert "To plan" in mail.notice.body


def test_who_cannot_go_instead(meet, staff, guest, bob):
    ann, ben, cat, dan, *_ = staff
    meeting = meet(ann, cat)
    dan.left_at = clock.now()
    for person, words in ((cat, "in this meeting already"), (ann, "in this meeting already"), (dan, "no such person")):
        with pytest.raises(DomainError, match=words):
            substitutes.send(ann, meeting, person)
    with pytest.raises(NotAllowed):
        substitutes.send(bob, meeting, ben)
    substitutes.send(ann, meeting, ben)
    with pytest.raises(DomainError, match="Ben goes in this place already"):
        substitutes.send(ann, meeting, bob)
    with pytest.raises(DomainError, match="come in somebody’s place"):
        substitutes.send(ben, meeting, bob)
    with pytest.raises(DomainError, match="Ben goes in your place"):
        commands.answer(ann, meeting, Answer.DECLINED)


def test_rules_of_eligibility_hold_for_substitutes(meet, staff):
    ann, ben, *_ = staff
    add_guard("test", lambda meeting, invitees: [Objection(one.person, "too young") for one in invitees])
    try:
        with pytest.raises(DomainError, match="too young"):
            substitutes.send(ann, meet(ann), ben)
    finally:
        del _guards["test"]


def test_who_comes_after_all_takes_the_place_back(meet, staff, told):
    ann, ben, *_ = staff
    meeting = meet(ann, answer_by=at(12))
    substitutes.send(ann, meeting, ben)
    with clock.standing_at(at(13)):
        substitutes.take_back(ann, meeting)
    assert (answers_in(meeting), told("meeting.withdrawn")) == ({"Ann": Answer.ACCEPTED}, ["Ben"])
    with pytest.raises(DomainError, match="Nobody goes"):
        substitutes.take_back(ann, meeting)
    substitutes.send(ann, meeting, ben)
    commands.answer(ann, meeting, Answer.TENTATIVE)
    assert answers_in(meeting) == {"Ann": Answer.TENTATIVE}
    substitutes.send(ann, meeting, ben)
    with clock.standing_at(at(16, days=1)), pytest.raises(DomainError, match="over"):
        substitutes.take_back(ann, meeting)


def test_a_substitute_who_cannot_come_is_replaced_by_another(meet, staff, told):
    ann, ben, cat, *_ = staff
    meeting = meet(ann)
    substitutes.send(ann, meeting, ben)
    commands.answer(ben, meeting, Answer.DECLINED, "Abroad")
    assert told("meeting.substitute_declined") == ["Ann"]
    substitutes.send(ann, meeting, cat)
    assert answers_in(meeting) == {"Ann": Answer.DELEGATED, "Cat": Answer.NONE}


def test_a_seat_and_a_place_in_the_line_pass_on(meet, staff):
    ann, ben, cat, dan, *_ = staff
    meeting = meet(ann, ben, capacity=1)
    for minute, person in enumerate((ann, ben)):
        with clock.standing_at(at(9, minute)):
            commands.answer(person, meeting, Answer.ACCEPTED)
    substitutes.send(ann, meeting, cat)
    substitutes.send(ben, meeting, dan)
    away = {"Ann": Answer.DELEGATED, "Ben": Answer.DELEGATED}
    assert answers_in(meeting) == {**away, "Cat": Answer.ACCEPTED, "Dan": Answer.WAITING}
    substitutes.take_back(ann, meeting)
    assert answers_in(meeting) == {"Ann": Answer.ACCEPTED, "Ben": Answer.DELEGATED, "Dan": Answer.WAITING}


@pytest.mark.parametrize("secret", [False, True])
def test_where_it_is_approved_the_substitute_hears_of_it_only_then(meet, board, staff, helen, secret, told):
    ann, ben, *_ = staff
    about = {"confidentiality": "secret"} if secret else {"kind": board}
    meeting = meet(ann, helen, parts={helen: Part.CHAIR}, **about)
    substitutes.send(ann, meeting, ben, "Abroad")
    assert (answers_in(meeting)["Ann"], told("meeting.substitute")) == (Answer.NONE, [])
    assert not policy.may_see(ben, meeting)
    leave.grant(helen, db.session.scalars(select(LeaveRequest)).one())
    assert answers_in(meeting) == {"Ann": Answer.DELEGATED, "Helen": Answer.NONE, "Ben": Answer.NONE}
    assert told("meeting.substitute") == ["Ben"]


def test_an_absent_one_whose_substitute_is_taken_off_is_asked_again(meet, staff, alice):
    ann, ben, *_ = staff
    meeting = meet(ann)
    substitutes.send(ann, meeting, ben)
    uninvite(alice, meeting, part_of(ben, meeting))
    assert answers_in(meeting) == {"Ann": Answer.NONE}


def test_those_free_and_alike_are_suggested_first(meet, staff, bob):
    ann, ben, _cat, _dan, eve, fay = staff
    for person in (ann, ben, eve):
        person.post = "Engineer"
    meet(ben, subject="Elsewhere")
    meeting = meet(ann, fay)
    found = queries.substitutes_for(ann, meeting)
    assert [(one.person.name, one.is_free, one.is_like) for one in found] == [
        ("Eve", True, True), ("Cat", True, False), ("Dan", True, False), ("Ben", False, True),
    ]
    assert [one.person.name for one in queries.substitutes_for(ann, meeting, "bo")] == ["Bob"]
    assert queries.substitutes_for(bob, meeting) == []
