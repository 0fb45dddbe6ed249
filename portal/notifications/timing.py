"""When a notice leaves the portal, by what its reader chose. Hours are those on the reader's clock."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.notifications import kinds
from portal.notifications.models import Manner, NoticePreference


class Leaving(NamedTuple):
    """When a mail of its own may go, and when it is to go with a digest (UTC): one of the two, or neither."""

    mail_at: datetime | None = None
    digest_at: datetime | None = None


def leaving(
    kind: str, preference: NoticePreference | None, zone: ZoneInfo, now: datetime, starts_at: datetime | None
) -> Leaving:
    """How a notice leaves that is told now, about what begins at `starts_at` if it begins at all."""
    if preference is None:
        return Leaving(mail_at=now)
    manner = Manner.MAIL if kinds.is_decision(kind) else getattr(preference, kinds.group_of(kind))
    if manner == Manner.INBOX:
        return Leaving()
    is_urgent = starts_at is not None and now <= starts_at <= now + timedelta(hours=preference.urgent_hours)
    if manner == Manner.DIGEST and not is_urgent:
        return Leaving(digest_at=next_hour(preference.digest_hour, zone, now))
    return Leaving(mail_at=now if is_urgent else end_of_quiet(preference, zone, now))


def next_hour(hour: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The next time after now that the clock shows the full hour (UTC)."""
    return _next(time(hour), zone, now)


def end_of_quiet(preference: NoticePreference, zone: ZoneInfo, now: datetime) -> datetime:
    """When mail may next be sent (UTC): now, unless it is a quiet hour."""
    first, last = preference.quiet_from, preference.quiet_until
    if first is None or last is None:
        return now
    shown = now.astimezone(zone).time()
    is_quiet = first <= shown < last if first < last else shown >= first or shown < last
    return _next(last, zone, now) if is_quiet else now


def _next(clock_time: time, zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=ahead), clock_time, zone).astimezone(UTC) for ahead in range(3))
    return next(instant for instant in days if instant > now)
