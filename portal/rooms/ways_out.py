"""What to offer instead of a time that is taken: what costs whoever asks the least trouble comes first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.rooms import policy
from portal.rooms.availability import Span, midnight
from portal.rooms.candidates import IS_OPEN_TO_THEM, Held, frame_of, held, in_use, permits, reach_of
from portal.rooms.hours import closed_spans, load_hours
from portal.rooms.models import LONGEST, Booking, Hold, Resource, Sort
from portal.rooms.nearby import Need, Search

LOOK_AHEAD = timedelta(days=14)
MOST = 3
# What is as much trouble as having to meet so many minutes earlier or later.
NEXT_DOOR, ELSEWHERE, LACKS_ONE, TOO_SMALL, ONE_FEWER, SWAP, MORE_OF_A_KIND = 15, 60, 30, 120, 15, 45, 45


class Kind(StrEnum):
    """What is done otherwise."""

    TIME = "time"
    ROOM = "room"
    SWAP = "swap"
    FEWER = "fewer"


class Asked(NamedTuple):
    """What cannot be booked: what for first of all and how many units, when, what else, and for how many people.

    `moving` is the booking that would move, whose own holds are not in its way.
    """

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    people: int | None = None
    extras: Mapping[int, int] = {}
    quantity: int = 1
    moving: int | None = None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Way(NamedTuple):
    """One way out. A swap moves the `taker` to `target`; what there is too little of is cut down to `extras`."""

    kind: Kind
    resource: Resource
    starts_at: datetime
    ends_at: datetime
    trouble: float
    extras: Mapping[Resource, int] = {}
    taker: Booking | None = None
    target: Resource | None = None


class _Scene(NamedTuple):
    """All that is known: what is asked for, by whom, what else there is, and what holds it around that time."""

    asked: Asked
    now: datetime
    main: Resource
    extras: Mapping[Resource, int]
    others: Sequence[Resource]
    held: Mapping[int, Sequence[Held]]

    def need(self, resource: Resource, wanted: int) -> Need:
        return Need(wanted, resource.quantity, self.held[resource.id])

    @property
    def needs(self) -> list[Need]:
        """What is needed of the extras."""
        return [self.need(resource, wanted) for resource, wanted in self.extras.items()]


_IN_QUESTION = in_use(
    or_(
        Resource.id.in_(bindparam("ids", expanding=True)), (Resource.kind == bindparam("kind")) & IS_OPEN_TO_THEM
    )
)


def ways_out(actor: Person, owner: Person, kind: Sort, asked: Asked) -> list[Way]:
    """Up to three ways to have what is asked for, or nearly, the least trouble first; each can be booked as it is.

    The same at the next free time, earlier or later; another of that kind that is large enough; the same while the
    smaller booking of the same owner that has it moves elsewhere; or fewer of what there is too little of. Four
    statements at most.
    """
    scene = _scene(actor, owner, kind, asked)
    if scene is None:
        return []
    found = [*_other_times(scene), *_fewer(scene), *_other_rooms(scene), *_swaps(actor, owner, scene)]
    return _ranked(found)[:MOST]


def _ranked(found: Sequence[Way]) -> list[Way]:
    """By trouble, where a second way of the same kind counts for less: three that differ are a choice."""
    seen: dict[Kind, int] = {}
    weighed = []
    for way in sorted(found, key=lambda way: way.trouble):
        weighed.append((way.trouble + MORE_OF_A_KIND * seen.get(way.kind, 0), way))
        seen[way.kind] = seen.get(way.kind, 0) + 1
    return [way for _trouble, way in sorted(weighed, key=lambda both: both[0])]


def _scene(actor: Person, owner: Person, kind: Sort, asked: Asked) -> _Scene | None:
    ids = [asked.resource_id, *asked.extras]
    there = db.session.scalars(_IN_QUESTION, {"ids": ids, "kind": kind, **reach_of(actor, owner)}).all()
    by_id = {resource.id: resource for resource in there}
    if not by_id.keys() >= set(ids):
        return None
    others = [resource for resource in there if resource.id not in ids]
    load_hours(there)
    # What is needed on all the days ahead; of the rest, what a booking at that time could meet.
    around = held(
        there, asked.starts_at - LONGEST, asked.starts_at + LOOK_AHEAD, moving=asked.moving,
        near=asked.ends_at + LONGEST, all_along=ids,
    )
    extras = {by_id[extra_id]: wanted for extra_id, wanted in asked.extras.items()}
    return _Scene(asked, clock.now(), by_id[asked.resource_id], extras, others, around)


def _other_times(scene: _Scene) -> Iterator[Way]:
    """The same a little earlier that day, and at the next time that it is free and open."""
    asked, main = scene.asked, scene.main
    day = midnight(asked.starts_at.astimezone(main.area.zone).date(), main.area)
    until = asked.starts_at + LOOK_AHEAD
    frame = frame_of(main, max(day, scene.now), asked.length, until, scene.now)
    search = Search(
        [scene.need(main, asked.quantity), *scene.needs], closed_spans(main, day, until), asked.length,
        frame.earliest, frame.until, frame.steps, lambda start, end: permits(main, start, end, scene.now),
    )
    for start in (search.before(asked.starts_at), search.after(asked.starts_at)):
        if start:
            trouble = abs(start - asked.starts_at) / timedelta(minutes=1)
            yield Way(Kind.TIME, main, start, start + asked.length, trouble)


def _fewer(scene: _Scene) -> Iterator[Way]:
    """The same at that time with as many as are free of what there is too little of."""
    asked, time = scene.asked, (scene.asked.starts_at, scene.asked.ends_at)
    cut = {resource: min(wanted, scene.need(resource, wanted).free(*time))
           for resource, wanted in scene.extras.items()}
    if cut != dict(scene.extras) and scene.need(scene.main, asked.quantity).is_met(*time):
        missing = sum(scene.extras.values()) - sum(cut.values())
        yield Way(Kind.FEWER, scene.main, *time, ONE_FEWER * missing, extras=cut)


def _other_rooms(scene: _Scene) -> Iterator[Way]:
    asked = scene.asked
    if not all(need.is_met(asked.starts_at, asked.ends_at) for need in scene.needs):
        return
    for other in scene.others:
        trouble = _trouble_with(other, scene.main, asked.people)
        if trouble is not None and _is_free(scene, other, asked.starts_at, asked.ends_at, asked.quantity):
            yield Way(Kind.ROOM, other, asked.starts_at, asked.ends_at, trouble)


def _is_free(scene: _Scene, resource: Resource, starts_at: datetime, ends_at: datetime, wanted: int = 1) -> bool:
    return scene.need(resource, wanted).is_met(starts_at, ends_at) and permits(resource, starts_at, ends_at, scene.now)


def _trouble_with(other: Resource, instead_of: Resource, people: int | None) -> float | None:
    """How much worse it is to meet there; None if the people do not fit in. Of two that fit the smaller is better."""
    wanted, size = people or instead_of.capacity or 0, other.capacity or 0
    if people and size < people:
        return None
    features = {name.casefold() for name in other.feature_names}
    lacks = sum(name.casefold() not in features for name in instead_of.feature_names)
    small = TOO_SMALL if size < wanted else 0
    near = NEXT_DOOR if other.area_id == instead_of.area_id else ELSEWHERE
    return near + small + LACKS_ONE * lacks + min(abs(size - wanted), 99) / 100


def _swaps(actor: Person, owner: Person, scene: _Scene) -> Iterator[Way]:
    """The owner's own smaller booking that has the room moves to another one that fits it, at its time."""
    asked, main = scene.asked, scene.main
    taker = _taker(owner, scene)
    if taker is None or not policy.may_change(actor, taker) or taker.starts_at < scene.now:
        return
    size = asked.people or main.capacity
    if taker.people and size and taker.people >= size:
        return
    rooms = [(_trouble_with(other, main, taker.people), other) for other in scene.others
             if _is_free(scene, other, taker.starts_at, taker.ends_at)]
    fitting = [(trouble, other.name, other) for trouble, other in rooms if trouble is not None]
    if fitting:
        target = min(fitting, key=lambda both: both[:2])[2]
        yield Way(Kind.SWAP, main, asked.starts_at, asked.ends_at, SWAP, taker=taker, target=target)


