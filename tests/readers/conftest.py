"""A house in four time zones with everything that calendars show, and its octets of every kind.

On one database: the octets are the same on the other, which the tests of feeds show.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core import clock, schema
from portal.core.db import db
from portal.core.i18n import speaking_to
from tests.conftest import NOW, SHANGHAI, app_for
from tests.readers.outputs import Outputs
from tests.readers.situation import Situation


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('readers') / 'portal.db'}"


@pytest.fixture(scope="module")
def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application for all tests of a module, beside that of the other tests."""
    app = app_for(database_url, tmp_path_factory.mktemp("instance"))
    with app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def situation(house: Flask) -> Situation:
    return Situation()


@pytest.fixture(scope="module")
def outputs(house: Flask, situation: Situation) -> Outputs:
    return Outputs(house, situation)


@pytest.fixture
def work(tmp_path: Path) -> Any:
    return tmp_path
