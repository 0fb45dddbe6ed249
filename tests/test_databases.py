"""Each test gets the database as the migrations made it, whatever the tests before it wrote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.models import Department, Person
from portal.audit.models import AuditEntry
from portal.core import schema
from portal.core.db import db
from portal.rooms.models import Booking, Room
from tests.conftest import app_for
from tests.databases import keep_copy, make_empty, postgresql_url


def rows() -> dict[str, list[Any]]:
    """What is in the database, by table."""
    found = {table.name: db.session.execute(select(table)).all() for table in db.metadata.sorted_tables}
    db.session.rollback()
    return {name: rows for name, rows in found.items() if rows}


def write(count: int) -> None:
    """Departments, each with its entry in the log, and one that is taken back: a number that is used up."""
    for number in range(count):
        accounts.add_department(None, f"Department {number} {'x' * 80}")
    db.session.commit()
    accounts.add_department(None, "Nowhere")
    db.session.rollback()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_is_left_of_the_test_before(app: Flask, turn: str, request: pytest.FixtureRequest) -> None:
    assert rows() == {}
    booking: Booking = request.getfixturevalue("make_booking")()
    assert {type(one): one.id for one in (booking, booking.owner, booking.room)} == {Booking: 1, Person: 1, Room: 1}
    assert db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first() == 1
    write(3)


@pytest.fixture
def own_database(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database in which there is a department from the beginning."""
    own = f"sqlite:///{tmp_path / 'own.db'}"
    if database_url.startswith("postgresql"):
        own = postgresql_url(request.getfixturevalue("postgresql"), "own")
    with app_for(own, tmp_path).app_context():
        schema.upgrade()
        accounts.add_department(None, "Works")
        db.session.commit()
        keep_copy(own)
        yield own
        db.session.remove()
        db.engine.dispose()


def test_what_the_migrations_made_is_put_back_after_few_rows_and_after_many(own_database: str) -> None:
    first = rows()
    assert set(first) == {"department", "audit_entry"}
    for count in (1, 600, 1):
        write(count)
        db.session.execute(select(Department).where(Department.name == "Works")).scalar_one().name = "Renamed"
        db.session.commit()
        make_empty(own_database)
        assert rows() == first
    assert accounts.add_department(None, "Next").id == 2
