"""`portal import`: people, rooms, closures and bookings out of files."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask
from rich.console import Console
from rich.progress import track

from portal.accounts import queries
from portal.accounts.commands import the_portal_itself
from portal.accounts.models import Person
from portal.cli.frame import counted, portal_with_tables
from portal.core.db import db
from portal.core.settings import Settings
from portal.importers.bookings import import_events
from portal.importers.calendar import CalendarFile, read_calendar
from portal.importers.closures import add_closures, read_closures
from portal.importers.people import add_people, read_people
from portal.importers.places import Rooms
from portal.importers.results import Outcome, Result
from portal.importers.rooms import add_rooms, read_rooms
from portal.importers.tables import Table, Unreadable

FILE = click.argument("file", type=click.Path(path_type=Path))
PARTIAL = click.option("--partial", is_flag=True, help="Take the good rows although others are bad.")
TOLD = ("uid", "summary", "room", "start", "end", "reason", "clashes with")


@click.group("import")
def imports() -> None:
    """Take in what other programs wrote."""


@imports.command()
@FILE
@PARTIAL
def people(file: Path, partial: bool) -> None:
    """Add people from a table with the columns login, name, email, department, post, rank, badge, roles, locale."""
    with portal_with_tables():
        _take(read_people(file), ("person", "people"), add_people, partial)


@imports.command()
@FILE
@PARTIAL
def rooms(file: Path, partial: bool) -> None:
    """Add rooms, equipment, vehicles and interpreters from a table.

    It has the columns area and name, and as far as wanted kind, capacity, quantity, features, setup, cleanup
    (minutes), timezone, site, building, floor.
    """
    with portal_with_tables() as app:
        _take(read_rooms(file), ("room", "rooms"), lambda table: add_rooms(table, _settings(app).timezone), partial)


@imports.command()
@FILE
@PARTIAL
@click.option("--as", "login", metavar="USER", help="In whose name; the portal's own if not given.")
def closures(file: Path, partial: bool, login: str | None) -> None:
    """Close rooms by a table with the columns room, from, until, reason, and area where a name is not enough.

    Times are on the clock of the room's area. What stands in the way is listed, and that row refused.
    """
    with portal_with_tables():
        owner = _owner(login)
        _take(read_closures(file), ("closure", "closures"), lambda table: add_closures(table, owner), partial)


def _take(table: Table, nouns: tuple[str, str], add: Callable[[Table], int], partial: bool) -> None:
    """Report every fault; add the good rows if there is none, or if part of the file will do."""
    for fault in table.faults:
        click.echo(f"line {fault.line}: {fault.words}", err=True)
    added = 0
    if partial or not table.faults:
        added = add(table)
        db.session.commit()
    rows = len({fault.line for fault in table.faults})
    click.echo(f"{added} {nouns[added != 1]} added" + (f", {counted(rows, 'row')} refused" if rows else ""))
    if rows:
        raise click.exceptions.Exit(1)


@imports.command()
@FILE
@click.option("--create-rooms", is_flag=True, help="Add missing rooms, in an area named after the calendar.")
@click.option("--refused", metavar="CSV", type=click.Path(path_type=Path), help="Where to list what was refused.")
@click.option("--as", "login", metavar="USER", help="Whose bookings they become; the portal's own if not given.")
def bookings(file: Path, create_rooms: bool, refused: Path | None, login: str | None) -> None:
    """Book what is free out of an iCalendar file, series and the past too. What was booked before is left alone."""
    calendar = read_calendar(file)
    with portal_with_tables() as app, ExitStack() as stack:
        owner = _owner(login)
        zone = calendar.zone or _settings(app).timezone
        into = Rooms(calendar.name, zone, may_create=create_rooms)
        results: Iterable[Result] = _with_progress(calendar, owner, into)
        if refused:
            results = _written_down(results, stack.enter_context(_opened(refused)), zone)
        counts = Counter(result.outcome for result in results)
        click.echo(_summary(counts))


def _settings(app: Flask) -> Settings:
    settings: Settings = app.config["PORTAL"]
    return settings


def _owner(login: str | None) -> Person:
    if login is None:
        return the_portal_itself()
    person = queries.person_by_login(login)
    if person is None:
        raise click.ClickException(f"Nobody signs in as {login}.")
    return person


def _with_progress(calendar: CalendarFile, owner: Person, into: Rooms) -> Iterator[Result]:
    events = calendar.events
    of_each = import_events(events, owner, into)
    for results in track(of_each, total=len(events), description="Booking", console=Console(stderr=True)):
        yield from results


def _summary(counts: Counter[Outcome]) -> str:
    """`1225 booked, 122 in conflict, 1 invalid`, and the other outcomes only where there are any."""
    always = (Outcome.BOOKED, Outcome.CONFLICT, Outcome.INVALID)
    return ", ".join(f"{counts[one]} {one}" for one in Outcome if one in always or counts[one])


def _opened(file: Path) -> Any:
    try:
        return file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise Unreadable(f"{file} cannot be written: {error.strerror}. Nothing was imported.") from None


def _written_down(results: Iterable[Result], file: Any, zone: ZoneInfo) -> Iterator[Result]:
    """Write each event that has a reason as it comes, so that a broken-off import has told of it too."""
    table = csv.writer(file)
    table.writerow(TOLD)
    for result in results:
        if result.reason:
            table.writerow([_harmless(cell) for cell in _cells(result, zone)])
        yield result


def _cells(result: Result, zone: ZoneInfo) -> Iterator[str]:
    event = result.event
    yield from (event.uid, event.summary, event.room)
    yield from (_written(instant, zone) for instant in (event.starts_at, event.ends_at))
    yield result.reason
    yield "; ".join(
        f"{clash.title}, {_written(clash.starts_at, zone)}–{_written(clash.ends_at, zone)}, {clash.uid}"
        for clash in result.clashes
    )


def _written(instant: datetime | None, zone: ZoneInfo) -> str:
    """`2019-12-28 10:00+01:00` in that zone; a floating time as it stands in the file."""
    if instant is None:
        return ""
    local = instant.astimezone(zone) if instant.tzinfo else instant
    return local.isoformat(" ", "minutes")


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whoever wrote the calendar."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
