"""Reading what calendars show. Rows of columns, not objects: a feed has a thousand of them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from portal.accounts.models import Person
from portal.calendars.models import Feed
from portal.core.db import UtcDateTime, db
from portal.meetings.models import AgendaItem, Answer, Attendee, Meeting
from portal.rooms.models import LONGEST, Area, Booking, Hold, Kind, Resource

feeds, people, meetings, attendees = Feed.__table__.c, Person.__table__.c, Meeting.__table__.c, Attendee.__table__.c
bookings, holds, resources, areas = Booking.__table__.c, Hold.__table__.c, Resource.__table__.c, Area.__table__.c
# Aliases for use within statements on the same tables, where they must not be taken for the outer ones.
own, led = Attendee.__table__.alias("own").c, Meeting.__table__.alias("led").c
items = AgendaItem.__table__.c

# What a feed reads is put together once, with these to be filled in: that takes as long as running it.
PersonId = int | BindParameter[int]
PERSON: BindParameter[int] = bindparam("person_id", type_=Integer)
MOST: BindParameter[int] = bindparam("most", type_=Integer)


# --- The state of a feed ---


class State(NamedTuple):
    """What a poll needs to know of a feed."""

    id: int
    person_id: int
    secret_hash: str
    revision: int
    changed_at: datetime
    built_revision: int | None
    built_on: date | None
    etag: str

    def is_built(self, today: date) -> bool:
        """Whether the stored octets hold all changes and cover that day's window."""
        return self.built_revision == self.revision and self.built_on == today


_STATE = (
    select(*(feeds[name] for name in State._fields))
    .select_from(Feed.__table__.join(Person.__table__, people.id == feeds.person_id))
    .where(people.left_at.is_(None))
)


def state_by_hash(secret_hash: str) -> State | None:
    """The feed that answers to a secret of that hash, unless its person left. One statement."""
    row = db.session.connection().execute(_STATE.where(feeds.secret_hash == secret_hash)).one_or_none()
    return State(*row) if row else None


def octets_of(feed_id: int, etag: str) -> bytes | None:
    """The stored octets of that validator; None if another build has replaced them meanwhile."""
    found = select(feeds.octets).where(feeds.id == feed_id, feeds.etag == etag)
    octets: bytes | None = db.session.execute(found).scalar_one_or_none()
    return octets


def feed_of(person_id: int) -> Feed | None:
    return db.session.scalars(select(Feed).where(Feed.person_id == person_id)).one_or_none()


# --- Meetings as events ---


class MeetingLine(NamedTuple):
    """A meeting with its organizer, and the part and answer of the person it is read for, if they were told."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    subject: str
    location: str
    purpose: str
    online_url: str
    announced_at: datetime | None
    # Since when it is cancelled or postponed.
    off_at: datetime | None
    organizer: str
    organizer_email: str
    part: str | None
    answer: str | None
    answered_at: datetime | None


def told_to(person_id: PersonId) -> CompoundSelect[int]:
    """The ids of the meetings that the person organizes or was told of."""
    return union(
        select(own.meeting_id).where(own.person_id == person_id, own.invited_at.is_not(None)),
        select(led.id).where(led.organizer_id == person_id),
    )


def _told_part(person_id: PersonId) -> ColumnElement[bool]:
    """The attendee of a meeting is that person, and a notice told them so."""
    return and_(
        attendees.meeting_id == meetings.id, attendees.person_id == person_id, attendees.invited_at.is_not(None)
    )


_off_at = func.coalesce(meetings.cancelled_at, meetings.postponed_at, type_=UtcDateTime())


def _meeting_lines(person_id: PersonId) -> Select[Any]:
    """The columns of `MeetingLine`."""
    return select(
        meetings.id, meetings.uid, meetings.sequence, meetings.created_at, meetings.changed_at, meetings.starts_at,
        meetings.ends_at, meetings.subject, meetings.location, meetings.purpose, meetings.online_url,
        meetings.announced_at, _off_at.label("off_at"), people.name.label("organizer"),
        people.email.label("organizer_email"), attendees.part, attendees.answer, attendees.answered_at,
    ).select_from(
        Meeting.__table__.join(Person.__table__, people.id == meetings.organizer_id).outerjoin(
            Attendee.__table__, _told_part(person_id)
        )
    )


_ANNOUNCED = (
    _meeting_lines(PERSON)
    .where(
        meetings.id.in_(told_to(PERSON)), meetings.starts_at >= bindparam("since"), meetings.announced_at.is_not(None),
        or_(_off_at.is_(None), _off_at >= bindparam("cancelled_since", type_=UtcDateTime())),
        or_(attendees.answer.is_(None), attendees.answer.not_in([Answer.DECLINED, Answer.DELEGATED])),
    )
    .order_by(meetings.starts_at.desc(), meetings.id.desc())
    .limit(MOST)
)


def announced_meetings(
    person_id: int, since: datetime, cancelled_since: datetime, limit: int
) -> list[MeetingLine]:
    """Announced meetings that the person has not declined or left to somebody else, latest first. One statement."""
    values = {"person_id": person_id, "since": since, "cancelled_since": cancelled_since, "most": limit}
    return [MeetingLine(*row) for row in db.session.connection().execute(_ANNOUNCED, values).all()]


def one_meeting(meeting_id: int, person_id: int) -> MeetingLine:
    """One meeting in the same form."""
    return MeetingLine(*db.session.execute(_meeting_lines(person_id).where(meetings.id == meeting_id)).one())


def agendas(meeting_ids: Iterable[int]) -> dict[int, list[str]]:
    """The lines of each meeting's agenda. One statement."""
    query = (
        select(items.meeting_id, items.title)
        .where(items.meeting_id.in_(list(meeting_ids)), items.removed_at.is_(None))
        .order_by(items.meeting_id, items.position)
    )
    found: dict[int, list[str]] = {}
    for meeting_id, title in db.session.connection().execute(query).all():
        found.setdefault(meeting_id, []).append(title)
    return found


