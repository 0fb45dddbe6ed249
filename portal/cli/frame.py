"""What all commands share: the application around them, and failures that are sentences."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError

from portal.app import create_app
from portal.core import schema
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.settings import BadSetting
from portal.importers.tables import Unreadable

OUR_FAULTS = (DataError, IntegrityError, ProgrammingError)


class Sentences(click.Group):
    """A group of commands whose foreseeable failures end in one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (BadSetting, DomainError, Unreadable) as error:
            raise click.ClickException(str(error)) from None
        except DBAPIError as error:
            if isinstance(error, OUR_FAULTS):
                raise
            raise click.ClickException(f"The database cannot be used: {reason(error)}") from None


def reason(error: DBAPIError) -> str:
    """What the database or its driver says, in one line."""
    return " ".join(str(error.orig).split())


@contextmanager
def portal() -> Iterator[Flask]:
    """The application of the environment's settings, its database let go of at the end; raises BadSetting."""
    try:
        app = create_app()
    except (ArgumentError, ModuleNotFoundError):
        raise BadSetting(
            "DATABASE_URL: this is no address of a database. "
            "Use sqlite:///… or postgresql+psycopg://user:password@host/name."
        ) from None
    except OSError as error:
        raise BadSetting(f"PORTAL_INSTANCE: {error.filename} cannot be used: {error.strerror}.") from None
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def portal_with_tables() -> Iterator[Flask]:
    """Like `portal`, on a database that has its tables: an empty one gets them, an outdated one is refused."""
    with portal() as app:
        at = schema.current()
        if at is None:
            if inspect(db.engine).get_table_names():
                raise click.ClickException("The database holds tables that are not the portal's. Choose another.")
            schema.upgrade()
        elif at != schema.newest():
            raise click.ClickException(
                f"The database is at revision {at}, this program needs {schema.newest()}. Run: portal db upgrade"
            )
        yield app


def counted(number: int, noun: str) -> str:
    """`1 room`, `2 rooms`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def set_if_missing(name: str, value: str) -> None:
    """Give this process and its children a setting that the environment does not have."""
    os.environ[name] = os.environ.get(name) or value
