"""Migrations: Alembic, run from code, so that no second configuration can disagree with the first."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.core.db import db
from portal.core.settings import ROOT


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(revision: str = "head") -> None:
    """Bring the database to that revision; safe when several processes do it at once."""
    command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Take the database back to that revision (`base`: to nothing)."""
    command.downgrade(_config(), revision)


def current() -> str | None:
    """The revision that the database is at; None if it has no tables of ours."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this program expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()
