"""`portal regulations`: the written regulations as data."""

import click


@click.group()
def regulations() -> None:
    """Look after the written regulations."""
