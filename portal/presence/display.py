"""What the display beside a door shows. One statement reads it, so that asking every few seconds costs little."""

import hashlib
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, and_, bindparam, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import UtcDateTime, db
from portal.core.errors import Missing
from portal.core.i18n import gettext as _
from portal.core.i18n import reader
from portal.presence.models import Presence
from portal.presence.policy import EARLY, asks_check_in
from portal.rooms import words
from portal.rooms.hours import load_hours
from portal.rooms.limits import fixed_breaches
from portal.rooms.models import LONGEST, Area, Booking, Hold, Kind, Resource, Sort, Status, Visibility
from portal.rooms.rules import Rules, rules_of

DOOR_LOGIN = "door"
# For how many minutes the room can be booked at its door.
OFFERED = (15, 30, 60)
AHEAD = timedelta(days=1)
# So often, in seconds, it is looked at what the rules allow; all else shows at once.
RULES_EVERY = 300


class Line(NamedTuple):
    """A room, and one of what stands in it; the latter empty if nothing does."""

    room_id: int
    room: str
    area: str
    timezone: str
    held_from: datetime
    held_until: datetime
    booking_id: int | None
    kind: str
    status: str
    title: str
    visibility: str
    starts_at: datetime
    ends_at: datetime
    owner: str
    login: str
    checked_in_at: datetime | None

    @property
    def is_private(self) -> bool:
        return self.visibility == Visibility.PRIVATE

    @property
    def is_closure(self) -> bool:
        return self.kind == Kind.CLOSURE

    @property
    def is_of_door(self) -> bool:
        """Booked at a door, so that nobody can be asked whether they are done."""
        return self.login == DOOR_LOGIN

    @property
    def called(self) -> str:
        """What everybody who passes may read."""
        return words.booked() if self.is_private else self.title

    @property
    def whose(self) -> str:
        return "" if self.is_private or self.is_closure or self.is_of_door else self.owner

    def runs_at(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def can_be_checked_in_at(self, now: datetime) -> bool:
        is_firm = self.kind == Kind.BOOKING and self.status == Status.CONFIRMED
        return is_firm and self.checked_in_at is None and self.starts_at - EARLY <= now < self.ends_at


rooms, areas, holds, bookings = Resource.__table__, Area.__table__, Hold.__table__, Booking.__table__
people, presences = Person.__table__, Presence.__table__
_NOW, _SINCE, _UNTIL = (bindparam(name, type_=UtcDateTime()) for name in ("now", "since", "until"))
# Built once: building a statement takes longer than running it.
_LINES: Select[Any] = (
    select(
        rooms.c.id, rooms.c.name, areas.c.name, areas.c.timezone, holds.c.starts_at, holds.c.ends_at, bookings.c.id,
        bookings.c.kind, bookings.c.status, bookings.c.title, bookings.c.visibility, bookings.c.starts_at,
        bookings.c.ends_at, people.c.name, people.c.login, presences.c.checked_in_at,
    )
    .select_from(
        rooms.join(areas, areas.c.id == rooms.c.area_id)
        .outerjoin(
            holds,
            and_(
                holds.c.resource_id == rooms.c.id, holds.c.released_at.is_(None), holds.c.starts_at < _UNTIL,
                holds.c.starts_at > _SINCE, holds.c.ends_at > _NOW,
            ),
        )
        .outerjoin(bookings, bookings.c.id == holds.c.booking_id)
        .outerjoin(people, people.c.id == bookings.c.owner_id)
        .outerjoin(presences, presences.c.booking_id == bookings.c.id)
    )
    .where(
        rooms.c.id == bindparam("room_id"), rooms.c.door_hash == bindparam("door_hash", type_=String()),
        rooms.c.kind == Sort.ROOM, rooms.c.retired_at.is_(None),
    )
    .order_by(holds.c.starts_at)
)


def lines_of(room_id: int, door_hash: str) -> list[Line]:
    """What stands in the room from now on for a day, in order; one line without a booking if nothing does.

    Raises Missing if the room has no display of that secret. One statement.
    """
    now = clock.now()
    wanted = {
        "room_id": room_id, "door_hash": door_hash, "now": now, "since": now - LONGEST, "until": now + AHEAD,
    }
    rows = db.session.connection().execute(_LINES, wanted).all()
    if not rows:
        raise Missing(_("There is no such display."))
    return [Line(*row) for row in rows]


def etag_of(lines: list[Line], now: datetime, form: str) -> str:
    """A validator that changes when the display does, not from minute to minute. `form` is all else it depends on."""
    shown = [
        (*line, now >= line.held_from, now >= line.starts_at - EARLY, now >= line.starts_at, now >= line.ends_at)
        for line in lines if line.booking_id is not None
    ]
    first = lines[0]
    next_from = next((line.held_from for line in lines if line.booking_id and line.held_from > now), None)
    fitting = [next_from is None or now + timedelta(minutes=minutes) <= next_from for minutes in OFFERED]
    day = now.astimezone(ZoneInfo(first.timezone)).date()
    state = (first[:4], shown, fitting, day, int(now.timestamp()) // RULES_EVERY, form)
    return hashlib.sha256(repr(state).encode()).hexdigest()[:32]


class Choice(NamedTuple):
    """For how long the room can be booked at the door, and until when that is."""

    minutes: int
    ends_at: datetime


class Display:
    """What the display shows at this moment."""

    def __init__(self, lines: list[Line]) -> None:
        self.now = clock.now()
        self.about = lines[0]
        self.lines = [line for line in lines if line.booking_id is not None]

    @cached_property
    def room(self) -> Resource:
        """The room with its rules; its hours are read when they are needed."""
        return db.session.scalars(
            select(Resource)
            .where(Resource.id == self.about.room_id)
            .options(joinedload(Resource.policy), joinedload(Resource.area).joinedload(Area.policy))
        ).one()

    @property
    def current(self) -> Line | None:
        """What holds the room now, be it only to get it ready or put it in order."""
        return next((line for line in self.lines if line.held_from <= self.now < line.held_until), None)

    @property
    def state(self) -> str:
        """`free`, `busy`, `closed`, or `between` while the room is got ready or put in order."""
        if self.current is None:
            return "free"
        if self.current.is_closure:
            return "closed"
        return "busy" if self.current.runs_at(self.now) else "between"

    @property
    def next(self) -> Line | None:
        return next((line for line in self.lines if line.held_from > self.now), None)

    @property
    def later(self) -> list[Line]:
        """What is still to begin today, on the room's own clock."""
        zone = ZoneInfo(self.about.timezone)
        today = self.now.astimezone(zone).date()
        return [
            line for line in self.lines if line.starts_at > self.now and line.starts_at.astimezone(zone).date() == today
        ]

    @property
    def free_until(self) -> datetime | None:
        """When it is held next today; None if it stays free for the rest of the day."""
        return self.later[0].held_from if self.later else None

    @property
    def to_check_in(self) -> Line | None:
        """What the people before the door may say they have come to, where the room asks for it."""
        line = next((line for line in self.lines if line.can_be_checked_in_at(self.now)), None)
        return line if line is not None and asks_check_in(self.room) else None

    @property
    def can_be_ended(self) -> bool:
        """Somebody booked it here, and may free it here."""
        return self.state == "busy" and self.current is not None and self.current.is_of_door

    @cached_property
    def choices(self) -> list[Choice]:
        """For how long it can be booked now: what fits before the next booking, and the rules allow."""
        if self.state != "free" or why_never(self.room, rules_of(self.room)):
            return []
        until = self.next.held_from if self.next else None
        found: dict[datetime, Choice] = {}
        for minutes in OFFERED:
            starts_at, ends_at = span_at_door(self.room, minutes, self.now)
            fits = until is None or self.room.kept_until(ends_at) <= until
            if fits and not refusal(self.room, starts_at, ends_at, self.now):
                found.setdefault(ends_at, Choice(minutes, ends_at))
        return list(found.values())

    @property
    def why_not(self) -> str:
        """Why a free room cannot be booked here, if the rules are why."""
        if self.state != "free" or self.choices:
            return ""
        return why_never(self.room, rules_of(self.room)) or refusal(
            self.room, *span_at_door(self.room, OFFERED[0], self.now), self.now
        )


def why_never(room: Resource, rules: Rules) -> str:
    """Why a room is never booked at its door, where nobody says who they are; empty if it may be."""
    if room.is_restricted:
        return _("This room is kept for some. Whoever may book it does so in the portal.")
    if rules.needs_approval:
        return _("Bookings of this room are approved first. Ask for it in the portal.")
    return ""


def span_at_door(room: Resource, minutes: int, now: datetime) -> tuple[datetime, datetime]:
    """From this minute on for so long, or a little longer: it ends on a slot, if the room has such."""
    starts_at = now.replace(second=0)
    ends_at = starts_at + timedelta(minutes=minutes)
    slot = rules_of(room).slot_minutes or 1
    wall = ends_at.astimezone(room.area.zone)
    return starts_at, ends_at + timedelta(minutes=-(wall.hour * 60 + wall.minute) % slot)


def refusal(room: Resource, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """What the room's rules have against such a booking, in words; empty if nothing.

    It begins now, and not on a slot. What is limited for each person is not, for nobody says who they are.
    """
    load_hours([room])
    breaches = fixed_breaches(rules_of(room), room, starts_at, ends_at, now)
    return next((b.words for b in breaches if (b.limit, b.field) != ("slot_minutes", "starts_at")), "")


def form_of(*parts: str) -> str:
    """What the answer depends on besides what stands in the room: its language, and which of our files it uses."""
    return "/".join((reader().locale, *parts))
