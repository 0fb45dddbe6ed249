"""Entering a series that a file brings, the past too."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.accounts.models import Person
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms.commands import check_length, check_right, check_title
from portal.rooms.holding import RoomTaken, in_line
from portal.rooms.models import Booking, Resource, Visibility
from portal.rooms.signals import many_made
from portal.series.commands import book_dates, log, new_series
from portal.series.models import Series
from portal.series.planning import Date, Plan, Spot, planned
from portal.series.preview import Assessor
from portal.series.recurrence import FARTHEST, MOST_DATES, BadRule, Rule, instant, instants, parse


class Override(NamedTuple):
    """What a file says of one instance instead (RECURRENCE-ID, RFC 5545 §3.8.4.4); None is as the series has it."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    visibility: Visibility | None = None


class Entered(NamedTuple):
    """A series as it was entered: how many dates are booked, and where the room was taken, so that nothing is.

    It is cut if the rule has more dates than a series may have.
    """

    series: Series
    booked: int
    taken: Sequence[Spot]
    is_cut: bool


class Draft(NamedTuple):
    """What a file says of a series: all its dates, those that are to be booked, and how long each lasts.

    It is cut if the rule has more dates than a series may have.
    """

    plan: Plan
    dates: list[Date]
    length: timedelta
    is_cut: bool


class AllTaken(RoomTaken):
    """The room is free on none of the dates; nothing was entered."""

    def __init__(self, words: str, taken: Sequence[Spot]) -> None:
        super().__init__(words)
        self.taken = taken


def series_from_file(
    owner: Person, room_id: int, title: str, rule: str, starts_at: datetime, ends_at: datetime, uid: str,
    exdates: Collection[datetime] = (), overrides: Mapping[datetime, Override] | None = None,
    visibility: Visibility = Visibility.HOUSE,
) -> Entered:
    """Enter what a file says: RRULE, the first booking on the clock of its own zone, EXDATE, and overrides by instance.

    It keeps to that clock, or if that is UTC to the room's. What the room is free for is booked; a rule without an
    end, or with a very far one, is carried as far as series may reach, and of more dates than a series may have the
    earliest are left. Raises Missing, AllTaken, or DomainError for what cannot be carried.
    """
    check_title(title)
    check_length(starts_at, ends_at)
    changes = overrides or {}
    rooms = in_line(room_id, *(said.room_id for said in changes.values() if said.room_id))
    room = rooms[room_id]
    check_right(owner, owner, *rooms.values())
    draft = drafted(room, rooms, rule, starts_at, ends_at, exdates, changes)
    taken = _look_at(draft.dates, owner, rooms, room)
    series, bookings = enter(None, owner, room, title, visibility, draft, uid, changes)
    return Entered(series, len(bookings), taken, draft.is_cut)


def drafted(
    room: Resource, rooms: Mapping[int, Resource], rule: str, starts_at: datetime, ends_at: datetime,
    exdates: Collection[datetime], overrides: Mapping[datetime, Override],
) -> Draft:
    """The dates of that rule in these rooms, not looked at yet. Raises DomainError for what cannot be carried."""
    zone = _zone(starts_at, room)
    wall = starts_at.astimezone(zone)
    read, first = rule_of(rule, wall), instant(wall.date(), wall.time().replace(fold=0), zone)
    found, is_cut = _within_reach(read, first, zone)
    length = ends_at - starts_at
    plan = Plan(read.ending(found), found[0], zone, planned(room, found, length, zone))
    dates = [date for date in plan.dates if date.recurrence_id not in exdates]
    _override(dates, rooms, room, overrides)
    return Draft(plan, dates, length, is_cut)


def enter(
    actor: Person | None, owner: Person, room: Resource, title: str, visibility: Visibility, draft: Draft, uid: str,
    overrides: Mapping[datetime, Override],
) -> tuple[Series, list[Booking]]:
    """Book the dates of a draft that are settled, under the UID of the file. Raises RoomTaken if one is taken now."""
    series = new_series(actor, owner, room, title, visibility, draft.plan, draft.length, uid=uid)
    bookings = book_dates(actor, series, draft.dates)
    for booking in bookings:
        if booking.recurrence_id and (said := overrides.get(booking.recurrence_id)):
            booking.title, booking.visibility = said.title, said.visibility or visibility
    log(actor, "series.imported", series, None, count=len(bookings))
    many_made.send(series, bookings=bookings, actor=actor)
    return series, bookings


def rule_of(text: str, starts_at: datetime) -> Rule:
    """The rule, or DomainError if the portal does not carry it."""
    try:
        return parse(text, starts_at)
    except BadRule as part:
        raise DomainError(_("The portal does not carry this rule: %(part)s", part=str(part))) from None


def _zone(starts_at: datetime, room: Resource) -> ZoneInfo:
    own = starts_at.tzinfo
    return own if isinstance(own, ZoneInfo) and own.key != "UTC" else room.area.zone


def _within_reach(rule: Rule, first: datetime, zone: ZoneInfo) -> tuple[list[datetime], bool]:
    """As many instances as a series may have, and whether there are more.

    Those to come are kept rather than those past, as far ahead as series may reach.
    """
    now = clock.now()
    past: deque[datetime] = deque(maxlen=MOST_DATES)
    ahead: list[datetime] = []
    seen, goes_on = 0, False
    for start in instants(rule, first, zone):
        goes_on = start > now + FARTHEST or len(ahead) == MOST_DATES
        if goes_on:
            break
        seen += 1
        (past if start < now else ahead).append(start)
    found = [*past, *ahead][-MOST_DATES:]
    if not found:
        raise DomainError(
            _("A series reaches two years ahead at most.") if goes_on else _("The series ends before it begins.")
        )
    return found, goes_on or seen > len(found)


def _override(
    dates: Sequence[Date], rooms: Mapping[int, Resource], room: Resource, overrides: Mapping[datetime, Override]
) -> None:
    """Put each overridden date where it is said to be."""
    for date in dates:
        if said := overrides.get(date.recurrence_id):
            check_title(said.title)
            check_length(said.starts_at, said.ends_at)
            date.plan = Spot(rooms[said.room_id or room.id], said.starts_at, said.ends_at)


def _look_at(dates: Sequence[Date], owner: Person, rooms: Mapping[int, Resource], room: Resource) -> list[Spot]:
    """Settle what is free, and answer what is not; raises AllTaken if that is everything."""
    if not dates:
        raise DomainError(_("Every date is left out, so that nothing would be booked."))
    Assessor(None, owner, rooms, {}).look_at(dates)
    taken = [date.plan for date in dates if not date.is_settled]
    if len(taken) == len(dates):
        raise AllTaken(_("%(room)s is free on none of the dates.", room=room.name), taken)
    return taken
