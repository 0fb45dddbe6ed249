"""The worker's round: deliver what is due, do the chores of all slices, and go on whatever happens."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.commands import forget_old_sessions
from portal.core import clock
from portal.core.db import db
from portal.notifications.delivery import deliver_due
from portal.notifications.digests import build_due_digests
from portal.notifications.posting import post_due

log = logging.getLogger("portal.worker")

LONGEST_WAIT = 60.0  # seconds between tries while the database is away


class Chore(NamedTuple):
    """What the clock sets off: done every so often by each worker, in a transaction of its own.

    Several workers may do it at the same moment, so it claims what it deals with (`with_for_update(skip_locked)`).
    """

    every: timedelta
    do: Callable[[], object]


_chores: dict[str, Chore] = {
    "old sessions": Chore(timedelta(hours=1), forget_old_sessions),
    "digests": Chore(timedelta(minutes=1), build_due_digests),
}


def add_chore(name: str, every: timedelta, do: Callable[[], object]) -> None:
    """Let the worker do this too; adding it twice replaces the first."""
    _chores[name] = Chore(every, do)


def do_chores(done_at: dict[str, datetime]) -> None:
    """Do those that are due. One that fails is tried again next time, and keeps no other from being done."""
    for name, chore in _chores.items():
        last = done_at.get(name)
        if last is not None and clock.now() - last < chore.every:
            continue
        done_at[name] = clock.now()
        try:
            chore.do()
            db.session.commit()
        except Exception as error:
            db.session.rollback()
            log.error("chore %s failed: %s", name, error, exc_info=not isinstance(error, SQLAlchemyError))


def run(stop: threading.Event, poll_seconds: float = 2.0) -> None:
    """Work within the current application context until `stop` is set; look for work every `poll_seconds`."""
    done_at: dict[str, datetime] = {}
    wait = poll_seconds
    while not stop.is_set():
        try:
            do_chores(done_at)
            while not stop.is_set() and deliver_due(stop=stop) + post_due(stop=stop):
                pass
            wait = poll_seconds
        except Exception as error:
            # Whatever it is: a worker that ends would keep every mail back until somebody noticed.
            log.error("trying again in %.0f s: %s", wait, error, exc_info=not isinstance(error, SQLAlchemyError))
            wait = min(wait * 2, LONGEST_WAIT)
        finally:
            # Each round sees the database afresh, and none keeps a connection while it waits.
            db.session.remove()
        stop.wait(wait)
