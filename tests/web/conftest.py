"""Applications of a test's own: with views that fail, or on a database that is not there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db
from tests.conftest import Browser, app_for


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make an application for a database's address and settings; its connections are closed after the test."""
    with ExitStack() as closing:

        def make(database_url: str, **settings: str) -> Flask:
            app = app_for(database_url, tmp_path / "instance", **settings)
            closing.enter_context(_disposing(app))
            return app

        yield make


@contextmanager
def _disposing(app: Flask) -> Iterator[None]:
    yield
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser_of() -> Callable[[Flask], Browser]:
    """A browser in which nobody is signed in."""

    def browser_of(app: Flask, **more: Any) -> Browser:
        return Browser(app, app.response_class, **more)

    return browser_of
