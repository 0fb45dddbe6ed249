"""The meeting and the people of the resolutions' tests, and what supervision does with them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import Delegation, Person
from portal.core import clock
from portal.core.db import db
from portal.notifications.models import Notice
from portal.resolutions.models import Resolution
from portal.supervision import delays
from portal.supervision.models import DelayRequest
from tests.resolutions.conftest import (  # noqa: F401  (fixtures)
    carl,
    close,
    draft,
    held,
    make_resolution,
    meeting,
    oscar,
    report,
    resolution,
    rosa,
    sue,
    tom,
)


@pytest.fixture
def told() -> Callable[[str], list[str]]:
    """Who was told of that kind of thing, by name."""

    def told(kind: str) -> list[str]:
        notices = db.session.scalars(select(Notice).where(Notice.kind == kind)).all()
        return sorted(notice.recipient.name for notice in notices)

    return told


@pytest.fixture
def ask(resolution: Resolution, alice: Person) -> Callable[..., DelayRequest]:  # noqa: F811
    """Let Alice ask for the 21st of December instead of the 7th, unless said otherwise."""

    def ask(**values: Any) -> DelayRequest:
        usual = {"actor": alice, "of": resolution, "new_due_on": date(2026, 12, 21)}
        values = {**usual, "reason": "The paint is late", "progress": "Walls are done", **values}
        made = delays.ask(values.pop("actor"), values.pop("of"), **values)
        db.session.commit()
        return made

    return ask


@pytest.fixture
def stand_in() -> Callable[[Person, Person], None]:
    """Let somebody decide for another today."""

    def stand_in(principal: Person, delegate: Person) -> None:
        day = date(2026, 11, 23)
        db.session.add(
            Delegation(
                principal=principal, delegate=delegate, starts_on=day, ends_on=day, created_at=clock.now()
            )
        )
        db.session.commit()

    return stand_in
