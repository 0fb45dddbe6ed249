"""Reading a reply or a proposal (RFC 5546 §3.2.3, §3.2.7) out of a calendar object, within bounds."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from portal.calendars.models import ReplyMethod
from portal.core.i18n import gettext as _
from portal.meetings.models import Answer

LARGEST_OBJECT = 200_000
LONGEST_LINE = 10_000
MOST_LINES = 500
MOST_COMPONENTS = 20
# What is read of it; nothing else reaches the library, whose work grows with what a sender thinks up.
WANTED = frozenset(
    b"BEGIN END METHOD VERSION PRODID UID SEQUENCE DTSTAMP RECURRENCE-ID ATTENDEE COMMENT".split()
    + b"DTSTART DTEND DURATION".split()
)
# §3.2.12 of RFC 5545; DELEGATED names somebody whom the portal would have to ask first.
ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
METHODS = {"REPLY": ReplyMethod.REPLY, "COUNTER": ReplyMethod.COUNTER}
LONGEST_COMMENT = 500
LARGEST_SEQUENCE = 2**31

_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(rb"[A-Za-z0-9-]+")


class Unreadable(Exception):
    """It is no reply that can be read; the words say why."""


class Reply(NamedTuple):
    """What somebody said of one meeting, or of the one date of a series that `recurrence_id` names. Instants in UTC.

    A proposal says from when until when it should be, and need not say whether they come.
    """

    method: ReplyMethod
    uid: str
    email: str
    answer: Answer | None
    comment: str
    sequence: int
    stamped_at: datetime | None
    recurrence_id: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def plain(text: str) -> str:
    """The text without what no database takes, NUL and halves of letters: whoever writes to the mailbox may send it."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()


def reply_in(octets: bytes, sender: str = "") -> Reply:
    """The one reply or proposal that a calendar object is; raises Unreadable.

    `sender` tells who of several attendees made a proposal, which may also ask for others to be invited (§3.2.7).
    """
    calendar = _calendar(octets)
    method = METHODS.get(str(calendar.get("METHOD", "")).strip().upper())
    if method is None:
        raise Unreadable(_("Its calendar object is no reply."))
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        raise Unreadable(_("A reply is to one meeting."))
    return _reply(method, events[0], sender)


def _calendar(octets: bytes) -> Calendar:
    """Raises Unreadable, also for what would take long to read."""
    if len(octets) > LARGEST_OBJECT:
        raise Unreadable(_("Its calendar object is larger than a reply can be."))
    kept = list(_lines(octets))
    begun = sum(line.upper().startswith(b"BEGIN:") for line in kept)
    longest = max(map(len, kept), default=0)
    if len(kept) > MOST_LINES or begun > MOST_COMPONENTS or longest > LONGEST_LINE:
        raise Unreadable(_("Its calendar object is larger than a reply can be."))
    try:
        found = Calendar.from_ical(b"\r\n".join(kept) + b"\r\n")
    except Exception:  # whatever hostile octets make of the library
        raise Unreadable(_("Its calendar object cannot be read.")) from None
    if not isinstance(found, Calendar):
        raise Unreadable(_("Its calendar object cannot be read."))
    return found


def _lines(octets: bytes) -> Iterator[bytes]:
    """The unfolded lines (§3.1) that say something here, without the zones that the sender describes.

    Their rules may be endless, and the library remembers them: the next mail's times would be read by them.
    """
    is_zone = False
    for line in _FOLD.sub(b"", octets.replace(b"\0", b"")).splitlines():
        stripped, name = line.strip().upper(), _NAME.match(line)
        is_zone = is_zone or stripped == b"BEGIN:VTIMEZONE"
        if name and name[0].upper() in WANTED and not is_zone:
            yield line
        is_zone = is_zone and stripped != b"END:VTIMEZONE"


def _reply(method: ReplyMethod, event: Any, sender: str) -> Reply:
    attendee = _who(method, event, sender)
    answer = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if answer is None and method == ReplyMethod.REPLY:
        raise Unreadable(_("It neither accepts nor declines."))
    starts_at, ends_at = _proposed(event) if method == ReplyMethod.COUNTER else (None, None)
    return Reply(
        method, plain(str(event.get("UID", "")))[:255], _address(attendee), answer, _comment(event), _sequence(event),
        _instant(event, "DTSTAMP"), _recurrence(event), starts_at, ends_at,
    )


def _who(method: ReplyMethod, event: Any, sender: str) -> Any:
    attendees = event.get("ATTENDEE")
    if isinstance(attendees, list) and method == ReplyMethod.COUNTER:
        attendees = next((one for one in attendees if sender and _address(one) == sender), None)
    if attendees is None or isinstance(attendees, list) or not hasattr(attendees, "params"):
        raise Unreadable(_("A reply is from one person."))
    return attendees


def _address(attendee: Any) -> str:
    scheme, _colon, address = str(attendee).partition(":")
    return plain(address).lower() if scheme.lower() == "mailto" else ""


def _comment(event: Any) -> str:
    comment = event.get("COMMENT", "")
    first = comment[0] if isinstance(comment, list) and comment else comment
    return plain(str(first))[:LONGEST_COMMENT]


def _sequence(event: Any) -> int:
    try:
        number = int(event.get("SEQUENCE", 0))
    except (ValueError, TypeError):
        number = -1
    if not 0 <= number < LARGEST_SEQUENCE:
        raise Unreadable(_("Its calendar object cannot be read."))
    return number


def _recurrence(event: Any) -> datetime | None:
    """Which date of a series it is about."""
    instant = _instant(event, "RECURRENCE-ID")
    if "RECURRENCE-ID" in event and instant is None:
        raise Unreadable(_("Which date it is about cannot be read."))
    return instant


def _proposed(event: Any) -> tuple[datetime, datetime]:
    starts_at, ends_at = _instant(event, "DTSTART"), _instant(event, "DTEND")
    lasts = getattr(event.get("DURATION"), "dt", None)
    if starts_at is not None and ends_at is None and lasts is not None:
        ends_at = _sum(starts_at, lasts)
    if starts_at is None or ends_at is None:
        raise Unreadable(_("The time that it proposes cannot be read."))
    return starts_at, ends_at


def _sum(instant: datetime, lasts: Any) -> datetime | None:
    try:
        return instant + lasts
    except (OverflowError, TypeError):
        return None


def _instant(event: Any, name: str) -> datetime | None:
    """The property as an instant: its zone is UTC, an IANA one or one of Windows; nothing for other values."""
    value = event.get(name)
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime) or not 1970 < moment.year < 2200:
        return None
    zone_name = str(value.params.get("TZID", "")).strip().strip('"')
    if zone_name:
        zone = _zone(WINDOWS_TO_OLSON.get(zone_name, zone_name))
        return moment.replace(tzinfo=zone).astimezone(UTC) if zone else None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
