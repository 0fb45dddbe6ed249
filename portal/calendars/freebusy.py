"""When a person or a room is busy, and nothing else of it, as VFREEBUSY (RFC 5545 §3.6.4) to be published."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, select

from portal.accounts.models import Person
from portal.calendars import components
from portal.calendars.bookings import bookings, holds
from portal.calendars.text import instant, lines, text
from portal.core.db import db
from portal.core.settings import Settings
from portal.rooms.busy import busy
from portal.rooms.candidates import LONGEST_PAUSE
from portal.rooms.models import LONGEST, Booking, Hold, Kind, Resource, Status

TYPE = components.TYPE + "; method=PUBLISH"
BACK, AHEAD = timedelta(days=7), timedelta(days=56)
LONGEST_WINDOW = timedelta(days=370)
# Of the UIDs made here: the same person or room has the same in each answer, so that a newer one replaces the older.
NAMES = uuid.UUID("3f0c6a0e-5d0b-4c43-9b8f-6f1f6c1f2a77")


class Firmness(IntEnum):
    """How sure it is that the time is taken; FBTYPE of §3.2.9, the firmest last."""

    TENTATIVE = 1
    BUSY = 2
    # Nothing can be there at all: a closure.
    UNAVAILABLE = 3


FBTYPES = {
    Firmness.TENTATIVE: "BUSY-TENTATIVE", Firmness.BUSY: "BUSY", Firmness.UNAVAILABLE: "BUSY-UNAVAILABLE",
}


class Period(NamedTuple):
    """From one instant until another it is so."""

    starts_at: datetime
    ends_at: datetime
    firmness: Firmness


class Window(NamedTuple):
    """What time is told of: `stamp` is when it was as is said."""

    starts_at: datetime
    ends_at: datetime
    stamp: datetime


def of_person(person: Person, window: Window) -> bytes:
    """The stream of when that person is busy, whatever slice knows of it. One statement for each that does."""
    found = [
        Period(one.starts_at, one.ends_at, Firmness.TENTATIVE if one.is_tentative else Firmness.BUSY)
        for one in busy([person.id], window.starts_at, window.ends_at)
    ]
    organizer = components.organizer(person.name, person.email)
    return _published(f"person {person.id}", organizer, window, merged(found, window))


def of_resource(resource: Resource, window: Window) -> bytes:
    """The stream of when a room, or all units of another thing, is taken. One statement.

    The time that it needs before and after a booking counts: nobody can be there. The portal is the originator.
    """
    span = {
        "resource_id": resource.id, "starts_at": window.starts_at, "ends_at": window.ends_at,
        "earliest": window.starts_at - LONGEST - 2 * LONGEST_PAUSE,
    }
    found = [
        Period(starts_at, ends_at, _firmness(kind, status))
        for starts_at, ends_at, kind, status in db.session.execute(_HELD, span)
    ]
    organizer = components.organizer(resource.name, _settings().mail_from)
    return _published(f"resource {resource.id}", organizer, window, merged(found, window, resource.quantity))


_HELD = (
    select(holds.starts_at, holds.ends_at, bookings.kind, bookings.status)
    .select_from(Hold.__table__.join(Booking.__table__, bookings.id == holds.booking_id))
    .where(
        holds.resource_id == bindparam("resource_id"), holds.released_at.is_(None),
        holds.starts_at < bindparam("ends_at"), holds.starts_at > bindparam("earliest"),
        holds.ends_at > bindparam("starts_at"),
    )
)


def _firmness(kind: str, status: str) -> Firmness:
    if kind == Kind.CLOSURE:
        return Firmness.UNAVAILABLE
    return Firmness.BUSY if status == Status.CONFIRMED else Firmness.TENTATIVE


def merged(found: Iterable[Period], window: Window, units: int = 1) -> list[Period]:
    """The times within the window at which all `units` are taken, in order; what touches is one if equally firm.

    Where several overlap it is as firm as the firmest that leave no unit.
    """
    changes: list[tuple[datetime, int, Firmness]] = []
    for starts_at, ends_at, firmness in found:
        first, last = max(starts_at, window.starts_at), min(ends_at, window.ends_at)
        if first < last:
            changes += [(first, 1, firmness), (last, -1, firmness)]
    changes.sort(key=lambda change: change[0])
    taken: Counter[Firmness] = Counter()
    periods: list[Period] = []
    for position, (at, step, firmness) in enumerate(changes):
        taken[firmness] += step
        until = changes[position + 1][0] if position + 1 < len(changes) else at
        if until > at and (firmest := _firmest(taken, units)):
            _append(periods, Period(at, until, firmest))
    return periods


def _firmest(taken: Counter[Firmness], units: int) -> Firmness | None:
    """How firmly all units are taken; None if one is free."""
    number = 0
    for firmness in sorted(Firmness, reverse=True):
        number += taken[firmness]
        if number >= units:
            return firmness
    return None


def _append(periods: list[Period], period: Period) -> None:
    if periods and periods[-1].ends_at == period.starts_at and periods[-1].firmness == period.firmness:
        period = periods.pop()._replace(ends_at=period.ends_at)
    periods.append(period)


def _published(whose: str, organizer: str, window: Window, periods: Sequence[Period]) -> bytes:
    """A PUBLISH (RFC 5546 §3.3.1): all instants in UTC, each period a property of its own, for simple readers."""
    uid = uuid.uuid5(NAMES, f"{_settings().base_url} {whose}")
    content = [
        "BEGIN:VFREEBUSY", f"UID:{text(str(uid))}", "DTSTAMP:" + instant(window.stamp), organizer,
        "DTSTART:" + instant(window.starts_at), "DTEND:" + instant(window.ends_at),
        *(
            f"FREEBUSY;FBTYPE={FBTYPES[one.firmness]}:{instant(one.starts_at)}/{instant(one.ends_at)}"
            for one in periods
        ),
        "END:VFREEBUSY",
    ]
    return components.stream("PUBLISH", [lines(content)])


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings
