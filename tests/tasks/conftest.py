"""A meeting of Alice's under the regulation of operations, and tasks about it, Bob's unless said otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.models import Delegation, Person
from portal.accounts.queries import house_today
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.tasks import commands
from portal.tasks.models import Task
from tests.conftest import at
from tests.deadlines.conftest import (  # noqa: F401  (fixtures)
    kind,
    make_kind,
    make_meeting,
    make_regulated,
    regulated,
    sue,
    told,
)


@pytest.fixture
def make_task(regulated: Meeting, alice: Person, bob: Person) -> Callable[..., Task]:  # noqa: F811
    """Bob is to count the chairs in a week, and nothing proves it."""

    def make(title: str = "Count the chairs", **values: Any) -> Task:
        made = commands.add_task(
            alice, "meeting", regulated.id, **{"title": title, "owner": bob, "due_at": at(18, days=7), **values}
        )
        db.session.commit()
        return made

    return make


@pytest.fixture
def task(make_task: Callable[..., Task]) -> Task:
    return make_task()


@pytest.fixture
def stand_in() -> Callable[[Person, Person], None]:
    """Let somebody decide for another today."""

    def stand_in(principal: Person, delegate: Person) -> None:
        day = house_today()
        db.session.add(
            Delegation(principal=principal, delegate=delegate, starts_on=day, ends_on=day, created_at=clock.now())
        )
        db.session.commit()

    return stand_in
