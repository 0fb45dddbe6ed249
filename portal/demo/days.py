"""Ordinary bookings: these days for looking at, and as many as wanted for benchmarks.

They are put in many at a time, with their holds and their lines in the log, and the database guards them as any.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text

from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.demo.people import SIGN_INS, Staff
from portal.demo.words import Words
from portal.rooms.models import Booking, Hold, Resource, Room

QUARTER = timedelta(minutes=15)
CHUNK = 5000
A_DAY = 8  # bookings of a room on a working day, when filled for benchmarks
SATURDAY = 5


class Slot(NamedTuple):
    """A booking to be."""

    room_id: int
    room_name: str
    owner_id: int
    owner_name: str
    title: str
    starts_at: datetime
    ends_at: datetime


Busy = dict[tuple[int, date], list[tuple[datetime, datetime]]]


def fill_these_days(words: Words, rng: Random, zone: ZoneInfo, staff: Staff, rooms: Sequence[Room]) -> None:
    """Make the days around today busy but not full; today and its neighbours even at a weekend."""
    busy = _busy(zone)
    today = clock.now().astimezone(zone).date()
    for offset in range(-4, 11):
        day = today + timedelta(days=offset)
        if abs(offset) <= 1 or day.weekday() < SATURDAY:
            _put(_ordinary_day(words, rng, zone, staff.extras, rooms, day, busy))


def _ordinary_day(
    words: Words, rng: Random, zone: ZoneInfo, owners: Sequence[Person], rooms: Sequence[Room], day: date, busy: Busy
) -> list[Slot]:
    slots = []
    for room in rooms:
        breaks = rng.choice([(0, 1, 2, 4), (0, 2, 4, 6), (4, 8, 12)])
        at = datetime.combine(day, time(8, 30), zone) + QUARTER * rng.choice([0, 0, 2, 4, 6])
        while at.hour < 17:
            ends_at = at + QUARTER * rng.choice([2, 3, 4, 4, 4, 6, 8])
            if _is_free(busy, room.id, day, at, ends_at):
                owner = rng.choice(owners)
                slots.append(Slot(room.id, room.name, owner.id, owner.name, rng.choice(words.titles), at, ends_at))
            at = ends_at + QUARTER * rng.choice(breaks)
    return slots


def fill(wanted: int, zone: ZoneInfo) -> int:
    """Add so many bookings of 30 to 60 minutes, about eight for each room and working day, and commit.

    The days go from today on and back in turns; what is booked already counts and stays. Answers how many.
    """
    rng = Random(wanted)  # noqa: S311
    rooms = db.session.execute(select(Resource.id, Resource.name).where(Resource.retired_at.is_(None))).all()
    people = select(Person.id, Person.name).where(Person.login.not_in(list(SIGN_INS))).order_by(Person.id)
    owners = db.session.execute(people).all()
    titles = db.session.scalars(select(Booking.title).distinct().order_by(Booking.title)).all()
    busy = _busy(zone)
    every = (
        slot
        for day in _working_days(zone)
        for room in rooms
        for slot in _full_day(rng, zone, room, rng.choice(owners), titles, day, busy)
    )
    slots = islice(every, wanted)
    while chunk := list(islice(slots, CHUNK)):
        _put(chunk)
        db.session.commit()
    # A database that was empty a moment ago knows nothing of its tables' size yet.
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return wanted


def _working_days(zone: ZoneInfo) -> Iterator[date]:
    today = clock.now().astimezone(zone).date()
    for distance in count():
        # In order, and today once: a set of dates comes in another order in each process.
        for day in dict.fromkeys((today + timedelta(days=distance), today - timedelta(days=distance))):
            if day.weekday() < SATURDAY:
                yield day


def _full_day(
    rng: Random, zone: ZoneInfo, room: tuple[int, str], owner: tuple[int, str], titles: Sequence[str], day: date,
    busy: Busy,
) -> Iterator[Slot]:
    """Up to eight slots from 8:00 on with short pauses, less what stands in the room already."""
    wanted = A_DAY - len(busy[(room[0], day)])
    at = datetime.combine(day, time(8), zone)
    for _ in range(A_DAY):
        at += QUARTER * rng.randrange(3)
        ends_at = at + QUARTER * rng.choice((2, 3, 4))
        if wanted > 0 and _is_free(busy, room[0], day, at, ends_at):
            wanted -= 1
            yield Slot(*room, *owner, rng.choice(titles), at, ends_at)
        at = ends_at


def _busy(zone: ZoneInfo) -> Busy:
    """What stands in the rooms, by room and local day. One statement."""
    busy: Busy = defaultdict(list)
    standing = select(Hold.resource_id, Hold.starts_at, Hold.ends_at).where(Hold.released_at.is_(None))
    for room_id, starts_at, ends_at in db.session.execute(standing):
        for day in {starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()}:
            busy[(room_id, day)].append((starts_at, ends_at))
    return busy


def _is_free(busy: Busy, room_id: int, day: date, starts_at: datetime, ends_at: datetime) -> bool:
    return all(ends_at <= first or last <= starts_at for first, last in busy[(room_id, day)])


def _put(slots: Sequence[Slot]) -> None:
    """Insert the bookings, their holds and their lines in the log. Three statements for each thousand or so."""
    if not slots:
        return
    now = clock.now()
    ids = db.session.scalars(
        insert(Booking.__table__).returning(Booking.id, sort_by_parameter_order=True),  # type: ignore[arg-type]
        [
            {
                "uid": str(uuid.uuid4()), "title": slot.title, "owner_id": slot.owner_id, "starts_at": slot.starts_at,
                "ends_at": slot.ends_at, "sequence": 0, "created_at": now, "changed_at": now,
            }
            for slot in slots
        ],
    ).all()
    both = list(zip(ids, slots, strict=True))
    db.session.execute(
        insert(Hold.__table__),  # type: ignore[arg-type]
        [
            {"booking_id": new, "resource_id": slot.room_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
            for new, slot in both
        ],
    )
    db.session.execute(
        insert(AuditEntry.__table__),  # type: ignore[arg-type]
        [
            {
                "at": now, "actor_id": slot.owner_id, "actor_name": slot.owner_name, "action": "booking.created",
                "record_kind": "booking", "record_id": new,
                "details": {
                    "title": slot.title, "room": slot.room_name, "starts_at": slot.starts_at.isoformat(),
                    "ends_at": slot.ends_at.isoformat(),
                },
            }
            for new, slot in both
        ],
    )
