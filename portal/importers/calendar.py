"""iCalendar files (RFC 5545): what they are called, and what events and series they hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar

from portal.importers.events import Event, text_of
from portal.importers.recurring import read_events
from portal.importers.tables import Unreadable, read_bytes


class CalendarFile(NamedTuple):
    """What a file holds: its name for itself, its zone if it says one, and its events."""

    name: str
    zone: ZoneInfo | None
    events: Sequence[Event]


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
    events = read_events([found for calendar in calendars for found in calendar.walk("VEVENT")])
    return CalendarFile(_name(calendars[0]) or file.stem[:100], _zone(calendars[0]), _said_once(events))


def _name(calendar: Any) -> str:
    return text_of(calendar, "X-WR-CALNAME")[:100]


def _zone(calendar: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(text_of(calendar, "X-WR-TIMEZONE"))
    except (KeyError, ValueError, OSError):
        return None


def _said_once(events: Sequence[Event]) -> list[Event]:
    """The events, with a fault on each that bears the UID of an earlier one."""
    seen: Counter[str] = Counter()
    result = []
    for event in events:
        again = seen[event.uid] and not event.fault
        result.append(replace(event, fault="Another event of the file has the same UID.") if again else event)
        seen[event.uid] += 1
    return result
