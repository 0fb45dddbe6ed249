"""Making a series, cancelling what is to come of it, and taking that back."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.notifications.commands import tell
from portal.rooms import policy as rooms_policy
from portal.rooms.commands import check_length, check_right, check_title, status_for
from portal.rooms.holding import flush_or_say_taken, in_line
from portal.rooms.models import LONGEST, UNDO, Booking, Hold, Resource, Status, Visibility
from portal.rooms.rules import rules_of
from portal.rooms.signals import many_cancelled, many_made, many_restored
from portal.series import policy, queries, words
from portal.series.counted import Counted
from portal.series.models import Series
from portal.series.planning import Choices, Date, Plan, Way, begin, check_extent, planned, spot_of
from portal.series.preview import Assessor
from portal.series.recurrence import Rule


class NotSettled(DomainError):
    """Some dates are not free, and it is not said what is to become of them."""


class Scope(StrEnum):
    """How much of a series is meant. Never what has begun already."""

    FOLLOWING = "following"
    ALL = "all"


# --- Making ---


def look_ahead(
    actor: Person, owner: Person, rooms: Mapping[int, Resource], room_id: int, starts_at: datetime, ends_at: datetime,
    rule: Rule, choices: Choices, *, proposes: bool = True,
) -> Plan:
    """What a series of that first booking and rule would be, date by date, with nothing written.

    `rooms` holds the room and all that may be chosen instead. The first date is the day of `starts_at` or the next
    that the rule can have. Raises DomainError for what cannot be a series.
    """
    check_length(starts_at, ends_at)
    room = rooms[room_id]
    check_right(actor, owner, room)
    zone = room.area.zone
    first = begin(rule, starts_at, zone)
    found = check_extent(rule, first, zone, clock.now())
    plan = Plan(rule, first, zone, planned(room, found, ends_at - starts_at, zone))
    plan.override = check_series_rules(actor, room, len(found))
    Assessor(actor, owner, rooms, choices, proposes=proposes).look_at(plan.dates)
    return plan


def check_series_rules(actor: Person, room: Resource, count: int) -> list[str]:
    """Raise DomainError if the room's rules refuse a series of so many dates; answer what the actor may override."""
    rules, broken = rules_of(room), {}
    if rules.allows_series is False:
        broken["allows_series"] = DomainError(_("%(room)s is not booked in series.", room=room.name), "room_id")
    if rules.longest_series and count > rules.longest_series:
        said = ngettext(
            "A series has one date here at most.", "A series has %(num)s dates here at most.", rules.longest_series
        )
        broken["longest_series"] = DomainError(said, "count")
    if broken and not rooms_policy.may_override(actor, room):
        raise next(iter(broken.values()))
    return list(broken)


def make(
    actor: Person, room_id: int, title: str, starts_at: datetime, ends_at: datetime, rule: Rule, choices: Choices,
    *, owner: Person | None = None, visibility: Visibility = Visibility.HOUSE,
) -> Series:
    """Book every date of the rule that is free, and of the others what was chosen, all or nothing.

    `starts_at` and `ends_at` are those of the first booking. Raises NotAllowed, Missing, NotSettled if a date is not
    free and nothing that can be done was chosen for it, or DomainError for what cannot be a series.
    """
    owner = owner or actor
    allow(rooms_policy.may_book_for(actor, owner))
    check_title(title)
    rooms = in_line(room_id, *rooms_chosen(choices))
    plan = look_ahead(actor, owner, rooms, room_id, starts_at, ends_at, rule, choices, proposes=False)
    insist_settled(plan)
    series = new_series(actor, owner, rooms[room_id], title, visibility, plan, ends_at - starts_at)
    bookings = book_dates(actor, series, plan.dates)
    log(actor, "series.created", series, plan, count=len(bookings))
    many_made.send(series, bookings=bookings, actor=actor)
    if owner.id != actor.id:
        tell([owner], "series.made_for_you", "series", series, lambda: words.made_for_you(series, actor, bookings))
    return series


