"""`portal check`: whether everything that the portal stands on is sound."""

import os
import smtplib
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.cli.frame import portal, reason
from portal.core import schema
from portal.core.db import db
from portal.core.i18n import LOCALES, catalog
from portal.core.settings import BadSetting, Settings
from portal.notifications.mail import connect
from portal.web.assets import PACKAGED, place_of

OURS = ("portal.css", "portal.js", "icons.svg")

SHORTEST_KEY = 32  # characters


class Fault(Exception):
    """Something is not sound; the words say what and what to do."""


@click.command()
def check() -> None:
    """Say of each thing that the portal stands on whether it is sound; exit code 1 if one is not."""
    with portal() as app:
        settings: Settings = app.config["PORTAL"]
        checks: dict[str, Callable[[Settings], str]] = {
            "configuration": _configuration, "database": _database, "migrations": _migrations, "mail": _mail,
            "storage": _storage, "catalogs": _catalogs, "static files": _static_files,
        }
        sound = [_say(name, examine, settings) for name, examine in checks.items()]
    if not all(sound):
        raise click.exceptions.Exit(1)


def _say(name: str, examine: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        click.echo(f"{name}: ok, {examine(settings)}")
    except Fault as fault:
        click.echo(f"{name}: FAULT: {fault}")
        return False
    except DBAPIError as error:
        click.echo(f"{name}: FAULT: the database cannot be used: {reason(error)}")
        return False
    return True


def _configuration(settings: Settings) -> str:
    if len(settings.secret_key) < SHORTEST_KEY:
        raise Fault(f"PORTAL_SECRET_KEY is too easy to guess. Give at least {SHORTEST_KEY} random characters.")
    return f"addresses begin with {settings.base_url}, {settings.locale}, {settings.timezone.key}"


def _database(settings: Settings) -> str:
    version = "SELECT sqlite_version()" if db.engine.dialect.name == "sqlite" else "SHOW server_version"
    return f"{db.engine.dialect.name} {db.session.execute(text(version)).scalar_one()}"


def _migrations(settings: Settings) -> str:
    db.session.rollback()
    at, wanted = schema.current(), schema.newest()
    if at != wanted:
        raise Fault(f"the database is at revision {at or 'none'}, this program needs {wanted}. Run: portal db upgrade")
    return f"at revision {at}"


def _mail(settings: Settings) -> str:
    if not settings.smtp_url:
        return f"no SMTP server is set; files go into {_writable(settings.outbox_folder)}"
    try:
        with connect(settings.smtp_url) as server:
            server.ehlo_or_helo_if_needed()
    except BadSetting as error:
        raise Fault(str(error)) from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise Fault(f"the SMTP server of PORTAL_SMTP_URL cannot be used: {error}") from None
    return "the SMTP server answers"


def _storage(settings: Settings) -> str:
    return f"{_writable(settings.instance)} can be written"


def _writable(folder: Path) -> Path:
    """The folder, made if need be and tried with a file that vanishes; raises Fault."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            os.write(file.fileno(), b"portal")
    except OSError as error:
        raise Fault(f"{folder} cannot be written: {error.strerror}.") from None
    return folder


def _catalogs(settings: Settings) -> str:
    for locale in LOCALES:
        try:
            catalog(locale)
        except (OSError, ValueError) as error:
            raise Fault(f"the translations into {locale} cannot be read: {error}") from None
    return ", ".join(LOCALES)


def _static_files(settings: Settings) -> str:
    names = (*OURS, *PACKAGED)
    for name in names:
        try:
            folder, path = place_of(name)
            if not (folder / path).stat().st_size:
                raise Fault(f"{folder / path} is empty.")
        except OSError as error:
            raise Fault(f"{name}: {error}") from None
    return ", ".join(names)
