"""When rooms are open: by weekday, and not on the public holidays that their area keeps; on the area's clock.

What a weekday's line of the resource says comes first, then that of its area, then the area's usual hours. Weekends
that a country makes working days in place of others, as China does, keep the hours of a Monday.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache

import holidays
from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from portal.core.db import db
from portal.core.workdays import is_holiday, is_worked_weekend
from portal.rooms.availability import ONE_DAY, Span, on_clock
from portal.rooms.models import Area, Resource, WeekdayHours

Place = Area | Resource
# The library's languages for those of ours, the first that it has for a country.
LANGUAGES = {"en": ("en_US", "en_GB", "en_SG"), "zh_Hans": ("zh_CN",), "zh_Hant": ("zh_TW", "zh_HK", "zh_MO")}


def hours_on(place: Place, day: date) -> tuple[time, time] | None:
    """From when until when it is open on that day; None if it is closed all day."""
    area = area_of(place)
    if is_holiday(area.holidays, day):
        return None
    weekday = 0 if is_worked_weekend(area.holidays, day) else day.weekday()
    line = _line(place, weekday) or _line(area, weekday)
    if line is None:
        return area.opens_at, area.closes_at
    return (line.opens_at, line.closes_at) if line.opens_at and line.closes_at else None


def area_of(place: Place) -> Area:
    """The area itself, or that of the resource."""
    return place if isinstance(place, Area) else place.area


def _line(place: Place, weekday: int) -> WeekdayHours | None:
    return next((line for line in place.hours if line.weekday == weekday), None)


def is_open(place: Place, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether it is open from the one instant until the other, without a break."""
    return any(opens <= starts_at and ends_at <= closes for opens, closes in open_spans(place, starts_at, ends_at))


def open_spans(place: Place, starts_at: datetime, until: datetime) -> list[Span]:
    """Whenever it is open for a part of that time, in order, each from opening to closing."""
    zone = area_of(place).zone
    day, last = starts_at.astimezone(zone).date(), until.astimezone(zone).date()
    found = []
    while day <= last:
        if hours := hours_on(place, day):
            opens, closes = (on_clock(day, at, zone) for at in hours)
            if opens < until and closes > starts_at:
                found.append((opens, closes))
        day += ONE_DAY
    return found


def closed_spans(place: Place, starts_at: datetime, until: datetime) -> list[Span]:
    """The parts of that time in which it is closed, in order."""
    found = []
    for opens, closes in open_spans(place, starts_at, until):
        if starts_at < opens:
            found.append((starts_at, opens))
        starts_at = closes
    if starts_at < until:
        found.append((starts_at, until))
    return found


def closed_spans_of(resources: Sequence[Resource], starts_at: datetime, until: datetime) -> Mapping[int, list[Span]]:
    """The parts of that time in which each of them is closed, by id. One statement at most, however many they are."""
    load_hours(resources)
    of_areas = {area: closed_spans(area, starts_at, until) for area in {one.area for one in resources}}
    return {one.id: closed_spans(one, starts_at, until) if one.hours else of_areas[one.area] for one in resources}


def load_hours(resources: Iterable[Resource]) -> None:
    """Read the lines of these and of their areas together, where they are not known yet. One statement at most."""
    places = {place for resource in resources for place in (resource, resource.area) if _lacks_hours(place)}
    if not places:
        return
    lines = db.session.scalars(
        select(WeekdayHours).where(
            or_(
                WeekdayHours.resource_id.in_([place.id for place in places if isinstance(place, Resource)]),
                WeekdayHours.area_id.in_([place.id for place in places if isinstance(place, Area)]),
            )
        )
    ).all()
    for place in places:
        column = "area_id" if isinstance(place, Area) else "resource_id"
        set_committed_value(place, "hours", [line for line in lines if getattr(line, column) == place.id])


def _lacks_hours(place: Place) -> bool:
    state = instance_state(place)
    return state.persistent and "hours" in state.unloaded


# --- Public holidays ---


def holiday_on(area: Area, day: date, locale: str) -> str:
    """What the holiday of that day is called in that language; nothing if it is none, or has no name in it."""
    if not is_holiday(area.holidays, day):
        return ""
    return _names(area.holidays, day.year, locale).get(day, "")


def countries() -> list[str]:
    """The countries whose holidays are known, by their codes."""
    return sorted(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)


@lru_cache(maxsize=256)
def _names(country: str, year: int, locale: str) -> Mapping[date, str]:
    spoken = holidays.country_holidays(country).supported_languages
    language = next((one for one in LANGUAGES.get(locale, ()) if one in spoken), None)
    # Where the library has no languages to choose from, it speaks English.
    if language is None and (spoken or locale != "en"):
        return {}
    return dict(holidays.country_holidays(country, years=year, language=language))
