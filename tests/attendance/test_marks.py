"""Marks: made once, by whom and how, corrected with a reason; what follows from them."""

import pytest

from portal.answers.models import LeaveRequest, Outcome
from portal.attendance import commands, policy
from portal.attendance.models import CheckIn, Way
from portal.attendance.queries import counts_in, counts_of, lines_of, marks_of
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.meetings.models import Answer, Format, Part
from portal.presence.queries import presence_of
from portal.rooms.models import BookingPolicy
from tests.attendance.conftest import code_of, part_of, states, time
from tests.conftest import at


def test_the_code_marks_once_and_checks_the_room_in(meeting, bob, room):
    db.session.add(BookingPolicy(resource_id=room.id, check_in_minutes=15))
    with time(8, 52):
        first = commands.arrive(bob, meeting, part_of(bob, meeting), code_of(meeting).scanned, [])
    with time(8, 58):
        again = commands.arrive(bob, meeting, part_of(bob, meeting), code_of(meeting).typed, [])
    assert (first.is_new, again.is_new, again.mark.id) == (True, False, first.mark.id)
    assert (first.mark.arrived_at, first.mark.way, first.mark.by_id) == (at(8, 52), Way.CODE, bob.id)
    assert presence_of(meeting.booking_id).checked_in_at == at(8, 52)
    assert [entry.action for entry in log_of("meeting", meeting.id)].count("meeting.checked_in") == 1


def test_when_and_by_what_somebody_can_arrive(meeting, alice, bob, leo, guest):
    part = part_of(bob, meeting)
    for hour, minute, why in ((7, 59, "from Mon, Nov 23 08:00 on"), (10, 1, "ended at"), (8, 30, None)):
        with time(hour, minute):
            if why is None:
                assert commands.mark(alice, meeting, part).is_new
                continue
            with pytest.raises(DomainError, match=why):
                commands.mark(alice, meeting, part)
    with time(9):
        for actor, attendee, proof in ((leo, part_of(leo, meeting), "ABCDEF"), (None, guest, "")):
            with pytest.raises(DomainError, match="run out"):
                commands.arrive(actor, meeting, attendee, proof, [])
        code = code_of(meeting).typed
        for actor, attendee in ((bob, part_of(leo, meeting)), (None, part_of(leo, meeting)), (bob, guest)):
            with pytest.raises(NotAllowed):
                commands.arrive(actor, meeting, attendee, code, [])
        with pytest.raises(DomainError, match="in the room"):
            commands.arrive_online(leo, meeting, part_of(leo, meeting))
        meeting.format = Format.HYBRID
        assert commands.arrive_online(leo, meeting, part_of(leo, meeting)).mark.way == Way.OWN
        assert commands.arrive_online(None, meeting, guest).mark.way == Way.LINK
    # Somebody has begun it, so it may last longer than planned.
    meeting.started_at = at(9)
    assert policy.closes_at(meeting) == at(11)
    meeting.ended_at = at(9, 40)
    assert policy.closes_at(meeting) == at(9, 40)


def test_who_may_do_what(meeting, make_meeting, secret_meeting, alice, bob, leo, olive, rita, audrey, adam):
    """Alice organizes, Bob and Leo are in it; of a secret meeting the office knows nothing."""
    part = part_of(bob, secret_meeting)
    people = {"alice": alice, "bob": bob, "leo": leo, "olive": olive, "rita": rita, "audrey": audrey, "adam": adam}
    acts = (
        lambda who: commands.mark(who, meeting, part),
        lambda who: commands.write_paper(who, meeting, {part.id: at(9)}),
        lambda who: commands.show_codes(who, meeting, anew=True),
        lambda who: commands.correct(who, meeting, part, seen=_standing(part), reason="Mistake"),
        lambda who: commands.undo(who, meeting, _standing(part)),
        lambda who: commands.let_in(who, meeting, rita),
    )

    def may(act, who):
        try:
            act(who)
        except NotAllowed:
            return False
        except DomainError:
            pass
        return True

    def allowed(act):
        with time(9, 5):
            done = set()
            for name, who in people.items():
                with db.session.begin_nested() as attempt:
                    if may(act, who):
                        done.add(name)
                    attempt.rollback()
                db.session.expire_all()
            return done

    with time(8, 50):
        commands.mark(alice, meeting, part)
        db.session.commit()
    assert [allowed(act) for act in acts] == [{"alice"}] * 6
    part.part = Part.STAFF
    meeting.confidentiality = "invited"
    db.session.commit()
    assert [allowed(act) for act in acts] == [{"alice", "bob", "olive"}] * 5 + [{"alice", "olive"}]
    other = make_meeting([leo], starts_at=at(11), ends_at=at(12))
    with time(11, 5), pytest.raises(Missing):
        commands.mark(alice, other, part)


def _standing(part):
    return next(mark.id for mark in marks_of(part.id) if mark.voided_at is None)


