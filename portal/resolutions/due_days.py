"""The days by which one's resolutions are due, on the calendar pages."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from portal.calendars.entries import Entry, add_entries, days_within, whole_days
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.resolutions.lights import Standing, light_of
from portal.resolutions.models import Resolution, heading_of
from portal.resolutions.today import today

resolutions = Resolution.__table__.c


def _due_days(person_id: int, starts_at: datetime, ends_at: datetime | None, most: int) -> Iterable[Entry]:
    """The days by which what the person owes is due, with their lights. One statement."""
    query = (
        select(
            resolutions.id, resolutions.text, resolutions.due_on, resolutions.report_by,
            resolutions.paused_at.is_not(None),
        )
        .where(
            resolutions.owner_id == person_id, Resolution.stands(), resolutions.issued_at.is_not(None),
            resolutions.due_on.between(*days_within(starts_at, ends_at)),
        )
        .order_by(resolutions.due_on, resolutions.id)
        .limit(most)
    )
    day = today()
    for number, text, due_on, report_by, is_paused in db.session.connection().execute(query):
        address = url_for("resolutions.resolution", resolution_id=number)
        yield Entry(
            "due", heading_of(text), *whole_days(due_on), address,
            light=light_of(Standing(due_on, report_by, bool(is_paused)), day), all_day=True, when=_("Due"),
        )


add_entries("resolutions", _due_days)
