"""`portal user`: people, one at a time."""

import sys

import click

from portal.accounts import commands, queries
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


PASSWORD_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)


@click.group()
def user() -> None:
    """Look after people."""


@user.command()
@click.argument("login", metavar="NAME")
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, required=True, callback=_role, help="May be given several times.")
@click.option("--name", help="What others see; NAME if not given.")
@PASSWORD_STDIN
def add(login: str, email: str, roles: set[Role], name: str | None, password_stdin: bool) -> None:
    """Add a person who signs in as NAME."""
    cells = {"login": login.strip(), "name": (name or login).strip(), "email": email.strip()}
    if faults := list(faults_of(cells)):
        raise click.ClickException(" ".join(f"{fault[0].upper()}{fault[1:]}" for fault in faults))
    with portal_with_tables():
        password = _password(password_stdin)
        person = commands.add_person(
            None, login=cells["login"], name=cells["name"], email=cells["email"], roles=roles, password=password
        )
        db.session.commit()
        click.echo(f"Added {person.name}, who signs in as {person.login}.")


@user.command()
@click.argument("login", metavar="NAME")
@PASSWORD_STDIN
def password(login: str, password_stdin: bool) -> None:
    """Set the password of the person who signs in as NAME; people that were imported have none yet."""
    with portal_with_tables():
        person = queries.person_by_login(login)
        if person is None:
            raise click.ClickException(f"Nobody signs in as {login}.")
        commands.set_password(None, person, _password(password_stdin))
        db.session.commit()
        click.echo(f"{person.name} has a new password.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    words = f"Password (at least {SHORTEST} characters)"
    return str(click.prompt(words, hide_input=True, confirmation_prompt="The same again"))
