"""How long before a meeting its notice goes out, in working days."""

from datetime import date

from portal.core import clock, workdays
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.meetings.telling import zone_of


def last_day(meeting: Meeting) -> date | None:
    """The last day on which the notice is in time; nothing if the kind asks for no lead.

    Holidays are those that the room's area keeps; elsewhere only weekends count.
    """
    days = kind_of(meeting).lead_days
    if not days:
        return None
    country = meeting.booking.room.area.holidays if meeting.booking else ""
    day = meeting.starts_at.astimezone(zone_of(meeting)).date()
    return workdays.before(day, days, country)


def is_late(meeting: Meeting) -> bool:
    """Whether a notice that is first sent now comes too late."""
    last = last_day(meeting)
    today = clock.now().astimezone(zone_of(meeting)).date()
    return meeting.announced_at is None and last is not None and today > last
