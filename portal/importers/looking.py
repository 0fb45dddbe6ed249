"""What would become of each event of a file if somebody booked it for themself: by their rights, and by the rules.

Nothing is written. The number of statements does not grow with the file.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext, plain_day
from portal.importers.bookings import known_uids
from portal.importers.dates import Dates, dates_of, on_clock
from portal.importers.events import Event
from portal.importers.recurring import Series
from portal.importers.results import Outcome
from portal.rooms.commands import check_length, check_right, check_title, status_for
from portal.rooms.holding import can_hold, in_line
from portal.rooms.models import Area, Resource, Room, Status
from portal.series.commands import check_series_rules
from portal.series.entering import Draft, Override, drafted
from portal.series.planning import KEEP, Date, Spot, State
from portal.series.preview import Assessor

# What one file books at most here; the command line takes more, and lets others write meanwhile.
MOST_DATES = 2_000
MOST_SERIES = 100
NAMED = 5  # dates that are left out, in a sentence


@dataclass
class Line:
    """One event, or one date of a series by itself, and what would become of it."""

    event: Event
    outcome: Outcome = Outcome.BOOKED
    reason: str = ""
    room: Resource | None = None
    dates: list[Date] = field(default_factory=list)
    # Of a series: the rest of what is to be entered.
    draft: Draft | None = None
    overrides: Mapping[datetime, Override] = field(default_factory=dict)

    @property
    def booked(self) -> list[Date]:
        return [date for date in self.dates if date.is_settled]

    def refuse(self, outcome: Outcome, reason: str = "") -> None:
        self.outcome, self.reason, self.dates, self.draft = outcome, reason, [], None


class Places:
    """Rooms by their names. Two statements, and a few for what belongs to them."""

    def __init__(self, names: Iterable[str], room_id: int | None) -> None:
        rooms = db.session.scalars(
            select(Room)
            .join(Room.area)
            .options(
                contains_eager(Room.area).joinedload(Area.policy), contains_eager(Room.area).selectinload(Area.keepers),
                joinedload(Room.policy), selectinload(Room.keepers), selectinload(Room.rights),
            )
            .where(Room.retired_at.is_(None), or_(Room.name.in_(set(names)), Room.id == room_id))
            .order_by(Room.id)
        ).all()
        self.by_id: dict[int, Resource] = {room.id: room for room in rooms}
        self._other = self.by_id.get(room_id) if room_id else None
        self._by_name: dict[str, list[Resource]] = defaultdict(list)
        for room in rooms:
            self._by_name[room.name].append(room)

    def find(self, name: str) -> Resource:
        """The room of exactly that name, else the one that was chosen; raises DomainError for none or several."""
        found = self._by_name.get(name, [])
        if len(found) > 1:
            raise DomainError(_("Several areas have a room %(room)s.", room=name))
        room = found[0] if found else self._other
        if room is None:
            raise DomainError(
                _("There is no room “%(room)s”.", room=name) if name else _("It does not say in which room it is.")
            )
        return room


def look(
    actor: Person, events: Sequence[Event], zone: ZoneInfo, room_id: int | None, *, to_book: bool = False
) -> list[Line]:
    """What would become of these events, floating times on the clock of that zone, in file order.

    What has no room of ours goes into the given one. `to_book`, those who would book the same rooms wait in line.
    Raises DomainError for more than one file may book.
    """
    if sum(isinstance(event, Series) for event in events) > MOST_SERIES:
        raise DomainError(_("A file has at most %(count)s series to be booked here.", count=MOST_SERIES), "file")
    places = Places((event.room for event in _with_changes(events)), room_id)
    if to_book and places.by_id:
        in_line(*places.by_id)
    lines = [line for event in events for line in _lines(actor, event, zone, places)]
    _mark_known(lines)
    dates = [date for line in lines for date in line.dates]
    if len(dates) > MOST_DATES:
        raise DomainError(_("A file books at most %(count)s times here.", count=MOST_DATES), "file")
    if dates:
        Assessor(actor, actor, places.by_id, dict.fromkeys((date.on for date in dates), KEEP)).look_at(dates)
    for line in lines:
        if line.dates:
            _judge(actor, line)
    return lines


def _with_changes(events: Iterable[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        if isinstance(event, Series):
            yield from (change.event for change in event.changes)


def _lines(actor: Person, event: Event, zone: ZoneInfo, places: Places) -> Iterator[Line]:
    """The event's own line, and after it one for each date that is booked by itself."""
    line = Line(event)
    singles: Sequence[Event] = ()
    if event.objection:
        line.refuse(Outcome.INVALID, event.objection)
    elif isinstance(event, Series):
        singles = _take_series(actor, line, event, zone, places)
        if not singles and line.outcome == Outcome.BOOKED and line.draft is None:
            line.refuse(Outcome.INVALID, _("Every date of it is left out."))
    else:
        _take_single(actor, line, zone, places)
    if not (singles and isinstance(event, Series) and not event.rule):
        yield line
    for single in singles:
        alone = Line(single)
        if single.objection:
            alone.refuse(Outcome.INVALID, single.objection)
        else:
            _take_single(actor, alone, zone, places)
        yield alone


def _take_single(actor: Person, line: Line, zone: ZoneInfo, places: Places) -> None:
    try:
        starts_at, ends_at = line.event.span(zone)
        check_title(line.event.summary)
        check_length(starts_at, ends_at)
    except DomainError as refusal:
        return line.refuse(Outcome.INVALID, str(refusal))
    if _find_room(actor, line, places) and line.room:
        spot = Spot(line.room, starts_at, ends_at)
        line.dates = [Date(starts_at.astimezone(line.room.area.zone).date(), starts_at, spot)]
        _refuse_too_long(line)
    return None


