"""`portal db`: migrations."""

from collections.abc import Callable

import click
from alembic.util import CommandError

from portal.cli.frame import portal
from portal.core import schema


@click.group("db")
def database() -> None:
    """Look after the database's tables."""


@database.command()
def upgrade() -> None:
    """Bring the database to what this program needs."""
    with portal():
        _go(schema.upgrade, "head")


@database.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION (“base”: to nothing). What only later tables hold is lost."""
    with portal():
        _go(schema.downgrade, revision)


def _go(migrate: Callable[[str], None], revision: str) -> None:
    try:
        migrate(revision)
    except CommandError as error:
        raise click.ClickException(f"{error}.") from None
    click.echo(f"The database is at revision {schema.current() or 'base (no tables)'}.")
