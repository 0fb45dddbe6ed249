"""Leave, room requests and minutes are cases too: the inbox decides what their own pages decide."""

import pytest

from portal.accounts.delegating import delegate
from portal.answers import leave
from portal.answers.commands import answer
from portal.answers.models import Outcome as LeaveOutcome
from portal.approvals import inbox, policy
from portal.approvals.models import State
from portal.approvals.queries import last_case, open_case
from portal.approvals.snapshots import digest_of
from portal.approvals.subjects import subject_of
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.models import Answer, Confidentiality, MeetingKind
from portal.meetings.people import invite
from portal.requests import asking
from portal.requests.models import BookingRequest, Outcome
from portal.rooms.models import BookingPolicy, Status
from tests.conftest import NOW, at


def waiting(person):
    return [case.record_kind for case in db.session.scalars(inbox.waiting_for(person))]


def decide_in_inbox(browser, case_id, digest, verdict="agreed", comment=""):
    return browser.post(
        f"/approvals/{case_id}/decision", data={"verdict": verdict, "seen": digest, "comment": comment}
    )


@pytest.fixture
def asked(alice, bob):
    """Bob asks Alice to be excused from her meeting."""
    kind = MeetingKind(name="Formal", prefix="F", leave_needs_approval=True, confidentiality=Confidentiality.INTERNAL)
    db.session.add(kind)
    db.session.flush()
    meeting = meetings.make_meeting_elsewhere(
        alice, at(9, days=3), at(10, days=3), subject="Visit", details=Details(kind_id=kind.id, venue="Town hall")
    )
    invite(alice, meeting, [bob])
    send_notice(alice, meeting)
    answer(bob, meeting, Answer.DECLINED, "I am ill")
    made = leave.open_request(meeting.attendees[0])
    db.session.commit()
    return made


@pytest.fixture
def request_of_bob(room, rita, bob, make_booking):
    """Bob asks for a room whose bookings Rita approves."""
    db.session.add(BookingPolicy(resource_id=room.id, needs_approval=True))
    db.session.commit()
    make_booking(actor=bob, starts_at=at(9, days=2), ends_at=at(10, days=2))
    return db.session.query(BookingRequest).one()


@pytest.mark.parametrize(
    ("verdict", "said", "outcome", "becomes"),
    [("agreed", "", LeaveOutcome.GRANTED, Answer.DECLINED), ("returned", "Needed", LeaveOutcome.REFUSED, Answer.NONE)],
)
def test_leave_is_decided_in_the_inbox(sign_in, alice, asked, verdict, said, outcome, becomes):
    assert waiting(alice) == ["leave_request"]
    case = open_case("leave_request", asked.id)
    about = case.id, case.digest
    browser = sign_in(alice)
    assert decide_in_inbox(browser, *about, verdict, said).status_code == 303
    db.session.expire_all()
    assert (asked.outcome, asked.words, asked.decided_by, asked.attendee.answer) == (outcome, said, alice, becomes)


def test_what_has_become_another_meeting_is_shown_as_it_is_before_leave_is_granted(sign_in, alice, asked):
    case, meeting = open_case("leave_request", asked.id), asked.attendee.meeting
    about = case.id, case.digest
    meetings.change_meeting(alice, meeting, subject="Feast", purpose="")
    now = digest_of(subject_of("leave_request").contents(asked))
    browser = sign_in(alice)
    assert decide_in_inbox(browser, *about).status_code == 422
    page = browser.get(f"/approvals/{about[0]}").text
    assert "This is how it is now" in page
    assert f'value="{now}"' in page
    assert decide_in_inbox(browser, about[0], now).status_code == 303
    db.session.expire_all()
    last = last_case("leave_request", asked.id)
    assert (last.round, last.state, last.digest, asked.outcome) == (2, State.EFFECTIVE, now, LeaveOutcome.GRANTED)


@pytest.mark.parametrize(("who", "what"), [("alice", "leave_request"), ("rita", "booking_request")])
def test_nobody_decides_what_they_asked_for_in_the_place_of_another(
    sign_in, alice, rita, bob, asked, request_of_bob, who, what
):
    delegate({"alice": alice, "rita": rita}[who], bob, NOW.date(), NOW.date())
    db.session.commit()
    case = open_case(what, {"leave_request": asked.id, "booking_request": request_of_bob.id}[what])
    assert waiting(bob) == []
    assert decide_in_inbox(sign_in(bob), case.id, case.digest).status_code == 403


def test_leave_that_is_taken_back_or_decided_on_its_own_page_waits_no_more(alice, bob, asked):
    leave.withdraw(bob, asked)
    assert (waiting(alice), last_case("leave_request", asked.id).state) == ([], State.WITHDRAWN)


def test_leave_from_what_is_off_or_over_waits_no_more(alice, asked):
    leave.end_idle_cases()
    assert waiting(alice) == ["leave_request"]
    with clock.standing_at(at(12, days=3)):
        leave.end_idle_cases()
        assert waiting(alice) == []


def test_leave_from_a_cancelled_meeting_waits_no_more(alice, asked):
    meetings.cancel_meeting(alice, asked.attendee.meeting)
    assert waiting(alice) == []


def test_a_request_for_a_room_is_decided_in_the_inbox(sign_in, rita, request_of_bob):
    assert waiting(rita) == ["booking_request"]
    case = open_case("booking_request", request_of_bob.id)
    about = case.id, case.digest
    assert decide_in_inbox(sign_in(rita), *about).status_code == 303
    db.session.expire_all()
    assert (request_of_bob.outcome, request_of_bob.booking.status) == (Outcome.APPROVED, Status.CONFIRMED)


def test_its_case_does_not_say_what_the_room_is_for(request_of_bob):
    assert request_of_bob.booking.title not in str(open_case("booking_request", request_of_bob.id).snapshot)


def test_a_request_is_taken_back_with_its_booking_only(sign_in, bob, rita, request_of_bob):
    case_id = open_case("booking_request", request_of_bob.id).id
    assert sign_in(bob).post(f"/approvals/{case_id}/withdrawal").status_code == 403
    assert f"/approvals/{case_id}/withdrawal" not in sign_in(bob).get(f"/approvals/{case_id}").text
    assert waiting(rita) == ["booking_request"]


def test_a_withdrawn_request_waits_no_more(rita, bob, request_of_bob):
    asking.withdraw(bob, [request_of_bob.booking_id])
    assert (waiting(rita), last_case("booking_request", request_of_bob.id).state) == ([], State.WITHDRAWN)


def test_why_somebody_asks_for_leave_is_read_by_who_decides_only(asked, alice, olive, leo, audrey):
    case = open_case("leave_request", asked.id)
    assert [policy.may_see(one, case) for one in (alice, olive, leo, audrey)] == [True, True, False, False]
