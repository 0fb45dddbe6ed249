"""The free times nearest to one that is taken. Pure: nothing here asks the database.

Whatever is needed, and the nearest start at which there is enough of it, earlier or later, begins where something
ends or ends where something begins: only these starts are tried.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.rooms.availability import Span, Steps
from portal.rooms.candidates import Held


class Need(NamedTuple):
    """`wanted` units of something of which there are `quantity`, and what holds these."""

    wanted: int
    quantity: int
    held: Sequence[Held]

    def free(self, starts_at: datetime, ends_at: datetime) -> int:
        """How many units are free for all of that time."""
        taken = {one.unit for one in self.held if one.starts_at < ends_at and starts_at < one.ends_at}
        return self.quantity - len(taken)

    def is_met(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.free(starts_at, ends_at) >= self.wanted


class Search(NamedTuple):
    """What is needed for how long, between which instants, while not closed, on which steps, and as the rules say."""

    needs: Sequence[Need]
    closed: Sequence[Span]
    length: timedelta
    earliest: datetime
    until: datetime
    steps: Steps
    permits: Callable[[datetime, datetime], bool]

    def fits(self, start: datetime) -> bool:
        """Whether all is free and allowed from that start on."""
        end = start + self.length
        return (
            self.earliest <= start and end <= self.until
            and not any(first < end and start < last for first, last in self.closed)
            and all(need.is_met(start, end) for need in self.needs)
            and self.permits(start, end)
        )

    def after(self, start: datetime) -> datetime | None:
        """The first start later than that one that fits."""
        return next((other for other in sorted(set(self._later())) if other > start and self.fits(other)), None)

    def before(self, start: datetime) -> datetime | None:
        """The last start earlier than that one that fits."""
        earlier = sorted(set(self._earlier()), reverse=True)
        return next((other for other in earlier if other < start and self.fits(other)), None)

    def _spans(self) -> Iterator[Span]:
        yield from self.closed
        for need in self.needs:
            yield from (one.span for one in need.held)

    def _later(self) -> Iterator[datetime]:
        yield self.steps.up(self.earliest)
        for _first, last in self._spans():
            yield self.steps.up(last)

    def _earlier(self) -> Iterator[datetime]:
        yield self.steps.down(self.until - self.length)
        for first, _last in self._spans():
            yield self.steps.down(first - self.length)
