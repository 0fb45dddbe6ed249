"""Run migrations over the application's own engine; called from `portal.core.schema` within an app context."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, text

from portal.core.db import db

LOCK = 7_220_931



@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite cannot change all of a table in place; one that is made anew must not take along what refers to it.

    This can be said only outside a transaction, and to the driver, since SQLAlchemy would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


with db.engine.connect() as connection, foreign_keys_off(connection):
    # Two processes starting together must not both migrate: SQLite's BEGIN IMMEDIATE and this lock see to it.
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
