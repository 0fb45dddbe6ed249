"""`portal user`: people, one at a time."""

import sys

import click

from portal.accounts import commands
from portal.accounts.models import Role
from portal.accounts.passwords import SHORTEST
from portal.cli.frame import portal_with_tables
from portal.core.db import db
from portal.importers.people import faults_of


def _role(_context: click.Context, _option: click.Parameter, words: tuple[str, ...]) -> set[Role]:
    try:
        return {Role(word.lower().replace("-", "_")) for word in words}
    except ValueError:
        raise click.BadParameter(f"Roles are: {', '.join(Role)}.") from None


@click.group()
def user() -> None:
    """Look after people."""


@user.command()
@click.argument("login", metavar="NAME")
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, required=True, callback=_role, help="May be given several times.")
@click.option("--name", help="What others see; NAME if not given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(login: str, email: str, roles: set[Role], name: str | None, password_stdin: bool) -> None:
    """Add a person who signs in as NAME."""
    cells = {"login": login.strip(), "name": (name or login).strip(), "email": email.strip()}
    if faults := list(faults_of(cells)):
        raise click.ClickException(" ".join(f"{fault[0].upper()}{fault[1:]}" for fault in faults))
    with portal_with_tables():
        password = _from_stdin() if password_stdin else _asked()
        person = commands.add_person(
            None, login=cells["login"], name=cells["name"], email=cells["email"], roles=roles, password=password
        )
        db.session.commit()
        click.echo(f"Added {person.name}, who signs in as {person.login}.")


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked() -> str:
    words = f"Password (at least {SHORTEST} characters)"
    return str(click.prompt(words, hide_input=True, confirmation_prompt="The same again"))
