"""Lights: how a resolution stands at a glance. Computed from its days, the calendar of working days and the clock."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from flask import current_app

from portal.core import workdays
from portal.core.settings import Settings

DAY = timedelta(days=1)


class Light(StrEnum):
    """How a resolution stands, at a glance."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"


class Standing(NamedTuple):
    """What a light follows from: until when it is due, when the next report is, whether it is paused or has ended."""

    due_on: date
    report_by: date | None = None
    is_paused: bool = False
    has_ended: bool = False


def horizon(today: date) -> date:
    """The last due day of which is warned today: so many working days ahead as the organisation chose."""
    settings: Settings = current_app.config["PORTAL"]
    return _horizon(today, settings.warn_days, settings.holidays)


@lru_cache(maxsize=8)
def _horizon(today: date, days: int, country: str) -> date:
    # What is due on a free day after it is as near as the working day before.
    return workdays.after(today, days + 1, country) - DAY


def warned_from(due_on: date) -> date:
    """The first day on which is warned of what is due then."""
    settings: Settings = current_app.config["PORTAL"]
    return _warned_from(due_on, settings.warn_days, settings.holidays)


@lru_cache(maxsize=1024)
def _warned_from(due_on: date, days: int, country: str) -> date:
    day = workdays.before(due_on + DAY, days + 1, country)
    while _horizon(day - DAY, days, country) >= due_on:
        day -= DAY
    return day


def due_spans(today: date) -> Mapping[Light, tuple[date, date]]:
    """The first and last due day with which a running resolution shows each light by that day; most urgent first.

    A missed report turns green into yellow besides.
    """
    last = horizon(today)
    return {
        Light.RED: (date.min, today - DAY), Light.YELLOW: (today, last), Light.GREEN: (last + DAY, date.max)
    }


def light_of(standing: Standing, today: date) -> Light:
    """Grey when it has ended, blue while it is paused, red when the day is past, yellow before it or after a missed
    report, green otherwise."""
    if standing.has_ended:
        return Light.GREY
    if standing.is_paused:
        return Light.BLUE
    light = next(light for light, (first, last) in due_spans(today).items() if first <= standing.due_on <= last)
    misses = standing.report_by is not None and standing.report_by < today
    return Light.YELLOW if light == Light.GREEN and misses else light


def lit_since(standing: Standing, today: date) -> date | None:
    """The first day on which it has shown the light of today; none for those that do not come with a day."""
    light = light_of(standing, today)
    if light == Light.RED:
        return standing.due_on + DAY
    if light != Light.YELLOW:
        return None
    days = [warned_from(standing.due_on), *([standing.report_by + DAY] if standing.report_by else [])]
    return min(day for day in days if day <= today)
