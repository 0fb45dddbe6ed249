"""The command line in this process, on the test's database; and a database that has no tables yet."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, func, inspect, select

from portal.cli import portal
from portal.core.db import db
from portal.rooms.models import Hold, Resource, Room, Sort
from tests.conftest import SHANGHAI
from tests.databases import postgresql_url

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> dict[str, str]:
    """The environment that commands run in."""
    return {
        "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(tmp_path / "instance"), "PORTAL_LOCALE": "en",
        "PORTAL_SMTP_URL": "", "PORTAL_TIMEZONE": "Asia/Shanghai",
    }


@pytest.fixture
def run(app: Flask, settings: dict[str, str]) -> Run:
    """Run `portal …` on the migrated database."""

    def run(*args: object, stdin: str | None = None, **more: str) -> Result:
        db.session.rollback()
        result = CliRunner(env={**settings, **more}).invoke(
            portal, [str(arg) for arg in args], input=stdin, catch_exceptions=False
        )
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def bare_settings(
    request: pytest.FixtureRequest, settings: dict[str, str], database_url: str, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """The environment with a database that has no tables."""
    if database_url.startswith("sqlite"):
        yield {**settings, "DATABASE_URL": f"sqlite:///{tmp_path / 'bare.db'}"}
        return
    server = request.getfixturevalue("postgresql")
    server.psql('DROP DATABASE IF EXISTS "bare";')
    yield {**settings, "DATABASE_URL": postgresql_url(server, "bare")}


@pytest.fixture
def run_bare(bare_settings: dict[str, str]) -> Run:
    """Run `portal …` on the database that has no tables."""

    def run(*args: object, stdin: str | None = None, **more: str) -> Result:
        return CliRunner(env={**bare_settings, **more}).invoke(
            portal, [str(arg) for arg in args], input=stdin, catch_exceptions=False
        )

    return run


@pytest.fixture
def bare_tables(bare_settings: dict[str, str]) -> Callable[[], list[str]]:
    """The names of the tables in the database that began without any."""

    def names() -> list[str]:
        engine = create_engine(bare_settings["DATABASE_URL"])
        try:
            return inspect(engine).get_table_names()
        finally:
            engine.dispose()

    return names


def count(model: type) -> int:
    """How many there are."""
    return db.session.scalars(select(func.count()).select_from(model)).one()


def held_minutes(day: date) -> float:
    """How long a room is held on that day, in minutes, on average."""
    in_rooms = select(Hold).join(Hold.resource).where(Hold.released_at.is_(None), Resource.kind == Sort.ROOM)
    holds = db.session.scalars(in_rooms).all()
    held = [hold.ends_at - hold.starts_at for hold in holds if hold.starts_at.astimezone(SHANGHAI).date() == day]
    return sum(held, timedelta()).total_seconds() / 60 / count(Room)
