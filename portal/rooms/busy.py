"""When people have something else to do. Each slice that knows of such things adds what it knows."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.core.db import db
from portal.rooms.models import LONGEST, Booking, Kind, Status


class Busy(NamedTuple):
    """A person has something from one instant until another; its title, if known, is for that person only.

    It is tentative if it may not take place, or without them.
    """

    person_id: int
    starts_at: datetime
    ends_at: datetime
    title: str | None
    is_tentative: bool = False


Times = Iterable[tuple[int, datetime, datetime, str | None] | Busy]
Source = Callable[[Collection[int], datetime, datetime], Times]
_sources: dict[str, Source] = {}


def add_source(name: str, source: Source) -> None:
    """Ask `source(person_ids, starts_at, ends_at)` too: answers (person_id, starts_at, ends_at, title), or Busy."""
    _sources[name] = source


def busy(person_ids: Collection[int], starts_at: datetime, ends_at: datetime) -> Iterator[Busy]:
    """What these people have in that time, as far as any slice knows. One statement for each source."""
    if person_ids:
        for source in _sources.values():
            for found in source(person_ids, starts_at, ends_at):
                yield found if isinstance(found, Busy) else Busy(*found)


_booking = Booking.__table__.c
# No booking is longer than a day: this lets the index on (owner, start) find them.
_OWN = (
    select(_booking.owner_id, _booking.starts_at, _booking.ends_at, _booking.title, _booking.status)
    .where(
        _booking.owner_id.in_(bindparam("person_ids", expanding=True)), _booking.starts_at < bindparam("ends_at"),
        _booking.starts_at > bindparam("a_day_before"), _booking.ends_at > bindparam("starts_at"),
        _booking.cancelled_at.is_(None), _booking.kind == Kind.BOOKING,
    )
    .order_by(_booking.starts_at, _booking.id)
)


def own_bookings(person_ids: Collection[int], starts_at: datetime, ends_at: datetime) -> Iterable[Busy]:
    """What these people have booked for themselves, or others for them."""
    span = {"starts_at": starts_at, "a_day_before": starts_at - LONGEST, "ends_at": ends_at}
    rows = db.session.execute(_OWN, {**span, "person_ids": list(person_ids)})
    return [Busy(*row[:4], is_tentative=row.status != Status.CONFIRMED) for row in rows]


add_source("bookings", own_bookings)
