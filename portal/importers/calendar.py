"""Events out of an iCalendar file (RFC 5545), each with what speaks against booking it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar

from portal.importers.tables import Unreadable, read_bytes
from portal.rooms.models import Visibility

UNTITLED = "(untitled)"


@dataclass(frozen=True)
class Event:
    """One VEVENT in file order. `fault` is a sentence if it can be booked nowhere, else empty.

    Times without a zone ("floating", RFC 5545 §3.3.5) stay naive: which clock they mean depends on the room.
    """

    uid: str
    summary: str
    room: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    fault: str = ""
    visibility: Visibility = Visibility.HOUSE

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end as instants, floating ones on the clock of that zone."""
        assert self.starts_at
        assert self.ends_at
        first, last = (_aware(instant, zone) for instant in (self.starts_at, self.ends_at))
        return first, last


class CalendarFile(NamedTuple):
    """What a file holds: its name for itself, its zone if it says one, and its events."""

    name: str
    zone: ZoneInfo | None
    events: Sequence[Event]


class _Fault(Exception):
    """Why one event cannot be booked."""


def read_calendar(file: Path) -> CalendarFile:
    """Read the whole file; raises Unreadable if it is missing, too large, no text in UTF-8, or no iCalendar."""
    not_one = Unreadable(f"{file} is not an iCalendar file.")
    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not an iCalendar file: it is not text in UTF-8.") from None
    if "\0" in text or not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise not_one
    try:
        calendars: list[Any] = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable(f"{file} is not a whole iCalendar file: {error}") from None
    begun = sum(line.strip().upper() == "BEGIN:VCALENDAR" for line in text.splitlines())
    # The parser says nothing about a calendar that is never ended: a download that broke off.
    if len(calendars) != begun:
        raise Unreadable(f"{file} is not a whole iCalendar file: it breaks off before END:VCALENDAR.")
    events = [_event(found) for calendar in calendars for found in calendar.walk("VEVENT")]
    return CalendarFile(_name(calendars[0]) or file.stem[:100], _zone(calendars[0]), _said_once(events))


def _name(calendar: Any) -> str:
    return _text(calendar, "X-WR-CALNAME")[:100]


def _zone(calendar: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(_text(calendar, "X-WR-TIMEZONE"))
    except (KeyError, ValueError, OSError):
        return None


def _event(found: Any) -> Event:
    # RFC 5545 §3.8.1.3: a class that we do not know counts as PRIVATE.
    visibility = Visibility.HOUSE if _text(found, "CLASS").upper() in {"", "PUBLIC"} else Visibility.PRIVATE
    event = Event(
        _text(found, "UID"), _text(found, "SUMMARY") or UNTITLED, _text(found, "LOCATION"), visibility=visibility
    )
    try:
        starts_at, ends_at = _times(found)
        event = replace(event, starts_at=starts_at, ends_at=ends_at)
        _refuse_what_comes_later(found)
        _refuse_what_does_not_fit(event)
    except _Fault as fault:
        event = replace(event, fault=str(fault))
    return event if event.uid else replace(event, uid=_made_up_uid(event))


def _refuse_what_comes_later(found: Any) -> None:
    if any(name in found for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        raise _Fault("It recurs; the portal does not take series yet.")
    if _text(found, "STATUS").upper() == "CANCELLED":
        raise _Fault("It is cancelled.")


def _refuse_what_does_not_fit(event: Event) -> None:
    for what, value, longest in (
        ("title", event.summary, 200), ("room's name", event.room, 100), ("UID", event.uid, 255),
    ):
        if len(value) > longest:
            raise _Fault(f"Its {what} is longer than {longest} characters.")


def _times(found: Any) -> tuple[datetime, datetime]:
    """Start and end; an event with neither end nor duration ends when it starts (RFC 5545 §3.6.1)."""
    starts_at = _instant(found, "DTSTART", "start")
    if "DTEND" in found:
        ends_at = _instant(found, "DTEND", "end")
        if (starts_at.tzinfo is None) != (ends_at.tzinfo is None):
            raise _Fault("Its start and its end are not on the same clock.")
        return starts_at, ends_at
    lasts = _read(found["DURATION"]) if "DURATION" in found else timedelta()
    if not isinstance(lasts, timedelta):
        raise _Fault("Its duration cannot be read.")
    try:
        return starts_at, starts_at + lasts
    except OverflowError:
        raise _Fault("Its duration cannot be read.") from None


def _instant(found: Any, name: str, called: str) -> datetime:
    value = found.get(name)
    if value is None:
        raise _Fault(f"It has no {called}.")
    instant = _read(value)
    if instant is None:
        raise _Fault(f"Its {called} cannot be read.")
    if not isinstance(instant, datetime):
        raise _Fault("It lasts whole days; a booking needs a start and an end time.")
    if instant.tzinfo is None and (zone := value.params.get("TZID")):
        raise _Fault(f"Its time zone “{zone}” is unknown.")
    try:
        return instant.astimezone(UTC) if instant.tzinfo else instant
    except OverflowError:
        raise _Fault(f"Its {called} cannot be read.") from None


def _read(value: Any) -> Any:
    """What a property of date, time or length holds; None for one that is broken or given twice."""
    try:
        return getattr(value, "dt", None)
    except ValueError:
        return None


def _aware(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _text(found: Any, name: str) -> str:
    value = found.get(name, "")
    return " ".join(str(value[0] if isinstance(value, list) else value).split())


def _made_up_uid(event: Event) -> str:
    """The same for the same event, so that a file without UIDs is not booked twice either."""
    facts = (event.summary, event.room, str(event.starts_at), str(event.ends_at))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _said_once(events: Sequence[Event]) -> list[Event]:
    """The events, with a fault on each that bears the UID of an earlier one."""
    seen: Counter[str] = Counter()
    result = []
    for event in events:
        again = seen[event.uid] and not event.fault
        result.append(replace(event, fault="Another event of the file has the same UID.") if again else event)
        seen[event.uid] += 1
    return result
