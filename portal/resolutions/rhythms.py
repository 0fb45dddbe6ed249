"""By when the next report is expected."""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.resolutions.models import Rhythm

WEEK = timedelta(days=7)


def next_report(rhythm: Rhythm, since: date, due_on: date, milestones: Iterable[date] = ()) -> date | None:
    """The day of the next report after one made on `since`: never after the due day; nothing without a rhythm.

    `milestones` are the days of those not reached yet.
    """
    if rhythm == Rhythm.NONE:
        return None
    if rhythm == Rhythm.MILESTONES:
        day = min(milestones, default=due_on)
    else:
        day = since + WEEK if rhythm == Rhythm.WEEKLY else since + relativedelta(months=1)
    return min(day, due_on) if since < due_on else day if rhythm != Rhythm.MILESTONES else None
