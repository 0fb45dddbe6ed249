"""The migrations: up, down, equal to the models, and what they make the database refuse."""

import os
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import DatabaseError

from portal.core import schema
from portal.core.db import db
from tests.conftest import is_sqlite

UPGRADE = """
from portal.app import create_app
from portal.core import schema
with create_app().app_context():
    schema.upgrade()
"""


def tables():
    return {name for name in inspect(db.engine).get_table_names() if is_ours(name)}


def is_ours(name):
    """Whether a table or an index is one of the models: that of the search is each database's own."""
    return name != "alembic_version" and not name.startswith("resolution_gram")


def routines():
    """Names of triggers and functions, which dropping tables may leave behind."""
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    with db.engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def test_migrations_run_up_and_down_and_up_again(bare_app):
    schema.upgrade()
    assert schema.current() == schema.newest()
    first = tables(), routines()
    schema.downgrade("base")
    assert (tables(), routines(), schema.current()) == (set(), set(), None)
    schema.upgrade()
    assert (tables(), routines()) == first
    assert tables() == set(db.metadata.tables)


def test_each_migration_can_be_taken_back_by_itself(bare_app):
    revisions = [script.revision for script in ScriptDirectory.from_config(schema._config()).walk_revisions()]
    for revision in reversed(revisions):
        schema.upgrade(revision)
        schema.downgrade("-1")
        schema.upgrade(revision)
    assert schema.current() == schema.newest()


def test_the_history_is_one_line():
    scripts = ScriptDirectory.from_config(schema._config())
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    assert not any(script.is_branch_point or script.is_merge_point for script in scripts.walk_revisions())


def test_an_upgrade_of_a_migrated_database_changes_nothing(bare_app):
    schema.upgrade()
    db.session.execute(text("INSERT INTO department (name) VALUES ('Works')"))
    db.session.commit()
    schema.upgrade()
    assert db.session.execute(text("SELECT name FROM department")).scalars().all() == ["Works"]


DAY = "2026-11-23"
# What the tables of revision 0004 hold, each row with its columns as they were then.
OLD_ROWS = {
    "department": {"id": 1, "name": "Works"},
    "person": {
        "id": 1, "login": "alice", "name": "Alice", "email": "alice@example.org", "post": "", "department_id": 1,
        "theme": "auto", "created_at": f"{DAY} 00:00:00",
    },
    "area": {
        "id": 1, "name": "East wing", "timezone": "Asia/Shanghai", "opens_at": "08:00:00.000000",
        "closes_at": "20:00:00.000000", "position": 3,
    },
    "resource": {
        "id": 1, "kind": "room", "area_id": 1, "name": "E101", "capacity": 10, "features": "video",
        "directions": "Up the stairs.",
    },
    "booking": {
        "id": 1, "uid": "1@example.org", "title": "Planning", "owner_id": 1, "starts_at": f"{DAY} 01:00:00",
        "ends_at": f"{DAY} 02:00:00", "sequence": 4, "created_at": f"{DAY} 00:00:00",
        "changed_at": f"{DAY} 00:30:00", "visibility": "private", "booked_by_id": 1, "kind": "booking",
    },
    "hold": {
        "id": 1, "booking_id": 1, "resource_id": 1, "starts_at": f"{DAY} 01:00:00", "ends_at": f"{DAY} 02:00:00",
    },
    "booking_policy": {"id": 1, "area_id": 1, "longest_minutes": 60, "days_ahead": 30, "slot_minutes": 15},
}


def test_what_was_booked_before_everything_could_be_is_kept_up_and_down(bare_app):
    schema.upgrade("0004")
    for table, row in OLD_ROWS.items():
        values = ", ".join(f":{column}" for column in row)
        db.session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
    db.session.commit()
    before = kept_rows()
    assert all(len(rows) == 1 for rows in before.values())
    for go, revision in ((schema.upgrade, "head"), (schema.downgrade, "0004")):
        go(revision)
        assert kept_rows() == before, revision
        taken = text(
            "INSERT INTO hold (id, booking_id, resource_id, starts_at, ends_at) "
            f"VALUES (2, 1, 1, '{DAY} 01:30:00', '{DAY} 03:00:00')"
        )
        with pytest.raises(DatabaseError, match="hold_overlap"):
            db.session.execute(taken)
        db.session.rollback()


def kept_rows():
    """The rows of these tables, in the columns of then."""
    with db.engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT {', '.join(row)} FROM {table}")).all()
            for table, row in OLD_ROWS.items()
        }


def test_processes_that_start_together_migrate_once(bare_app, bare_url, tmp_path):
    environ = {**os.environ, "DATABASE_URL": bare_url, "PORTAL_INSTANCE": str(tmp_path)}
    together = [
        subprocess.Popen([sys.executable, "-c", UPGRADE], env=environ, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    complaints = [process.communicate(timeout=60)[1] for process in together]
    assert [process.returncode for process in together] == [0, 0], complaints
    assert schema.current() == schema.newest()


def test_the_models_are_what_the_migrations_make(app):
    with db.engine.connect() as connection:
        compare = {
            "compare_type": True, "compare_server_default": True,
            "include_name": lambda name, sort, _: sort not in {"table", "index"} or is_ours(name),
        }
        context = MigrationContext.configure(connection, opts=compare)
        assert compare_metadata(context, db.metadata) == []


def test_the_checks_of_the_models_are_in_the_database(app):
    """Alembic compares no CHECK constraints, so that this does."""
    inspector = inspect(db.engine)
    for table in db.metadata.tables.values():
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        found = {check["name"] for check in inspector.get_check_constraints(table.name)}
        # A limit on a hold's length is an expression that differs between the engines, so only 0002 has it.
        assert found - {"hold_length"} == wanted, table.name


def test_nobody_rewrites_the_audit_log(make_booking):
    make_booking()
    before = db.session.execute(text("SELECT * FROM audit_entry")).all()
    changes = ["UPDATE audit_entry SET actor_name = 'Somebody'", "DELETE FROM audit_entry"]
    if is_sqlite():
        changes.append("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry")
    else:
        changes.append("TRUNCATE audit_entry")
    for change in changes:
        with pytest.raises(DatabaseError, match="audit_entry_is_final"):
            db.session.execute(text(change))
        db.session.rollback()
    assert db.session.execute(text("SELECT * FROM audit_entry")).all() == before != []
