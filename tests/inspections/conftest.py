"""Sue supervises and inspects the Works, where Alice owns what is to be put right and Helen heads."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.accounts.models import Department, Person
from portal.bodies import commands as bodies
from portal.bodies.models import Part
from portal.core.db import db
from portal.inspections import commands, findings, violations
from portal.inspections.models import Finding, Inspection, Scope, Violation
from portal.resolutions import nodes
from portal.resolutions.models import Resolution
from tests.resolutions.conftest import carl, report, sue  # noqa: F401  (fixtures)
from tests.supervision.conftest import told  # noqa: F401

TODAY = date(2026, 11, 23)


@pytest.fixture
def plan(sue: Person) -> Callable[..., Inspection]:  # noqa: F811
    """Plan an inspection of the year's running of meetings by the agency's regulation, unless said otherwise."""

    def plan(**values: Any) -> Inspection:
        usual = {
            "title": "Autumn", "scope": Scope.RUNNING, "profile": "agency", "starts_on": date(2026, 1, 1),
            "ends_on": TODAY, "due_on": date(2026, 12, 7), "inspector": sue,
        }
        values = {**usual, **values}
        made = commands.plan(values.pop("actor", sue), **values)
        db.session.commit()
        return made

    return plan


@pytest.fixture
def inspection(plan: Callable[..., Inspection]) -> Inspection:
    return plan()


@pytest.fixture
def find(sue: Person, works: Department, inspection: Inspection) -> Callable[..., Finding]:  # noqa: F811
    def find(**values: Any) -> Finding:
        values = {"said": "The list was not signed", "department_id": works.id, **values}
        made = findings.find(values.pop("actor", sue), values.pop("of", inspection), **values)
        db.session.commit()
        return made

    return find


@pytest.fixture
def record(sue: Person, works: Department) -> Callable[..., Violation]:  # noqa: F811
    def record(**values: Any) -> Violation:
        values = {"clause": "AGY-10.3", "facts": "Nobody looked", "department_id": works.id, **values}
        made = violations.record(values.pop("actor", sue), **values)
        db.session.commit()
        return made

    return record


@pytest.fixture
def close(report: Any, helen: Person, olive: Person, sue: Person) -> Callable[[Resolution], None]:  # noqa: F811
    """Let Helen report it done, Olive review it and Sue close it."""

    def close(measure: Resolution) -> None:
        report(measure, actor=helen, percent=100)
        nodes.review(olive, measure)
        nodes.close(sue, measure)
        db.session.commit()

    return close


@pytest.fixture
def serve(adam: Person) -> Callable[[str, Person], Any]:
    """Let somebody serve in a body from today on."""

    def serve(key: str, person: Person) -> Any:
        body = bodies.appoint(adam, key, person, Part.MEMBER, starts_on=TODAY).body
        db.session.commit()
        return body

    return serve