def rooms_chosen(choices: Choices) -> set[int]:
    """The rooms that are named by choices."""
    return {choice.room_id for choice in choices.values() if choice.way == Way.ROOM}


def insist_settled(plan: Plan) -> None:
    """Raise NotSettled if something is still to be chosen, or DomainError if nothing would be booked."""
    unsettled = sum(not date.is_settled for date in plan.dates)
    if unsettled:
        raise NotSettled(
            ngettext(
                "One date is not free. Choose what becomes of it.",
                "%(num)s dates are not free. Choose what becomes of them.", unsettled,
            )
        )
    if not plan.booked:
        raise DomainError(_("Every date is left out, so that nothing would be booked."))


def new_series(
    actor: Person | None, owner: Person, room: Resource, title: str, visibility: Visibility, plan: Plan,
    length: timedelta, *, uid: str = "",
) -> Series:
    """The series itself, flushed, without its bookings."""
    now = clock.now()
    series = Series(
        uid=uid or str(uuid.uuid4()), owner_id=owner.id, room=room, title=title, visibility=visibility,
        booked_by_id=actor.id if actor and actor.id != owner.id else None, rule=str(plan.rule),
        timezone=plan.zone.key, starts_at=plan.starts_at, minutes=max(1, length // timedelta(minutes=1)),
        created_at=now, changed_at=now,
    )
    db.session.add(series)
    db.session.flush()
    return series


def book_dates(actor: Person | None, series: Series, dates: Iterable[Date]) -> list[Booking]:
    """Book what is settled and has no booking yet, flushed; many at a time in each statement."""
    now, status = clock.now(), _Statuses(actor)
    bookings = [
        Booking(
            uid=str(uuid.uuid4()), title=series.title, owner_id=series.owner_id, booked_by_id=series.booked_by_id,
            visibility=series.visibility, status=status.of(date.spot.room), series_id=series.id,
            recurrence_id=date.recurrence_id, starts_at=date.spot.starts_at, ends_at=date.spot.ends_at,
            created_at=now, changed_at=now, holds=[slot.hold() for slot in date.slots],
        )
        for date in dates
        if date.spot is not None and date.booking is None
    ]
    db.session.add_all(bookings)
    flush_or_say_taken(series.room)
    return bookings


class _Statuses:
    """What bookings of each room begin with; asked once for each."""

    def __init__(self, actor: Person | None) -> None:
        self.actor, self.known = actor, dict[int, Status]()

    def of(self, room: Resource) -> Status:
        if room.id not in self.known:
            self.known[room.id] = status_for(self.actor, room)
        return self.known[room.id]


# --- Cancelling ---


def cancel(actor: Person, series: Series, scope: Scope, start: Booking | None = None) -> int:
    """Cancel what is to come: all, or from the occurrence `start` on. Answer how many were cancelled.

    The dates stay in the rule as exceptions, so that this can be taken back. Raises NotAllowed, or DomainError if
    nothing is to come.
    """
    allow(policy.may_change(actor, series))
    bookings = lock_bookings(series)
    now = clock.now()
    first = start.recurrence_id if start and scope == Scope.FOLLOWING else None
    gone = [
        booking for booking in bookings
        if booking.is_standing and booking.starts_at > now
        and (first is None or (booking.recurrence_id or now) >= first)
    ]
    if not gone:
        raise DomainError(_("Nothing of this series is still to come."))
    call_off(gone)
    series.sequence, series.changed_at = series.sequence + 1, now
    if scope == Scope.ALL:
        series.cancelled_at = now
    db.session.flush()
    log(actor, "series.cancelled", series, None, count=len(gone), starts_at=gone[0].starts_at)
    many_cancelled.send(series, bookings=gone, actor=actor)
    return len(gone)


def call_off(bookings: Iterable[Booking]) -> None:
    """Cancel these, locked by the caller, who flushes and tells."""
    now = clock.now()
    for booking in bookings:
        booking.cancelled_at = booking.changed_at = now
        booking.sequence += 1
        for hold in booking.holds:
            hold.released_at = hold.released_at or now


def restore(actor: Person, series: Series) -> tuple[int, int]:
    """Take the last cancellation back within ten minutes, as far as nobody else has taken the time meanwhile.

    Answer how many stand again, and how many could not. What the owner has booked meanwhile counts against the
    limits. Raises NotAllowed, or DomainError if it is too late, beyond a limit, or nothing can stand again.
    """
    allow(policy.may_change(actor, series))
    bookings = lock_bookings(series)
    lately = queries.lately_cancelled(bookings, clock.now() - UNDO)
    if not lately:
        raise DomainError(_("A cancellation can be taken back for ten minutes only. Book the room again."))
    cancelled_at = lately[0].cancelled_at
    in_line(*{hold.resource_id for booking in lately for hold in booking.holds})
    back = _still_free(lately)
    if not back:
        raise DomainError(_("All of it has been booked by others meanwhile."))
    override = _check_counted(actor, series.owner, back)
    _put_back(series, back)
    log(actor, "series.restored", series, None, count=len(back), override=override)
    many_restored.send(series, bookings=back, cancelled_at=cancelled_at, actor=actor)
    return len(back), len(lately) - len(back)


def _still_free(bookings: Sequence[Booking]) -> list[Booking]:
    given_back = {
        booking.id: [hold for hold in booking.holds if hold.released_at == booking.cancelled_at]
        for booking in bookings
    }
    spans = [
        (booking_id, hold.resource_id, hold.starts_at, hold.ends_at)
        for booking_id, holds in given_back.items() for hold in holds
    ]
    taken = {(held.number, held.resource_id, held.unit) for held in queries.held_in(spans)}
    return [
        booking for booking in bookings
        if not any((booking.id, hold.resource_id, hold.unit) in taken for hold in given_back[booking.id])
    ]


def _check_counted(actor: Person, owner: Person, bookings: Sequence[Booking]) -> list[str]:
    """Raise DomainError if these are more than a limit allows; answer the limits that the actor may override."""
    starts = [booking.starts_at for booking in bookings]
    counted, override = Counted(owner, (), (min(starts), max(starts) + LONGEST)), set()
    for spot in map(spot_of, bookings):
        for breach in counted.breaches(rules_of(spot.room), spot, is_new=True):
            if not rooms_policy.may_override(actor, spot.room):
                raise DomainError(breach.words)
            override.add(breach.limit)
        counted.add(spot, is_new=True)
    return sorted(override)


def _put_back(series: Series, bookings: Iterable[Booking]) -> None:
    now = clock.now()
    for booking in bookings:
        for hold in booking.holds:
            if hold.released_at == booking.cancelled_at:
                hold.released_at = None
        booking.cancelled_at, booking.changed_at = None, now
        booking.sequence += 1
    series.cancelled_at, series.changed_at = None, now
    series.sequence += 1
    flush_or_say_taken(series.room)


# --- What all of them need ---


def lock_bookings(series: Series) -> Sequence[Booking]:
    """The occurrences as they are now, with what they hold, while nobody else changes them; then the series itself."""
    bookings = db.session.scalars(
        select(Booking)
        .where(Booking.series_id == series.id)
        .options(selectinload(Booking.holds).joinedload(Hold.resource))
        .order_by(Booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    db.session.scalars(
        select(Series)
        .where(Series.id == series.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return sorted(bookings, key=lambda booking: (booking.recurrence_id is None, booking.recurrence_id, booking.id))


def log(actor: Person | None, action: str, series: Series, plan: Plan | None, **more: Any) -> None:
    """Log what a series is now; the whole log is read by some who may not read a private title."""
    private = series.visibility == Visibility.PRIVATE
    override = {*plan.override, *(limit for date in plan.booked for limit in date.override)} if plan else set()
    details = {
        "title": "" if private else series.title, "room": series.room.name, "rule": series.rule,
        "starts_at": series.starts_at, "visibility": series.visibility if private else "",
        "override": sorted(override),
    }
    record(actor, action, series, **{**details, **more})
