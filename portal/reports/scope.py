"""What a report is about: from which day to which, which area, and what sort of things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, or_

from portal.core.epochs import epoch, local_epoch
from portal.reports.hours import Hours
from portal.rooms.grid import day_bounds
from portal.rooms.models import Area, Booking, Hold, Kind, Resource, Sort

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=731)
A_DAY = 86_400  # seconds
# Somebody else could hardly have used it any more.
LATE = timedelta(hours=24)


@dataclass(frozen=True)
class Scope:
    """Days are those of each area's own clock; `resources` come with their areas and hours."""

    first: date
    last: date
    sort: Sort
    area: Area | None
    resources: Sequence[Resource]

    @property
    def days(self) -> list[date]:
        return [self.first + shift * ONE_DAY for shift in range((self.last - self.first).days + 1)]

    @cached_property
    def hours(self) -> Hours:
        return Hours(self.resources, self.days)

    @cached_property
    def zones(self) -> dict[str, ZoneInfo]:
        """The zones of the areas concerned, by name."""
        return {one.area.timezone: one.area.zone for one in self.resources}

    def limit(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """The query of Booking, with holds, resources and areas: those within the scope."""
        within = [
            and_(Area.timezone == name, Booking.starts_at >= starts_at, Booking.starts_at < until)
            for name, (starts_at, until) in self._bounds.items()
        ]
        first = min((starts_at for starts_at, _ in self._bounds.values()), default=None)
        last = max((until for _, until in self._bounds.values()), default=None)
        query = (
            query.join(Hold, Hold.booking_id == Booking.id)
            .join(Resource, Resource.id == Hold.resource_id)
            .join(Area, Area.id == Resource.area_id)
            .where(Booking.kind == Kind.BOOKING, Resource.kind == self.sort, or_(False, *within))
        )
        if first and last:
            query = query.where(Hold.starts_at > first - ONE_DAY, Hold.starts_at < last)
        return query.where(Resource.area_id == self.area.id) if self.area else query

    @cached_property
    def _bounds(self) -> Mapping[str, tuple[Any, Any]]:
        return {
            name: (day_bounds(self.first, zone)[0], day_bounds(self.last, zone)[1]) for name, zone in self.zones.items()
        }

    @property
    def local_start(self) -> ColumnElement[int]:
        """When a booking begins, in seconds since 1970 on its area's clock."""
        shown = {name: local_epoch(Booking.starts_at, zone, *self._bounds[name]) for name, zone in self.zones.items()}
        if len(shown) < 2:
            return next(iter(shown.values()), epoch(Booking.starts_at))
        return case(*((Area.timezone == name, start) for name, start in shown.items()), else_=epoch(Booking.starts_at))

    @property
    def weekday(self) -> ColumnElement[int]:
        """0 is Monday; 1 January 1970 was a Thursday."""
        return (self.local_start // A_DAY + 3) % 7

    @property
    def minute(self) -> ColumnElement[int]:
        """The minute of the day at which a booking begins."""
        return self.local_start % A_DAY // 60
