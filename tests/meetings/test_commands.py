"""Drafts, people, notices and answers: what is allowed, what is refused, what is written down."""

from datetime import timedelta

import pytest

from portal.answers import commands as answers
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands
from portal.meetings.models import Answer, Part, Phase
from portal.meetings.people import change_part, invite, uninvite
from portal.meetings.signals import meeting_changed
from portal.notifications.models import Notice, OutgoingMail
from portal.rooms import commands as rooms
from tests.conftest import NOW, at


def actions(meeting):
    return [entry.action for entry in log_of("meeting", meeting.id)]


def part_of(person, meeting):
    return next(attendee for attendee in meeting.attendees if attendee.person_id == person.id)


# --- Drafts ---


def test_a_draft_takes_time_and_room_from_its_booking(make_booking, alice):
    booking = make_booking()
    meeting = commands.make_meeting(alice, booking, subject="Planning", purpose="Why", agenda=["One", " ", "Two "])
    assert (meeting.starts_at, meeting.ends_at, meeting.location) == (at(9), at(10), "E101 · East wing")
    assert [item.title for item in meeting.agenda] == ["One", "Two"]
    assert (meeting.phase(NOW), meeting.organizer, meeting.sequence) == (Phase.DRAFT, alice, 0)
    assert actions(meeting) == ["meeting.created"]


def test_a_booking_becomes_one_meeting_only(draft, alice):
    with pytest.raises(DomainError, match="a meeting already"):
        commands.make_meeting(alice, draft.booking, subject="Again")


def test_a_cancelled_booking_becomes_no_meeting(make_booking, alice):
    booking = make_booking()
    rooms.cancel(alice, booking)
    with pytest.raises(DomainError, match="cancelled already"):
        commands.make_meeting(alice, booking, subject="Late")


def test_the_subject_has_no_line_breaks_for_mails_put_it_into_a_header(make_meeting):
    assert make_meeting(subject="Plan\r\nBcc: all").subject == "Plan Bcc: all"


def test_other_words_keep_the_sequence(announced, alice):
    commands.change_meeting(alice, announced, subject="Review", purpose="Other", agenda=["Rooms"])
    assert (announced.subject, announced.purpose, announced.sequence) == ("Review", "Other", 0)
    assert actions(announced)[0] == "meeting.changed"


def test_agenda_items_keep_their_identity_when_others_come_and_go(make_meeting, alice):
    meeting = make_meeting(agenda=["Budget", "Roms", "Any other business"])
    budget, rooms_item, other = (item.id for item in meeting.agenda)
    lines = ["Budget", "Rooms", "News", "Any other business"]
    commands.change_meeting(alice, meeting, subject="P", purpose="", agenda=lines)
    db.session.commit()
    assert [item.title for item in meeting.agenda] == lines
    assert [meeting.agenda[place].id for place in (0, 1, 3)] == [budget, rooms_item, other]


def test_the_same_words_twice_in_an_agenda_are_two_items(make_meeting, alice):
    meeting = make_meeting(agenda=["Break", "Break"])
    commands.change_meeting(alice, meeting, subject="P", purpose="", agenda=["Break", "Break", "Break"])
    db.session.commit()
    assert len({item.id for item in meeting.agenda}) == 3


@pytest.mark.parametrize("agenda", [["x" * 201], ["x"] * 101])
def test_an_agenda_too_long_is_refused_at_its_field(draft, alice, agenda):
    with pytest.raises(DomainError) as refusal:
        commands.change_meeting(alice, draft, subject="P", purpose="", agenda=agenda)
    assert refusal.value.field == "agenda"


# --- People ---


def test_people_are_added_once(draft, alice, bob, leo):
    assert len(invite(alice, draft, [bob, bob])) == 1
    assert [attendee.person for attendee in invite(alice, draft, [bob, leo], Part.OPTIONAL)] == [leo]
    assert [(attendee.person, attendee.part) for attendee in draft.attendees] == [
        (bob, Part.REQUIRED), (leo, Part.OPTIONAL),
    ]
    assert actions(draft)[:2] == ["meeting.invited", "meeting.invited"]


def test_somebody_who_left_is_not_invited(draft, alice, bob):
    bob.left_at = NOW
    with pytest.raises(Missing):
        invite(alice, draft, [bob])


def test_parts_change(announced, alice, bob):
    change_part(alice, announced, part_of(bob, announced), Part.RECORDER)
    assert part_of(bob, announced).part == Part.RECORDER
    assert actions(announced)[0] == "meeting.part_changed"


def test_somebody_taken_off_is_told_if_they_knew(announced, alice, bob, rita, told):
    invite(alice, announced, [rita])
    for person in (bob, rita):
        uninvite(alice, announced, part_of(person, announced))
    assert [name for name, *_ in told("meeting.withdrawn")] == ["Bob"]
    assert [attendee.person.name for attendee in announced.attendees] == ["Leo"]


def test_an_attendee_of_another_meeting_is_not_touched(announced, make_meeting, alice, bob):
    other = make_meeting(starts_at=at(11), ends_at=at(12))
    with pytest.raises(Missing):
        uninvite(alice, other, part_of(bob, announced))


# --- Notices ---


def test_a_notice_reaches_inbox_and_outbox_of_everybody_invited(announced, told):
    assert announced.announced_at == NOW
    assert announced.phase(NOW) == Phase.ANNOUNCED
    (name, subject, body), (other, *_) = told("meeting.invitation")
    assert {name, other} == {"Bob", "Leo"}
    assert subject == "Invitation: Planning, Mon, Nov 23 09:00–10:00"
    for words in ("Alice", "E101 · East wing", "To plan", "1. Budget\n2. Rooms",
                  f"http://127.0.0.1:8000/meetings/{announced.id}"):
        assert words in body
    assert db.session.query(OutgoingMail).count() == 2


