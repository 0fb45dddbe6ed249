"""Databases that nobody has migrated yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db
from tests.conftest import app_for
from tests.databases import postgresql_url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "postgresql":
        return postgresql_url(request.getfixturevalue("postgresql"), f"bare_{tmp_path.name}")
    return f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture
def bare_app(bare_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that database."""
    app = app_for(bare_url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
