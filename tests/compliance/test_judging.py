"""In which order a clause is judged, and that one faulty check hides nothing."""

from collections.abc import Callable

import pytest

from portal.accounts.models import Person
from portal.compliance import commands, registry
from portal.compliance.judging import Judged
from portal.compliance.verdicts import State, met
from portal.core import clock
from portal.core.db import db
from portal.deadlines.models import Waiver
from portal.meetings.models import Meeting
from portal.proposals.models import BudgetLine, Heading, Proposal
from tests.compliance.conftest import BY_CHECK, BY_FINANCE, BY_ORGANIZER, OF_GUESTS, OF_HOUSE, OF_RESOLUTIONS
from tests.conftest import at

Judge = Callable[[Meeting, str], Judged]


@pytest.fixture
def waive(ruled: Meeting, olive: Person) -> Callable[..., None]:
    def waive(clause: str, demand: str = "") -> None:
        db.session.add(
            Waiver(meeting=ruled, clause=clause, demand=demand, reason="Called in haste", by=olive, at=clock.now())
        )
        db.session.commit()

    return waive


@pytest.fixture
def propose(ruled: Meeting, oscar: Person) -> Callable[..., Proposal]:
    def propose(amounts: dict[Heading, int], **values: object) -> Proposal:
        proposal = Proposal(meeting=ruled, changed_at=clock.now(), changed_by=oscar, **values)
        proposal.budget = [BudgetLine(heading=heading, amount=amount) for heading, amount in amounts.items()]
        db.session.add(proposal)
        db.session.commit()
        return proposal

    return propose


def test_a_meeting_without_a_profile_is_judged_by_nothing(meeting: Meeting) -> None:
    from portal.compliance.judging import judge
    from portal.compliance.queries import batch_of

    assert judge(batch_of([meeting])) == []


def test_what_nobody_signed_is_open_until_feedback_is_due_and_then_late(judged: Judge, ruled: Meeting) -> None:
    found = judged(ruled, BY_ORGANIZER)
    assert found.state == State.OPEN
    assert found.verdict.turn == "Organizer (Oscar)"
    # Ten working days after Monday, 23 November; it is due at the end of the day.
    assert found.verdict.due_at == at(23, 59, days=14)
    with clock.standing_at(at(0, days=15)):
        assert judged(ruled, BY_ORGANIZER).state == State.LATE


def test_what_nobody_signed_is_late_once_the_meeting_is_closed(judged: Judge, ruled: Meeting) -> None:
    ruled.closed_at = clock.now()
    assert judged(ruled, BY_ORGANIZER).state == State.LATE


def test_a_name_under_it_keeps_it(judged: Judge, ruled: Meeting, oscar: Person) -> None:
    commands.sign(oscar, BY_ORGANIZER, ruled, "The plan hangs in the hall")
    found = judged(ruled, BY_ORGANIZER)
    assert found.state == State.MET
    assert "The plan hangs in the hall (Oscar" in found.verdict.words


def test_a_waiver_goes_before_condition_and_check(judged: Judge, ruled: Meeting, waive: Callable[..., None]) -> None:
    waive(BY_CHECK, "chair")
    waive(OF_GUESTS)
    with clock.standing_at(at(11)):  # nobody from outside is on the list, and the meeting is over
        assert judged(ruled, OF_GUESTS).state == State.WAIVED
    found = judged(ruled, BY_CHECK)
    assert found.state == State.WAIVED
    assert found.verdict.words.startswith("Chair named: Called in haste (Olive")


def test_that_it_does_not_apply_goes_before_a_waiver(
    judged: Judge, ruled: Meeting, olive: Person, waive: Callable[..., None]
) -> None:
    waive(BY_ORGANIZER)
    commands.set_aside(olive, BY_ORGANIZER, ruled, "Nobody travels")
    found = judged(ruled, BY_ORGANIZER)
    assert found.state == State.NOT_APPLICABLE
    assert "Nobody travels (Olive" in found.verdict.words


def test_a_condition_says_why_a_clause_does_not_apply(
    judged: Judge, ruled: Meeting, propose: Callable[..., Proposal]
) -> None:
    assert judged(ruled, BY_FINANCE).state == State.OPEN  # nobody has said that nothing is spent
    propose({Heading.VENUE: 0, Heading.GUESTS: 0})
    found = judged(ruled, BY_FINANCE)
    assert found.state == State.NOT_APPLICABLE
    assert found.verdict.words == "The budget says that nothing is spent."
    assert judged(ruled, OF_GUESTS).state == State.NOT_APPLICABLE


def test_what_cannot_be_known_yet_is_open(judged: Judge, ruled: Meeting) -> None:
    found = judged(ruled, OF_RESOLUTIONS)
    assert found.state == State.OPEN
    assert found.verdict.turn == "Recorder"


def test_a_cancelled_meeting_owes_nothing(judged: Judge, ruled: Meeting) -> None:
    ruled.cancelled_at = clock.now()
    assert {judged(ruled, clause).state for clause in (BY_CHECK, BY_ORGANIZER, OF_HOUSE)} == {State.NOT_APPLICABLE}


def test_a_faulty_check_is_logged_and_hides_nothing(
    judged: Judge, ruled: Meeting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    check = registry.Check("people.roles_filled", "", of_meeting=breaks)  # type: ignore[arg-type]
    monkeypatch.setitem(registry._checks, "people.roles_filled", check)
    found = judged(ruled, BY_CHECK)
    assert found.state == State.OPEN
    assert found.verdict.words.startswith("This cannot be judged")
    assert "people.roles_filled" in caplog.text
    assert judged(ruled, BY_ORGANIZER).state == State.OPEN


def test_a_check_says_how_it_stands(judged: Judge, ruled: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    check = registry.Check("people.roles_filled", "", of_meeting=lambda dossier, clause: met(clause.id))
    monkeypatch.setitem(registry._checks, "people.roles_filled", check)
    assert judged(ruled, BY_CHECK).verdict == met(BY_CHECK)


@pytest.mark.parametrize(("until", "state"), [(0, State.MET), (-1, State.LATE)])
def test_a_word_for_the_organisation_holds_until_its_day(
    judged: Judge, ruled: Meeting, sue: Person, until: int, state: State
) -> None:
    signed = commands.sign(sue, OF_HOUSE, None, "The report of November")
    signed.valid_until = at(0, days=until).date()
    assert judged(ruled, OF_HOUSE).state == state
    if state == State.LATE:  # a new word takes its place
        commands.sign(sue, OF_HOUSE, None, "The report of December")
        assert judged(ruled, OF_HOUSE).state == State.MET


def test_every_condition_of_the_package_is_known() -> None:
    from portal.compliance.conditions import CONDITIONS
    from portal.regulations.queries import packaged_clauses

    assert {clause.when for clause in packaged_clauses().values()} - set(CONDITIONS) == {""}
