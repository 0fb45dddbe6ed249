"""`portal worker`: what runs beside the server."""

import signal
import sys
import threading

import click

from portal.cli.frame import portal_with_tables
from portal.notifications.worker import run


@click.command()
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
def worker(until_stdin_closes: bool) -> None:
    """Deliver the outbox and run what is due, until told to stop (Ctrl-C or SIGTERM)."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_stdin_closes:
        threading.Thread(target=_stop_at_end_of_stdin, args=(stop,), daemon=True).start()
    with portal_with_tables():
        run(stop)


def _stop_at_end_of_stdin(stop: threading.Event) -> None:
    """A server that started this worker holds the other end: however it ends, this ends too."""
    sys.stdin.buffer.read()
    stop.set()
