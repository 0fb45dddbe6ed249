"""One VEVENT of an iCalendar file (RFC 5545 §3.6.1), with what speaks against booking it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.i18n import gettext as _
from portal.importers.timezones import UNKNOWN
from portal.rooms.models import LONGEST_TITLE, Visibility
from portal.web.forms import UNPRINTABLE

LONGEST_UID = 255
_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
# What is nearer to the ends of all time cannot be put on every clock.
YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Event:
    """One event of the file. `fault` is a sentence if it can be taken in nowhere, else empty.

    Times without a zone ("floating", §3.3.5) stay naive: which clock they mean depends on the room. What lasts whole
    days floats from midnight to midnight. `part_of` is the UID of the series that it is one date of, if the file has no
    more of that series. What is free keeps nobody busy (TRANSP, §3.8.2.7).
    """

    uid: str
    summary: str
    room: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    fault: str = ""
    visibility: Visibility = Visibility.HOUSE
    part_of: str = ""
    is_all_day: bool = False
    is_free: bool = False

    @property
    def objection(self) -> str:
        """Why it can be booked nowhere: a sentence, or nothing."""
        if self.fault or not self.is_all_day:
            return self.fault
        return _("It lasts whole days; a booking needs a start and an end time.")

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end as instants, floating ones on the clock of that zone."""
        assert self.starts_at
        assert self.ends_at
        first, last = (_aware(instant, zone) for instant in (self.starts_at, self.ends_at))
        return first, last


class Fault(Exception):
    """Why one event cannot be taken in: a sentence."""


def event_of(found: Any, like: Event | None = None) -> Event:
    """The event as it is said; title, room, privacy and whether it is free are those of `like` if they are not said."""
    unsaid = like or Event("", _("(untitled)"), "")
    transparency = text_of(found, "TRANSP").upper()
    event = Event(
        text_of(found, "UID"), _title(found) or unsaid.summary, text_of(found, "LOCATION") or unsaid.room,
        visibility=_visibility(text_of(found, "CLASS").upper(), unsaid),
        is_free=transparency == "TRANSPARENT" if transparency else unsaid.is_free,
    )
    try:
        starts_at, ends_at, is_all_day = _times(found)
        event = replace(event, starts_at=starts_at, ends_at=ends_at, is_all_day=is_all_day)
        if is_cancelled(found):
            raise Fault(_("It is cancelled."))
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
    values = (
        (_("Its title"), event.summary, LONGEST_TITLE), (_("Its room's name"), event.room, 100),
        (_("Its UID"), event.uid, LONGEST_UID),
    )
    for what, value, longest in values:
        if len(value) > longest:
            raise Fault(_("%(what)s is longer than %(count)s characters.", what=what, count=longest))
        if UNPRINTABLE.search(value):
            raise Fault(_("%(what)s holds characters that cannot be shown.", what=what))


def _times(found: Any) -> tuple[datetime, datetime, bool]:
    """Start, end, and whether it lasts whole days; without end or duration it ends when it starts (§3.6.1)."""
    start = _required(found, "DTSTART", _("Its start"))
    is_all_day = not isinstance(start, datetime)
    if "DTEND" in found:
        end = _required(found, "DTEND", _("Its end"))
        if is_all_day == isinstance(end, datetime) or _is_floating(start) != _is_floating(end):
            raise Fault(_("Its start and its end are not on the same clock."))
        return _midnight(start), _midnight(end), is_all_day
    lasts = _read(found["DURATION"]) if "DURATION" in found else timedelta(days=is_all_day)
    try:
        ends_at = _midnight(start) + lasts
    except (OverflowError, TypeError):
        raise Fault(_("Its duration cannot be read.")) from None
    _within_years(ends_at, _("Its end"))
    return _midnight(start), ends_at, is_all_day


def _required(found: Any, name: str, called: str) -> date:
    value = found.get(name)
    if value is None:
        raise Fault(_("It has no start.") if name == "DTSTART" else _("It has no end."))
    return moment_of(value, called)


def _is_floating(moment: date) -> bool:
    return not isinstance(moment, datetime) or moment.tzinfo is None


def _midnight(moment: date) -> datetime:
    """An instant as it is, a day from its midnight on, wherever that is."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def moment_of(value: Any, called: str) -> date:
    """What a property says: a day, a floating time, or an instant in UTC; raises Fault if it cannot be read."""
    found = _read(value)
    if not isinstance(found, date):
        raise Fault(_("%(what)s cannot be read.", what=called))
    return _checked(found, value, called)


def moments_of(found: Any, name: str, called: str) -> Iterator[Any]:
    """The same of each value in all lists of that name; of a period (§3.3.9) the start, with its end or length."""
    lists = found.get(name, [])
    for one in lists if isinstance(lists, list) else [lists]:
        try:
            values = [entry.dt for entry in one.dts]
        except (AttributeError, ValueError):
            raise Fault(_("%(what)s cannot be read.", what=called)) from None
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
        raise Fault(_("Its time zone “%(zone)s” is unknown.", zone=zone.removeprefix(UNKNOWN)))
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _within_years(moment: date, called: str) -> None:
    if moment.year not in YEARS:
        raise Fault(
            _("%(what)s is not in the years from %(first)s to %(last)s.", what=called, first=YEARS[0], last=YEARS[-1])
        )


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
    return " ".join(_first(found, name).split())


def _title(found: Any) -> str:
    """What it is called on one line, with as many blanks between words as it has."""
    return _BREAKS.sub(" ", _first(found, "SUMMARY")).strip()


def _first(found: Any, name: str) -> str:
    value = found.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _made_up_uid(event: Event) -> str:
    """The same for the same event, so that a file without UIDs is not booked twice either."""
    facts = (event.summary, event.room, str(event.starts_at), str(event.ends_at))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
