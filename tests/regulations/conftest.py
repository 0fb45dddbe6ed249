"""Versions of the agency's regulation, as Adam publishes them."""

from collections.abc import Callable
from datetime import date

import pytest

from portal.accounts.models import Person
from portal.core.db import db
from portal.regulations import commands, queries
from portal.regulations.models import RegulationVersion

TODAY = date(2026, 11, 23)
PACKAGED = queries.packaged_source("agency")
# The first clause of the agency's regulation, worded anew.
CHANGED = PACKAGED.replace('title_en = "Leader approves"', 'title_en = "The leader approves"')


@pytest.fixture
def publish(adam: Person) -> Callable[..., RegulationVersion]:
    """Publish a version of the agency's regulation, from today on unless said otherwise."""

    def publish(source: str = CHANGED, **values: object) -> RegulationVersion:
        latest = queries.latest_of(str(values.get("key", "agency")))
        usual = {
            "actor": adam, "key": "agency", "reason": "It reads better", "approved_by": "Leading group",
            "effective_on": TODAY, "based_on": latest.number if latest else 1,
        }
        values = {**usual, **values}
        made = commands.publish(values.pop("actor"), values.pop("key"), source, **values)  # type: ignore[arg-type]
        db.session.commit()
        return made

    return publish
