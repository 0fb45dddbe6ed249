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
from portal.rooms.models import Booking, Hold, Room

QUARTER = timedelta(minutes=15)
CHUNK = 5000
A_DAY = 8  # bookings of a room on a working day, when filled for benchmarks
SATURDAY = 5


class Place(NamedTuple):
    """A room, and how many minutes before and after a booking it is held too."""

    id: int
    name: str
    before: int
    after: int

    def held(self, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
        return starts_at - timedelta(minutes=self.before), ends_at + timedelta(minutes=self.after)


class Slot(NamedTuple):
    """A booking to be."""

    room: Place
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
        place = Place(room.id, room.name, room.setup_minutes, room.cleanup_minutes)
        breaks = rng.choice([(0, 1, 2, 4), (0, 2, 4, 6), (4, 8, 12)])
        at = datetime.combine(day, time(8, 30), zone) + QUARTER * rng.choice([0, 0, 2, 4, 6])
        while at.hour < 17:
            ends_at = at + QUARTER * rng.choice([2, 3, 4, 4, 4, 6, 8])
            if _is_free(busy, place, day, at, ends_at):
                owner = rng.choice(owners)
                slots.append(Slot(place, owner.id, owner.name, rng.choice(words.titles), at, ends_at))
            at = ends_at + QUARTER * rng.choice(breaks) + timedelta(minutes=place.before + place.after)
    return slots


def fill(wanted: int, zone: ZoneInfo) -> int:
    """Add so many bookings of 30 to 60 minutes, about eight for each room and working day, and commit.

    The days go from today on and back in turns; what is booked already counts and stays. Answers how many.
    """
    rng = Random(wanted)  # noqa: S311
    in_use = select(Room.id, Room.name, Room.setup_minutes, Room.cleanup_minutes).where(Room.retired_at.is_(None))
    rooms = [Place(*row) for row in db.session.execute(in_use.order_by(Room.id))]
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
    rng: Random, zone: ZoneInfo, room: Place, owner: tuple[int, str], titles: Sequence[str], day: date,
    busy: Busy,
) -> Iterator[Slot]:
    """Up to eight slots from 8:00 on with short pauses, less what stands in the room already."""
    wanted = A_DAY - len(busy[(room.id, day)])
    at = datetime.combine(day, time(8), zone)
    for _ in range(A_DAY):
        at += QUARTER * rng.randrange(3)
        ends_at = at + QUARTER * rng.choice((2, 3, 4))
        if wanted > 0 and _is_free(busy, room, day, at, ends_at):
            wanted -= 1
            yield Slot(room, *owner, rng.choice(titles), at, ends_at)
        at = ends_at + timedelta(minutes=room.before + room.after)


def _busy(zone: ZoneInfo) -> Busy:
    """What stands in the rooms, by room and local day. One statement."""
    busy: Busy = defaultdict(list)
    standing = select(Hold.resource_id, Hold.starts_at, Hold.ends_at).where(Hold.released_at.is_(None))
    for room_id, starts_at, ends_at in db.session.execute(standing):
        for day in {starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()}:
            busy[(room_id, day)].append((starts_at, ends_at))
    return busy


def _is_free(busy: Busy, room: Place, day: date, starts_at: datetime, ends_at: datetime) -> bool:
    held_from, held_until = room.held(starts_at, ends_at)
    return all(held_until <= first or last <= held_from for first, last in busy[(room.id, day)])


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
            {"booking_id": new, "resource_id": slot.room.id, "starts_at": held_from, "ends_at": held_until}
            for new, slot in both
            for held_from, held_until in [slot.room.held(slot.starts_at, slot.ends_at)]
        ],
    )
    db.session.execute(
        insert(AuditEntry.__table__),  # type: ignore[arg-type]
        [
            {
                "at": now, "actor_id": slot.owner_id, "actor_name": slot.owner_name, "action": "booking.created",
                "record_kind": "booking", "record_id": new,
                "details": {
                    "title": slot.title, "room": slot.room.name, "starts_at": slot.starts_at.isoformat(),
                    "ends_at": slot.ends_at.isoformat(),
                },
            }
            for new, slot in both
        ],
    )
