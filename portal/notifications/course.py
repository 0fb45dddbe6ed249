"""How whatever is on its way fares: taken by one worker at a time, tried again until it arrives or is given up."""

import logging
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, update

from portal.core import clock
from portal.core.db import db
from portal.notifications.models import OutgoingMail, OutgoingPost

log = logging.getLogger("portal.worker")

# How long a worker may keep what it took before another takes it for dead.
LEASE = timedelta(minutes=5)
# When a server itself cannot be reached: nobody's fault but its own, so no try is counted.
SERVER_PAUSE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# Some four days, the least that RFC 5321 §4.5.4.1 asks for: a server may be in trouble over a long weekend.
TRIES = 26

Going = TypeVar("Going", OutgoingMail, OutgoingPost)


class ServerAway(Exception):
    """The server cannot be reached or lets nobody in: the fault of nothing that is sent."""


class Refused(Exception):
    """The server would not take this. `is_final` if it never will (RFC 5321 §4.2.1: 5yz for the recipient)."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


def take(query: Select[Going], kind: type[Going], limit: int) -> list[Going]:
    """Of what the query finds, take what is due, oldest first, for the span of LEASE; the caller commits.

    Several workers share the work: each takes what no other has taken. What a worker that dies had taken is due
    again after that span.
    """
    now = clock.now()
    taken = list(
        db.session.scalars(
            query.where(kind.sent_at.is_(None), kind.given_up_at.is_(None), kind.due_at <= now)
            .order_by(kind.due_at, kind.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=kind)
        )
    )
    for one in taken:
        one.due_at = now + LEASE
    return taken


def note_sent(kind: type[Going], going_id: int) -> None:
    """It has been taken over. Commits."""
    arrived = {"attempts": kind.attempts + 1, "sent_at": clock.now(), "given_up_at": None, "last_error": ""}
    db.session.execute(update(kind).where(kind.id == going_id).values(arrived))
    db.session.commit()


def note_refusal(kind: type[Going], going_id: int, refusal: Refused) -> None:
    """It was refused: for good, or until it is tried again. Commits."""
    going = db.session.get_one(kind, going_id)
    # Counted when answered: what was in the hand of a worker that died was refused by nobody.
    going.attempts += 1
    going.last_error = str(refusal)[:1000]
    log.warning("%s %d was refused at try %d: %s", kind.__tablename__, going_id, going.attempts, going.last_error)
    if refusal.is_final or going.attempts >= TRIES:
        going.given_up_at = clock.now()
    else:
        going.due_at = clock.now() + pause_after(going.attempts)
    db.session.commit()


def pause_after(attempts: int) -> timedelta:
    """How long to wait before the next try: twice as long each time, with jitter, so that no herd comes back."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, TRIES), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311  (no secret hangs on it)


def put_back(kind: type[Going], ids: Iterable[int], due_at: datetime, reason: str | None = None) -> None:
    """These were taken but not tried: that counts as no try of theirs. Commits."""
    values: dict[str, object] = {"due_at": due_at}
    if reason is not None:
        values["last_error"] = reason[:1000]
    db.session.execute(update(kind).where(kind.id.in_(list(ids))).values(values))
    db.session.commit()
