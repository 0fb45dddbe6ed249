"""Entering in the annual plan, its versions, and who approves them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from portal.accounts.models import Department, Person
from portal.approvals import queries as cases
from portal.approvals.models import State
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.planning import commands, queries, versions
from portal.planning.commands import Values
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion
from tests.conftest import at

Enter = Callable[..., PlanEntry]
Submit = Callable[..., PlanVersion]


def current(plan: AnnualPlan) -> PlanVersion | None:
    known = queries.versions_of(plan)
    return versions.in_force(known, cases.last_cases(versions.KIND, [one.id for one in known]))


def test_the_office_opens_a_year_once_and_heads_are_told(
    plan: AnnualPlan, olive: Person, helen: Person, told: Callable[[str], list[tuple[str, str, str]]]
) -> None:
    [(name, subject, body)] = told("annual_plan.opened")
    assert (name, subject) == ("Helen", "Annual plan 2027")
    assert "Dec 18, 2026" in body
    with pytest.raises(DomainError, match="open already"):
        commands.open_plan(olive, 2027)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        commands.open_plan(helen, 2028)


def test_heads_enter_for_their_own_department_until_the_day(
    plan: AnnualPlan, enter: Enter, alice: Person, olive: Person, helen: Person
) -> None:
    from portal.accounts.commands import add_department

    assert enter().theme == "Safety day"
    with pytest.raises(NotAllowed):
        enter(alice)
    other: Department = add_department(None, "Sales")
    with pytest.raises(NotAllowed):
        commands.enter(helen, plan, other.id, Values("Fair", date(2027, 5, 1)))
    with clock.standing_at(at(9, days=26)):
        with pytest.raises(DomainError, match=r"Dec 18, 2026\. Ask the meeting office"):
            enter()
        assert enter(olive).entered_by is olive


@pytest.mark.parametrize(
    ("values", "field"),
    [({"planned_on": date(2028, 1, 1)}, "planned_on"), ({"theme": " "}, "theme"), ({"kind_id": 99}, "kind_id"),
     ({"size": 0}, "size"), ({"budget": -1}, "budget"), ({"theme": "x" * 201}, "theme")],
)
def test_an_entry_that_cannot_be_names_its_field(enter: Enter, values: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        enter(**values)
    assert refusal.value.field == field


def test_an_entry_is_changed_and_dropped_with_a_reason(enter: Enter, helen: Person, olive: Person) -> None:
    entry = enter()
    commands.change(helen, entry, Values("Fire drill", date(2027, 4, 1)))
    assert entry.theme == "Fire drill"
    with pytest.raises(DomainError) as refusal:
        commands.drop(helen, entry, " ")
    assert refusal.value.field == "reason"
    commands.drop(olive, entry, "No money")
    with pytest.raises(DomainError, match="planned no more"):
        commands.change(helen, entry, Values("Again", date(2027, 4, 1)))
    actions = [one.action for one in db.session.query(AuditEntry).filter_by(record_kind="plan_entry")]
    assert actions == ["plan_entry.entered", "plan_entry.changed", "plan_entry.dropped"]


# --- Versions ---


def test_a_version_is_in_force_once_office_and_leader_have_agreed(
    plan: AnnualPlan, enter: Enter, submit: Submit, agree: Callable[..., None], olive: Person, leo: Person,
    told: Callable[[str], list[tuple[str, str, str]]],
) -> None:
    enter()
    first = submit()
    assert current(plan) is None
    agree(first, olive)
    assert current(plan) is None
    agree(first, leo)
    assert current(plan) is first
    assert [name for name, _subject, _body in told("plan_version.in_force")] == ["Helen"]


def test_a_changed_plan_needs_a_new_version_with_a_reason(
    plan: AnnualPlan, enter: Enter, submit: Submit, agree: Callable[..., None], helen: Person, olive: Person,
    leo: Person,
) -> None:
    entry, gone = enter(), enter(theme="Old")
    first = submit()
    with pytest.raises(DomainError, match="waits for its approval"):
        submit("Again")
    agree(first, olive, leo)
    with pytest.raises(DomainError, match="Nothing has changed since version 1"):
        submit("Again")
    commands.change(helen, entry, Values("Safety week", entry.planned_on))
    commands.drop(helen, gone, "Not needed")
    enter(theme="New")
    assert current(plan) is first
    with pytest.raises(DomainError) as refusal:
        submit()
    assert refusal.value.field == "reason"
    second = submit("More time for safety")
    assert [(one.sort, one.shown["theme"]) for one in versions.differences(first.content, second.content)] == [
        ("changed", "Safety week"), ("dropped", "Old"), ("added", "New"),
    ]
    agree(second, olive, leo)
    assert current(plan) is second


def test_the_leader_signs_what_the_version_says_in_any_language(
    enter: Enter, submit: Submit, agree: Callable[..., None], olive: Person, leo: Person
) -> None:
    from portal.core.i18n import speaking_to
    from tests.conftest import SHANGHAI

    enter()
    version = submit()
    with speaking_to("zh_Hans", SHANGHAI):
        agree(version, olive, leo)
    case = cases.last_case(versions.KIND, version.id)
    assert case is not None
    assert case.state == State.EFFECTIVE
    assert case.snapshot["facts"][3][1]["table"][0][-1] == {"money": "1200.50"}


def test_what_was_submitted_is_never_changed(enter: Enter, submit: Submit) -> None:
    enter()
    version = submit()
    version.content = []
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("who", ["helen", "leo"])
def test_only_the_office_submits(
    plan: AnnualPlan, enter: Enter, request: pytest.FixtureRequest, who: str
) -> None:
    enter()
    with pytest.raises(NotAllowed):
        versions.submit(request.getfixturevalue(who), plan)


def test_nothing_is_not_submitted(submit: Submit) -> None:
    with pytest.raises(DomainError, match="Nothing is planned"):
        submit()
