"""Several at the same moment, each in a session of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from flask import Flask

from portal.accounts.models import Person
from portal.core.db import Base, db
from portal.core.errors import DomainError


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str | None]:
    """Do these at the same moment, each in a thread and a session of its own; answers what was refused, in order."""
    db.session.commit()
    start = threading.Barrier(len(deeds), timeout=30)

    def do(deed: Callable[[], object]) -> str | None:
        with app.app_context():
            start.wait()
            try:
                deed()
                db.session.commit()
            except DomainError as refusal:
                db.session.rollback()
                return str(refusal)
            finally:
                db.session.remove()
            return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        pairs = [(copy_context(), deed) for deed in deeds]
        refused = list(pool.map(lambda pair: pair[0].run(do, pair[1]), pairs))
    db.session.expire_all()
    return refused


def done_by(
    command: Callable[..., object], person: Person, subject: Base | None = None, *more: Any
) -> Callable[[], object]:
    """What does the command in another session, where records are loaded anew by their numbers."""
    model, actor_id = type(subject), person.id
    record_id = None if subject is None else subject.id  # type: ignore[attr-defined]

    def deed() -> object:
        about = [] if record_id is None else [db.session.get_one(model, record_id)]
        return command(db.session.get_one(Person, actor_id), *about, *more)

    return deed
