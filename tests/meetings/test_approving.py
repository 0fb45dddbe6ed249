"""A meeting's approval as a case: its route, what is signed, and what opens it again."""

import pytest

from portal.accounts.delegating import delegate
from portal.approvals import commands as approvals
from portal.approvals.models import State, Verdict
from portal.approvals.queries import cases_of, last_case
from portal.approvals.subjects import StepPlan, of_person
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import approving, commands, gates, moving, phases, policy
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality, MeetingKind
from portal.meetings.people import invite
from portal.meetings.seeing import hidden_from
from portal.meetings.signals import meeting_approved
from tests.conftest import NOW, at


@pytest.fixture
def routed(monkeypatch, bob, helen):
    """Regulated meetings are agreed to by Bob, then by Helen; all others go the plain way. No gate is in theirs."""
    monkeypatch.setattr(gates, "_gates", {})
    steps = [StepPlan({"en": person.name}, (of_person(person),), days=1, clause="FOR-1") for person in (bob, helen)]
    monkeypatch.setitem(
        approving._route, "meeting", lambda meeting: steps if meeting.kind and meeting.kind.profile else None
    )


@pytest.fixture
def make_formal(alice):
    """A meeting of Alice's outside, of a kind that is approved, under a regulation if one is named."""

    def make(profile="", **details):
        kind = MeetingKind(name=f"Formal {profile}", prefix=f"F{profile[:1]}", needs_approval=True, profile=profile)
        db.session.add(kind)
        db.session.flush()
        made = commands.make_meeting_elsewhere(
            alice, at(9, days=3), at(10, days=3), subject="Visit", agenda=["Tea"],
            details=Details(kind_id=kind.id, venue="Town hall", **details),
        )
        db.session.commit()
        return made

    return make


def states(meeting):
    return [case.state for case in reversed(cases_of("meeting", meeting.id))]


def test_a_route_goes_step_by_step_and_tells_who_listens(routed, make_formal, alice, bob, helen, leo, told):
    meeting, heard = make_formal("foreign"), []
    receiver = lambda sender, actor: heard.append((sender, actor))  # noqa: E731
    with meeting_approved.connected_to(receiver):
        phases.submit(alice, meeting)
        with pytest.raises(NotAllowed):
            phases.approve(leo, meeting)
        phases.approve(bob, meeting)
        assert (meeting.approved_at, heard) == (None, [])
        phases.approve(helen, meeting)
    assert (meeting.approved_by, meeting.number, heard) == (helen, "Ff2026-001", [(meeting, helen)])
    assert [name for name, *_ in told("meeting.submitted")] == ["Bob", "Helen"]
    assert "Step: Helen." in told("meeting.submitted")[1][2]


def test_who_stands_in_for_a_leader_approves_for_others_but_not_what_they_organize(make_formal, alice, bob, leo):
    for person in (alice, bob):
        delegate(leo, person, NOW.date(), NOW.date())
    meeting = make_formal()
    phases.submit(alice, meeting)
    with pytest.raises(NotAllowed):
        phases.approve(alice, meeting)
    phases.approve(bob, meeting)
    assert meeting.approved_by == bob


def test_the_office_changes_the_plain_but_not_the_regulated_without_a_new_approval(
    routed, make_formal, alice, bob, helen, leo, olive
):
    plain, regulated = make_formal(), make_formal("foreign")
    for meeting, deciders in ((plain, [leo]), (regulated, [bob, helen])):
        phases.submit(alice, meeting)
        for person in deciders:
            phases.approve(person, meeting)
        commands.change_meeting(olive, meeting, subject="Feast", purpose="")
    assert (plain.approved_at is None, regulated.approved_at is None) == (False, True)
    assert last_case("meeting", regulated.id).lapse_words == "Changed: Subject"


