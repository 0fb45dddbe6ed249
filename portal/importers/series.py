"""Booking a series of a file: what the rule gives as a series, a date of its own as a booking."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers.dates import Dates, on_clock
from portal.importers.places import Place, Rooms
from portal.importers.recurring import Change, Series
from portal.importers.results import Outcome, Result, clashes
from portal.rooms.commands import check_length
from portal.series.entering import AllTaken, Entered, Override, series_from_file


class Changed(NamedTuple):
    """The changed dates that can be booked, and those that cannot, with the reason: they are left out."""

    overrides: Mapping[datetime, Override]
    refused: Mapping[datetime, Result]


def book_series(series: Series, dates: Dates, owner: Person, place: Place, rooms: Rooms) -> list[Result]:
    """Book every date of the rule that is free; the results of dates that nobody could book come after that.

    Raises DomainError if none of it can be booked, and IntegrityError if somebody else books it at this moment.
    """
    zone = series.zone or place.zone
    changed = _changed(series, dates.changes, zone, place, rooms)
    try:
        with db.session.begin_nested():
            entered = series_from_file(
                owner, place.room_id, series.summary, series.rule, dates.starts_at, dates.ends_at, series.uid,
                dates.left_out | set(changed.refused), changed.overrides, series.visibility,
            )
    except AllTaken as refusal:
        first = Result(series, Outcome.CONFLICT, str(refusal), clashes(refusal.taken))
    else:
        first = Result(series, Outcome.BOOKED, _told(entered, zone), clashes(entered.taken))
    return [first, *changed.refused.values()]


def _changed(
    series: Series, changes: Mapping[datetime, Change], zone: ZoneInfo, place: Place, rooms: Rooms
) -> Changed:
    overrides, refused = {}, {}
    for start, change in changes.items():
        event = on_clock(change.event, zone)
        if event.objection:
            refused[start] = Result(event, Outcome.INVALID, event.objection)
            continue
        try:
            starts_at, ends_at = event.span(zone)
            check_length(starts_at, ends_at)
            where = place if event.room == series.room else rooms.find(event.room)
        except DomainError as refusal:
            refused[start] = Result(event, Outcome.INVALID, str(refusal))
            continue
        if where is None:
            refused[start] = Result(event, Outcome.NO_ROOM, _("There is no such room."))
        else:
            overrides[start] = Override(event.summary, starts_at, ends_at, where.room_id, event.visibility)
    return Changed(overrides, refused)


def _told(entered: Entered, zone: ZoneInfo) -> str:
    """`51 of 52 dates; 1 was taken: 2026-12-28.` Empty if all that the file says is booked."""
    taken = [f"{spot.starts_at.astimezone(zone):%Y-%m-%d}" for spot in entered.taken]
    parts = []
    if taken or entered.is_cut:
        parts.append(f"{entered.booked} of {entered.booked + len(taken)} dates")
    if taken:
        parts.append(f"{len(taken)} {'was' if len(taken) == 1 else 'were'} taken: {', '.join(taken)}")
    if entered.is_cut:
        parts.append("the rule has more than a series may have")
    return f"{'; '.join(parts)}." if parts else ""
