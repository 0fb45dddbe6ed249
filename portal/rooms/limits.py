"""What a booking has to keep to, by the rules of what it books. Each limit refuses with a sentence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, reader
from portal.rooms.hours import holiday_on, hours_on, is_open
from portal.rooms.models import Area, Resource
from portal.rooms.rules import Rules


class Breach(NamedTuple):
    """A limit that a booking does not keep: its name as in the table, words, and the field they belong beside."""

    limit: str
    words: str
    field: str


def fixed_breaches(
    rules: Rules, resource: Resource, starts_at: datetime, ends_at: datetime, now: datetime
) -> Iterator[Breach]:
    """Every limit that a booking of that time would break, as far as no bookings have to be counted.

    Days and hours are those of the area's clock. No statement, if the opening hours are loaded (`hours.load_hours`)
    or may be disregarded; see `portal.rooms.quotas` for the rest.
    """
    yield from _of_length(rules, ends_at - starts_at)
    yield from _of_lead(rules, resource.area, starts_at, now)
    yield from _of_slots(rules, resource.area, starts_at, ends_at)
    if rules.within_hours:
        yield from _of_hours(resource, starts_at, ends_at)


def too_many(rules: Rules, ahead: int) -> Iterator[Breach]:
    """The limit on how many bookings one person has ahead, if one more would break it."""
    most = rules.most_ahead
    if most and ahead >= most:
        yield Breach(
            "most_ahead",
            ngettext(
                "One person may have one booking ahead in this area.",
                "One person may have %(num)s bookings ahead in this area.", most,
            ),
            "room_id",
        )


def _of_length(rules: Rules, length: timedelta) -> Iterator[Breach]:
    shortest, longest = rules.shortest_minutes, rules.longest_minutes
    if shortest and length < timedelta(minutes=shortest):
        words = _("A booking here lasts %(minutes)s minutes at least.", minutes=shortest)
        yield Breach("shortest_minutes", words, "ends_at")
    if longest and length > timedelta(minutes=longest):
        words = _("A booking here lasts %(minutes)s minutes at most.", minutes=longest)
        yield Breach("longest_minutes", words, "ends_at")


def _of_lead(rules: Rules, area: Area, starts_at: datetime, now: datetime) -> Iterator[Breach]:
    ahead, lead = rules.days_ahead, rules.lead_minutes
    today, day = now.astimezone(area.zone).date(), starts_at.astimezone(area.zone).date()
    if ahead is not None and day > today + timedelta(days=ahead):
        words = ngettext(
            "Rooms here are booked one day ahead at most.", "Rooms here are booked %(num)s days ahead at most.", ahead
        )
        yield Breach("days_ahead", words, "starts_at")
    if lead and starts_at < now + timedelta(minutes=lead):
        words = _("Rooms here are booked %(minutes)s minutes before the start at the latest.", minutes=lead)
        yield Breach("lead_minutes", words, "starts_at")


def _of_slots(rules: Rules, area: Area, starts_at: datetime, ends_at: datetime) -> Iterator[Breach]:
    slot = rules.slot_minutes
    for field, instant in (("starts_at", starts_at), ("ends_at", ends_at)) if slot else ():
        wall = instant.astimezone(area.zone)
        if slot and ((wall.hour * 60 + wall.minute) % slot or wall.second):
            words = _("Bookings here begin and end on a slot of %(minutes)s minutes.", minutes=slot)
            yield Breach("slot_minutes", words, field)


def _of_hours(resource: Resource, starts_at: datetime, ends_at: datetime) -> Iterator[Breach]:
    """Says when it is open on the day of the start, or what holiday that is."""
    if is_open(resource, starts_at, ends_at):
        return
    day = starts_at.astimezone(resource.area.zone).date()
    open_then, holiday = hours_on(resource, day), holiday_on(resource.area, day, reader().locale)
    if open_then:
        opens, closes = (f"{at:%H:%M}" for at in open_then)
        words = _(
            "%(room)s is open from %(opens)s to %(closes)s that day.", room=resource.name, opens=opens, closes=closes
        )
    elif holiday:
        words = _("%(room)s is closed that day: %(holiday)s.", room=resource.name, holiday=holiday)
    else:
        words = _("%(room)s is closed that day.", room=resource.name)
    yield Breach("within_hours", words, "starts_at")
