"""`portal regulations coverage` and `table`: what serves each clause."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from portal.cli.frame import portal
from portal.cli.regulating import regulations
from portal.compliance import coverage as compliance
from portal.core.i18n import speaking_to
from portal.core.settings import ROOT
from portal.regulations.queries import packaged_profiles

TABLE = ROOT / "docs" / "clauses.md"


@regulations.command()
def coverage() -> None:
    """Say of each regulation how many clauses a machine check, a sign-off or nothing serves; exit code 1 if one is
    unserved."""
    with portal() as app, speaking_to("en", app.config["PORTAL"].timezone):
        lines = compliance.coverage(packaged_profiles().values())
    shown = Table("Regulation", "Clauses", "Machine check", "Sign-off", "Unserved")
    for line in lines:
        shown.add_row(line.name, *(str(number) for number in line[1:]))
    Console().print(shown)
    click.echo(lines[-1].sentence)
    if lines[-1].unserved:
        raise click.exceptions.Exit(1)


@regulations.command()
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), default=TABLE, help="Where it is written.")
def table(to: Path) -> None:
    """Write the table of all clauses and what shows that they were kept."""
    with portal() as app, speaking_to("en", app.config["PORTAL"].timezone):
        to.write_text(compliance.table(packaged_profiles().values()), "utf-8")
    click.echo(f"{to} is written.")
