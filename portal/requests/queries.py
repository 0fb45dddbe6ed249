"""Reading requests, and locking what they are about. Those who wait are in `portal.requests.line`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.requests.models import BookingRequest, Outcome, Turn
from portal.rooms import policy as rooms
from portal.rooms.models import LONGEST, Booking, BookingPolicy, Hold, Keeper, Kind, Resource, Status, Visibility
from portal.series.models import Series

LATELY = timedelta(days=14)
_with_all = (
    joinedload(BookingRequest.booking), joinedload(BookingRequest.series), joinedload(BookingRequest.resource),
    joinedload(BookingRequest.requester), joinedload(BookingRequest.decided_by),
    joinedload(BookingRequest.decided_for),
)


# --- Locking: bookings first, in the order of their ids, then the request ---


def locked(request_id: int, *, skip_locked: bool = False) -> BookingRequest | None:
    """The request as it is now, locked; None if it is to be skipped."""
    return db.session.scalars(
        select(BookingRequest)
        .where(BookingRequest.id == request_id)
        .with_for_update(key_share=True, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    ).one_or_none()


def locked_bookings(asked: BookingRequest) -> list[Booking]:
    """All that the request is about and that still waits for it, locked."""
    return list(db.session.scalars(_locked_where(_requested_of(asked))))


def locked_booking(booking_id: int) -> Booking | None:
    """The booking as it is now, locked, with what it holds."""
    return db.session.scalars(_locked_where(Booking.id == booking_id)).one_or_none()


def _locked_where(which: ColumnElement[bool]) -> Select[Booking]:
    return (
        select(Booking)
        .where(which)
        .options(selectinload(Booking.holds).joinedload(Hold.resource))
        .order_by(Booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def requested_ids(asked: BookingRequest) -> Sequence[int]:
    """The ids of all that the request is about and that still waits for it."""
    return db.session.scalars(select(Booking.id).where(_requested_of(asked))).all()


def dates_of(asked: BookingRequest) -> Sequence[Booking]:
    """Of a series, the occurrences that wait for it, soonest first. One statement."""
    return db.session.scalars(select(Booking).where(_requested_of(asked)).order_by(Booking.starts_at)).all()


def _requested_of(asked: BookingRequest) -> ColumnElement[bool]:
    if asked.booking_id is not None:
        return and_(_requested, Booking.id == asked.booking_id)
    return and_(_requested, Booking.series_id == asked.series_id, ~_asked_alone())


_requested = and_(Booking.cancelled_at.is_(None), Booking.status == Status.REQUESTED)


def _asked_alone() -> ColumnElement[bool]:
    own = aliased(BookingRequest)
    return select(own.id).where(own.booking_id == Booking.id, own.outcome == Outcome.PENDING).exists()


def _asked_together() -> ColumnElement[bool]:
    whole = aliased(BookingRequest)
    return select(whole.id).where(whole.series_id == Booking.series_id, whole.outcome == Outcome.PENDING).exists()


def unasked_of(series_id: int) -> Sequence[Booking]:
    """What of the series is requested and not asked for by itself, soonest first, with what it holds."""
    return db.session.scalars(
        select(Booking)
        .where(_requested, Booking.series_id == series_id, ~_asked_alone())
        .options(selectinload(Booking.holds).joinedload(Hold.resource))
        .order_by(Booking.starts_at, Booking.id)
    ).all()


def unasked_ids(limit: int) -> Sequence[int]:
    """What is requested although nobody has been asked, in what needs approval, soonest first. One statement."""
    needed = BookingPolicy.needs_approval.is_(True)
    kept = select(Resource.id).where(
        or_(
            Resource.id.in_(select(BookingPolicy.resource_id).where(needed)),
            Resource.area_id.in_(select(BookingPolicy.area_id).where(needed)),
        )
    )
    # By resource and time, as holds are indexed: there are few such resources, and many bookings.
    held = select(Hold.booking_id).where(
        Hold.resource_id.in_(kept), Hold.released_at.is_(None), Hold.starts_at > clock.now() - LONGEST
    )
    unasked = select(Booking.id).where(Booking.id.in_(held), _requested, ~_asked_alone(), ~_asked_together())
    return db.session.scalars(unasked.order_by(Booking.starts_at, Booking.id).limit(limit)).all()


def is_unasked(booking: Booking) -> bool:
    """Whether the booking is requested and no pending request is about it. One statement."""
    found = select(Booking.id).where(Booking.id == booking.id, _requested, ~_asked_alone(), ~_asked_together())
    return db.session.scalars(found).first() is not None


def pending_of_series(series_id: int) -> BookingRequest | None:
    return db.session.scalars(
        select(BookingRequest).where(
            BookingRequest.series_id == series_id, BookingRequest.outcome == Outcome.PENDING
        )
    ).one_or_none()


def overdue_ids(limit: int) -> Sequence[int]:
    """The pending requests whose deadline is over, longest first. One statement."""
    return db.session.scalars(
        select(BookingRequest.id)
        .where(BookingRequest.outcome == Outcome.PENDING, BookingRequest.decide_by <= clock.now())
        .order_by(BookingRequest.decide_by, BookingRequest.id)
        .limit(limit)
    ).all()


# --- Lists ---


def to_decide(actor: Person) -> Select[BookingRequest]:
    """What the actor may decide now, by their own right or for somebody today, oldest first. See `policy.right_of`."""
    return _of(actor).where(BookingRequest.outcome == Outcome.PENDING).order_by(
        BookingRequest.requested_at, BookingRequest.id
    )


def decided_lately(actor: Person) -> Select[BookingRequest]:
    """What was decided, withdrawn or expired in the last two weeks of all that the actor may decide, newest first."""
    return _of(actor, any_turn=True).where(BookingRequest.decided_at > clock.now() - LATELY).order_by(
        BookingRequest.decided_at.desc(), BookingRequest.id.desc()
    )


def asked_by(person_id: int) -> Select[BookingRequest]:
    """What the person asked for, or others for them, newest first."""
    return _requests().where(_is_own(person_id)).order_by(BookingRequest.id.desc())


def _requests() -> Select[BookingRequest]:
    return (
        select(BookingRequest)
        .outerjoin(Booking, Booking.id == BookingRequest.booking_id)
        .outerjoin(Series, Series.id == BookingRequest.series_id)
        .join(Resource, Resource.id == BookingRequest.resource_id)
        .options(*_with_all)
    )


def _of(actor: Person, *, any_turn: bool = False) -> Select[BookingRequest]:
    people = [actor, *accounts.people_by_id(accounts.principals_of(actor, accounts.house_today()))]
    keeps = _kept_by([actor], any_turn=True)
    return _requests().where(_kept_by(people, any_turn=any_turn), or_(~_is_own(actor.id), keeps))


def _is_own(person_id: int) -> ColumnElement[bool]:
    return or_(
        BookingRequest.requester_id == person_id,
        func.coalesce(Booking.owner_id, Series.owner_id) == person_id,
    )


def _kept_by(people: Iterable[Person], *, any_turn: bool) -> ColumnElement[bool]:
    """What one of them keeps; those who keep a room or an area no longer, once it went further up."""
    ids = [person.id for person in people]
    if any(rooms.may_manage_rooms(person) for person in people):
        return true()
    resource = BookingRequest.resource_id.in_(select(Keeper.resource_id).where(Keeper.person_id.in_(ids)))
    area = Resource.area_id.in_(select(Keeper.area_id).where(Keeper.person_id.in_(ids)))
    if any_turn:
        return or_(resource, area)
    return or_(
        and_(resource, BookingRequest.turn == Turn.RESOURCE), and_(area, BookingRequest.turn != Turn.HOUSE)
    )


def hidden_from(person: Person, request_ids: Iterable[int]) -> set[int]:
    """Which of these requests are about something private that the person may not read. One statement."""
    private = (
        select(BookingRequest)
        .options(joinedload(BookingRequest.booking), joinedload(BookingRequest.series))
        .outerjoin(Booking, Booking.id == BookingRequest.booking_id)
        .outerjoin(Series, Series.id == BookingRequest.series_id)
        .where(
            BookingRequest.id.in_(list(request_ids)),
            func.coalesce(Booking.visibility, Series.visibility) == Visibility.PRIVATE,
        )
    )
    return {asked.id for asked in db.session.scalars(private) if not rooms.may_read(person, asked.about)}


# --- One case ---


def newest_of(booking: Booking) -> BookingRequest | None:
    """The last request about the booking, by itself or with its series. One statement."""
    series = BookingRequest.series_id == booking.series_id if booking.series_id is not None else false()
    return db.session.scalars(
        select(BookingRequest)
        .options(*_with_all)
        .where(or_(BookingRequest.booking_id == booking.id, series))
        # Its own before that of its series.
        .order_by(BookingRequest.booking_id.is_(None), BookingRequest.id.desc())
        .limit(1)
    ).one_or_none()


class Around(NamedTuple):
    """What stands beside a request."""

    in_room: Sequence[Booking]
    of_owner: Sequence[Booking]


def around(asked: BookingRequest, first: BookingRequest | Booking) -> Around:
    """What else stands in the room that day, on its area's calendar, and what else its owner has at that time.

    `first` says which day: the request itself, or of a series the first date that waits for it. Four statements.
    """
    resource = asked.resource
    day = first.starts_at.astimezone(resource.area.zone).date()
    midnight = datetime.combine(day, time(), resource.area.zone)
    held = select(Hold.booking_id).where(
        Hold.resource_id == resource.id, Hold.released_at.is_(None), Hold.starts_at < midnight + timedelta(days=1),
        Hold.starts_at > midnight - LONGEST, Hold.ends_at > midnight,
    )
    others = _others(asked)
    in_room = others.where(Booking.id.in_(held))
    of_owner = others.where(
        Booking.owner_id == asked.about.owner_id, Booking.kind == Kind.BOOKING, Booking.cancelled_at.is_(None),
        Booking.starts_at < first.ends_at, Booking.starts_at > first.starts_at - LONGEST,
        Booking.ends_at > first.starts_at,
    )
    return Around(db.session.scalars(in_room).all(), db.session.scalars(of_owner).all())


def _others(asked: BookingRequest) -> Select[Booking]:
    query = (
        select(Booking)
        .options(selectinload(Booking.holds).joinedload(Hold.resource), joinedload(Booking.owner))
        .order_by(Booking.starts_at, Booking.id)
    )
    if asked.booking_id is not None:
        return query.where(Booking.id != asked.booking_id)
    return query.where(Booking.series_id.is_distinct_from(asked.series_id))
