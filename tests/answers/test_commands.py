"""Answers with a deadline, by somebody else, by link and by mail."""

import pytest

from portal.answers import commands
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.meetings.models import Answer
from tests.answers.conftest import part_of
from tests.conftest import NOW, at

ACCEPTED, TENTATIVE, DECLINED = Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED


def test_after_the_deadline_only_declining_is_left_and_the_organizer_is_named(meet, bob, alice):
    meeting = meet(bob, answer_by=at(18))
    with clock.standing_at(at(18)):
        commands.answer(bob, meeting, ACCEPTED)
    with clock.standing_at(at(19)):
        for answer in (ACCEPTED, TENTATIVE):
            with pytest.raises(DomainError, match=r"due by Mon, Nov 23 18:00. Please call Alice"):
                commands.answer(bob, meeting, answer)
        commands.answer(bob, meeting, DECLINED, "Ill")
        assert commands.answer_for(alice, meeting, part_of(bob, meeting), ACCEPTED, "by phone").answer == ACCEPTED


def test_who_notes_an_answer_is_named_until_one_answers_oneself(meet, bob, olive):
    meeting = meet(bob)
    commands.answer_for(olive, meeting, part_of(bob, meeting), TENTATIVE, "said so by phone")
    part = part_of(bob, meeting)
    assert (part.answer, part.comment, part.noted_by) == (TENTATIVE, "said so by phone", "Olive")
    entry = log_of("meeting", meeting.id)[0]
    assert (entry.actor_name, entry.action, entry.details["person"], entry.details["way"]) == (
        "Olive", "meeting.answered", "Bob", "noted"
    )
    commands.answer(bob, meeting, ACCEPTED)
    assert part_of(bob, meeting).noted_by == ""


def test_who_may_not_note_answers_and_whose_are_not_noted(meet, bob, helen, alice, leo):
    meeting, other = meet(bob, leo), meet(helen)
    for actor in (bob, leo, helen):
        with pytest.raises(NotAllowed):
            commands.answer_for(actor, meeting, part_of(leo if actor == bob else bob, meeting), ACCEPTED)
    with pytest.raises(Missing):
        commands.answer_for(alice, other, part_of(bob, meeting), ACCEPTED)
    untold = part_of(bob, meeting)
    untold.invited_at = None
    db.session.commit()
    with pytest.raises(DomainError, match="not been told"):
        commands.answer_for(alice, meeting, untold, ACCEPTED)


@pytest.mark.parametrize("values", [{"postponed_at": NOW}, {"cancelled_at": NOW}, {"ends_at": NOW, "starts_at": at(7)}])
def test_what_does_not_take_place_or_is_over_takes_no_answers(meet, bob, guest, values):
    meeting = meet(bob, **values)
    gus = guest(meeting)
    for act in (
        lambda: commands.answer(bob, meeting, ACCEPTED),
        lambda: commands.answer_by_link(gus, ACCEPTED),
        lambda: commands.answer_by_mail(gus, DECLINED),
    ):
        with pytest.raises(DomainError):
            act()


def test_what_is_said_by_link_and_from_a_calendar_says_so_in_the_log(meet, bob, guest):
    meeting = meet(bob)
    gus = guest(meeting)
    commands.answer_by_link(gus, ACCEPTED, "Gladly", seen=0)
    commands.answer_by_mail(part_of(bob, meeting), DECLINED)
    calendar, link = log_of("meeting", meeting.id)[:2]
    assert (link.actor_name, link.details["person"], link.details["way"]) == ("", "Gus", "link")
    assert (calendar.actor_name, calendar.details["way"]) == ("Bob", "calendar")
    for answer in (Answer.WAITING, Answer.DELEGATED, Answer.NONE):
        with pytest.raises(DomainError, match="choose an answer"):
            commands.answer_by_link(gus, answer)
    db.session.rollback()
