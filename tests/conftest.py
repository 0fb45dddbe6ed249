"""Both databases, a fixed cast, and a client that behaves as a browser does.

Alice owns, Rita manages the rooms, Bob is a stranger, Helen heads a department, Olive is the meeting office,
Leo leads, Audrey audits, Adam administers. It is Monday, 23 November 2026, 08:00 in Shanghai.
"""

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal.accounts import commands as accounts
from portal.accounts.models import Department, Person, Role, SignIn
from portal.app import create_app
from portal.core import clock, schema
from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.core.settings import from_environment
from portal.rooms import commands as rooms
from portal.rooms import keeping
from portal.rooms.models import Area, Booking, Room
from tests.databases import keep_copy, make_empty, postgresql_server, postgresql_url

pytest_plugins = ("tests.mail",)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
HTMX = {"HX-Request": "true"}


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """An hour of that Monday, or so many days later, in Shanghai."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI) + timedelta(days=days)


def typed(instant: datetime) -> str:
    """An instant as a form field holds it."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def pytest_configure() -> None:
    """Look for rubbish less often: going through all modules and tests for it took a twentieth of the time."""
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end."""
    gc.collect()
    gc.freeze()


# --- Databases ---


def is_sqlite() -> bool:
    """Whether this test runs on SQLite, where a rule is kept or broken in other words."""
    return db.engine.dialect.name == "sqlite"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgresql":
        return postgresql_url(request.getfixturevalue("postgresql"), "portal_test")
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'portal.db'}"


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where templates are kept compiled, for both databases and all workers of this run."""
    folder = tmp_path_factory.getbasetemp()
    # Workers have folders of their own beside each other.
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "templates"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def whole_app(
    database_url: str, compiled_templates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on a migrated database, made once for each database."""
    app = app_for(database_url, tmp_path_factory.mktemp("instance"))
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled_templates))
    with app.app_context():
        schema.upgrade()
        keep_copy(database_url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def app_for(database_url: str, instance: Path, **settings: str) -> Flask:
    return create_app(
        from_environment(
            {"DATABASE_URL": database_url, "PORTAL_INSTANCE": str(instance), "PORTAL_LOCALE": "en", **settings}
        )
    )


@pytest.fixture
def app(whole_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application on an empty database, on that Monday morning, speaking English."""
    with whole_app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        yield whole_app
        make_empty(database_url)


# --- The cast ---


@pytest.fixture
def add_person(app: Flask) -> Callable[..., Person]:
    def add(name: str, *roles: Role, department: Department | None = None, **more: Any) -> Person:
        login = name.lower()
        person = accounts.add_person(
            None, login=login, name=name, email=f"{login}@example.org", roles=set(roles), department=department,
            **more,
        )
        db.session.commit()
        return person

    return add


@pytest.fixture
def works(app: Flask) -> Department:
    """The department that Alice and Helen belong to."""
    department = accounts.add_department(None, "Works")
    db.session.commit()
    return department


@pytest.fixture
def alice(add_person: Callable[..., Person], works: Department) -> Person:
    return add_person("Alice", department=works)


@pytest.fixture
def bob(add_person: Callable[..., Person]) -> Person:
    return add_person("Bob")


@pytest.fixture
def rita(add_person: Callable[..., Person]) -> Person:
    return add_person("Rita", Role.ROOM_MANAGER)


@pytest.fixture
def helen(add_person: Callable[..., Person], works: Department) -> Person:
    return add_person("Helen", Role.DEPARTMENT_HEAD, department=works)


@pytest.fixture
def olive(add_person: Callable[..., Person]) -> Person:
    return add_person("Olive", Role.MEETING_OFFICE)


@pytest.fixture
def leo(add_person: Callable[..., Person]) -> Person:
    return add_person("Leo", Role.LEADER)


@pytest.fixture
def audrey(add_person: Callable[..., Person]) -> Person:
    return add_person("Audrey", Role.AUDITOR)


@pytest.fixture
def adam(add_person: Callable[..., Person]) -> Person:
    return add_person("Adam", Role.ADMINISTRATOR)


# --- The house ---


@pytest.fixture
def area(app: Flask) -> Area:
    area = keeping.add_area(None, "East wing", "Asia/Shanghai")
    db.session.commit()
    return area


@pytest.fixture
def room(area: Area) -> Room:
    room = keeping.add_room(None, area, "E101", 10)
    db.session.commit()
    return room


@pytest.fixture
def other_room(area: Area) -> Room:
    room = keeping.add_room(None, area, "E102", 12)
    db.session.commit()
    return room


@pytest.fixture
def make_booking(alice: Person, room: Room) -> Callable[..., Booking]:
    """Book E101 for Alice, 9 to 10 unless said otherwise."""

    def make(**values: Any) -> Booking:
        usual = {"actor": alice, "room_id": room.id, "title": "Planning", "starts_at": at(9), "ends_at": at(10)}
        booking = rooms.book(**{**usual, **values})
        db.session.commit()
        return booking

    return make


# --- Browsers ---


class Browser(FlaskClient):
    """A client that sends the token its pages would hold, and sees what is committed at each request."""

    token: str | None = None

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> Any:
        db.session.rollback()
        if csrf and kwargs.get("method", "GET") not in {"GET", "HEAD", "OPTIONS"}:
            kwargs["headers"] = {"X-CSRFToken": self._token(), **dict(kwargs.get("headers") or {})}
        answer = copy_context().run(self._open_alone, *args, **kwargs)
        db.session.rollback()
        return answer

    def _open_alone(self, *args: Any, **kwargs: Any) -> Any:
        """Send one request in a context of its own, as a server does.

        In the test's context Flask would keep `g` from one request to the next, and with it who is signed in.
        """
        with self.application.app_context():
            return super().open(*args, buffered=True, **kwargs)

    def _token(self) -> str:
        """The token that the pages of this session hold, without the time that making one takes."""
        if self.token is None:
            app = self.application
            with app.app_context(), self.session_transaction() as kept, app.test_request_context():
                session.update(kept)
                self.token = generate_csrf()
                kept.update(session)
        return self.token


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app, app.response_class)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], Browser]:
    """A browser in which the person is signed in."""

    return partial(signed_in, app)


def signed_in(app: Flask, person: Person) -> Browser:
    """A browser in which the person is signed in, whose session's key tells whose it is."""
    key, now = f"key-of-{person.login}", clock.now()
    hashed = accounts.key_hash(key)
    if not db.session.query(SignIn).filter_by(key_hash=hashed).count():
        db.session.add(
            SignIn(
                key_hash=hashed, person_id=person.id, address="127.0.0.1", started_at=now,
                ends_at=now + timedelta(days=400),
            )
        )
    db.session.commit()
    browser = Browser(app, app.response_class)
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = key, True
    return browser


@pytest.fixture
def statements() -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
    """Collect the SQL statements that a block runs."""

    @contextlib.contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return collect


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
