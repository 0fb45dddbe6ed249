"""Changing what is to come of a series. What was changed by itself before stays so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.accounts.models import Person
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms.commands import check_length, check_right, check_title, status_for
from portal.rooms.holding import Slot, flush_or_say_taken, in_line
from portal.rooms.models import Booking, Resource, Visibility
from portal.rooms.signals import many_cancelled, many_made, many_moved, many_renamed
from portal.series import policy
from portal.series.commands import (
    Scope,
    book_dates,
    call_off,
    check_series_rules,
    insist_settled,
    lock_bookings,
    log,
    new_series,
    rooms_chosen,
)
from portal.series.models import Series
from portal.series.planning import (
    Choices,
    Date,
    Plan,
    State,
    Target,
    begin,
    check_extent,
    differences,
    replanned,
)
from portal.series.preview import Assessor
from portal.series.recurrence import Rule, instant, instants
from portal.series.words import rule_of


class Wish(NamedTuple):
    """What a series is to be: times are those of the occurrence that is being looked at."""

    room_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    rule: Rule
    visibility: Visibility


@dataclass
class Change:
    """What a wish comes to: the instances that stay as they were, those that it is about, and the plan for these."""

    before: list[datetime]
    old: list[datetime]
    target: Target
    plan: Plan
    reschedules: bool

    def splits(self, scope: Scope) -> bool:
        """Whether what is to come becomes a series of its own: what has been cannot follow another rule."""
        return bool(self.before) and (self.reschedules or scope == Scope.FOLLOWING)


def version(series: Series) -> str:
    """Another one after each change: what a form that edits the series was filled from."""
    return f"{series.sequence}/{series.changed_at.timestamp():.0f}/{series.visibility}/{series.title}"


def still_to_come(series: Series, start: datetime | None = None) -> tuple[list[datetime], list[datetime]]:
    """The instances that stay as they were, and those to come, from `start` on if it is given.

    Raises DomainError if nothing is to come.
    """
    now = clock.now()
    every = list(instants(rule_of(series), series.starts_at, series.zone))
    old = [found for found in every if found > now and (start is None or found >= start)]
    if not old:
        raise DomainError(_("Nothing of this series is still to come."))
    return [found for found in every if found < old[0]], old


def look_ahead(
    actor: Person, series: Series, bookings: Sequence[Booking], rooms: Mapping[int, Resource], scope: Scope,
    seen_at: datetime, wish: Wish, choices: Choices, *, proposes: bool = True,
) -> Change:
    """What the wish would come to, date by date, with nothing written.

    `bookings` are all of the series, `rooms` all that they, the wish and the choices name. `seen_at` is the instance
    whose times the wish gives. Raises DomainError for what cannot be.
    """
    check_length(wish.starts_at, wish.ends_at)
    room, now = rooms[wish.room_id], clock.now()
    before, old = still_to_come(series, seen_at if scope == Scope.FOLLOWING else None)
    zone, length = room.area.zone, wish.ends_at - wish.starts_at
    first = begin(wish.rule, _wished_start(series, old[0], seen_at, wish, room), zone)
    found = check_extent(wish.rule, first, zone, now)
    target = Target(wish.title, wish.visibility, room, first, length, wish.rule)
    concerned = [booking for booking in bookings if booking.recurrence_id and booking.recurrence_id >= old[0]]
    plan = replanned(series, old, concerned, target, found, zone, now)
    reschedules = (room.id, length, found) != (series.resource_id, series.length, old)
    if reschedules:
        plan.override = check_series_rules(actor, room, len(found))
    if any(date.state != State.SKIPPED and not date.stays for date in plan.dates):
        check_right(actor, series.owner, room)
    leaving = [*(date.booking.id for date in plan.dates if date.booking and not date.stays),
               *(booking.id for booking in plan.given_up)]
    Assessor(actor, series.owner, rooms, choices, moving=leaving, proposes=proposes).look_at(plan.dates)
    return Change(before, old, target, plan, reschedules)


def _wished_start(series: Series, first: datetime, seen_at: datetime, wish: Wish, room: Resource) -> datetime:
    """When the first of the instances is wished to begin: as many days later as the one that was looked at."""
    wall = wish.starts_at.astimezone(room.area.zone)
    days = wall.date() - seen_at.astimezone(series.zone).date()
    day = first.astimezone(series.zone).date() + days
    return instant(day, wall.time(), room.area.zone)


def change(
    actor: Person, series: Series, scope: Scope, seen_at: datetime, wish: Wish, choices: Choices,
    *, seen: str | None = None,
) -> Series:
    """Let what is to come of the series, or what follows from the instance `seen_at` on, be as wished.

    Answers the series that carries it: the same, or a new one that goes on from it. `seen` is the version that the
    actor looked at. Raises NotAllowed, Missing, NotSettled, RoomTaken, or DomainError for what cannot be.
    """
    allow(policy.may_change(actor, series))
    check_title(wish.title)
    bookings = lock_bookings(series)
    if seen not in (None, version(series)):
        raise DomainError(_("Somebody else has changed this series meanwhile. Look at it again before you save."))
    ahead = [booking for booking in bookings if booking.is_standing and booking.ends_at > clock.now()]
    held = {hold.resource_id for booking in ahead for hold in booking.holds}
    rooms = in_line(wish.room_id, *held, *rooms_chosen(choices))
    found = look_ahead(actor, series, bookings, rooms, scope, seen_at, wish, choices, proposes=False)
    insist_settled(found.plan)
    return _Maker(actor, series, found).carry_out(scope)


class _Maker:
    """Carries one change out, for all occurrences at once."""

    def __init__(self, actor: Person, series: Series, change: Change) -> None:
        self.actor, self.series, self.change, self.now = actor, series, change, clock.now()
        dates = [date for date in change.plan.dates if date.booking is not None]
        self.moved = [date for date in dates if date.slots]
        self.left_out = [date for date in dates if date.is_settled and date.spot is None]
        self.befores = [
            (date.booking.starts_at, date.booking.ends_at, date.booking.room.name)
            for date in self.moved if date.booking
        ]
        self.renames = {
            date.booking: names for date in dates if date.booking and (names := self._renames(date.booking))
        }

    def carry_out(self, scope: Scope) -> Series:
        self._give_back()
        splits = self.change.splits(scope)
        self._count_leaving(splits)
        series = self._split() if splits else self._change_in_place()
        self._put(series)
        made = book_dates(self.actor, series, self.change.plan.dates)
        self._tell(series, made, is_new=splits)
        return series

    # --- What was: holds and instances are given back first, so that no occurrence meets another ---

    def _give_back(self) -> None:
        plan = self.change.plan
        gone = [*(date.booking for date in self.left_out if date.booking), *plan.given_up]
        call_off(gone)
        for booking in (date.booking for date in self.moved):
            if booking:
                for hold in booking.holds:
                    hold.released_at = hold.released_at or self.now
        for booking in self._concerned():
            booking.recurrence_id = None
        for booking in (*plan.given_up, *plan.alone):
            booking.series_id = None
        db.session.flush()

    def _concerned(self) -> Iterable[Booking]:
        plan = self.change.plan
        kept = [date.booking for date in plan.dates if date.booking]
        return [*kept, *(booking for booking, _new in plan.empty), *plan.given_up, *plan.alone]

    # --- The series ---

    def _count_leaving(self, splits: bool) -> None:
        """Add up what leaves: calendars sum SEQUENCE over a series and its occurrences, and it never falls."""
        plan = self.change.plan
        aside = [*plan.given_up, *plan.alone, *(booking for booking, new in plan.empty if new is None)]
        self.series.sequence += sum(booking.sequence for booking in (self._concerned() if splits else aside))

    def _split(self) -> Series:
        """End the old series before the first instance concerned, and let a new one go on from there."""
        target, old = self.change.target, self.series
        old.rule = str(rule_of(old).ending(self.change.before))
        old.sequence, old.changed_at = old.sequence + 1, self.now
        series = new_series(
            None, old.owner, target.room, target.title, target.visibility, self.change.plan, target.length
        )
        series.booked_by_id, series.follows_id = old.booked_by_id, old.id
        return series

    def _change_in_place(self) -> Series:
        target, series = self.change.target, self.series
        series.title, series.visibility, series.changed_at = target.title, target.visibility, self.now
        if self.change.reschedules:
            series.room, series.timezone = target.room, self.change.plan.zone.key
            series.minutes = max(1, target.length // timedelta(minutes=1))
            series.rule, series.starts_at = str(target.rule), target.starts_at
            # RFC 5546 §2.1.4: it rises with time and place, not with a name.
            series.sequence += 1
        return series

    # --- The occurrences ---

    def _renames(self, booking: Booking) -> dict[str, str]:
        """The title and visibility that the occurrence takes from the series and does not have yet."""
        target, own = self.change.target, differences(self.series, booking)
        if booking.starts_at <= self.now:
            return {}
        return {
            name: getattr(target, name) for name in ("title", "visibility")
            if name not in own and getattr(booking, name) != getattr(target, name)
        }

    def _put(self, series: Series) -> None:
        """Bind each occurrence to its new instance and move those that move; all of it flushed."""
        for booking, new in self.change.plan.empty:
            booking.series_id, booking.recurrence_id = (series.id, new) if new else (None, None)
        for date in self.change.plan.dates:
            if date.booking:
                date.booking.series_id, date.booking.recurrence_id = series.id, date.recurrence_id
        for date in self.moved:
            self._move(date)
        for booking, names in self.renames.items():
            booking.changed_at = self.now
            for name, value in names.items():
                setattr(booking, name, value)
        flush_or_say_taken(series.room)

    def _move(self, date: Date) -> None:
        assert date.booking
        assert date.spot
        booking, spot = date.booking, date.spot
        if booking.room.id != spot.room.id:
            booking.layout_id = None
        _hold(booking, date.slots, self.now)
        booking.starts_at, booking.ends_at, booking.changed_at = spot.starts_at, spot.ends_at, self.now
        booking.status = status_for(self.actor, spot.room)
        booking.sequence += 1

    # --- Whom it concerns ---

    def _tell(self, series: Series, made: list[Booking], *, is_new: bool) -> None:
        gone = [*(date.booking for date in self.left_out if date.booking), *self.change.plan.given_up]
        moved = [date.booking for date in self.moved if date.booking]
        counts = {"count": len(made) + len(moved), "cancelled": len(gone)}
        if is_new:
            log(self.actor, "series.ended", self.series, None)
        log(self.actor, "series.continued" if is_new else "series.changed", series, self.change.plan, **counts)
        if made:
            many_made.send(series, bookings=made, actor=self.actor)
        if moved:
            many_moved.send(series, bookings=moved, befores=self.befores, actor=self.actor)
        if gone:
            many_cancelled.send(series, bookings=gone, actor=self.actor)
        if self.renames:
            many_renamed.send(series, bookings=list(self.renames), actor=self.actor)


def _hold(booking: Booking, slots: Sequence[Slot], now: datetime) -> None:
    """Let what the booking has just given back be held again, elsewhere: the room's units first, then each extra."""
    given_back = [hold for hold in booking.holds if hold.released_at == now]
    old_room = booking.room.id
    ordered = sorted(given_back, key=lambda hold: (hold.resource_id != old_room, hold.resource_id, hold.id))
    wanted = sorted(slots, key=lambda slot: (slot.resource.id != slots[0].resource.id, slot.resource.id))
    for hold, slot in zip(ordered, wanted, strict=True):
        hold.resource, hold.unit, hold.released_at = slot.resource, slot.unit, None
        hold.starts_at, hold.ends_at = slot.starts_at, slot.ends_at
