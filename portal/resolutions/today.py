"""The one place that says which day it is for lights and due dates: the organisation's, whoever reads."""

from datetime import UTC, date, datetime, time

from flask import current_app

from portal.core import clock
from portal.core.settings import Settings


def house_day(instant: datetime) -> date:
    """The day of an instant on the organisation's calendar (the zone of the settings, not the reader's)."""
    settings: Settings = current_app.config["PORTAL"]
    return instant.astimezone(settings.timezone).date()


def today() -> date:
    return house_day(clock.now())


def midnight(day: date) -> datetime:
    """When that day begins at the organisation."""
    settings: Settings = current_app.config["PORTAL"]
    return datetime.combine(day, time(), settings.timezone).astimezone(UTC)
