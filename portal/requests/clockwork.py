"""What the worker's clock does to requests and waits: each in a transaction of its own, so that none keeps others back.

Waits are given their time here and not where it becomes free: whoever frees it may want it for something else in the
same transaction (a closure, a swap), and must neither wait for nor fail by what happens to those in line.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.notifications.commands import tell
from portal.requests import asking, line, queries, waiting, words
from portal.requests.models import Wait
from portal.rooms import commands as rooms
from portal.rooms.holding import in_line
from portal.rooms.models import Booking, Status

log = logging.getLogger("portal.worker")

# How many of each kind one round deals with; what is left is dealt with in the next.
MOST = 100
OFFER_LASTS = timedelta(hours=2)


def pass_requests_on() -> None:
    """Requests that nobody decided in time go to the next, or expire; what was not asked for is asked for."""
    _each(queries.unasked_ids(MOST), asking.ask_for_forgotten)
    _each(queries.overdue_ids(MOST), asking.pass_on)


def give_times() -> None:
    """End offers that nobody answered and waits whose time has come, and give what is free to the first in line."""
    _each(line.unanswered_ids(MOST), _take_back)
    _each(line.over_ids(MOST), _end)
    _each(line.maybe_free_ids(MOST), _give)


def _each(ids: Sequence[int], do: Callable[[int], None]) -> None:
    db.session.commit()
    for record_id in ids:
        try:
            do(record_id)
            db.session.commit()
        except DomainError:
            # Somebody was quicker, or who waits may not book it now: the next in line may.
            db.session.rollback()
        except SQLAlchemyError as error:
            db.session.rollback()
            log.error("%s of %d failed: %s", do.__name__, record_id, error)


def _take_back(wait_id: int) -> None:
    """Nobody answered the offer: the time is free for the next in line."""
    booking_id = db.session.get_one(Wait, wait_id).booking_id
    booking = queries.locked_booking(booking_id) if booking_id is not None else None
    wait = line.locked(wait_id, skip_locked=True)
    if wait is None or not wait.is_offered or wait.decide_by is None or wait.decide_by > clock.now():
        return
    waiting.end(None, "wait.passed", wait)
    if booking is not None and waiting.is_offer(booking):
        rooms.call_off(None, booking)
        tell([wait.person], "wait.passed", "wait", wait, lambda: words.passed(wait))


def _end(wait_id: int) -> None:
    wait = line.locked(wait_id, skip_locked=True)
    if wait is not None and wait.is_standing and not wait.is_offered:
        waiting.end(None, "wait.over", wait)


def _give(wait_id: int) -> None:
    """Book it for whoever waits, if it is free for that whole time. Raises DomainError if they may not book it."""
    # The resource first and then the wait, as everywhere: who books it at the same moment has to wait in line.
    in_line(db.session.get_one(Wait, wait_id).resource_id)
    wait = line.locked(wait_id, skip_locked=True)
    if wait is None or not wait.is_standing or wait.is_offered:
        return
    if not wait.person.is_active:
        waiting.end(None, "wait.over", wait)
    elif line.is_free(wait.resource, wait.starts_at, wait.ends_at):
        _book(wait) if wait.takes_at_once else _offer(wait)


def _book(wait: Wait) -> None:
    wait.booking = booking = _booking_for(wait)
    waiting.end(None, "wait.given", wait)
    tell([wait.person], "wait.given", "booking", booking, lambda: words.given(wait))


def _offer(wait: Wait) -> None:
    with asking.asking_nobody():
        wait.booking = booking = _booking_for(wait)
    booking.status = Status.OFFERED
    wait.decide_by = min(clock.now() + OFFER_LASTS, wait.starts_at)
    db.session.flush()
    waiting.log(None, "wait.offered", wait)
    rooms.log(None, "booking.offered", booking, booking.room)
    tell([wait.person], "wait.offered", "wait", wait, lambda: words.offered(wait))


def _booking_for(wait: Wait) -> Booking:
    return rooms.book(
        wait.person, wait.resource_id, wait.title, wait.starts_at, wait.ends_at, visibility=wait.visibility
    )