def test_the_notice_shows_the_time_on_the_clock_of_whoever_reads_it(make_meeting, bob, leo, told):
    bob.timezone = "Europe/Berlin"
    make_meeting([bob, leo])
    bodies = {name: body for name, _, body in told("meeting.invitation")}
    assert "Mon, Nov 23 02:00–03:00 (Europe/Berlin)" in bodies["Bob"]
    assert "Mon, Nov 23 09:00–10:00 (Asia/Shanghai)" in bodies["Leo"]


def test_a_notice_sent_again_tells_only_those_who_do_not_know(announced, alice, rita, told):
    assert send_notice(alice, announced) == 0
    invite(alice, announced, [rita])
    assert send_notice(alice, announced) == 1
    assert [name for name, *_ in told("meeting.invitation")] == ["Bob", "Leo", "Rita"]


def test_a_notice_to_nobody_is_refused(draft, alice):
    with pytest.raises(DomainError, match="Nobody is invited"):
        send_notice(alice, draft)


def test_the_organizer_is_not_invited_unless_added(make_meeting, alice, bob, told):
    make_meeting([bob])
    assert [name for name, *_ in told("meeting.invitation")] == ["Bob"]


def test_what_is_over_takes_no_people_notices_answers_or_cancellation(announced, alice, bob, rita):
    with clock.standing_at(at(10)):
        for act in (
            lambda: invite(alice, announced, [rita]),
            lambda: uninvite(alice, announced, part_of(bob, announced)),
            lambda: send_notice(alice, announced),
            lambda: answers.answer(bob, announced, Answer.ACCEPTED),
            lambda: commands.cancel_meeting(alice, announced),
        ):
            with pytest.raises(DomainError, match="over"):
                act()
    assert announced.cancelled_at is None


# --- Answers ---


def test_an_answer_is_kept_with_time_and_comment_and_raises_no_sequence(announced, bob):
    answers.answer(bob, announced, Answer.TENTATIVE, "Maybe late")
    part = part_of(bob, announced)
    assert (part.answer, part.comment, part.answered_at) == (Answer.TENTATIVE, "Maybe late", NOW)
    assert (announced.sequence, actions(announced)[0]) == (0, "meeting.answered")


def test_an_answer_can_be_changed(announced, bob):
    answers.answer(bob, announced, Answer.ACCEPTED)
    answers.answer(bob, announced, Answer.DECLINED)
    assert part_of(bob, announced).answer == Answer.DECLINED


def test_an_answer_sends_no_notice_and_marks_the_invitation_read(announced, bob):
    answers.answer(bob, announced, Answer.ACCEPTED)
    notices = db.session.query(Notice).all()
    assert {notice.recipient.name: notice.read_at for notice in notices} == {"Bob": NOW, "Leo": None}


def test_only_who_was_told_answers(announced, alice, olive, rita):
    invite(alice, announced, [rita])
    for person in (alice, olive, rita):
        with pytest.raises(NotAllowed):
            answers.answer(person, announced, Answer.ACCEPTED)


def test_no_answer_is_no_answer(announced, bob):
    with pytest.raises(DomainError, match="choose an answer"):
        answers.answer(bob, announced, Answer.NONE)


def test_a_comment_has_an_end(announced, bob):
    answers.answer(bob, announced, Answer.ACCEPTED, "x" * 500)
    with pytest.raises(DomainError) as refusal:
        answers.answer(bob, announced, Answer.ACCEPTED, "x" * 501)
    assert refusal.value.field == "comment"


def test_an_answer_to_the_time_before_a_move_is_refused(announced, alice, bob):
    rooms.move(alice, announced.booking, announced.booking.room.id, "Planning", at(11), at(12))
    with pytest.raises(DomainError, match="moved since"):
        answers.answer(bob, announced, Answer.ACCEPTED, seen=0)
    answers.answer(bob, announced, Answer.ACCEPTED, seen=1)


# --- What calendars hear ---


def test_each_change_names_the_people_whose_view_changed(announced, alice, bob, leo):
    heard = []

    def listen(meeting, people):
        heard.append(set(people))

    with meeting_changed.connected_to(listen):
        answers.answer(bob, announced, Answer.ACCEPTED)
        commands.change_meeting(alice, announced, subject="P", purpose="", agenda=[])
        uninvite(alice, announced, part_of(bob, announced))
    everyone = {alice.id, bob.id, leo.id}
    assert heard == [{bob.id}, everyone, everyone]


def test_a_change_dates_the_meeting(announced, alice):
    with clock.standing_at(NOW + timedelta(minutes=5)):
        commands.change_meeting(alice, announced, subject="P", purpose="", agenda=[])
    assert announced.changed_at == NOW + timedelta(minutes=5)


def test_words_that_somebody_else_changed_meanwhile_are_not_overwritten(make_meeting, alice, olive):
    meeting = make_meeting()
    seen = meeting.version
    commands.change_meeting(olive, meeting, subject="Budget 2028", purpose="", agenda=["Figures"], seen=seen)
    with pytest.raises(DomainError, match="Somebody else has changed"):
        commands.change_meeting(alice, meeting, subject="Mine", purpose="", agenda=[], seen=seen)
    assert meeting.subject == "Budget 2028"
