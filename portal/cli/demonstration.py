"""`portal demo`: the demonstration organisation."""

import click

from portal.cli.frame import counted, portal_with_tables
from portal.core.i18n import LOCALES
from portal.core.settings import Settings
from portal.demo import PASSWORD, fill, load, sign_ins


@click.command()
@click.option("--rooms", default=50, show_default=True, type=click.IntRange(5, 5000))
@click.option("--bookings", default=0, type=click.IntRange(0, 5_000_000), help="Add so many bookings, for benchmarks.")
@click.option("--lang", type=click.Choice(list(LOCALES)), help="Language of the names; PORTAL_LOCALE if not given.")
def demo(rooms: int, bookings: int, lang: str | None) -> None:
    """Load a demonstration organisation into an empty database."""
    with portal_with_tables() as app:
        settings: Settings = app.config["PORTAL"]
        load(lang or settings.locale, settings.timezone, rooms)
        added = fill(bookings, settings.timezone) if bookings else 0
        click.echo(f"Loaded: 8 departments, 60 people, {counted(rooms, 'room')} in 5 areas")
        if added:
            click.echo(f"Added {counted(added, 'booking')} for benchmarks")
        click.echo(f"Sign in as {', '.join(login for login, _what in sign_ins())}, password {PASSWORD}")