# --- Bookings as events ---


class BookingLine(NamedTuple):
    """A booking, and the place or one of the rooms that it holds."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    owner_id: int
    booked_by_id: int | None
    visibility: str


def _place() -> ScalarSelect[str]:
    """The first room of a booking and its area, in one line."""
    return (
        select(resources.name + " · " + areas.name)
        .select_from(
            Hold.__table__.join(Resource.__table__, resources.id == holds.resource_id).join(
                Area.__table__, areas.id == resources.area_id
            )
        )
        .where(holds.booking_id == bookings.id)
        .order_by(holds.id)
        .limit(1)
        .correlate(Booking.__table__)
        .scalar_subquery()
    )


def _no_meeting(person_id: PersonId, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """No standing meeting that the person sees takes place on the booking."""
    return ~exists().where(
        meetings.booking_id == bookings.id, _off_at.is_(None), meetings.id.in_(told_to(person_id)),
        *conditions,
    )


_PLAIN_BOOKINGS = (
    select(
        bookings.id, bookings.uid, bookings.sequence, bookings.created_at, bookings.changed_at,
        bookings.starts_at, bookings.ends_at, bookings.title, _place().label("place"),
        bookings.owner_id, bookings.booked_by_id, bookings.visibility,
    )
    .where(
        bookings.owner_id == PERSON, bookings.kind == Kind.BOOKING, bookings.cancelled_at.is_(None),
        bookings.starts_at >= bindparam("since"),
        _no_meeting(PERSON, meetings.announced_at.is_not(None)),
    )
    .order_by(bookings.starts_at.desc(), bookings.id.desc())
    .limit(MOST)
)


def plain_bookings(person_id: int, since: datetime, limit: int) -> list[BookingLine]:
    """The person's standing bookings that their feed does not show as a meeting, the latest first. One statement."""
    values = {"person_id": person_id, "since": since, "most": limit}
    return [BookingLine(*row) for row in db.session.connection().execute(_PLAIN_BOOKINGS, values).all()]


def bookings_in(area_id: int, starts_at: datetime, ends_at: datetime) -> list[BookingLine]:
    """What stands in the rooms of an area within that span, a row for each hold, in order. One statement."""
    query: Select[Any] = (
        select(
            bookings.id, bookings.uid, bookings.sequence, bookings.created_at, bookings.changed_at,
            bookings.starts_at, bookings.ends_at, bookings.title, resources.name,
            bookings.owner_id, bookings.booked_by_id, bookings.visibility,
        )
        .select_from(
            Hold.__table__.join(Booking.__table__, bookings.id == holds.booking_id).join(
                Resource.__table__, resources.id == holds.resource_id
            )
        )
        .where(
            resources.area_id == area_id, holds.released_at.is_(None), holds.starts_at < ends_at,
            holds.starts_at > starts_at - LONGEST, holds.ends_at > starts_at,
        )
        .order_by(bookings.starts_at, bookings.id, holds.id)
    )
    return [BookingLine(*row) for row in db.session.connection().execute(query).all()]


# --- The calendar pages ---


class Entry(NamedTuple):
    """A meeting or booking of mine as the calendar pages show it."""

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
        .select_from(Meeting.__table__.outerjoin(Attendee.__table__, _told_part(person_id)))
        .where(
            meetings.id.in_(told_to(person_id)), _off_at.is_(None), meetings.ends_at > starts_at,
            *([meetings.starts_at < ends_at] if ends_at else []),
        )
    )
    booked = select(
        literal("booking", String).label("kind"), bookings.id, bookings.title, bookings.starts_at, bookings.ends_at,
        _place().label("place"), null().label("answer"), null().label("announced_at"),
    ).where(
        bookings.owner_id == person_id, bookings.kind == Kind.BOOKING, bookings.cancelled_at.is_(None),
        bookings.starts_at > starts_at - LONGEST,
        bookings.ends_at > starts_at, _no_meeting(person_id), *([bookings.starts_at < ends_at] if ends_at else []),
    )
    both = union_all(mine, booked).subquery()
    return select(both).order_by(both.c.starts_at, both.c.kind, both.c.id)


def entries_in(person_id: int, starts_at: datetime, ends_at: datetime) -> list[Entry]:
    """One statement."""
    return [Entry(*row) for row in db.session.execute(entries(person_id, starts_at, ends_at))]
