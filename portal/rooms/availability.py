"""Which rooms suit a wish, and when they are free, by what stands in them. Pure: nothing here asks the database.

A span reaches from its start up to but not including its end, both instants; spans that touch do not overlap.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from portal.rooms.models import Area, Resource

Span = tuple[datetime, datetime]
ONE_DAY = timedelta(days=1)


class Wish(NamedTuple):
    """What a room is looked for: when, how long, for how many, with what (names), and near which area (its id)."""

    starts_at: datetime
    length: timedelta
    people: int = 0
    features: Sequence[str] = ()
    area_id: int | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length


class Offer(NamedTuple):
    """A room, and when it is free for as long as wished; None if it is not within the time looked at."""

    room: Resource
    starts_at: datetime | None


class Findings(NamedTuple):
    """Rooms free when wished, best first; those free later, soonest first; and how many do not suit at all."""

    free: list[Offer]
    later: list[Offer]
    unfit: int


def next_half_hour(now: datetime) -> datetime:
    """The next half hour on the clock; that moment itself if it is one."""
    return now + timedelta(seconds=-now.timestamp() % 1800)


class Steps(NamedTuple):
    """Where bookings begin and end: on multiples of so many minutes after midnight, on the clock of that zone."""

    minutes: int = 1
    zone: tzinfo = UTC

    def up(self, instant: datetime) -> datetime:
        """The first step from then on; that moment itself if it is one."""
        instant += timedelta(seconds=-instant.second % 60)
        if self.minutes == 1:
            return instant
        wall = instant.astimezone(self.zone)
        return instant + timedelta(minutes=-(wall.hour * 60 + wall.minute) % self.minutes)

    def down(self, instant: datetime) -> datetime:
        """The last step until then; that moment itself if it is one."""
        above = self.up(instant)
        return above if above == instant else above - timedelta(minutes=self.minutes)


# As forms write times.
WHOLE_MINUTES = Steps()


def next_free(
    held: Iterable[Span], earliest: datetime, length: timedelta, until: datetime, steps: Steps = WHOLE_MINUTES
) -> datetime | None:
    """The first start from `earliest` on at which nothing is held for `length`, all of it before `until`.

    `held` in the order of starts. A start that follows something held lies on one of the steps.
    """
    start, end = earliest, earliest + length
    for taken_from, taken_to in held:
        if taken_from >= end:
            break
        if taken_to > start:
            start = steps.up(taken_to)
            end = start + length
    return start if end <= until else None


def first_start(
    held: Sequence[Span], closed: Sequence[Span], earliest: datetime, length: timedelta, until: datetime,
    steps: Steps = WHOLE_MINUTES, *, only_open: bool = False,
) -> datetime | None:
    """When a room is free for so long: from `earliest` on, even if the house is closed then, or later while it is not.

    Whoever names a time may mean it, unless the room is booked while the house is open only; what is offered instead
    is a time at which somebody opens.
    """
    if not only_open and next_free(held, earliest, length, min(until, earliest + length)) == earliest:
        return earliest
    return next_free(sorted([*held, *closed]), earliest, length, until, steps)


def midnight(day: date, area: Area) -> datetime:
    """When the day begins on the area's clock."""
    return on_clock(day, time(), area.zone)


def on_clock(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant at which a clock of that zone shows that day and time."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def suiting(rooms: Iterable[Resource], wish: Wish) -> list[Resource]:
    """The rooms that are large enough and have all that is wished for, best first.

    Those of the wished area come first, then the smallest. A room of unknown size suits who names no number.
    """
    wanted = {name.casefold() for name in wish.features}
    found = [
        room for room in rooms
        if (room.capacity or 0) >= wish.people and wanted <= {name.casefold() for name in room.feature_names}
    ]
    return sorted(found, key=lambda room: _rank(room, wish))


def _rank(room: Resource, wish: Wish) -> tuple[object, ...]:
    near = wish.area_id in (None, room.area_id)
    return not near, room.capacity is None, room.capacity or 0, room.area.position, room.area_id, room.name


def findings(ranked: Sequence[Resource], starts: Mapping[int, datetime], wish: Wish, unfit: int) -> Findings:
    """What was found, by the first start of each room (by id); where there is none, the room comes last."""
    offers = [Offer(room, starts.get(room.id)) for room in ranked]
    free = [offer for offer in offers if offer.starts_at == wish.starts_at]
    soonest = sorted(
        (offer for offer in offers if offer.starts_at not in (None, wish.starts_at)),
        key=lambda offer: offer.starts_at or wish.starts_at,
    )
    return Findings(free, [*soonest, *(offer for offer in offers if offer.starts_at is None)], unfit)
