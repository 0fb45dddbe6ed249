"""What the worker's clock does about bookings that nobody comes to: each in a transaction of its own."""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.db import db
from portal.presence import commands, policy, queries
from portal.rooms.models import Booking
from portal.series.models import Series

log = logging.getLogger("portal.worker")

# How many of each kind one round deals with; what is left is dealt with in the next.
MOST = 100


def look_for_people() -> None:
    """Give back what its people did not answer for, then ask those of whom nobody was seen in time.

    Three statements while there is nothing to do, one where no room asks for a check-in.
    """
    rooms = queries.rooms_that_ask()
    if not rooms:
        return
    _each(queries.unanswered(rooms, clock.now() - commands.ANSWER, MOST), _give_back)
    _each(queries.unseen(rooms, MOST), _ask)


def look_at_series() -> None:
    """Ask whether a series that nobody has come to three times in a row is still needed."""
    rooms = queries.rooms_that_ask()
    if rooms:
        _each(queries.missed_series(rooms, MOST), _ask_series)


def _each(ids: Sequence[int], do: Callable[[int], None]) -> None:
    db.session.commit()
    for number in ids:
        try:
            do(number)
            db.session.commit()
        except SQLAlchemyError as error:
            db.session.rollback()
            log.error("%s of %d failed: %s", do.__name__, number, error)


def _running(booking_id: int) -> Booking | None:
    """The booking, locked, unless it was changed so meanwhile that nothing is to be done, or is being changed."""
    booking = queries.locked(booking_id, skip_locked=True)
    is_running = booking is not None and policy.can_be_checked_in(booking, clock.now())
    return booking if is_running else None


def _give_back(booking_id: int) -> None:
    booking = _running(booking_id)
    if booking is not None:
        commands.give_back(booking)


def _ask(booking_id: int) -> None:
    booking = _running(booking_id)
    if booking is not None and booking.starts_at <= clock.now():
        commands.ask(booking)


def _ask_series(series_id: int) -> None:
    series = db.session.scalars(
        select(Series)
        .where(Series.id == series_id)
        .options(joinedload(Series.owner), joinedload(Series.room))
        .with_for_update(key_share=True, skip_locked=True, of=Series)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if series is not None:
        commands.ask_series(series)