def test_what_changes_while_it_waits_is_submitted_again(make_formal, alice, leo, told):
    meeting = make_formal()
    phases.submit(alice, meeting)
    commands.change_meeting(alice, meeting, subject="Visit", purpose="", agenda=["Tea", "Cake"])
    assert (meeting.submitted_at, states(meeting)) == (None, [State.LAPSED])
    with pytest.raises(DomainError, match="does not wait"):
        phases.approve(leo, meeting)
    phases.submit(alice, meeting)
    phases.approve(leo, meeting)
    assert states(meeting) == [State.LAPSED, State.EFFECTIVE]
    assert "approved once more: Changed: Agenda" in told("meeting.submitted")[-1][2]


def test_moved_after_its_notice_a_regulated_meeting_is_approved_again_before_the_next(
    routed, make_formal, alice, bob, helen, leo, audrey
):
    meeting = make_formal("foreign")
    phases.submit(alice, meeting)
    for person in (bob, helen):
        phases.approve(person, meeting)
    invite(alice, meeting, [leo])
    send_notice(alice, meeting)
    number = meeting.number
    moving.move_meeting(alice, meeting, at(9, days=4), at(10, days=4), venue="Town hall")
    assert (meeting.approved_at, meeting.announced_at is not None) == (None, True)
    invite(alice, meeting, [audrey])
    with pytest.raises(DomainError, match="approved again before the next notice"):
        send_notice(alice, meeting)
    phases.submit(alice, meeting)
    for person in (bob, helen):
        phases.approve(person, meeting)
    send_notice(alice, meeting)
    assert (meeting.number, last_case("meeting", meeting.id).reason) == (number, "Changed: When")


def test_a_plain_meeting_stays_approved_after_its_notice(make_formal, alice, bob, leo):
    meeting = make_formal()
    phases.submit(alice, meeting)
    phases.approve(leo, meeting)
    invite(alice, meeting, [bob])
    send_notice(alice, meeting)
    moving.move_meeting(alice, meeting, at(9, days=4), at(10, days=4), venue="Town hall")
    assert meeting.approved_at is not None


@pytest.mark.parametrize("ends", [commands.cancel_meeting, moving.postpone])
def test_what_is_off_waits_for_nobody(make_formal, alice, ends):
    meeting = make_formal()
    phases.submit(alice, meeting)
    ends(alice, meeting)
    assert (meeting.submitted_at, states(meeting)) == (None, [State.WITHDRAWN])


def test_withdrawn_it_can_be_submitted_again(make_formal, alice):
    meeting = make_formal()
    phases.submit(alice, meeting)
    approvals.withdraw(alice, last_case("meeting", meeting.id))
    assert meeting.submitted_at is None
    phases.submit(alice, meeting)
    assert states(meeting) == [State.WITHDRAWN, State.OPEN]


def test_what_waited_before_there_were_cases_is_decided(make_formal, leo):
    meeting = make_formal()
    meeting.submitted_at = at(8)
    db.session.flush()
    phases.approve(leo, meeting)
    assert (meeting.approved_by, states(meeting)) == (leo, [State.EFFECTIVE])


def test_whoever_is_asked_may_see_the_meeting(routed, make_formal, alice, bob, helen, rita):
    meeting = make_formal("foreign")
    phases.submit(alice, meeting)
    assert [policy.may_see(person, meeting) for person in (bob, helen, rita)] == [True, False, False]
    assert [hidden_from(person, [meeting.id]) for person in (bob, helen)] == [set(), {meeting.id}]


def test_of_a_secret_meeting_nobody_decides_who_is_not_in_it(routed, make_formal, alice, bob, leo):
    meeting = make_formal(confidentiality=Confidentiality.SECRET)
    invite(alice, meeting, [leo])
    phases.submit(alice, meeting)
    case = last_case("meeting", meeting.id)
    assert [one.person.name for one in case.steps[0].seats[0].asked] == ["Leo"]
    approvals.decide(leo, case, Verdict.AGREED, seen=case.digest)
    assert meeting.approved_by == leo
