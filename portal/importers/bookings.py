"""Bookings out of events, in file order: what is free is booked, the rest is told, nothing is lost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.importers.dates import dates_of
from portal.importers.events import Event
from portal.importers.places import Place, Rooms
from portal.importers.recurring import Series
from portal.importers.results import Outcome, Result, clashes
from portal.importers.series import book_series
from portal.meetings.models import Meeting, MeetingSeries
from portal.rooms import commands
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Room
from portal.series.models import Series as Entered
from portal.series.planning import Spot

# Committed so often that nobody else who books waits for the whole file.
BATCH = 100
UIDS_AT_ONCE = 5_000


def import_events(events: Sequence[Event], owner: Person, rooms: Rooms) -> Iterator[Sequence[Result]]:
    """Book each event for the owner or say why not, one after the other; of a series what became of each part.

    Commits after every hundred events, and after each series.
    """
    known = known_uids(uid for event in events for uid in (event.uid, event.part_of) if uid)
    for count, event in enumerate(events, start=1):
        if isinstance(event, Series):
            yield _import_series(event, owner, rooms, known)
            db.session.commit()
        else:
            yield [_import(event, owner, rooms, known)]
        if count % BATCH == 0:
            db.session.commit()
    db.session.commit()


def known_uids(uids: Iterable[str]) -> set[str]:
    """Those of them that something in the portal bears. One statement for every few thousand."""
    wanted = list(uids)
    return {
        uid
        for first in range(0, len(wanted), UIDS_AT_ONCE)
        for uid in db.session.scalars(_having(wanted[first : first + UIDS_AT_ONCE]))
    }


def _having(uids: Sequence[str]) -> Any:
    bearing = (Booking, Entered, Meeting, MeetingSeries)
    return union_all(*(select(model.uid).where(model.uid.in_(uids)) for model in bearing))


def _import_series(series: Series, owner: Person, rooms: Rooms, known: set[str]) -> Sequence[Result]:
    if series.objection:
        return [Result(series, Outcome.INVALID, series.objection)]
    try:
        place = rooms.find(series.room)
        if place is None:
            return [Result(series, Outcome.NO_ROOM, _("There is no such room."))]
        dates = dates_of(series, place.zone)
        results: list[Result] = []
        if series.rule and series.uid in known:
            results.append(Result(series, Outcome.KNOWN))
        elif series.rule:
            results += book_series(series, dates, owner, place, rooms)
    except DomainError as refusal:
        return [Result(series, Outcome.INVALID, str(refusal))]
    except IntegrityError as refusal:
        _insist_it_is_the_uid(refusal)
        return [Result(series, Outcome.KNOWN)]
    known = known_uids(single.uid for single in dates.singles)
    results += [_import(single, owner, rooms, known) for single in dates.singles]
    return results or [Result(series, Outcome.INVALID, _("Every date of it is left out."))]


def _import(event: Event, owner: Person, rooms: Rooms, known: set[str]) -> Result:
    if event.objection:
        return Result(event, Outcome.INVALID, event.objection)
    if event.uid in known or event.part_of in known:
        return Result(event, Outcome.KNOWN)
    try:
        place = rooms.find(event.room)
        if place is None:
            return Result(event, Outcome.NO_ROOM, _("There is no such room."))
        return _book(event, owner, place)
    except DomainError as refusal:
        return Result(event, Outcome.INVALID, str(refusal))


def _book(event: Event, owner: Person, place: Place) -> Result:
    starts_at, ends_at = event.span(place.zone)
    try:
        with db.session.begin_nested():
            commands.book_from_file(
                owner, place.room_id, event.summary, starts_at, ends_at, event.uid, event.visibility
            )
    except RoomTaken as refusal:
        spot = Spot(db.session.get_one(Room, place.room_id), starts_at, ends_at)
        return Result(event, Outcome.CONFLICT, str(refusal), clashes([spot]))
    except IntegrityError as refusal:
        _insist_it_is_the_uid(refusal)
        return Result(event, Outcome.KNOWN)
    return Result(event, Outcome.BOOKED)


def _insist_it_is_the_uid(refusal: IntegrityError) -> None:
    """Somebody else imports the same file at this moment. Raises whatever else the database refuses."""
    if "uid" not in str(refusal.orig):
        raise refusal
