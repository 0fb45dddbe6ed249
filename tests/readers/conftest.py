"""A house in four time zones with everything that calendars show, and its octets of every kind.

On one database: the octets are the same on the other, which the tests of feeds show.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.i18n import speaking_to
from tests.conftest import NOW, SHANGHAI
from tests.databases import make_empty
from tests.readers.outputs import Outputs
from tests.readers.situation import Situation


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('readers') / 'portal.db'}"


@pytest.fixture(scope="module")
def house(whole_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application for all tests of a module."""
    with whole_app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        yield whole_app
        make_empty(database_url)


@pytest.fixture(scope="module")
def situation(house: Flask) -> Situation:
    return Situation()


@pytest.fixture(scope="module")
def outputs(house: Flask, situation: Situation) -> Outputs:
    return Outputs(house, situation)


@pytest.fixture
def work(tmp_path: Path) -> Any:
    return tmp_path
