"""Series out of an iCalendar file: the VEVENTs of one UID are one thing (RFC 5545 §3.8.4.4, §3.8.5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import vRecur

from portal.core.i18n import gettext as _
from portal.importers.events import (
    LONGEST_UID,
    YEARS,
    Event,
    Fault,
    event_of,
    is_cancelled,
    moment_of,
    moments_of,
    text_of,
)
from portal.rooms.models import LONGEST
from portal.series.recurrence import MOST_DATES

RECURS = ("RRULE", "RDATE", "EXRULE", "EXDATE")
LAST = datetime(YEARS[-1], 12, 31, tzinfo=UTC)
LONGEST_RULE = 500
UTC_NAMES = ("UTC", "Etc/UTC")


class Change(NamedTuple):
    """What one date is instead, or that it is cancelled. `of` (RECURRENCE-ID) is when it would have been.

    That and all moments below are days, floating times or instants in UTC.
    """

    of: date
    event: Event
    is_cancelled: bool
    # The higher one counts if the file has several for the same date (§3.8.7.4).
    sequence: int


class Extra(NamedTuple):
    """A date besides those of the rule (RDATE), of the usual length unless it says its own."""

    at: date
    lasts: timedelta | None = None


@dataclass(frozen=True)
class Series(Event):
    """An event that recurs: its first date, and what makes the others.

    `zone` is the clock that it keeps to; that of the room if None. Without a `rule` there are only extra dates.
    """

    rule: str = ""
    zone: ZoneInfo | None = None
    left_out: Sequence[date] = ()
    extras: Sequence[Extra] = ()
    changes: Sequence[Change] = ()


def read_events(components: Sequence[Any]) -> list[Event]:
    """The events in file order, a Series for what recurs. A changed date without its series is an event by itself."""
    changes, whole = defaultdict(list), set()
    for found in components:
        if _is_change(found):
            changes[text_of(found, "UID")].append(found)
        else:
            whole.add(text_of(found, "UID"))
    events = []
    for found in components:
        uid = text_of(found, "UID")
        if not _is_change(found):
            events.append(_whole(found, changes.pop(uid, ())))
        elif uid not in whole:
            events.append(_alone(found))
    return events


def _is_change(found: Any) -> bool:
    return "RECURRENCE-ID" in found and bool(text_of(found, "UID"))


def dated(uid: str, moment: date) -> str:
    """The UID of a date that is booked by itself: always the same for the same date."""
    if not isinstance(moment, datetime):
        return f"{uid}-{moment:%Y%m%d}"
    return f"{uid}-{moment:%Y%m%dT%H%M%S}{'Z' if moment.tzinfo else ''}"


def _alone(found: Any) -> Event:
    event = event_of(found)
    try:
        uid = dated(event.uid, _instance(found))
        _refuse_long_uid(event.uid)
    except Fault as fault:
        return replace(event, fault=event.fault or str(fault))
    return replace(event, uid=uid, part_of=event.uid)


def _whole(found: Any, changes: Sequence[Any]) -> Event:
    event = event_of(found)
    if event.fault or not (changes or any(name in found for name in RECURS)):
        return event
    try:
        _refuse_long_uid(event.uid)
        return Series(
            **vars(event), rule=_rule(found), zone=_zone(found),
            left_out=list(moments_of(found, "EXDATE", _("One of its exceptions"))),
            extras=_extras(found), changes=[_change(change, event) for change in changes],
        )
    except Fault as fault:
        return replace(event, fault=str(fault))


def _refuse_long_uid(uid: str) -> None:
    longest = LONGEST_UID - len(dated("", LAST))
    if len(uid) > longest:
        raise Fault(_("%(what)s is longer than %(count)s characters.", what=_("Its UID"), count=longest))


def _rule(found: Any) -> str:
    if "EXRULE" in found:
        raise Fault(_("The portal does not carry EXRULE."))
    value = found.get("RRULE")
    if value is None:
        return ""
    if isinstance(value, list):
        raise Fault(_("It has several rules; the portal carries one."))
    rule: str = value.to_ical().decode() if isinstance(value, vRecur) else ""
    if not rule or len(rule) > LONGEST_RULE:
        raise Fault(_("Its rule cannot be read."))
    return rule


def _zone(found: Any) -> ZoneInfo | None:
    """The zone of its start, if it has one but UTC."""
    start = found["DTSTART"].dt
    own = start.tzinfo if isinstance(start, datetime) else None
    return own if isinstance(own, ZoneInfo) and own.key not in UTC_NAMES else None


def _extras(found: Any) -> list[Extra]:
    extras = [_extra(value) for value in moments_of(found, "RDATE", _("One of its dates"))]
    if len(extras) > MOST_DATES:
        raise Fault(_("It has more than %(count)s extra dates.", count=MOST_DATES))
    return extras


def _extra(value: Any) -> Extra:
    if not isinstance(value, tuple):
        return Extra(value)
    start, end = value
    try:
        lasts = end if isinstance(end, timedelta) else end - start
    except TypeError:
        raise Fault(_("%(what)s cannot be read.", what=_("One of its dates"))) from None
    if not timedelta() < lasts <= LONGEST:
        raise Fault(_("One of its dates does not end after it begins, or lasts longer than a day."))
    return Extra(start, lasts)


def _change(found: Any, series: Event) -> Change:
    sequence = found.get("SEQUENCE", 0)
    return Change(
        _instance(found), event_of(found, series), is_cancelled(found), sequence if isinstance(sequence, int) else 0
    )


def _instance(found: Any) -> date:
    value = found["RECURRENCE-ID"]
    moment = moment_of(value, _("Its RECURRENCE-ID"))
    if value.params.get("RANGE"):
        raise Fault(_("It changes all dates from one on; the portal carries changes of single dates."))
    if any(name in found for name in RECURS):
        raise Fault(_("One of its changed dates recurs itself."))
    return moment
