"""Looking for rooms that suit a wish. At most five statements, however many rooms and bookings there are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.rooms.availability import Findings, Wish, findings, first_start, suiting
from portal.rooms.candidates import IS_OPEN_TO_THEM, frame_of, held, in_use, permits, reach_of
from portal.rooms.hours import closed_spans_of
from portal.rooms.models import Resource, Sort

# Most rooms are free within the first; each further one is read only for those that are not.
LOOKS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))

_ROOMS = in_use(Resource.kind == Sort.ROOM, IS_OPEN_TO_THEM)


def rooms_open_to(person: Person) -> Sequence[Resource]:
    """The rooms that the person may book, with areas and rules, in the order of the house. One statement."""
    return db.session.scalars(_ROOMS, reach_of(person)).all()


def find_rooms(rooms: Sequence[Resource], wish: Wish) -> Findings:
    """Those of the rooms that suit the wish, each with its first start within thirty days. Four statements at most."""
    ranked = suiting(rooms, wish)
    starts: dict[int, datetime] = {}
    for look in LOOKS:
        open_still = [room for room in ranked if room.id not in starts]
        starts |= _first_starts(open_still, wish, wish.ends_at + look)
    return findings(ranked, starts, wish, len(rooms) - len(ranked))


def _first_starts(rooms: Sequence[Resource], wish: Wish, until: datetime) -> dict[int, datetime]:
    now = clock.now()
    taken = held(rooms, wish.starts_at, until)
    closed = closed_spans_of(rooms, wish.starts_at, until)
    starts = {}
    for room in rooms:
        frame = frame_of(room, wish.starts_at, wish.length, until, now)
        spans = [one.span for one in taken[room.id]]
        start = first_start(
            spans, closed[room.id], frame.earliest, wish.length, frame.until, frame.steps, only_open=frame.only_open
        )
        if start and permits(room, start, start + wish.length, now):
            starts[room.id] = start
    return starts
