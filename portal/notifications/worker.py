"""The worker's round: deliver what is due, tidy up now and then, and go on whatever happens."""

import logging
import threading
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.commands import forget_old_sessions
from portal.core import clock
from portal.core.db import db
from portal.notifications.delivery import deliver_due

log = logging.getLogger("portal.worker")

TIDY_EVERY = timedelta(hours=1)
LONGEST_WAIT = 60.0  # seconds between tries while the database is away


def run(stop: threading.Event, poll_seconds: float = 2.0) -> None:
    """Work within the current application context until `stop` is set; look for work every `poll_seconds`."""
    tidied_at = None
    wait = poll_seconds
    while not stop.is_set():
        try:
            if tidied_at is None or clock.now() - tidied_at >= TIDY_EVERY:
                forget_old_sessions()
                db.session.commit()
                tidied_at = clock.now()
            while not stop.is_set() and deliver_due(stop=stop):
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
