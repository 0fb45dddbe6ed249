"""The one place that says which day it is for lights and due dates: the organisation's, whoever reads."""

from datetime import date, datetime

from flask import current_app

from portal.core import clock
from portal.core.settings import Settings


def house_day(instant: datetime) -> date:
    """The day of an instant on the organisation's calendar (the zone of the settings, not the reader's)."""
    settings: Settings = current_app.config["PORTAL"]
    return instant.astimezone(settings.timezone).date()


def today() -> date:
    return house_day(clock.now())
