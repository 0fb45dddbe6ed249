"""What became of an event, and what stands in its way."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from portal.core.db import db
from portal.importers.events import Event
from portal.rooms.models import LONGEST, Booking, Hold, Visibility
from portal.rooms.words import booked
from portal.series.planning import Spot


class Outcome(StrEnum):
    """What became of an event; the value is how the summary calls so many of them."""

    BOOKED = "booked"
    CONFLICT = "in conflict"
    INVALID = "invalid"
    KNOWN = "already there"
    NO_ROOM = "without a room"
    # Only where somebody books for themself: files on the command line meet no rules and no approval.
    REQUESTED = "requested"
    REFUSED = "refused"


class Clash(NamedTuple):
    """A booking that stands in the way; whoever reads the file may not read a private title."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime


class Result(NamedTuple):
    """One event and what became of it; `reason` is empty if all of it is booked or was before."""

    event: Event
    outcome: Outcome
    reason: str = ""
    clashes: Sequence[Clash] = ()


def clashes(spots: Iterable[Spot]) -> list[Clash]:
    """What holds these rooms at these times. One statement for each."""
    return [clash for spot in spots for clash in _clashes(spot)]


def _clashes(spot: Spot) -> list[Clash]:
    kept_from, kept_until = spot.span
    in_the_way = (
        select(Booking.uid, Booking.title, Hold.starts_at, Hold.ends_at, Booking.visibility)
        .join(Booking, Booking.id == Hold.booking_id)
        .where(
            Hold.resource_id == spot.room.id, Hold.released_at.is_(None), Hold.starts_at < kept_until,
            Hold.starts_at > kept_from - LONGEST, Hold.ends_at > kept_from,
        )
        .order_by(Hold.starts_at)
    )
    return [
        Clash(uid, booked() if visibility == Visibility.PRIVATE else title, start, end)
        for uid, title, start, end, visibility in db.session.execute(in_the_way)
    ]
