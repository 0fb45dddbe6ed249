"""The plan of 2027: Olive is the meeting office, Helen heads the works, Alice works there, Leo leads."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from portal.accounts.models import Department, Person
from portal.approvals import commands as approvals
from portal.approvals import queries as cases
from portal.approvals.models import Verdict
from portal.core.db import db
from portal.planning import commands, versions
from portal.planning.commands import Values
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion
from tests.meetings.conftest import make_meeting, told  # noqa: F401  (fixtures)

YEAR = 2027


@pytest.fixture
def plan(olive: Person, helen: Person) -> AnnualPlan:
    made = commands.open_plan(olive, YEAR, date(2026, 12, 18))
    db.session.commit()
    return made


@pytest.fixture
def enter(plan: AnnualPlan, helen: Person, works: Department) -> Callable[..., PlanEntry]:
    def enter(actor: Person = helen, **values: object) -> PlanEntry:
        usual = {"theme": "Safety day", "planned_on": date(YEAR, 3, 1), "size": 40, "budget": Decimal("1200.5")}
        made = commands.enter(actor, plan, works.id, Values(**{**usual, **values}))  # type: ignore[arg-type]
        db.session.commit()
        return made

    return enter


@pytest.fixture
def submit(plan: AnnualPlan, olive: Person) -> Callable[..., PlanVersion]:
    def submit(reason: str = "") -> PlanVersion:
        made = versions.submit(olive, plan, reason)
        db.session.commit()
        return made

    return submit


@pytest.fixture
def agree() -> Callable[..., None]:
    """Let these agree to a version, one after the other."""

    def agree(version: PlanVersion, *people: Person) -> None:
        for person in people:
            case = cases.open_case(versions.KIND, version.id)
            assert case is not None
            approvals.decide(person, case, Verdict.AGREED)
            db.session.commit()

    return agree
