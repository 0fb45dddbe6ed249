"""The limits for which bookings have to be counted, for all dates of a series at once: each is read once."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.rooms import limits, words
from portal.rooms.limits import Breach
from portal.rooms.models import LONGEST, Area, Booking, Hold, Kind, Resource
from portal.rooms.queries import count_ahead
from portal.rooms.rules import Rules
from portal.series.planning import Spot
from portal.series.queries import Span

A_WEEK = timedelta(days=7)


class Counted:
    """What the owner has booked around the dates of one plan, and what the plan adds to it.

    `moving` are bookings that leave where they are. Instants and days are those of `rooms.quotas`.
    """

    def __init__(self, owner: Person, moving: Collection[int], around: Span) -> None:
        self.owner, self.moving, self.around = owner, moving, around
        self._ahead: dict[int, int] = {}
        self._own: list[Span] | None = None
        # By area, and by whether they are the owner's own or the whole department's, in each week.
        self._minutes: dict[int, dict[tuple[bool, date], int]] = {}
        self._added: list[Spot] = []

    def add(self, spot: Spot, *, is_new: bool) -> None:
        """Count a date that will be booked there; `is_new` if it is one booking more."""
        area = spot.room.area
        self._added.append(spot)
        if is_new and area.id in self._ahead:
            self._ahead[area.id] += 1
        if area.id in self._minutes:
            for is_own in (True, False):
                self._minutes[area.id][is_own, _monday(area, spot.starts_at)] += _length(spot.starts_at, spot.ends_at)

    def breaches(self, rules: Rules, spot: Spot, *, is_new: bool) -> Iterator[Breach]:
        """Every such limit that one booking more there would break."""
        if rules.most_ahead and is_new:
            area_id = spot.room.area_id
            if area_id not in self._ahead:
                self._ahead[area_id] = count_ahead(self.owner.id, area_id)
            yield from limits.too_many(rules, self._ahead[area_id])
        if rules.most_at_once and self._at_once(spot) >= rules.most_at_once:
            said = ngettext(
                "One person may have one booking at a time.",
                "One person may have %(num)s bookings at the same time.", rules.most_at_once,
            )
            yield Breach("most_at_once", said, "starts_at")
        if rules.week_minutes_person or rules.week_minutes_department:
            yield from self._in_the_week(rules, spot)

    # --- At the same time ---

    def _at_once(self, spot: Spot) -> int:
        if self._own is None:
            self._own = self._read_own()
        spans = [*self._own, *((added.starts_at, added.ends_at) for added in self._added)]
        return sum(start < spot.ends_at and end > spot.starts_at for start, end in spans)

    def _read_own(self) -> list[Span]:
        found = db.session.execute(
            select(Booking.id, Booking.starts_at, Booking.ends_at).where(
                Booking.owner_id == self.owner.id, Booking.kind == Kind.BOOKING, Booking.cancelled_at.is_(None),
                Booking.starts_at > self.around[0] - LONGEST, Booking.starts_at < self.around[1],
            )
        )
        return [(start, end) for booking_id, start, end in found if booking_id not in self.moving]

    # --- In one week ---

    def _in_the_week(self, rules: Rules, spot: Spot) -> Iterator[Breach]:
        area, length = spot.room.area, _length(spot.starts_at, spot.ends_at)
        if area.id not in self._minutes:
            self._minutes[area.id] = self._read_minutes(area)
        own, whole = (self._minutes[area.id][is_own, _monday(area, spot.starts_at)] for is_own in (True, False))
        most = rules.week_minutes_person
        if most and own + length > most:
            said = _(
                "One person books %(most)s a week here at most; %(booked)s are booked already.",
                most=words.lasting(most), booked=words.lasting(own),
            )
            yield Breach("week_minutes_person", said, "ends_at")
        most = rules.week_minutes_department
        if most and self.owner.department_id and whole + length > most:
            said = _(
                "A department books %(most)s a week here at most; %(booked)s are booked already.",
                most=words.lasting(most), booked=words.lasting(whole),
            )
            yield Breach("week_minutes_department", said, "ends_at")

    def _read_minutes(self, area: Area) -> dict[tuple[bool, date], int]:
        """How long the owner, and their department with them, have booked in the area, by week."""
        colleagues = select(Person.id).where(Person.department_id == self.owner.department_id)
        in_area = select(Hold.id).join(Hold.resource).where(
            Hold.booking_id == Booking.id, Resource.area_id == area.id
        )
        found = db.session.execute(
            select(Booking.id, Booking.owner_id, Booking.starts_at, Booking.ends_at).where(
                or_(Booking.owner_id == self.owner.id, Booking.owner_id.in_(colleagues)),
                Booking.kind == Kind.BOOKING, Booking.cancelled_at.is_(None), in_area.exists(),
                Booking.starts_at > self.around[0] - A_WEEK, Booking.starts_at < self.around[1] + A_WEEK,
            )
        )
        minutes: dict[tuple[bool, date], int] = defaultdict(int)
        for booking_id, owner_id, start, end in found:
            if booking_id not in self.moving:
                week = _monday(area, start)
                minutes[False, week] += _length(start, end)
                minutes[True, week] += _length(start, end) if owner_id == self.owner.id else 0
        return minutes


def _monday(area: Area, instant: datetime) -> date:
    day = instant.astimezone(area.zone).date()
    return day - timedelta(days=day.weekday())


def _length(starts_at: datetime, ends_at: datetime) -> int:
    return (ends_at - starts_at) // timedelta(minutes=1)
