"""One VEVENT of an iCalendar file (RFC 5545 §3.6.1), with what speaks against booking it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.rooms.models import Visibility

UNTITLED = "(untitled)"
LONGEST_UID = 255
# What is nearer to the ends of all time cannot be put on every clock.
YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Event:
    """One event of the file. `fault` is a sentence if it can be booked nowhere, else empty.

    Times without a zone ("floating", §3.3.5) stay naive: which clock they mean depends on the room. `part_of` is the
    UID of the series that it is one date of, if the file has no more of that series.
    """

    uid: str
    summary: str
    room: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    fault: str = ""
    visibility: Visibility = Visibility.HOUSE
    part_of: str = ""

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end as instants, floating ones on the clock of that zone."""
        assert self.starts_at
        assert self.ends_at
        first, last = (_aware(instant, zone) for instant in (self.starts_at, self.ends_at))
        return first, last


class Fault(Exception):
    """Why one event cannot be booked."""


def event_of(found: Any, like: Event | None = None) -> Event:
    """The event as it is said; title, room and privacy that are not said are those of `like`."""
    unsaid = like or Event("", UNTITLED, "")
    event = Event(
        text_of(found, "UID"), text_of(found, "SUMMARY") or unsaid.summary, text_of(found, "LOCATION") or unsaid.room,
        visibility=_visibility(text_of(found, "CLASS").upper(), unsaid),
    )
    try:
        starts_at, ends_at = _times(found)
        event = replace(event, starts_at=starts_at, ends_at=ends_at)
        if is_cancelled(found):
            raise Fault("It is cancelled.")
        _refuse_what_does_not_fit(event)
    except Fault as fault:
        event = replace(event, fault=str(fault))
    return event if event.uid else replace(event, uid=_made_up_uid(event))


def _visibility(said: str, unsaid: Event) -> Visibility:
    if not said:
        return unsaid.visibility
    # §3.8.1.3: a class that we do not know counts as PRIVATE.
    return Visibility.HOUSE if said == "PUBLIC" else Visibility.PRIVATE


def is_cancelled(found: Any) -> bool:
    return text_of(found, "STATUS").upper() == "CANCELLED"


def _refuse_what_does_not_fit(event: Event) -> None:
    for what, value, longest in (
        ("title", event.summary, 200), ("room's name", event.room, 100), ("UID", event.uid, LONGEST_UID),
    ):
        if len(value) > longest:
            raise Fault(f"Its {what} is longer than {longest} characters.")


def _times(found: Any) -> tuple[datetime, datetime]:
    """Start and end; an event with neither end nor duration ends when it starts (§3.6.1)."""
    starts_at = _instant(found, "DTSTART", "start")
    if "DTEND" in found:
        ends_at = _instant(found, "DTEND", "end")
        if (starts_at.tzinfo is None) != (ends_at.tzinfo is None):
            raise Fault("Its start and its end are not on the same clock.")
        return starts_at, ends_at
    lasts = _read(found["DURATION"]) if "DURATION" in found else timedelta()
    if not isinstance(lasts, timedelta):
        raise Fault("Its duration cannot be read.")
    try:
        ends_at = starts_at + lasts
    except OverflowError:
        raise Fault("Its duration cannot be read.") from None
    _within_years(ends_at, "Its end")
    return starts_at, ends_at


def _instant(found: Any, name: str, called: str) -> datetime:
    value = found.get(name)
    if value is None:
        raise Fault(f"It has no {called}.")
    instant = moment_of(value, f"Its {called}")
    if not isinstance(instant, datetime):
        raise Fault("It lasts whole days; a booking needs a start and an end time.")
    return instant


def moment_of(value: Any, called: str) -> date:
    """What a property says: a day, a floating time, or an instant in UTC; raises Fault if it cannot be read."""
    found = _read(value)
    if not isinstance(found, date):
        raise Fault(f"{called} cannot be read.")
    return _checked(found, value, called)


def moments_of(found: Any, name: str, called: str) -> Iterator[Any]:
    """The same of each value in all lists of that name; of a period (§3.3.9) the start, with its end or length."""
    lists = found.get(name, [])
    for one in lists if isinstance(lists, list) else [lists]:
        try:
            values = [entry.dt for entry in one.dts]
        except (AttributeError, ValueError):
            raise Fault(f"{called} cannot be read.") from None
        for value in values:
            if isinstance(value, tuple):
                start, end = value
                yield tuple(_checked(part, one, called) if isinstance(part, date) else part for part in (start, end))
            else:
                yield _checked(value, one, called)


def _checked(moment: date, value: Any, called: str) -> date:
    _within_years(moment, called)
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None and (zone := value.params.get("TZID")):
        raise Fault(f"Its time zone “{zone}” is unknown.")
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _within_years(moment: date, called: str) -> None:
    if moment.year not in YEARS:
        raise Fault(f"{called} is not in the years from {YEARS[0]} to {YEARS[-1]}.")


def _read(value: Any) -> Any:
    """What a property of date, time or length holds; None for one that is broken or given twice."""
    try:
        return getattr(value, "dt", None)
    except ValueError:
        return None


def _aware(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def text_of(found: Any, name: str) -> str:
    """A property as a text on one line; of several the first."""
    value = found.get(name, "")
    return " ".join(str(value[0] if isinstance(value, list) else value).split())


def _made_up_uid(event: Event) -> str:
    """The same for the same event, so that a file without UIDs is not booked twice either."""
    facts = (event.summary, event.room, str(event.starts_at), str(event.ends_at))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
