"""How long rooms are open within some days, in all and by hour of the weekday."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, time

from portal.rooms.hours import Place, hours_on
from portal.rooms.models import Resource

HourOfWeek = tuple[int, int]  # weekday, 0 is Monday; hour


class Hours:
    """Minutes for which things are open; several units count each."""

    def __init__(self, resources: Sequence[Resource], days: Sequence[date]) -> None:
        self._days = days
        # Most have the hours of their area.
        of_areas: dict[int, Counter[HourOfWeek]] = {}
        self.by_resource: dict[int, int] = {}
        self.by_hour: Counter[HourOfWeek] = Counter()
        for one in resources:
            if one.hours:
                minutes = self._open(one)
            elif one.area_id in of_areas:
                minutes = of_areas[one.area_id]
            else:
                minutes = of_areas[one.area_id] = self._open(one.area)
            self.by_resource[one.id] = one.quantity * minutes.total()
            if one.retired_at is None:
                for hour, open_minutes in minutes.items():
                    self.by_hour[hour] += one.quantity * open_minutes

    def _open(self, place: Place) -> Counter[HourOfWeek]:
        minutes: Counter[HourOfWeek] = Counter()
        for day in self._days:
            if hours := hours_on(place, day):
                spread(minutes, day.weekday(), _minute(hours[0]), _minute(hours[1]) - _minute(hours[0]))
        return minutes


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def spread(minutes: Counter[HourOfWeek], weekday: int, start: int, length: int, times: int = 1) -> None:
    """Add a span, from a minute of the weekday on, to the hours that it touches, on the day after too."""
    while length > 0:
        part = min(length, 60 - start % 60)
        minutes[(weekday + start // 1440) % 7, start % 1440 // 60] += part * times
        start, length = start + part, length - part
