"""What a booking has to keep to in its area, by the area's `BookingPolicy`. Each limit refuses with a sentence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms.models import Area, BookingPolicy


class Breach(NamedTuple):
    """A limit that a booking does not keep: its name as in the table, words, and the field they belong beside."""

    limit: str
    words: str
    field: str


def breaches(area: Area, starts_at: datetime, ends_at: datetime, now: datetime) -> Iterator[Breach]:
    """Every limit of the area that a booking of that time would break; none where no policy is set."""
    if area.policy is not None:
        yield from _of_length(area.policy, ends_at - starts_at)
        yield from _of_lead(area.policy, area, starts_at, now)
        yield from _of_slots(area.policy, area, starts_at, ends_at)


def too_many(policy: BookingPolicy | None, ahead: int) -> Iterator[Breach]:
    """The limit on how many bookings one person has ahead, if one more would break it."""
    most = policy.most_ahead if policy else None
    if most and ahead >= most:
        yield Breach(
            "most_ahead",
            ngettext(
                "One person may have one booking ahead in this area.",
                "One person may have %(num)s bookings ahead in this area.", most,
            ),
            "room_id",
        )


def _of_length(policy: BookingPolicy, length: timedelta) -> Iterator[Breach]:
    shortest, longest = policy.shortest_minutes, policy.longest_minutes
    if shortest and length < timedelta(minutes=shortest):
        words = _("A booking here lasts %(minutes)s minutes at least.", minutes=shortest)
        yield Breach("shortest_minutes", words, "ends_at")
    if longest and length > timedelta(minutes=longest):
        words = _("A booking here lasts %(minutes)s minutes at most.", minutes=longest)
        yield Breach("longest_minutes", words, "ends_at")


def _of_lead(policy: BookingPolicy, area: Area, starts_at: datetime, now: datetime) -> Iterator[Breach]:
    ahead, lead = policy.days_ahead, policy.lead_minutes
    today, day = now.astimezone(area.zone).date(), starts_at.astimezone(area.zone).date()
    if ahead is not None and day > today + timedelta(days=ahead):
        words = ngettext(
            "Rooms here are booked one day ahead at most.", "Rooms here are booked %(num)s days ahead at most.", ahead
        )
        yield Breach("days_ahead", words, "starts_at")
    if lead and starts_at < now + timedelta(minutes=lead):
        words = _("Rooms here are booked %(minutes)s minutes before the start at the latest.", minutes=lead)
        yield Breach("lead_minutes", words, "starts_at")


def _of_slots(policy: BookingPolicy, area: Area, starts_at: datetime, ends_at: datetime) -> Iterator[Breach]:
    slot = policy.slot_minutes
    for field, instant in (("starts_at", starts_at), ("ends_at", ends_at)) if slot else ():
        wall = instant.astimezone(area.zone)
        if slot and ((wall.hour * 60 + wall.minute) % slot or wall.second):
            words = _("Bookings here begin and end on a slot of %(minutes)s minutes.", minutes=slot)
            yield Breach("slot_minutes", words, field)