def _taker(owner: Person, scene: _Scene) -> Booking | None:
    """The owner's booking that alone stands in the way in the room. One statement at most."""
    asked = scene.asked
    time: Span = (asked.starts_at, asked.ends_at)
    if scene.main.quantity > 1 or not all(need.is_met(*time) for need in scene.needs):
        return None
    ids = {one.booking_id for one in scene.held[scene.main.id]
           if one.starts_at < asked.ends_at and asked.starts_at < one.ends_at}
    if len(ids) != 1 or not permits(scene.main, *time, scene.now):
        return None
    query = (
        select(Booking)
        .where(Booking.id == ids.pop(), Booking.owner_id == owner.id)
        .options(joinedload(Booking.holds).joinedload(Hold.resource))
    )
    return db.session.scalars(query).unique().one_or_none()


_OPEN_TO_ALL = in_use(Resource.kind == bindparam("kind"), Resource.is_restricted.is_(False))


def other_rooms(room: Resource, bookings: Sequence[Booking]) -> dict[int, Resource]:
    """For each of the room's bookings another room that everyone may book, free at its time and as large, if any.

    Of the same area first, then the smallest. Bookings of one room never overlap, so that they may all be offered
    the same one. Three statements.
    """
    if not bookings:
        return {}
    rooms = db.session.scalars(_OPEN_TO_ALL, {"kind": room.kind}).all()
    large = [other for other in rooms if other.id != room.id and (other.capacity or 0) >= (room.capacity or 0)]
    ranked = sorted(large, key=lambda other: (other.area_id != room.area_id, other.capacity or 0, other.name))
    load_hours(ranked)
    taken = held(ranked, min(one.starts_at for one in bookings), max(one.ends_at for one in bookings))
    offers = {}
    for booking in bookings:
        time, now = (booking.starts_at, booking.ends_at), clock.now()
        free = (
            other for other in ranked
            if Need(1, other.quantity, taken[other.id]).is_met(*time) and permits(other, *time, now)
        )
        if best := next(free, None):
            offers[booking.id] = best
    return offers

