"""Whether a room is open when a series wants it, and what to say if it is not."""

from datetime import datetime
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.core.workdays import is_holiday
from portal.rooms.hours import holiday_on, hours_on, is_open
from portal.series.planning import Spot, State
from portal.series.recurrence import instant


class Objection(NamedTuple):
    """Why somebody may not want to be there: nobody else is, all day or at that hour."""

    state: State
    words: str
    all_day: bool


def opening(spot: Spot) -> tuple[datetime, datetime] | None:
    """From when until when the room is open on the day that the spot begins; None if it is not."""
    zone = spot.room.area.zone
    day = spot.starts_at.astimezone(zone).date()
    found = hours_on(spot.room, day)
    return (instant(day, found[0], zone), instant(day, found[1], zone)) if found else None


def is_within(spot: Spot) -> bool:
    """Whether the room is open all that time."""
    return is_open(spot.room, spot.starts_at, spot.ends_at)


def objection(spot: Spot) -> Objection | None:
    """A holiday, a day on which the room is closed, or an hour at which it is; None while it is open."""
    area = spot.room.area
    day = spot.starts_at.astimezone(area.zone).date()
    if is_holiday(area.holidays, day):
        return Objection(State.HOLIDAY, holiday_on(area, day, reader().locale), all_day=True)
    if is_within(spot):
        return None
    if opening(spot) is None:
        return Objection(State.CLOSED, _("Not open that day"), all_day=True)
    return Objection(State.CLOSED, _("Outside the opening hours"), all_day=False)
