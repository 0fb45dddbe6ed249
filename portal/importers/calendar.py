"""iCalendar files (RFC 5545): what they are called, and what events and series they hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Event as Component

from portal.core.i18n import gettext as _
from portal.importers.events import Event
from portal.importers.recurring import read_events
from portal.importers.scanning import MEGABYTE, Limits, Scanned, scan, with_known_zone
from portal.importers.tables import LARGEST, Unreadable, read_bytes
from portal.importers.timezones import zone_named

# What the command line takes, and what a browser may send, where somebody waits.
OF_COMMANDS = Limits(octets=LARGEST, components=20_000)
OF_UPLOADS = Limits(octets=5 * MEGABYTE, components=5_000)
# What the parser raises for values that are none.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)


class CalendarFile(NamedTuple):
    """What a file holds: its name for itself, its zone if it says one, and its events."""

    name: str
    zone: ZoneInfo | None
    events: Sequence[Event]


def read_calendar(file: Path) -> CalendarFile:
    """Read the whole file; raises Unreadable if it is missing, or what `calendar_in` refuses."""
    return calendar_in(read_bytes(file), str(file), OF_COMMANDS)


def calendar_in(content: bytes, name: str, limits: Limits) -> CalendarFile:
    """What the content of a file of that name says.

    Raises Unreadable if it is too large, no text in UTF-8, no iCalendar, or has more in it than the limits.
    """
    scanned = scan(content, name, limits)
    events = read_events(list(_components(scanned, name)))
    own = scanned.head.get("X-WR-CALNAME") or scanned.head.get("NAME") or Path(name).stem
    return CalendarFile(own[:100], zone_named(scanned.head.get("X-WR-TIMEZONE", "")), _said_once(events))


def _components(scanned: Scanned, name: str) -> Iterator[Any]:
    """Each event as the parser reads it: one by one, so that what is wrong with one is not the file's."""
    for lines in scanned.events:
        known = (with_known_zone(line, scanned.zones) for line in lines)
        text = "\r\n".join(("BEGIN:VEVENT", *(line for line in known if line), "END:VEVENT", ""))
        try:
            yield Component.from_ical(text)
        except BROKEN as error:
            said = " ".join(str(error).split())[:200]
            raise Unreadable(
                _("%(file)s is not a whole iCalendar file: %(error)s", file=name, error=said)
            ) from None


def _said_once(events: Sequence[Event]) -> list[Event]:
    """The events, with a fault on each that bears the UID of an earlier one."""
    seen: Counter[str] = Counter()
    result = []
    for event in events:
        again = seen[event.uid] and not event.fault
        result.append(replace(event, fault=_("Another event of the file has the same UID.")) if again else event)
        seen[event.uid] += 1
    return result
