"""Looking for times at which people, a room and equipment are free together, whatever a slice knows of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from portal.core import clock
from portal.core.i18n import reader
from portal.core.workdays import is_holiday, is_worked_weekend
from portal.rooms import availability
from portal.rooms.availability import ONE_DAY, Span, on_clock, suiting
from portal.rooms.busy import busy
from portal.rooms.candidates import Held, held, permits
from portal.rooms.find_time import STEP, Place, Question, Slot, Steps, Stock, best_slots, steps_of
from portal.rooms.hours import closed_spans_of
from portal.rooms.models import Resource, Sort

SATURDAY = 5
# When people work who need no room: on their own clock.
BEGINS, ENDS = time(8), time(18)


class Wish(NamedTuple):
    """Who comes together for how long, within so many working days from a day on, where and with what.

    Days are those of the reader's calendar. `room_id` names a room; without, any room for so many people with these
    features, nearest to the area, will do; and none at all unless `needs_room`. `extras` are numbers by resource.
    """

    required: Sequence[int]
    optional: Sequence[int]
    length: timedelta
    from_day: date
    days: int = 10
    needs_room: bool = True
    room_id: int | None = None
    people: int = 0
    features: Sequence[str] = ()
    area_id: int | None = None
    extras: Mapping[int, int] = {}


def find_times(wish: Wish, resources: Sequence[Resource]) -> list[Slot]:
    """The ten best times from now on: fewer of the optional people busy, then earlier, then the room that fits best.

    `resources` are those that may be taken (`candidates.open_to`). One statement for their opening hours, one for what
    holds them and one for each source of what people have, however many there are.
    """
    countries = {resource.area.holidays for resource in resources if resource.kind == Sort.ROOM}
    days = list(working_days(wish.from_day, wish.days, countries))
    begins_at, ends_at = _midnight(days[0]), _midnight(days[-1] + ONE_DAY)
    frame = _Frame(begins_at, (ends_at - begins_at) // STEP)
    rooms = _rooms(wish, resources)
    extras = {resource: wish.extras[resource.id] for resource in resources if wish.extras.get(resource.id)}
    if len(extras) < len(wish.extras):
        return []
    taken = held([*(rooms or ()), *extras], begins_at, ends_at)
    away = _away(wish, frame)
    return best_slots(
        Question(
            begins_at, frame.steps, wish.length // STEP, [away[person] for person in wish.required],
            {person: away[person] for person in wish.optional}, frame.of(_working_hours(days)),
            None if rooms is None else _places(rooms, taken, frame, days),
            [_stock(resource, wanted, taken[resource.id], frame) for resource, wanted in extras.items()],
        )
    )


class _Frame(NamedTuple):
    """The time that is looked at, in steps."""

    begins_at: datetime
    steps: int

    def of(self, spans: Sequence[Span]) -> Steps:
        return steps_of(spans, self.begins_at, self.steps)

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + self.steps * STEP


def working_days(first: date, count: int, countries: Collection[str] = ()) -> Iterator[date]:
    """So many days from that one on, without weekends and what is a holiday in all of these countries.

    A day of a weekend that one of them makes a working day is one.
    """
    while count:
        if _is_worked(first, countries):
            count -= 1
            yield first
        first += ONE_DAY


def _is_worked(day: date, countries: Collection[str]) -> bool:
    if day.weekday() >= SATURDAY:
        return any(is_worked_weekend(country, day) for country in countries)
    return not countries or not all(is_holiday(country, day) for country in countries)


def _midnight(day: date) -> datetime:
    return on_clock(day, time(), reader().zone)


def _working_hours(days: Sequence[date]) -> list[Span]:
    zone, now = reader().zone, clock.now()
    spans = [(on_clock(day, BEGINS, zone), on_clock(day, ENDS, zone)) for day in days]
    return [(max(first, _next_step(now)), last) for first, last in spans]


def _next_step(now: datetime) -> datetime:
    return now + timedelta(seconds=-now.timestamp() % STEP.total_seconds())


def _rooms(wish: Wish, resources: Sequence[Resource]) -> list[Resource] | None:
    """The rooms that will do, best first; None if none is needed."""
    if not wish.needs_room:
        return None
    rooms = [resource for resource in resources if resource.kind == Sort.ROOM]
    if wish.room_id:
        return [room for room in rooms if room.id == wish.room_id]
    asked = availability.Wish(clock.now(), wish.length, wish.people, wish.features, wish.area_id)
    return suiting(rooms, asked)


def _places(
    rooms: Sequence[Resource], taken: Mapping[int, Sequence[Held]], frame: _Frame, days: Sequence[date]
) -> list[Place]:
    now = clock.now()
    ahead = frame.of([(max(_midnight(day), _next_step(now)), _midnight(day + ONE_DAY)) for day in days])
    closed = closed_spans_of(rooms, frame.begins_at, frame.ends_at)
    return [
        Place(
            room, frame.of([one.span for one in taken[room.id]]), ahead & ~frame.of(closed[room.id]),
            partial(_permits, room, now),
        )
        for room in rooms
    ]


def _permits(room: Resource, now: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    return permits(room, starts_at, ends_at, now)


def _stock(resource: Resource, wanted: int, taken: Sequence[Held], frame: _Frame) -> Stock:
    units: list[list[Span]] = [[] for _ in range(resource.quantity)]
    for one in taken:
        if one.unit < resource.quantity:
            units[one.unit].append(one.span)
    return Stock(wanted, [frame.of(spans) for spans in units])


def _away(wish: Wish, frame: _Frame) -> Mapping[int, Steps]:
    """The steps in which each of the people is busy."""
    spans: dict[int, list[Span]] = defaultdict(list)
    for one in busy({*wish.required, *wish.optional}, frame.begins_at, frame.ends_at):
        spans[one.person_id].append((one.starts_at, one.ends_at))
    return {person: frame.of(spans.get(person, [])) for person in (*wish.required, *wish.optional)}
