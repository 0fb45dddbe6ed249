"""Run migrations over the application's own engine; called from `portal.core.schema` within an app context."""

from alembic import context
from sqlalchemy import text

from portal.core.db import db

LOCK = 7_220_931

with db.engine.connect() as connection:
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
