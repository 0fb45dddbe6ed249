"""The way through the nodes: what each step asks for, and that no order of steps by anybody breaks a promise."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.delegating import delegate
from portal.accounts.models import Person
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import MeetingKind, Part
from portal.meetings.people import invite
from portal.notifications.models import Notice
from portal.resolutions import commands, nodes, reporting, structure
from portal.resolutions.lights import Light
from portal.resolutions.models import Event, Node, Origin, ProgressReport, ReportState, Resolution, Step
from portal.resolutions.today import today
from portal.supervision import delays
from tests.conftest import at
from tests.resolutions.conftest import TODAY


def course(resolution):
    """What happened to it, in order."""
    return list(
        db.session.scalars(select(Step.event).where(Step.resolution_id == resolution.id).order_by(Step.id))
    )


def told(kind):
    return sorted(one.recipient.name for one in db.session.scalars(select(Notice).where(Notice.kind == kind)))


# --- From the registration to the closing ---


def test_the_whole_way(resolution, alice, helen, olive, sue):
    nodes.sign_for(alice, resolution)
    half = reporting.report(alice, resolution, percent=50, done="The north wall")
    assert (half.state, resolution.percent, resolution.node) == (ReportState.DRAFTED, 0, Node.SIGNED_FOR)
    reporting.sign(helen, half)
    assert (half.state, resolution.percent, resolution.node) == (ReportState.SIGNED, 50, Node.WORKED_ON)
    reporting.sign(helen, reporting.report(alice, resolution, percent=100, done="All walls"))
    nodes.review(olive, resolution, "Looked at it")
    nodes.close(sue, resolution)
    assert course(resolution) == [
        Event.REGISTERED, Event.ISSUED, Event.SIGNED_FOR, Event.WORKED_ON, Event.REPORTED, Event.REVIEWED, Event.CLOSED,
    ]
    assert (resolution.closed_at, resolution.closed_by, resolution.sequence) == (clock.now(), sue, 1)
    assert resolution.evaluate_on == TODAY + timedelta(days=90)
    assert log_of("resolution", resolution.id)[0].action == "resolution.closed"
    assert told("resolution.to_sign") == ["Helen", "Helen"]
    assert told("resolution.reviewed") == ["Sue"]
    assert told("resolution.closed") == ["Alice", "Helen"]


def test_a_kind_may_have_its_resolutions_approved_first(meeting, make_resolution, oscar, leo, alice):
    meeting.kind = MeetingKind(name="Board", prefix="B", resolutions_need_approval=True)
    db.session.flush()
    made = make_resolution()
    assert (made.node, made.issued_at, told("resolution.to_approve")) == (Node.REGISTERED, None, ["Leo"])
    with pytest.raises(DomainError, match="approve it first"):
        commands.issue(oscar, made)
    with pytest.raises(NotAllowed):
        commands.approve(oscar, made)
    commands.approve(leo, made, "As discussed")
    commands.change(oscar, made, commands.Duty(
        text="Paint the hall blue", department_id=made.department_id, owner_id=alice.id, due_on=made.due_on
    ))
    assert made.node == Node.REGISTERED, "what was approved is not what stands there now"
    commands.approve(leo, made)
    commands.issue(oscar, made)
    assert (made.node, told("resolution.assigned")) == (Node.ISSUED, ["Alice"])


def test_the_chair_approves_too(meeting, make_resolution, oscar, carl):
    meeting.kind = MeetingKind(name="Board", prefix="B", resolutions_need_approval=True)
    (chair,) = invite(oscar, meeting, [carl], Part.CHAIR)
    chair.invited_at = clock.now()
    db.session.flush()
    made = make_resolution()
    assert told("resolution.to_approve") == ["Carl"]
    commands.approve(carl, made)
    assert made.node == Node.APPROVED


def test_what_waits_for_the_minutes_tells_nobody_and_is_issued_later(make_resolution, oscar, leo):
    made = make_resolution(at_once=False)
    assert (made.node, told("resolution.assigned")) == (Node.REGISTERED, [])
    with pytest.raises(DomainError, match="needs no approval"):
        commands.approve(leo, made)
    commands.issue(oscar, made)
    assert told("resolution.assigned") == ["Alice"]


def test_a_leaders_instruction_and_an_improvement_run_without_a_meeting(olive, sue, leo, alice, works):
    duty = commands.Duty(
        text="Look into the leak", department_id=works.id, owner_id=alice.id, due_on=date(2026, 12, 7)
    )
    instruction = commands.instruct(olive, leo, duty)
    improvement = commands.improve(sue, duty, source=("meeting", 1))
    assert (instruction.origin, instruction.node, instruction.instructed_by) == (Origin.INSTRUCTION, Node.ISSUED, leo)
    assert (improvement.origin, improvement.source_kind) == (Origin.IMPROVEMENT, "meeting")
    assert course(instruction) == [Event.REGISTERED, Event.APPROVED, Event.ISSUED]
    with pytest.raises(DomainError, match="no leader"):
        commands.instruct(olive, sue, duty)
    with pytest.raises(NotAllowed):
        commands.improve(alice, duty)


def test_numbers_follow_each_other(make_resolution):
    assert [make_resolution().number for _ in range(3)] == ["R-2026-001", "R-2026-002", "R-2026-003"]


# --- Giving back ---


def test_what_is_not_signed_for_goes_back_to_who_entered_it(resolution, helen, oscar, alice):
    with pytest.raises(DomainError, match="say why"):
        nodes.refuse(helen, resolution, " ")
    nodes.refuse(helen, resolution, "Not ours")
    assert (resolution.node, told("resolution.refused")) == (Node.REGISTERED, ["Oscar"])
    with pytest.raises(DomainError, match="not been issued"):
        reporting.report(alice, resolution, percent=10, done="Something")
    commands.issue(oscar, resolution)
    assert resolution.node == Node.ISSUED


def test_a_poor_report_goes_back_to_who_wrote_it_and_does_not_count(resolution, alice, helen):
    draft = reporting.report(alice, resolution, percent=80, done="Much")
    reporting.return_report(helen, draft, "What exactly?")
    assert (draft.state, resolution.percent, told("resolution.report_returned")) == (ReportState.RETURNED, 0, ["Alice"])
    with pytest.raises(DomainError, match="given back"):
        reporting.sign(helen, draft)


def test_what_is_not_done_goes_back_as_far_as_it_had_come(resolution, alice, helen, olive):
    reporting.report(helen, resolution, percent=70, done="Most")
    reporting.report(helen, resolution, percent=100, done="All")
    nodes.return_done(olive, resolution, "The ceiling is missing")
    assert (resolution.node, resolution.percent, resolution.reported_at) == (Node.WORKED_ON, 70, None)
    assert told("resolution.returned") == ["Alice", "Helen"]


def test_what_was_closed_too_soon_is_opened_again_with_the_reason(resolution, close, sue, alice):
    close(resolution)
    with pytest.raises(DomainError, match="say why"):
        nodes.reopen(sue, resolution, "")
    nodes.reopen(sue, resolution, "It leaks again")
    assert (resolution.node, resolution.closed_at, resolution.reviewed_at, resolution.sequence) == (
        Node.WORKED_ON, None, None, 2
    )
    assert told("resolution.reopened") == ["Alice"]


# --- Who may not ---


@pytest.mark.parametrize("name", ["alice", "carl", "oscar", "olive", "audrey", "bob"])
def test_only_supervisors_and_leaders_close(resolution, report, olive, request, name):
    report(resolution, percent=100)
    nodes.review(olive, resolution)
    with pytest.raises(NotAllowed):
        nodes.close(request.getfixturevalue(name), resolution)


def test_nobody_reviews_their_own_report(make_resolution, works, olive, rosa):
    olive.department = works
    mine = make_resolution(owner_id=olive.id)
    reporting.report(olive, mine, percent=100, done="All")
    with pytest.raises(NotAllowed):
        nodes.review(olive, mine)
    nodes.review(rosa, mine)
    assert mine.reviewed_by == rosa


def test_the_steps_come_in_their_order(resolution, report, olive, sue):
    for too_soon in (lambda: nodes.review(olive, resolution), lambda: nodes.close(sue, resolution)):
        with pytest.raises(DomainError, match="not at that step"):
            too_soon()
    report(resolution, percent=100)
    with pytest.raises(DomainError, match="not at that step"):
        nodes.close(sue, resolution)


def test_who_stands_in_for_the_head_signs(resolution, alice, helen, carl):
    draft = reporting.report(alice, resolution, percent=50, done="Half")
    with pytest.raises(NotAllowed):
        reporting.sign(carl, draft)
    delegate(helen, carl, TODAY, TODAY)
    reporting.sign(carl, draft)
    assert draft.signed_by == carl


# --- Reports ---


def test_what_waits_for_its_signature_is_replaced(resolution, alice, helen):
    first = reporting.report(alice, resolution, percent=10, done="A little")
    second = reporting.report(alice, resolution, percent=20, done="More")
    assert (first.id, second.percent) == (second.id, 20)
    signed = reporting.report(helen, resolution, percent=15, done="Somewhat less")
    assert (signed.id, signed.reporter, signed.signed_by, resolution.percent) == (first.id, alice, helen, 15)


def test_nothing_new_is_a_report_too(make_resolution, helen, alice):
    made = make_resolution(rhythm="weekly")
    assert made.report_by == TODAY + timedelta(days=7)
    with clock.standing_at(at(9, days=6)):
        said = reporting.report_nothing_new(helen, made)
        assert (said.is_unchanged, made.percent, made.report_by) == (True, 0, date(2026, 12, 6))
    reporting.report(helen, made, percent=100, done="All")
    with pytest.raises(DomainError, match="reported done"):
        reporting.report_nothing_new(alice, made)


# --- Whatever anybody does, in whatever order ---

PEOPLE = ("alice", "helen", "oscar", "rosa", "olive", "sue", "leo", "bob")


def report_some(actor, resolution, number):
    return reporting.report(actor, resolution, percent=number, done="Words")


def waiting_report(resolution):
    newest = reporting.newest_report(resolution)
    return newest if newest is not None and newest.state == ReportState.DRAFTED else None


def sign_waiting(actor, resolution, _number):
    waiting = waiting_report(resolution)
    return reporting.sign(actor, waiting) if waiting else None


def return_waiting(actor, resolution, _number):
    waiting = waiting_report(resolution)
    return reporting.return_report(actor, waiting, "Poor") if waiting else None


def word_anew(actor, resolution, number):
    duty = commands.Duty(
        text="Other", department_id=resolution.department_id, owner_id=resolution.owner_id,
        due_on=TODAY + timedelta(days=number),
    )
    return commands.change(actor, resolution, duty)


def ask_for_delay(actor, resolution, number):
    return delays.ask(
        actor, resolution, reason="Why", progress="Some", new_due_on=resolution.due_on + timedelta(days=number - 5)
    )


def decide_on_delay(actor, resolution, number):
    waiting = delays.waiting_request(resolution.id)
    return delays.decide(actor, waiting, number > 30, "Words") if waiting else None


def split_off(actor, resolution, number):
    portion = structure.Portion("A part", resolution.owner_id, TODAY + timedelta(days=number % 9))
    return structure.split(actor, resolution, [portion])


def hand_over(actor, resolution, number):
    people = db.session.scalars(select(Person.id).where(Person.department_id == resolution.department_id)).all()
    return structure.hand_over(actor, resolution, people[number % len(people)])


ACTIONS = {
    "ask for delay": ask_for_delay,
    "decide on delay": decide_on_delay,
    "split": split_off,
    "hand over": hand_over,
    "approve": lambda actor, one, _number: commands.approve(actor, one),
    "issue": lambda actor, one, _number: commands.issue(actor, one),
    "change": word_anew,
    "sign for": lambda actor, one, _number: nodes.sign_for(actor, one),
    "refuse": lambda actor, one, _number: nodes.refuse(actor, one, "No"),
    "report": report_some,
    "done": lambda actor, one, _number: report_some(actor, one, 100),
    "nothing new": lambda actor, one, _number: reporting.report_nothing_new(actor, one),
    "sign": sign_waiting,
    "return report": return_waiting,
    "review": lambda actor, one, _number: nodes.review(actor, one),
    "return": lambda actor, one, _number: nodes.return_done(actor, one, "No"),
    "close": lambda actor, one, _number: nodes.close(actor, one),
    "reopen": lambda actor, one, _number: nodes.reopen(actor, one, "Why"),
    "pause": lambda actor, one, _number: nodes.pause(actor, one, "Why"),
    "resume": lambda actor, one, _number: nodes.resume(actor, one),
    "withdraw": lambda actor, one, _number: nodes.withdraw(actor, one, "Why"),
}
# Chance alone seldom comes far: what it begins with is a part of the whole way.
WAY = (
    ("alice", "sign for", 0, 0), ("alice", "report", 40, 1), ("helen", "sign", 0, 0), ("helen", "done", 0, 1),
    ("olive", "review", 0, 0), ("sue", "close", 0, 1),
)
DELAYED = (("alice", "ask for delay", 20, 1), ("helen", "decide on delay", 60, 1), ("sue", "decide on delay", 60, 1))
STEPS = st.builds(
    lambda way, far, more: [*way[:far], *more],
    st.sampled_from([WAY, DELAYED]),
    st.integers(0, len(WAY)),
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(ACTIONS)), st.integers(0, 100), st.integers(0, 4)),
        max_size=15,
    ),
)


def holds(resolution, originals):
    """What is promised of every resolution at every moment."""
    signed = select(ProgressReport).where(
        ProgressReport.resolution_id == resolution.id, ProgressReport.signed_at.is_not(None)
    )
    if resolution.closed_at is not None:
        last = db.session.scalars(signed.order_by(ProgressReport.id.desc())).first()
        assert last is not None
        assert last.percent == 100
        assert resolution.reviewed_by is not None
        assert resolution.reviewed_by_id not in (last.reporter_id, last.signed_by_id)
        assert resolution.closed_by_id != resolution.owner_id
        assert Event.REVIEWED in course(resolution)
    if resolution.is_open and resolution.due_on < today():
        assert resolution.light(today()) in {Light.RED, Light.BLUE}
    if resolution.issued_at is not None:
        originals.append(resolution.original_due_on)
    else:
        originals.clear()
    assert len(set(originals)) <= 1
    assert resolution.due_on >= resolution.original_due_on


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, at_once=st.booleans())
def test_no_order_of_steps_breaks_a_promise(request, make_resolution, helen, steps, at_once):
    resolution, originals = make_resolution(at_once=at_once, due_on=TODAY + timedelta(days=7)), []
    day = 0
    for name, action, number, days in steps:
        day += days
        actor = request.getfixturevalue(name)
        with clock.standing_at(at(9, days=day)):
            try:
                with db.session.begin_nested():
                    ACTIONS[action](actor, resolution, number)
            except DomainError:
                db.session.expire_all()
            holds(resolution, originals)
    db.session.rollback()


# --- What the database itself refuses ---


def test_the_database_keeps_the_original_day(resolution):
    with pytest.raises(IntegrityError, match="record_is_final"):
        db.session.execute(
            update(Resolution).values(original_due_on=date(2026, 12, 1), extensions=1)
            .where(Resolution.id == resolution.id)
        )


@pytest.mark.parametrize("column", ["reported_at", "reviewed_at"])
def test_the_database_closes_nothing_that_was_not_reported_and_reviewed(resolution, close, column):
    close(resolution)
    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Resolution).values(**{column: None}).where(Resolution.id == resolution.id)
        )


