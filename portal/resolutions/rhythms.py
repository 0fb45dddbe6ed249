"""By when the next report is expected."""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.resolutions.models import Resolution, Rhythm
from portal.resolutions.today import today

WEEK, MONTH = timedelta(days=7), relativedelta(months=1)


def next_report(rhythm: Rhythm, since: date, due_on: date, milestones: Iterable[date] = ()) -> date | None:
    """The day of the next report after one made on `since`: later than that, and no later than the due day.

    None without a rhythm, and from the due day on: then its light says enough. `milestones` are the days of those
    not reached yet; what should have been reached by `since` was reported on just now.
    """
    if rhythm == Rhythm.NONE or since >= due_on:
        return None
    if rhythm == Rhythm.MILESTONES:
        return min((day for day in milestones if since < day < due_on), default=due_on)
    return min(since + (WEEK if rhythm == Rhythm.WEEKLY else MONTH), due_on)


def expect_report(resolution: Resolution) -> None:
    """Expect the next report of it by its rhythm, counted from today or from a later start."""
    day = today()
    resolution.report_by = next_report(
        resolution.rhythm, max(resolution.starts_on or day, day), resolution.due_on,
        [milestone.due_on for milestone in resolution.milestones if milestone.reached_at is None],
    )
