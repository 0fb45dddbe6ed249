"""What was seen is what was signed: whatever changes it has to be approved again, a higher budget with its reason."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.agenda import lines
from portal.agenda.typed import Line
from portal.approvals.models import State
from portal.approvals.queries import cases_of
from portal.approvals.snapshots import digest_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.invitations.sending import send_notice
from portal.meetings import moving, phases
from portal.meetings.approving import contents
from portal.meetings.commands import change_meeting
from portal.meetings.details import Details
from portal.meetings.people import invite
from portal.proposals.commands import save_proposal, version_of
from portal.proposals.models import Heading
from portal.proposals.overrun import is_over
from portal.proposals.records import proposal_of
from portal.regulations import queries as regulations
from tests.conftest import at
from tests.proposals.conftest import agree_all, case_of, full, spending


@pytest.fixture
def approved(make_regulated, alice):
    """A foreign-related meeting that has been through all its steps: the hall for a thousand."""
    meeting = make_regulated("foreign")
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    agree_all(meeting)
    db.session.commit()
    assert meeting.approved_at is not None
    return meeting


def test_the_same_saved_again_stays_approved(approved, alice):
    save_proposal(alice, approved, full())
    assert (case_of(approved).state, approved.approved_at is None) == (State.EFFECTIVE, False)


@pytest.mark.parametrize(
    "other",
    [
        {"theme": "Something else"},
        {"size": 31},
        {"has_notable_guests": True, "notable_guests": "A minister"},
        {"is_sensitive": True, "sensitive_words": "Figures"},
        {"budget": spending(venue=900).budget},
    ],
)
def test_anything_else_has_to_be_approved_again(other, approved, alice):
    save_proposal(alice, approved, full(**other))
    assert (case_of(approved).state, approved.approved_at, approved.submitted_at) == (State.LAPSED, None, None)
    assert "Changed: " in case_of(approved).lapse_words


@pytest.mark.parametrize("spent", [{"venue": 1001}, {"venue": 900, "catering": 1}])
def test_a_higher_budget_wants_a_reason_and_another_approval(spent, approved, alice):
    with pytest.raises(DomainError, match=r"FOR-3\.3\.c") as refusal:
        save_proposal(alice, approved, spending(**spent))
    assert refusal.value.field == "overrun_reason"
    db.session.rollback()
    assert case_of(approved).state == State.EFFECTIVE
    draft = spending(**spent)
    save_proposal(alice, approved, full(budget=draft.budget, overrun_reason="More guests"))
    assert case_of(approved).state == State.LAPSED
    phases.submit(alice, approved)
    assert "More guests" in case_of(approved).reason
    agree_all(approved)
    assert approved.approved_at is not None


def test_each_increase_has_a_reason_of_its_own(approved, alice):
    save_proposal(alice, approved, full(budget=spending(venue=2000).budget, overrun_reason="More guests"))
    # Not approved yet: the reason for it is the same.
    save_proposal(alice, approved, full(budget=spending(venue=2100).budget, overrun_reason="More guests"))
    phases.submit(alice, approved)
    agree_all(approved)
    with pytest.raises(DomainError, match="higher than what was approved"):
        save_proposal(alice, approved, full(budget=spending(venue=3000).budget, overrun_reason="More guests"))
    save_proposal(alice, approved, full(budget=spending(venue=3000).budget, overrun_reason="A larger hall"))


@pytest.mark.parametrize(
    ("planned", "percent", "over"),
    [(100, 0, False), (101, 0, True), (110, 10, False), (111, 10, True), (50, 0, False)],
)
def test_so_many_percent_are_let_pass(planned, percent, over):
    approved = {Heading.VENUE: Decimal(100)}
    assert is_over(approved, {Heading.VENUE: Decimal(planned)}, percent) is over
    assert is_over(approved, {Heading.OTHER: Decimal(planned)}, percent), "a heading that nothing was approved for"


@pytest.mark.parametrize("told", [False, True])
def test_another_date_or_place_has_to_be_approved_again(told, approved, alice, bob):
    if told:
        invite(alice, approved, [bob])
        send_notice(alice, approved)
    moving.move_meeting(alice, approved, at(9, days=46), at(11, days=46), venue="Town hall")
    assert (case_of(approved).state, approved.approved_at) == (State.LAPSED, None)
    phases.submit(alice, approved)
    agree_all(approved)
    moving.move_meeting(alice, approved, at(9, days=46), at(11, days=46), venue="Opera")
    assert [case.state for case in cases_of("meeting", approved.id)] == [State.LAPSED, State.LAPSED]


def test_what_waits_is_taken_back_by_a_change(make_regulated, alice):
    meeting = make_regulated("operations")
    save_proposal(alice, meeting, full())
    phases.submit(alice, meeting)
    save_proposal(alice, meeting, full(theme="Other"))
    assert (case_of(meeting).state, meeting.submitted_at) == (State.LAPSED, None)
    phases.submit(alice, meeting)
    assert (case_of(meeting).round, case_of(meeting).state) == (2, State.OPEN)


def test_a_version_made_later_does_not_touch_what_was_submitted(approved, alice, monkeypatch):
    before = digest_of(contents(approved))
    monkeypatch.setattr(regulations, "PACKAGED", 7)
    assert digest_of(contents(approved)) == before
    assert proposal_of(approved).profile_version == 1


def test_who_looked_at_something_else_does_not_overwrite_it(make_regulated, alice, olive):
    meeting = make_regulated("operations")
    seen = version_of(proposal_of(meeting))
    save_proposal(alice, meeting, full(), seen)
    with pytest.raises(DomainError, match="Somebody else"):
        save_proposal(olive, meeting, full(theme="Mine"), seen)
    save_proposal(olive, meeting, full(theme="Mine"), version_of(proposal_of(meeting)))


def test_once_it_has_begun_nothing_is_proposed(approved, alice, bob):
    invite(alice, approved, [bob])
    send_notice(alice, approved)
    approved.started_at = at(9)
    db.session.flush()
    with pytest.raises(DomainError, match="started already"):
        save_proposal(alice, approved, full(theme="Other"))
    assert case_of(approved).state == State.EFFECTIVE


def test_what_has_lapsed_after_the_notice_does_not_begin(approved, alice, bob):
    invite(alice, approved, [bob])
    send_notice(alice, approved)
    save_proposal(alice, approved, full(theme="Other"))
    with clock.standing_at(approved.starts_at), pytest.raises(DomainError, match="approved again"):
        phases.start(alice, approved)


@pytest.mark.parametrize("is_announced", [True, False])
def test_after_the_notice_it_stays_under_its_regulation(approved, alice, bob, is_announced):
    if is_announced:
        invite(alice, approved, [bob])
        send_notice(alice, approved)
    about = {"subject": approved.subject, "purpose": approved.purpose, "details": Details(venue="Town hall")}
    if is_announced:
        with pytest.raises(DomainError, match="stays under the regulation") as refusal:
            change_meeting(alice, approved, **about)
        assert refusal.value.field == "kind_id"
    else:
        change_meeting(alice, approved, **about)
        assert approved.approved_at is None


# --- Whatever is done to it ---

AMOUNTS = st.integers(0, 3000)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("theme"), st.sampled_from(["Said", "A", "B"])),
        st.tuples(st.just("budget"), AMOUNTS),
        st.tuples(st.just("size"), st.integers(1, 40)),
        st.tuples(st.just("sensitive"), st.booleans()),
        st.tuples(st.just("guests"), st.booleans()),
        st.tuples(st.just("subject"), st.sampled_from(["Forum", "Fair"])),
        st.tuples(st.just("day"), st.integers(45, 48)),
        st.tuples(st.just("place"), st.sampled_from(["Town hall", "Opera"])),
        st.tuples(st.just("line"), st.sampled_from(["Dinner", "Talk"])),
        st.tuples(st.just("approve"), st.none()),
    ),
    max_size=8,
)


def _edit(alice, meeting, what, value):
    """One edit through the commands that people use."""
    if what == "approve":
        if meeting.submitted_at is None:
            phases.submit(alice, meeting)
        agree_all(meeting)
    elif what == "subject":
        change_meeting(alice, meeting, subject=value, purpose=meeting.purpose)
    elif what == "line":
        lines.add_lines(alice, meeting, [Line(value)])
    elif what == "day":
        moving.move_meeting(alice, meeting, at(9, days=value), at(11, days=value), venue=meeting.venue)
    elif what == "place":
        moving.move_meeting(alice, meeting, meeting.starts_at, meeting.ends_at, venue=value)
    else:
        save_proposal(alice, meeting, full(**_said(what, value)))


def _said(what, value):
    """What a proposal says otherwise."""
    if what == "budget":
        return {"budget": spending(venue=value).budget, "overrun_reason": f"It costs {value}"}
    if what == "sensitive":
        return {"is_sensitive": value, "sensitive_words": "Figures"}
    if what == "guests":
        return {"has_notable_guests": value, "notable_guests": "A minister", "guest_risk": "None"}
    return {what: value}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_no_edits_leave_something_in_force_that_nobody_signed(edits, approved, alice):
    savepoint = db.session.begin_nested()
    try:
        for what, value in edits:
            attempt = db.session.begin_nested()
            try:
                _edit(alice, approved, what, value)
                attempt.commit()
            except DomainError:
                attempt.rollback()
            _check(approved)
    finally:
        savepoint.rollback()
        db.session.expire_all()


def _check(meeting):
    case = case_of(meeting)
    if case.state in {State.EFFECTIVE, State.OPEN}:
        assert case.digest == digest_of(contents(meeting))
    assert (meeting.approved_at is not None) == (case.state == State.EFFECTIVE)
