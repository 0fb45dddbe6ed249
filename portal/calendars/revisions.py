"""Which feeds show something else after a transaction: their revisions rise at its very end, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, event, func, inspect, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, Session, object_session

from portal.accounts.models import Person, RoleGrant
from portal.calendars.bookings import bookings, holds
from portal.calendars.models import Feed, Shows
from portal.calendars.queries import feeds
from portal.core import clock
from portal.core.db import UtcDateTime, db
from portal.meetings.models import Meeting, MeetingKind
from portal.rooms.models import Hold

# What a feed of ordinary meetings stands for in `meeting_kind_id`, where it has nothing.
ORDINARY = 0


@dataclass
class Changes:
    """Whose and which calendars a transaction has changed, by ids; bookings stand for their owners and rooms."""

    people: set[int] = field(default_factory=set)
    bookings: set[int] = field(default_factory=set)
    rooms: set[int] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)
    kinds: set[int] = field(default_factory=set)
    everything: bool = False


_NOTED = "calendars: which feeds show something else"


def changes(session: Any = None) -> Changes:
    """What is noted for the transaction of that session, to add to."""
    info = (session or db.session).info
    return info.setdefault(_NOTED, Changes())


def raise_people(people: Iterable[int | None]) -> None:
    """The calendars of these people show something else."""
    changes().people.update(one for one in people if one is not None)


def _among(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


# Built once: it runs with every booking, and building a statement takes longer than running it.
_CONCERNED = or_(
    _among(feeds.person_id, "people"), _among(feeds.resource_id, "rooms"), _among(feeds.department_id, "departments"),
    feeds.person_id.in_(select(bookings.owner_id).where(_among(bookings.id, "bookings"))),
    feeds.resource_id.in_(select(holds.resource_id).where(_among(holds.booking_id, "bookings"))),
    and_(feeds.shows == Shows.KIND, _among(func.coalesce(feeds.meeting_kind_id, ORDINARY), "kinds")),
)
_feed = cast(Table, Feed.__table__)


def _raising(concerned: Any) -> Any:
    in_order = select(feeds.id).where(concerned).order_by(feeds.id).with_for_update()
    return (
        update(_feed).where(feeds.id.in_(in_order))
        .values(revision=feeds.revision + 1, changed_at=bindparam("now", type_=UtcDateTime()))
    )


_RAISE = _raising(_CONCERNED)
# Stamps do not hold what is said of people: nothing of what was built is taken over.
_RAISE_ALL = _raising(feeds.secret_hash.is_not(None)).values(contents=None)


@event.listens_for(db.session, "before_commit")
def _raise_noted(session: Session) -> None:
    """One statement; where nobody subscribes it changes nothing.

    PostgreSQL locks the rows in the order of ids, so that two changes to common calendars wait for each other and no
    more: nobody who waits for a feed holds what those wait for who hold the feed.
    """
    if session.in_nested_transaction():
        return
    # What is still to be written may be noted on the way.
    session.flush()
    noted: Changes | None = session.info.pop(_NOTED, None)
    if noted is None:
        return
    if noted.everything:
        session.execute(_RAISE_ALL, {"now": clock.now()})
        return
    ids = {one.name: sorted(getattr(noted, one.name)) for one in fields(noted) if one.name != "everything"}
    if any(ids.values()):
        session.execute(_RAISE, {**ids, "now": clock.now()})


@event.listens_for(db.session, "after_rollback")
def _forget_noted(session: Session) -> None:
    """What was rolled back changed nothing; of a savepoint's part it does no harm to raise too many."""
    if not session.in_nested_transaction():
        session.info.pop(_NOTED, None)


# --- What no signal tells: noted as it is written ---


@event.listens_for(Hold, "after_insert")
@event.listens_for(Hold, "after_update")
@event.listens_for(Hold, "after_delete")
def _note_hold(_mapper: Mapper[Any], _connection: Connection, hold: Hold) -> None:
    """A room shows what it is held for, and no longer what left it for another."""
    before = inspect(hold).attrs.resource_id.history.deleted or ()
    changes(object_session(hold)).rooms.update({hold.resource_id, *before} - {None})


@event.listens_for(Meeting, "after_update")
def _note_meeting(_mapper: Mapper[Any], _connection: Connection, meeting: Meeting) -> None:
    """A meeting that goes to another department or is of another kind leaves the calendar of the old one."""
    noted, attributes = changes(object_session(meeting)), inspect(meeting).attrs
    noted.departments.update(one for one in attributes.department_id.history.deleted or () if one)
    noted.kinds.update(one or ORDINARY for one in attributes.kind_id.history.deleted or ())


@event.listens_for(MeetingKind, "after_update")
def _note_kind(_mapper: Mapper[Any], _connection: Connection, kind: MeetingKind) -> None:
    """The calendar of a kind is called as it is."""
    if inspect(kind).attrs.name.history.has_changes():
        changes(object_session(kind)).kinds.add(kind.id)


# What of a person is written in the calendars of others, or decides what they may know.
SAID = ("name", "email", "department_id")
OWN = ("locale", "timezone", "left_at")


@event.listens_for(Person, "after_update")
def _note_person(_mapper: Mapper[Any], _connection: Connection, person: Person) -> None:
    attributes, noted = inspect(person).attrs, changes(object_session(person))
    if any(attributes[name].history.has_changes() for name in SAID):
        noted.everything = True
    elif any(attributes[name].history.has_changes() for name in OWN):
        noted.people.add(person.id)


@event.listens_for(RoleGrant, "after_insert")
@event.listens_for(RoleGrant, "after_delete")
def _note_role(_mapper: Mapper[Any], _connection: Connection, grant: RoleGrant) -> None:
    """What somebody may know depends on what they are."""
    changes(object_session(grant)).people.add(grant.person_id)
