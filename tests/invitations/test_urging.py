"""Urging the silent: by a click and by the clock."""

import threading

import pytest

from portal.answers.models import LeaveRequest
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations import urging
from portal.invitations.models import Urge
from portal.invitations.urging import urge, urge_due
from portal.meetings.models import Answer
from portal.notifications.models import Notice, OutgoingMail
from tests.conftest import NOW, at
from tests.invitations.noticing import add_kind


def urged() -> list[str]:
    db.session.rollback()
    told = db.session.query(Notice).filter_by(kind="meeting.urged").order_by(Notice.id)
    return [notice.recipient.name for notice in told]


def tick(instant) -> int:
    with clock.standing_at(instant):
        count = urge_due()
        db.session.commit()
    return count


def test_only_those_without_an_answer_are_urged_and_not_twice_within_an_hour(gather, alice, bob, leo, rita, adam):
    meeting = gather(bob, leo, rita, answer_by=at(18))
    _silent, answers, on_leave = meeting.attendees
    answers.answer, answers.answered_at = Answer.TENTATIVE, NOW
    db.session.add(LeaveRequest(attendee=on_leave, reason="ill", asked_at=NOW))
    db.session.commit()
    with pytest.raises(NotAllowed):
        urge(adam, meeting)
    assert urge(alice, meeting) == 1
    db.session.commit()
    assert urged() == ["Bob"]
    (mail,) = db.session.query(OutgoingMail)
    assert mail.links[0][0] == "Accept"
    assert "Please answer by Mon, Nov 23 18:00." in mail.notice.body
    with clock.standing_at(at(8, 59)):
        with pytest.raises(DomainError, match="08:00"):
            urge(alice, meeting)
    with clock.standing_at(at(9)):
        assert urge(alice, meeting) == 1
    meeting.attendees[0].answer, meeting.attendees[0].answered_at = Answer.ACCEPTED, NOW
    db.session.commit()
    with clock.standing_at(at(12)), pytest.raises(DomainError, match="Nobody is silent"):
        urge(alice, meeting)


def test_the_clock_urges_at_nine_on_the_kind_s_days_before_answers_are_due(gather, bob):
    kind = add_kind(urge_days="3,1")
    gather(bob, kind=kind, starts_at=at(9, days=9), ends_at=at(10, days=9), answer_by=at(12, days=7))
    assert tick(at(8, 59, days=4)) == 0
    assert tick(at(9, days=4)) == 1
    assert tick(at(9, 5, days=4)) == 0
    assert tick(at(13, days=6)) == 1
    assert tick(at(13, days=7)) == 0
    assert urged() == ["Bob", "Bob"]
    assert [(row.days_before, row.by_id, row.people) for row in db.session.query(Urge)] == [(3, None, 1), (1, None, 1)]


def test_of_days_that_passed_while_no_worker_ran_only_the_last_counts_and_none_before_the_notice(gather, bob, leo):
    kind = add_kind(urge_days="3,1")
    far = {"kind": kind, "starts_at": at(9, days=9), "ends_at": at(10, days=9), "answer_by": at(12, days=7)}
    gather(bob, **far)
    gather(leo, **far, announced_at=at(12, days=5))
    assert tick(at(12, days=5)) == 1
    assert urged() == ["Bob"]
    assert tick(at(9, 30, days=6)) == 2
    assert tick(at(11, days=6)) == 0


@pytest.mark.parametrize(
    "values",
    [{"cancelled_at": NOW}, {"postponed_at": NOW}, {"answer_by": at(8, days=1)}, {"kind": None}],
    ids=["cancelled", "postponed", "past the deadline", "of no kind that urges"],
)
def test_the_clock_leaves_alone_what_awaits_no_answer(gather, bob, values):
    kind = add_kind(urge_days="1,0")
    gather(bob, **{"kind": kind, "starts_at": at(9, days=2), "ends_at": at(10, days=2), **values})
    assert tick(at(9, days=1)) == 0


def test_two_workers_at_once_urge_once(app, gather, bob, leo):
    gather(
        bob, leo, kind=add_kind(urge_days="1"), starts_at=at(9, days=2), ends_at=at(10, days=2), answer_by=at(9, days=2)
    )
    db.session.commit()
    together, faults = threading.Barrier(2), []

    def work():
        with app.app_context():
            try:
                together.wait(10)
                urging.urge_due()
                db.session.commit()
            except Exception as fault:  # told below
                faults.append(fault)
            finally:
                db.session.remove()

    with clock.standing_at(at(9, 1, days=1)):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
    assert not faults
    assert urged() == ["Bob", "Leo"]


def test_a_round_of_the_clock_costs_little_when_nothing_is_due(gather, statements, bob):
    for _ in range(3):
        gather(bob, kind=db.session.query(urging.MeetingKind).first() or add_kind(urge_days="1"))
    tick(at(9, days=1))
    with clock.standing_at(at(9, 2, days=1)), statements() as seen:
        urge_due()
    assert len(seen) <= 2
