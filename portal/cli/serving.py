"""`portal serve`: everything that runs an office's portal, in one command."""

import errno
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.app import create_app
from portal.cli.frame import portal, set_if_missing
from portal.core import schema
from portal.core.db import db
from portal.core.settings import Settings
from portal.demo import PASSWORD, load, sign_ins

# Enough that a few slow senders do not keep everybody else waiting; only those with work take turns.
THREADS = 16
PATIENCE = 10  # seconds that the worker gets for ending


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Server processes.")
@click.option("--demo", is_flag=True, help="Load the demonstration organisation if the database is empty.")
@click.option("--no-worker", is_flag=True, help="Do not run the worker: `portal worker` runs elsewhere.")
def serve(host: str, port: int, workers: int, demo: bool, no_worker: bool) -> None:
    """Migrate the database and serve the portal, with the worker beside it. Ctrl-C or SIGTERM ends both."""
    _insist_on_free(host, port)
    set_if_missing("PORTAL_BASE_URL", f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}")  # noqa: S104
    with portal() as app:
        schema.upgrade()
        settings: Settings = app.config["PORTAL"]
        if demo and not _people():
            click.echo("Loading the demonstration organisation …")
            load(settings.locale, settings.timezone)
        _say_where_to_go(app, settings, runs_worker=not no_worker)
    with _worker_beside(wanted=not no_worker):
        _serve(host, port, workers)


def _insist_on_free(host: str, port: int) -> None:
    """The server shares its port among its own processes, so it would not notice another program on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                words = f"Port {port} on {host} is in use already. Choose another with --port."
            else:
                words = f"Cannot serve on {host}, port {port}: {error.strerror}."
            raise click.ClickException(words) from None


def _people() -> int:
    return db.session.scalars(select(func.count()).select_from(Person)).one()


def _say_where_to_go(app: Flask, settings: Settings, *, runs_worker: bool) -> None:
    lines = [f"The portal is at {settings.base_url}"]
    if people := sign_ins():
        lines.append(f"Sign in as one of these demonstration people, all with the password {PASSWORD}:")
        lines += [f"  {login:<10} {what}" for login, what in people]
    elif not _people():
        lines.append("Nobody can sign in yet. Begin with: portal user add NAME --email E --role administrator")
    if settings.smtp_url:
        lines.append("Mails leave by the SMTP server that is set.")
    else:
        lines.append(f"PORTAL_SMTP_URL is not set, so mails are written as .eml files into {settings.outbox_folder}")
    if not runs_worker:
        lines.append("No worker runs here: mails leave when `portal worker` runs.")
    click.echo("\n".join([*lines, "Ctrl-C ends it."]))


def _serve(host: str, port: int, workers: int) -> None:
    # A process begun anew shares no connection, thread or open pipe with this one.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "portal.wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=THREADS, http=HTTPModes.http1, websockets=False, respawn_failed_workers=True,
        # Addresses of feeds hold secrets, so no log of requests is kept.
        log_access=False, log_level=LogLevels.warning,
    )
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:
    """What one server process runs: as `portal.wsgi`, and it does not outlive the process that began it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return create_app()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _worker_beside(*, wanted: bool) -> Iterator[None]:
    """Keep a worker running during the block, begun again if it fails."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    if wanted:
        keeper.start()
    try:
        yield
    finally:
        stop.set()
        if wanted:
            keeper.join()


def _keep_worker(stop: threading.Event) -> None:
    command = [sys.executable, "-m", "portal.cli", "worker", "--until-stdin-closes"]
    while not stop.is_set():
        # Closing its input is the sign to end; it is closed too if this process is killed.
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  (our own program)
        while process.poll() is None and not stop.wait(0.5):
            pass
        _end(process)
        stop.wait(PATIENCE)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
