"""`portal regulations`: the written regulations as data."""

from datetime import date, datetime
from pathlib import Path

import click

from portal.accounts.queries import house_today
from portal.cli.frame import portal_with_tables
from portal.core.db import db
from portal.regulations import commands, labels, queries
from portal.regulations.checking import checked
from portal.regulations.profiles import BASE, PROFILES, Profile
from portal.regulations.reading import parse

KEY = click.argument("key", type=click.Choice([BASE, *PROFILES]))
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def regulations() -> None:
    """Look after the written regulations."""


@regulations.command("list")
def list_all() -> None:
    """Say which version of each regulation is in force."""
    with portal_with_tables():
        for key, profile in queries.profiles_in_force((*PROFILES, BASE)).items():
            click.echo(f"{key:12}version {profile.number:<4}{len(profile.clauses):>4} clauses  {profile.title}")


@regulations.command()
@KEY
@click.option("--toml", is_flag=True, help="Print it as it was written, to be changed and published again.")
def show(key: str, toml: bool) -> None:
    """Print the regulation KEY as it is in force."""
    with portal_with_tables():
        if toml:
            click.echo(queries.source_in_force(key), nl=False)
        else:
            _print(queries.profile_in_force(key))


def _print(profile: Profile) -> None:
    click.echo(f"{profile.title} ({profile.title.other}), version {profile.number}")
    for chapter in profile.chapters:
        click.echo(f"\n{chapter.number} {chapter.title}")
        for clause in chapter.clauses:
            shown = f"check {clause.check}" if clause.check else f"signed off by {labels.person_name(clause.sign_off)}"
            click.echo(f"  {clause.id:12}{clause.title} ({clause.title.other}) [{shown}]")


@regulations.command()
@FILE
@click.option("--key", type=click.Choice([BASE, *PROFILES]), help="By default, what the file's own `key` says.")
def check(file: Path, key: str | None) -> None:
    """Say what is wrong with the regulation in FILE; exit code 1 if anything is."""
    with portal_with_tables():
        source = _text(file)
        profile = checked(key or _key_of(source), source, queries.PACKAGED)
        click.echo(f"{file}: sound, {len(profile.clauses)} clauses")


@regulations.command()
@KEY
@FILE
@click.option("--reason", required=True, help="Why it is changed.")
@click.option("--decided-by", required=True, help="Who had the right to decide on it.")
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="From which day it holds; today if not given.")
def publish(key: str, file: Path, reason: str, decided_by: str, effective: datetime | None) -> None:
    """Let FILE be the next version of the regulation KEY, and tell everybody."""
    with portal_with_tables():
        day: date = effective.date() if effective else house_today()
        latest = queries.latest_of(key)
        version = commands.publish(
            None, key, _text(file), reason=reason, approved_by=decided_by, effective_on=day,
            based_on=latest.number if latest else queries.PACKAGED,
        )
        db.session.commit()
        click.echo(f"Published version {version.number} of {key}, in force from {version.effective_on} on.")


def _key_of(source: str) -> str:
    key = parse(source).get("key")
    if key not in (BASE, *PROFILES):
        raise click.ClickException(f"The file's `key` is none of {', '.join((BASE, *PROFILES))}.")
    return str(key)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not in UTF-8.") from None
