"""What is refused until something is reached, or after its last moment, and who lets a meeting off."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from portal.accounts.models import Person, Role
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.deadlines import commands, refusing
from portal.deadlines.calendar import State, calendar_of
from portal.deadlines.queries import waivers_of
from portal.meetings.gates import pass_gates, refused
from portal.meetings.models import Confidentiality, Meeting
from portal.regulations.profiles import Act
from tests.conftest import at

CLAUSES = {"room": "OPS-2.2", "chair": "OPS-2.5", "agenda": "OPS-2.8", "notice": "OPS-2.3", "submission": "OPS-2.1"}


@pytest.fixture
def waive(leo: Person) -> Callable[..., Any]:
    """Leo lets a meeting off."""

    def waive(meeting: Meeting, key: str, actor: Person = leo, **more: str) -> Any:
        clause = next(one.requirement.clause for one in calendar_of(meeting) if one.requirement.key == key)
        made = commands.waive(actor, meeting, **{"clause": clause, "demand": key, "reason": "It is urgent", **more})
        db.session.commit()
        return made

    return waive


def test_a_gate_names_requirement_clause_and_who_may_waive_it(regulated: Meeting, alice: Person) -> None:
    with pytest.raises(DomainError) as refusal:
        pass_gates(alice, regulated, Act.ANNOUNCE)
    said = str(refusal.value)
    assert f"Agenda drawn up ({CLAUSES['agenda']} “" in said
    assert "It may be waived by: Meeting office, Leader." in said
    assert "Approval in force (OPS-1.2 “" in said
    assert "Nobody may waive this." in said
    assert CLAUSES["room"] not in said


def test_what_is_too_late_is_refused_until_it_is_waived(
    regulated: Meeting, alice: Person, waive: Callable[..., Any]
) -> None:
    refusing.gate(alice, regulated, Act.SUBMIT)
    with clock.standing_at(at(9, days=8)):
        with pytest.raises(DomainError, match=r"has passed, .*Proposal submitted \(OPS-2\.1"):
            refusing.gate(alice, regulated, Act.SUBMIT)
        waive(regulated, "submission")
        refusing.gate(alice, regulated, Act.SUBMIT)


def test_what_was_submitted_in_time_may_be_submitted_again_later(regulated: Meeting, alice: Person) -> None:
    regulated.submitted_at = at(9)
    db.session.commit()
    with clock.standing_at(at(9, days=8)):
        refusing.gate(alice, regulated, Act.SUBMIT)


def test_a_meeting_without_a_profile_passes_without_a_statement(
    make_meeting: Callable[..., Meeting], alice: Person, statements: Callable[..., Any]
) -> None:
    meeting = make_meeting()
    assert meeting.kind is None
    meeting.id  # noqa: B018  (read anew after the commit)
    with statements() as seen:
        for act in Act:
            pass_gates(alice, meeting, act)
    assert not seen


def test_many_are_refused_in_as_many_statements_as_one(
    make_regulated: Callable[..., Meeting], alice: Person, statements: Callable[..., Any]
) -> None:
    def count(meetings: Sequence[Meeting]) -> int:
        for meeting in meetings:
            meeting.kind.profile  # noqa: B018
        with statements() as seen:
            assert len(refused(alice, meetings, Act.ANNOUNCE)) == len(meetings)
        return len(seen)

    made = [make_regulated(days=21 + more) for more in (0, 1, 2, 3)]
    assert count(made[:1]) == count(made)


# --- Who may waive ---


@pytest.mark.parametrize(
    ("who", "key", "may"),
    [("leo", "submission", True), ("olive", "submission", False), ("olive", "agenda", True), ("leo", "approval", False),
     ("helen", "agenda", False)],
)
def test_roles_of_the_requirement_waive(
    regulated: Meeting, waive: Callable[..., Any], request: pytest.FixtureRequest, who: str, key: str, may: bool
) -> None:
    actor: Person = request.getfixturevalue(who)
    if may:
        assert waive(regulated, key, actor).by is actor
    else:
        with pytest.raises(NotAllowed):
            waive(regulated, key, actor)


def test_nobody_lets_their_own_meeting_off(
    regulated: Meeting, add_person: Callable[..., Person], waive: Callable[..., Any]
) -> None:
    regulated.organizer = add_person("Lea", Role.LEADER, Role.MEETING_OFFICE)
    db.session.commit()
    with pytest.raises(NotAllowed):
        waive(regulated, "agenda", regulated.organizer)


def test_nobody_lets_off_what_they_may_not_know_of(regulated: Meeting, waive: Callable[..., Any]) -> None:
    regulated.confidentiality = Confidentiality.SECRET
    db.session.commit()
    with pytest.raises(NotAllowed):
        waive(regulated, "agenda")


@pytest.mark.parametrize(
    ("values", "said"),
    [({"reason": "  "}, "say why"), ({"demand": "nothing"}, "no such thing"), ({"clause": "OPS-9.9"}, "no such thing"),
     ({"reason": "x" * 1001}, "1000")],
)
def test_a_waiver_is_of_the_profile_and_has_a_reason(
    regulated: Meeting, waive: Callable[..., Any], values: dict[str, str], said: str
) -> None:
    with pytest.raises(DomainError, match=said):
        waive(regulated, "agenda", **values)


def test_what_was_done_in_time_or_is_waived_is_not_waived(regulated: Meeting, waive: Callable[..., Any]) -> None:
    with pytest.raises(DomainError, match="nothing to waive"):
        waive(regulated, "room")
    waive(regulated, "agenda")
    with pytest.raises(DomainError, match="waived already"):
        waive(regulated, "agenda")


def test_a_waiver_is_told_logged_and_taken_back(
    regulated: Meeting, waive: Callable[..., Any], leo: Person, olive: Person, sue: Person,
    told: Callable[[str], list[tuple[str, str, str]]],
) -> None:
    made = waive(regulated, "agenda")
    assert [name for name, _subject, _body in told("timetable.waived")] == ["Alice", "Sue"]
    entry = db.session.query(AuditEntry).filter_by(action="meeting.waived").one()
    assert entry.details == {"clause": CLAUSES["agenda"], "demand": "agenda", "reason": "It is urgent"}
    assert waivers_of([regulated.id])[regulated.id] == [made]
    commands.revoke(olive, made)
    db.session.commit()
    assert not waivers_of([regulated.id]).get(regulated.id)
    assert [name for name, _subject, _body in told("timetable.revoked")] == ["Alice", "Sue"]
    assert next(one for one in calendar_of(regulated) if one.requirement.key == "agenda").state != State.WAIVED
    with pytest.raises(DomainError, match="already"):
        commands.revoke(leo, made)


def test_a_waiver_of_a_whole_clause_waives_all_it_asks_for(regulated: Meeting, waive: Callable[..., Any]) -> None:
    waive(regulated, "agenda", demand="")
    assert next(one for one in calendar_of(regulated) if one.requirement.key == "agenda").state == State.WAIVED


def test_those_who_may_are_asked(
    regulated: Meeting, alice: Person, bob: Person, leo: Person, olive: Person,
    told: Callable[[str], list[tuple[str, str, str]]],
) -> None:
    assert commands.ask(alice, regulated, "agenda", "The minister comes") == 2
    assert [name for name, _subject, _body in told("timetable.asked")] == ["Leo", "Olive"]
    with pytest.raises(DomainError, match="Nobody"):
        commands.ask(alice, regulated, "approval", "Please")
    with pytest.raises(NotAllowed):
        commands.ask(bob, regulated, "agenda", "Please")
