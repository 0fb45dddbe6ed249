"""Reading what calendars show. Rows of columns, not objects: a feed has a thousand of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, bindparam, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.calendars.bookings import bookings, no_meeting, place_of
from portal.calendars.meetings import OFF_AT, attendees, meetings, told_part, told_to
from portal.calendars.models import Feed
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting
from portal.rooms.models import LONGEST, Hold, Kind, Resource

feeds, people = Feed.__table__.c, Person.__table__.c
holds, resources = Hold.__table__.c, Resource.__table__.c


# --- The state of a feed ---


class State(NamedTuple):
    """What a poll needs to know of a feed."""

    id: int
    secret_hash: str
    revision: int
    changed_at: datetime
    modified_at: datetime
    built_revision: int | None
    built_on: date | None
    etag: str
    last_used_at: datetime | None

    def is_built(self, today: date) -> bool:
        """Whether the stored octets hold all changes and cover that day's window."""
        return self.built_revision == self.revision and self.built_on == today


_STATE = (
    select(*(feeds[name] for name in State._fields))
    .select_from(
        Feed.__table__.join(Person.__table__, people.id == feeds.person_id)
        .outerjoin(Resource.__table__, resources.id == feeds.resource_id)
    )
    .where(people.left_at.is_(None), resources.retired_at.is_(None), feeds.secret_hash == bindparam("secret_hash"))
)


def state_by_hash(secret_hash: str) -> State | None:
    """The feed with a secret of that hash, unless its person left or its room is out of use. One statement."""
    row = db.session.connection().execute(_STATE, {"secret_hash": secret_hash}).one_or_none()
    return State(*row) if row else None


def octets_of(feed_id: int, etag: str) -> bytes | None:
    """The stored octets of that validator; None if another build has replaced them meanwhile."""
    found = select(feeds.octets).where(feeds.id == feed_id, feeds.etag == etag)
    octets: bytes | None = db.session.execute(found).scalar_one_or_none()
    return octets


def feeds_of(person_id: int) -> Sequence[Feed]:
    """Somebody's subscriptions with what they are of, in the order in which they were made. One statement."""
    query = (
        select(Feed).where(Feed.person_id == person_id).order_by(Feed.id)
        .options(
            joinedload(Feed.resource).joinedload(Resource.area), joinedload(Feed.department),
            joinedload(Feed.meeting_kind),
        )
    )
    return db.session.scalars(query).all()


# --- The calendar pages ---


class Line(NamedTuple):
    """A meeting or booking of mine, for the calendar pages."""

    kind: str
    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    answer: str | None
    announced_at: datetime | None


def entries(person_id: int, starts_at: datetime, ends_at: datetime | None = None) -> Select[Any]:
    """What touches that span of the person's meetings and bookings, in order of time; drafts of their own too."""
    mine = (
        select(
            literal("meeting", String).label("kind"), meetings.id, meetings.subject.label("title"),
            meetings.starts_at, meetings.ends_at, meetings.location.label("place"), attendees.answer,
            meetings.announced_at,
        )
        .select_from(Meeting.__table__.outerjoin(Attendee.__table__, told_part(person_id)))
        .where(
            meetings.id.in_(told_to(person_id)), OFF_AT.is_(None), meetings.ends_at > starts_at,
            *([meetings.starts_at < ends_at] if ends_at else []),
        )
    )
    booked = select(
        literal("booking", String).label("kind"), bookings.id, bookings.title, bookings.starts_at, bookings.ends_at,
        place_of().label("place"), null().label("answer"), null().label("announced_at"),
    ).where(
        bookings.owner_id == person_id, bookings.kind == Kind.BOOKING, bookings.cancelled_at.is_(None),
        bookings.starts_at > starts_at - LONGEST,
        bookings.ends_at > starts_at, no_meeting(person_id), *([bookings.starts_at < ends_at] if ends_at else []),
    )
    both = union_all(mine, booked).subquery()
    return select(both).order_by(both.c.starts_at, both.c.kind, both.c.id)


def entries_in(person_id: int, starts_at: datetime, ends_at: datetime) -> list[Line]:
    """One statement."""
    return [Line(*row) for row in db.session.execute(entries(person_id, starts_at, ends_at))]


def upcoming(person_id: int, now: datetime, most: int) -> list[Line]:
    """The first that have not ended. One statement."""
    return [Line(*row) for row in db.session.execute(entries(person_id, now).limit(most))]