def test_a_correction_keeps_the_wrong_mark_and_says_who_and_why(meeting, alice, bob):
    part = part_of(bob, meeting)
    with time(9, 30):
        wrong = commands.mark(alice, meeting, part).mark
        for seen, reason, arrived_at, why in (
            (wrong.id, " ", None, "say why"), (wrong.id + 1, "Mistake", None, "corrected this mark meanwhile"),
            (wrong.id, "Mistake", at(7), "A time from"), (wrong.id, "Mistake", at(9, 45), "A time from"),
        ):
            with pytest.raises(DomainError, match=why):
                commands.correct(alice, meeting, part, seen=seen, reason=reason, arrived_at=arrived_at)
        right = commands.correct(alice, meeting, part, seen=wrong.id, reason="Came earlier", arrived_at=at(8, 55))
    assert [(mark.arrived_at, mark.void_reason, mark.voided_by) for mark in marks_of(part.id)] == [
        (at(8, 55), "", None), (at(9, 30), "Came earlier", alice),
    ]
    with time(11):
        commands.correct(alice, meeting, part, seen=right.id, reason="Was not there")
        assert states(meeting)["Bob"] == "absent"
    actions = [entry.action for entry in log_of("meeting", meeting.id)]
    assert actions.count("meeting.mark_corrected") == 2


def test_undo_takes_back_what_the_desk_did_once(meeting, alice, bob):
    with time(9):
        made = commands.mark(alice, meeting, part_of(bob, meeting)).mark
        commands.undo(alice, meeting, made.id)
        assert states(meeting)["Bob"] == "expected"
        with pytest.raises(Missing):
            commands.undo(alice, meeting, made.id)
        assert commands.mark(alice, meeting, part_of(bob, meeting)).is_new


def test_people_sign_out_where_the_kind_says_so_and_come_back(meeting, kind, alice, bob, leo):
    part = part_of(bob, meeting)
    with time(9):
        commands.mark(alice, meeting, part)
    with time(9, 20):
        assert counts_of(meeting).quorum == (1, 2, 1)
        with pytest.raises(NotAllowed):
            commands.leave(leo, meeting, part)
        assert commands.leave(bob, meeting, part).left_at == at(9, 20)
        lines = lines_of(meeting)
        assert counts_of(meeting) == counts_in(meeting, lines)
        assert counts_of(meeting).quorum == (1, 2, 0)
        assert counts_of(meeting).here == 1
    with time(9, 30):
        assert commands.mark(alice, meeting, part).mark.left_at is None
        kind.has_check_out = False
        with pytest.raises(DomainError, match="nobody signs out"):
            commands.leave(alice, meeting, part)


def test_the_paper_list_marks_all_at_once_but_nobody_twice(meeting, alice, bob, leo, guest):
    with time(9):
        commands.mark(alice, meeting, part_of(bob, meeting))
    with time(12):
        arrivals = {part_of(person, meeting).id: at(9) for person in (bob, leo)} | {guest.id: at(9, 40)}
        assert commands.write_paper(alice, meeting, arrivals) == 2
        assert commands.write_paper(alice, meeting, arrivals) == commands.write_paper(alice, meeting, {}) == 0
        with pytest.raises(Missing):
            commands.write_paper(alice, meeting, {10**6: at(9)})
        with pytest.raises(DomainError, match="ended at"):
            commands.write_paper(alice, meeting, {guest.id: at(11)})
        assert states(meeting) == {"Bob": "present", "Gwen": "late", "Leo": "present"}
    assert {mark.way for mark in db.session.query(CheckIn)} == {"desk", "paper"}


def test_late_and_absent_follow_from_marks_answers_and_the_clock(meeting, add_crowd, alice, bob, leo, rita):
    crowd = add_crowd(6)
    now = clock.now()
    for attendee, answer, comment, part in (
        (crowd[0], Answer.DECLINED, "Ill", Part.REQUIRED), (crowd[1], Answer.DECLINED, "", Part.REQUIRED),
        (crowd[2], Answer.DELEGATED, "", Part.REQUIRED), (crowd[3], Answer.WAITING, "", Part.REQUIRED),
        (crowd[4], Answer.ACCEPTED, "", Part.OPTIONAL), (crowd[5], Answer.ACCEPTED, "", Part.SPEAKER),
    ):
        attendee.answer, attendee.comment, attendee.part, attendee.answered_at = answer, comment, part, now
    db.session.add(
        LeaveRequest(attendee=part_of(leo, meeting), reason="Travel", asked_at=now, decided_at=now,
                     outcome=Outcome.GRANTED)
    )
    names = [attendee.name for attendee in crowd]

    def of_crowd():
        found = states(meeting)
        return [found[name] for name in names], found["Leo"], found["Bob"]

    with time(9, 11):
        assert of_crowd() == (
            ["excused", "absent", "excused", "spared", "expected", "expected"], "excused", "expected"
        )
        commands.mark(alice, meeting, part_of(bob, meeting))
        commands.mark(alice, meeting, crowd[5], arrived_at=at(9, 10))
    with time(10):
        assert of_crowd() == (["excused", "absent", "excused", "spared", "spared", "present"], "excused", "late")


def test_somebody_who_is_not_on_the_list_is_let_in_as_an_observer(meeting, alice, rita, bob):
    with time(9):
        marked = commands.let_in(alice, meeting, rita)
        assert (marked.mark.attendee.part, marked.is_new) == (Part.OBSERVER, True)
        with pytest.raises(DomainError, match="already"):
            commands.let_in(alice, meeting, bob)
