"""What the calendar pages show. Each slice that has something of a person's beside meetings and bookings adds it."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import NamedTuple

from flask import url_for

from portal.calendars import queries
from portal.core.i18n import gettext as _
from portal.core.i18n import local, reader

DAY = timedelta(days=1)
# What a week can show of each slice's; more can only be a mistake in a file that somebody brought along.
MOST_IN_WEEK = 500


class Entry(NamedTuple):
    """Something of one person's, as they read it, from one instant until another.

    What lasts whole days begins and ends at midnights on the reader's clock: `whole_days` gives them.
    """

    # What the style sheet calls it: one class or several.
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    # The page of it, if there is one.
    address: str = ""
    place: str = ""
    # A word on how it stands; or, of a resolution, the name of its light, which brings its own word and shape.
    state: str = ""
    light: str = ""
    all_day: bool = False
    # Said instead of its time.
    when: str = ""


# `find(person_id, starts_at, ends_at, most)` answers what touches that span, or with None all from its beginning on:
# the first `most` in order of time, and asks a number of statements that does not depend on how much there is.
Find = Callable[[int, datetime, datetime | None, int], Iterable[Entry]]
_added: dict[str, Find] = {}


def add_entries(name: str, find: Find) -> None:
    """Let the calendar pages show these too, to the person whose they are."""
    _added[name] = find


def midnight(day: date) -> datetime:
    """When that day begins on the reader's clock."""
    return datetime.combine(day, time(), reader().zone).astimezone(UTC)


def whole_days(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """From when until when those days last, wherever the reader is; one day if no last one is given."""
    return midnight(first), midnight((last or first) + DAY)


def days_within(starts_at: datetime, ends_at: datetime | None) -> tuple[date, date]:
    """The first and last day on the reader's calendar that the span touches."""
    last = local(ends_at - timedelta(seconds=1)).date() if ends_at else date.max
    return local(starts_at).date(), last


def entries_in(person_id: int, starts_at: datetime, ends_at: datetime) -> list[Entry]:
    """What touches that span of the person's, whole days first, then by time. One statement for each slice."""
    own = map(_own, queries.entries_in(person_id, starts_at, ends_at))
    return sorted(chain(own, _others(person_id, starts_at, ends_at, MOST_IN_WEEK)), key=_order)


def upcoming(person_id: int, now: datetime, most: int) -> list[Entry]:
    """The first `most` of the person's that have not ended, by time. One statement for each slice."""
    own = map(_own, queries.upcoming(person_id, now, most))
    return sorted(chain(own, _others(person_id, now, None, most)), key=lambda entry: entry.starts_at)[:most]


def _order(entry: Entry) -> tuple[bool, datetime]:
    return not entry.all_day, entry.starts_at


def _others(person_id: int, starts_at: datetime, ends_at: datetime | None, most: int) -> Iterable[Entry]:
    """What the slices have added."""
    return chain.from_iterable(find(person_id, starts_at, ends_at, most) for find in _added.values())


def _own(line: queries.Line) -> Entry:
    """A meeting or a booking."""
    span = (line.title, line.starts_at, line.ends_at)
    if line.kind == "booking":
        address = url_for("rooms.booking", booking_id=line.id)
        return Entry("booking", *span, address, line.place, _("Booking"))
    address = url_for("meetings.meeting", meeting_id=line.id)
    if not line.announced_at:
        return Entry("meeting draft", *span, address, line.place, _("Draft"))
    words = {"needs-action": _("Not answered"), "tentative": _("Tentative"), "declined": _("Declined")}
    kind = "meeting declined" if line.answer == "declined" else "meeting"
    return Entry(kind, *span, address, line.place, words.get(line.answer or "", ""))