def _find_room(actor: Person, line: Line, places: Places) -> bool:
    try:
        line.room = places.find(line.event.room)
    except DomainError as refusal:
        line.refuse(Outcome.NO_ROOM, str(refusal))
        return False
    try:
        check_right(actor, actor, line.room)
    except DomainError as refusal:
        line.refuse(Outcome.REFUSED, str(refusal))
        return False
    return True


def _refuse_too_long(line: Line) -> None:
    if not all(can_hold(*date.plan) for date in line.dates):
        line.refuse(Outcome.INVALID, _("With the time to get the room ready, a booking lasts a day at most."))


def _take_series(actor: Person, line: Line, series: Series, zone: ZoneInfo, places: Places) -> Sequence[Event]:
    """Fill in the dates of the rule; answers those that are booked by themselves."""
    if not _find_room(actor, line, places) or line.room is None:
        return ()
    try:
        dates = dates_of(series, zone)
        if series.rule:
            _draft(actor, line, series, dates, zone, places)
    except DomainError as refusal:
        line.refuse(Outcome.INVALID, str(refusal))
        return ()
    return dates.singles


def _draft(
    actor: Person, line: Line, series: Series, dates: Dates, zone: ZoneInfo, places: Places
) -> None:
    """Raises DomainError for a series that cannot be."""
    assert line.room
    check_title(series.summary)
    check_length(dates.starts_at, dates.ends_at)
    overrides, left_out = {}, set(dates.left_out)
    for start, change in dates.changes.items():
        try:
            overrides[start] = _override(actor, on_clock(change.event, series.zone or zone), places)
        except DomainError:
            left_out.add(start)
    draft = drafted(
        line.room, places.by_id, series.rule, dates.starts_at, dates.ends_at, left_out, overrides
    )
    check_series_rules(actor, line.room, len(draft.dates))
    line.draft, line.dates, line.overrides = draft, draft.dates, overrides
    if not draft.dates:
        raise DomainError(_("Every date of it is left out."))
    _refuse_too_long(line)


def _override(actor: Person, event: Event, places: Places) -> Override:
    """What a changed date is instead; raises DomainError if it cannot be booked."""
    if event.objection:
        raise DomainError(event.objection)
    starts_at, ends_at = event.span(ZoneInfo("UTC"))
    check_length(starts_at, ends_at)
    room = places.find(event.room)
    check_right(actor, actor, room)
    return Override(event.summary, starts_at, ends_at, room.id, event.visibility)


def _mark_known(lines: Sequence[Line]) -> None:
    """Whatever bears the UID in the portal, nothing is booked a second time."""
    known = known_uids({uid for line in lines for uid in (line.event.uid, line.event.part_of) if uid})
    seen: set[str] = set()
    for line in lines:
        if line.outcome != Outcome.INVALID and not known.isdisjoint({line.event.uid, line.event.part_of}):
            line.refuse(Outcome.KNOWN)
        elif line.dates and line.event.uid in seen:
            # Made up for a date that is booked by itself, it may be what another event is called.
            line.refuse(Outcome.INVALID, _("Another event of the file has the same UID."))
        elif line.dates:
            seen.add(line.event.uid)


def _judge(actor: Person, line: Line) -> None:
    """Put what the dates have met into words."""
    booked = line.booked
    unsettled = [date for date in line.dates if not date.is_settled]
    if not booked:
        clashes = unsettled[0].state in (State.CLASH, State.CLOSED)
        line.outcome = Outcome.CONFLICT if clashes else Outcome.REFUSED
        line.reason = _objection(unsettled[0])
        return
    asks = any(status_for(actor, date.plan.room) == Status.REQUESTED for date in booked)
    line.outcome = Outcome.REQUESTED if asks else Outcome.BOOKED
    if line.draft is not None:
        line.reason = _of_so_many(line, booked, unsettled)


def _objection(date: Date) -> str:
    if date.state == State.CLASH:
        return _("%(room)s is already booked: %(what)s", room=date.plan.room.name, what=date.words)
    return date.words


def _of_so_many(line: Line, booked: Sequence[Date], unsettled: Sequence[Date]) -> str:
    """`11 of 12 dates. Left out: 28 Dec 2026 (E101 is already booked: Review 09:00–10:00)`, or how many dates."""
    assert line.draft
    every = len(line.dates)
    words = _("%(booked)s of %(every)s dates", booked=len(booked), every=every)
    if unsettled:
        each = (f"{plain_day(date.on)} ({_objection(date)})" for date in unsettled[:NAMED])
        named = pgettext("between names", ", ").join(each) + ("…" if len(unsettled) > NAMED else "")
        words = _("%(dates)s. Left out: %(named)s", dates=words, named=named)
    if line.draft.is_cut:
        words = _("%(dates)s. The rule has more than a series may have.", dates=words)
    return words


def fingerprint(lines: Sequence[Line]) -> str:
    """The same as long as the same would become of the same events."""
    digest = hashlib.sha256()
    for line in lines:
        booked = [(date.plan.room.id, date.plan.starts_at.isoformat()) for date in line.booked]
        digest.update(repr((line.event.uid, str(line.outcome), booked)).encode())
    return digest.hexdigest()

