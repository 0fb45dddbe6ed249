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
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


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
        compare = {"compare_type": True, "compare_server_default": True}
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
