"""The command line in this process, on the test's database; and a database that has no tables yet."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, func, inspect, select, text

from portal.accounts.models import Department, Person, Role
from portal.cli import portal
from portal.core.db import db
from portal.rooms.models import Area, Booking, Hold, Resource, Room, Sort
from tests.conftest import NOW, SHANGHAI, at
from tests.databases import postgresql_url

Run = Callable[..., Result]

OVERLAPS = text(
    "SELECT count(*) FROM hold a JOIN hold b ON a.resource_id = b.resource_id AND a.unit = b.unit "
    "AND a.id < b.id "
    "AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at "
    "WHERE a.released_at IS NULL AND b.released_at IS NULL"
)


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


# --- What each demonstration organisation lives up to ---


def is_complete(*, speaks_english: bool, department: str) -> None:
    assert [count(model) for model in (Department, Person, Room, Area)] == [8, 260, 50, 5]
    kinds = Counter(db.session.scalars(select(Resource.kind).where(Resource.kind != Sort.ROOM)))
    assert kinds == {Sort.EQUIPMENT: 3, Sort.VEHICLE: 2, Sort.INTERPRETER: 2}
    people = db.session.scalars(select(Person)).all()
    assert set.union(*(person.roles for person in people)) == set(Role)
    assert len({person.name for person in people}) == 260
    assert all(any("一" <= sign <= "鿿" for sign in person.name) != speaks_english for person in people)
    assert department in db.session.scalars(select(Department.name)).all()


def is_filled(wanted: int) -> None:
    """The newest bookings, so many, are on working days around that Monday, about eight for each room."""
    assert db.session.execute(OVERLAPS).scalar_one() == 0
    added = db.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(wanted)).all()
    assert {30, 45, 60} == {(one.ends_at - one.starts_at).total_seconds() / 60 for one in added}
    assert all(one.starts_at.astimezone(SHANGHAI).weekday() < 5 for one in added)
    held = select(func.count()).select_from(Hold).join(Hold.resource).where(
        Resource.kind == Sort.ROOM, Hold.starts_at >= at(0, days=1), Hold.starts_at < at(0, days=2),
        Hold.released_at.is_(None),
    )
    assert 6 <= db.session.scalars(held).one() / count(Room) <= 9
    assert min(one.starts_at for one in added) < NOW < max(one.starts_at for one in added)
