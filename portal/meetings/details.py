"""What a meeting is besides its words: kind, confidentiality, where outside or online, how many, until when."""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.accounts.models import Department, Person
from portal.bodies.models import Body
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.changing import one_line
from portal.meetings.kinds import kind_of
from portal.meetings.models import Confidentiality, Format, Meeting, MeetingKind
from portal.rooms.models import LONGEST, Booking

LONGEST_VENUE, LONGEST_LINK, LONGEST_WORDS = 200, 500, 5000
MOST_PEOPLE = 100_000


class Details(NamedTuple):
    """What few meetings say. No confidentiality is what the kind has; no `answer_by` what the kind makes of the time.

    In a room the zone is the room's. Chair and recorder are chosen at the making; later they change as everybody's
    part does.
    """

    kind_id: int | None = None
    confidentiality: Confidentiality | None = None
    department_id: int | None = None
    body_id: int | None = None
    outcome: str = ""
    venue: str = ""
    online_url: str = ""
    timezone: str | None = None
    capacity: int | None = None
    quorum: int | None = None
    answer_by: datetime | None = None
    chair: Person | None = None
    recorder: Person | None = None


PLAIN = Details()


def fill(meeting: Meeting, details: Details) -> None:
    """Write them into a meeting that has its time and booking. Raises DomainError naming the field."""
    meeting.kind = _kind(details.kind_id, meeting.kind_id)
    meeting.kind_id = details.kind_id
    meeting.confidentiality = details.confidentiality or kind_of(meeting).confidentiality
    meeting.department_id = _department_id(details.department_id)
    meeting.body = _body(details.body_id, meeting.body_id)
    meeting.body_id = details.body_id
    if len(details.outcome) > LONGEST_WORDS:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_WORDS), "outcome")
    meeting.outcome = details.outcome
    meeting.timezone = meeting.booking.room.area.timezone if meeting.booking else _timezone(details.timezone)
    meeting.capacity, meeting.quorum = _count(details.capacity, "capacity"), _count(details.quorum, "quorum")
    put(meeting, meeting.booking, details.venue, details.online_url)
    meeting.answer_by = _answer_by(meeting, details.answer_by)


def _kind(kind_id: int | None, old_id: int | None) -> MeetingKind | None:
    if kind_id is None:
        return None
    kind = db.session.get(MeetingKind, kind_id)
    if kind is None or (kind.retired_at is not None and kind_id != old_id):
        raise DomainError(_("There is no such kind of meeting any more."), "kind_id")
    return kind


def _department_id(department_id: int | None) -> int | None:
    if department_id is not None and db.session.get(Department, department_id) is None:
        raise DomainError(_("There is no such department."), "department_id")
    return department_id


def _body(body_id: int | None, old_id: int | None) -> Body | None:
    if body_id is None:
        return None
    body = db.session.get(Body, body_id)
    if body is None or (body.retired_at is not None and body_id != old_id):
        raise DomainError(_("This body does not exist any more."), "body_id")
    return body


def _timezone(name: str | None) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise DomainError(_("There is no such time zone."), "timezone") from None


def _count(number: int | None, field: str) -> int | None:
    if number is not None and not 1 <= number <= MOST_PEOPLE:
        raise DomainError(_("Please give a number from 1 to %(most)s.", most=MOST_PEOPLE), field)
    return number


def _answer_by(meeting: Meeting, answer_by: datetime | None) -> datetime | None:
    if answer_by is None:
        return usual_answer_by(meeting)
    if answer_by > meeting.starts_at:
        raise DomainError(_("Answers are due before the meeting begins."), "answer_by")
    if answer_by <= clock.now() and answer_by != meeting.answer_by:
        raise DomainError(_("That time is past."), "answer_by")
    return answer_by


def usual_answer_by(meeting: Meeting) -> datetime | None:
    """So many days before the meeting as its kind says; none if the kind says nothing, or that is past already."""
    days = kind_of(meeting).answer_days
    due = None if days is None else meeting.starts_at - timedelta(days=days)
    return due if due is not None and due > clock.now() else None


# --- Where ---


def put(meeting: Meeting, booking: Booking | None, venue: str, online_url: str) -> None:
    """Say where the meeting is: in the room of the booking or at the venue, online, or both."""
    venue, url = one_line(venue) if booking is None else "", check_link(online_url)
    if booking is None and not venue and not url:
        raise DomainError(_("Say where the meeting is: a place, a link, or both."), "venue")
    if len(venue) > LONGEST_VENUE:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_VENUE), "venue")
    meeting.venue, meeting.online_url = venue, url
    meeting.location = location_of(booking) if booking else venue or _host_of(url)
    meeting.format = _format(booking is not None, venue, url)


def _format(has_room: bool, venue: str, url: str) -> Format:
    if url:
        return Format.HYBRID if has_room or venue else Format.ONLINE
    return Format.ROOM if has_room else Format.OUTSIDE


def location_of(booking: Booking) -> str:
    """The room and its area, in one line."""
    return f"{booking.room.name} · {booking.room.area.name}"


def check_link(url: str) -> str:
    """The address for taking part online, or nothing; raises DomainError for what no browser opens safely."""
    url = url.strip()
    if url and not (url.startswith("https://") and _host_of(url) and url.isprintable() and " " not in url):
        raise DomainError(_("Give an address that begins with https://."), "online_url")
    if len(url) > LONGEST_LINK:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_LINK), "online_url")
    return url


def _host_of(url: str) -> str:
    """What a meeting that is online only calls its place, the same in every language."""
    try:
        return (urlsplit(url).hostname or "")[:LONGEST_VENUE]
    except ValueError:
        return ""


def check_time(starts_at: datetime, ends_at: datetime) -> None:
    """Raise DomainError for a span that is none, or longer than what lists of meetings look back."""
    if ends_at <= starts_at:
        raise DomainError(_("The end must be later than the start."), "ends_at")
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A meeting lasts a day at most. Make one for each day."), "ends_at")
