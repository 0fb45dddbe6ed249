"""Where a date could go that cannot be as planned: another room that is free then, or another time of that day."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from portal.core import clock
from portal.rooms.models import Resource
from portal.rooms.rules import rules_of
from portal.series import hours
from portal.series.planning import Choice, Date, Offer, Spot, State, Way
from portal.series.queries import Span, held_in, taken_in

USUAL_STEP = 15  # minutes
# What another time of the day is a way out of.
SHIFTED = (State.CLASH, State.CLOSED)
# Whether the actor may book there at all, and whether that would be one booking more.
MayTake = Callable[[Spot, bool], bool]


def make_offers(
    dates: Sequence[Date], rooms: Mapping[int, Resource], moving: Collection[int], may_take: MayTake
) -> None:
    """Give each of the dates its ways out, the best first: of `rooms` one, and a time. Two statements at most.

    What the bookings `moving` hold is not in the way. `may_take` says where the actor may book at all.
    """
    away = {date.on for date in dates if date.is_doubtful}
    elsewhere = _other_rooms([one for one in dates if not one.may_keep and one.on not in away], rooms, moving, may_take)
    later = _other_times([one for one in dates if one.state in SHIFTED and one.on not in away], moving, may_take)
    for date in dates:
        date.offers += [found[date.on] for found in (elsewhere, later) if date.on in found]


# --- Another room ---


def _other_rooms(
    dates: Sequence[Date], rooms: Mapping[int, Resource], moving: Collection[int], may_take: MayTake
) -> dict[object, Offer]:
    """For each date the nearest other room that fits and is free then, by its day."""
    before = timedelta(minutes=max((room.setup_minutes for room in rooms.values()), default=0))
    after = timedelta(minutes=max((room.cleanup_minutes for room in rooms.values()), default=0))
    spans = [(index, date.plan.starts_at - before, date.plan.ends_at + after) for index, date in enumerate(dates)]
    least = min((date.plan.room.capacity or 0 for date in dates), default=0)
    fitting = [room.id for room in rooms.values() if (room.capacity or 0) >= least]
    taken: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
    for hold in taken_in(spans, fitting):
        if hold.booking_id not in moving:
            taken[hold.number, hold.resource_id, hold.unit].append((hold.starts_at, hold.ends_at))
    found: dict[object, Offer] = {}
    for index, date in enumerate(dates):
        for spot in _fitting(date.plan, rooms.values()):
            units = ((index, spot.room.id, unit) for unit in range(spot.room.quantity))
            if any(_fits(spot, taken.get(unit, ())) for unit in units) and may_take(spot, date.booking is None):
                found[date.on] = Offer(Choice(Way.ROOM, spot.room.id), spot)
                break
    return found


def _fitting(plan: Spot, rooms: Iterable[Resource]) -> list[Spot]:
    """The same time in every other room as large: of the same area first, then the smallest."""
    wanted, area_id = plan.room.capacity or 0, plan.room.area_id
    fitting = [room for room in rooms if room.id != plan.room.id and (room.capacity or 0) >= wanted]
    ranked = sorted(fitting, key=lambda room: (room.area_id != area_id, room.capacity or 0, room.name))
    return [plan._replace(room=room) for room in ranked]


def _fits(spot: Spot, held: Iterable[Span]) -> bool:
    first, last = spot.span
    return all(end <= first or start >= last for start, end in held)


# --- Another time ---


def _other_times(dates: Sequence[Date], moving: Collection[int], may_take: MayTake) -> dict[object, Offer]:
    """For each date the nearest time of its day at which its room is open and free, by its day."""
    open_at = {index: span for index, date in enumerate(dates) if (span := hours.opening(date.plan))}
    held: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for hold in held_in([(index, dates[index].plan.room.id, *span) for index, span in open_at.items()]):
        if hold.booking_id not in moving:
            held[hold.number, hold.unit].append((hold.starts_at, hold.ends_at))
    found: dict[object, Offer] = {}
    for index, span in open_at.items():
        date = dates[index]
        units = (held.get((index, unit), []) for unit in range(date.plan.room.quantity))
        starts = {start for taken in units for start in _starts(date.plan, span, taken)}
        planned, length = date.plan.starts_at, date.plan.ends_at - date.plan.starts_at
        for _distance, _earlier, start in sorted((abs(start - planned), start < planned, start) for start in starts):
            spot = Spot(date.plan.room, start, start + length)
            wall = start.astimezone(spot.room.area.zone)
            if wall.date() == date.on and may_take(spot, date.booking is None):
                found[date.on] = Offer(Choice(Way.TIME, at=wall.time()), spot)
                break
    return found


def _starts(plan: Spot, open_at: Span, held: Sequence[Span]) -> Iterator[datetime]:
    """For each gap between what is held that day the start nearest to the planned one, on a slot of the room."""
    room, length = plan.room, plan.ends_at - plan.starts_at
    opens, closes = open_at
    before, after = timedelta(minutes=room.setup_minutes), timedelta(minutes=room.cleanup_minutes)
    edges = [*((start - after, end + before) for start, end in sorted(held)), (closes, closes)]
    free_from = max(opens, clock.now())
    for start, end in edges:
        earliest = _on_slot(room, free_from, up=True)
        latest = _on_slot(room, min(start, closes) - length, up=False)
        if earliest <= latest:
            yield min(max(plan.starts_at, earliest), latest)
        free_from = max(free_from, end)


def _on_slot(room: Resource, instant: datetime, *, up: bool) -> datetime:
    """The instant, or the next or last one before it at which the room's bookings may begin."""
    wall = instant.astimezone(room.area.zone)
    step = (rules_of(room).slot_minutes or USUAL_STEP) * 60
    beyond = (wall.hour * 3600 + wall.minute * 60 + wall.second) % step
    return instant + timedelta(seconds=(step - beyond if up and beyond else -beyond))
