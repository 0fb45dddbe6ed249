"""Series as components (RFC 5545 §3.8.5): a master with the rule and EXDATE, and an override of each differing date."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.calendars import components
from portal.calendars.components import Event
from portal.series.recurrence import clock_times, parse

# What names an instance, and what is compared otherwise; all else an override repeats where it differs.
_APART = frozenset(
    {
        "uid", "sequence", "created_at", "changed_at", "starts_at", "ends_at", "url", "description", "zone",
        "recurrence_id", "rule", "exdates", "related_to", "stamped_at",
    }
)
_SAID = tuple(one.name for one in fields(Event) if one.name not in _APART)


def vevents(master: Event, shown: Mapping[datetime, Event]) -> bytes:
    """The octets of a series: its master, then an override of each instance that is otherwise; none if none is shown.

    `master` says what an instance is unless it differs. It has the `zone` (an IANA name) in which the series keeps its
    hour, `rule` with COUNT or UNTIL, and the first start and end by that rule. `shown` is what each standing instance
    is, by the instant that the rule gives it (whatever it was moved to); the rule's others are EXDATE. UID and zone of
    an override are the master's, its SEQUENCE and times of change those of the instance. The address of its page, also
    where it ends the description, is no difference.
    """
    zone = ZoneInfo(master.zone)
    rule = parse(master.rule, master.starts_at.astimezone(zone))
    by_rule = list(clock_times(rule, master.starts_at, zone))
    found = _by_clock_time(by_rule, shown, zone)
    if not found:
        return b""
    first = by_rule[0]
    whole = replace(
        master, starts_at=first, ends_at=first.astimezone(UTC) + (master.ends_at - master.starts_at),
        exdates=[at for at in by_rule if at not in found],
    )
    return components.vevent(whole) + b"".join(map(components.vevent, _overrides(whole, found)))


def _by_clock_time(
    by_rule: Iterable[datetime], shown: Mapping[datetime, Event], zone: ZoneInfo
) -> dict[datetime, Event]:
    """What each instance is, by its time on the clock of the rule, which may be one that the clocks skip.

    Where the zone's rules have changed since the dates were booked, the instance of the same day is meant.
    """
    known = {at.astimezone(UTC): at for at in by_rule}
    strays = {at.astimezone(zone).date(): event for at, event in shown.items() if at not in known}
    found = {}
    for at in by_rule:
        event = shown.get(at.astimezone(UTC)) or strays.get(at.date())
        if event is not None:
            found[at] = event
    return found


def _overrides(master: Event, found: Mapping[datetime, Event]) -> Iterator[Event]:
    usual = _said(master)
    for at, event in found.items():
        one = replace(event, uid=master.uid, zone=master.zone, recurrence_id=at, rule="", exdates=(), related_to="")
        if _said(one) != usual or not _is_as_ruled(one, at, master):
            yield one


def _is_as_ruled(one: Event, at: datetime, master: Event) -> bool:
    """Whether every reader makes its start and end of the rule.

    Not of times that the clocks skip. And a length is to be exact (§3.8.5.3), but some take it from the clock: what
    goes over a change of the clocks is written out.
    """
    zone = ZoneInfo(master.zone)
    starts_at = one.starts_at.astimezone(UTC)
    is_at_its_time = starts_at == at.astimezone(UTC) and _on_clock(starts_at, zone) == at.replace(tzinfo=None)
    return is_at_its_time and len(_lengths(one, zone) | _lengths(master, zone)) == 1


def _lengths(event: Event, zone: ZoneInfo) -> set[timedelta]:
    """How long it lasts, and how long by the clock."""
    starts_at, ends_at = event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)
    return {ends_at - starts_at, _on_clock(ends_at, zone) - _on_clock(starts_at, zone)}


def _on_clock(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _said(event: Event) -> tuple[object, ...]:
    values = (getattr(event, name) for name in _SAID)
    said = (value if isinstance(value, str | int | None) else tuple(value) for value in values)
    return event.description.removesuffix(event.url).rstrip(), *said
