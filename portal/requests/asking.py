"""What becomes of a request without anybody deciding it: it is made, withdrawn, passed on, and expires."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals.models import ApprovalCase
from portal.audit.commands import record
from portal.core import clock
from portal.core.db import db
from portal.notifications.commands import tell
from portal.requests import queries, turns, words
from portal.requests.models import BookingRequest, Outcome, Turn
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Resource, Status
from portal.rooms.rules import rules_of
from portal.series.models import Series

KIND = "booking_request"
# Two days, where no rule says how long those who approve may take.
USUAL_MINUTES = 2880

_asks: ContextVar[bool] = ContextVar("asks", default=True)


@contextmanager
def asking_nobody() -> Iterator[None]:
    """Bookings made within the block need no approval yet: they are offers that may be let pass."""
    token = _asks.set(False)
    try:
        yield
    finally:
        _asks.reset(token)


def ask(actor: Person | None, booking: Booking) -> None:
    """Ask those who keep its room to approve the booking, if that is needed."""
    if booking.status == Status.REQUESTED and _asks.get():
        _ask(actor, BookingRequest(booking=booking), booking.room, booking.starts_at)


def ask_for_series(actor: Person | None, series: Series) -> None:
    """Ask once for all of the series that needs it; by itself for each that is in another room than the rest.

    What a pending request covers already is not asked for again.
    """
    unasked = queries.unasked_of(series.id)
    together = [booking for booking in unasked if booking.room.id == series.resource_id]
    if together and queries.pending_of_series(series.id) is None:
        _ask(actor, BookingRequest(series=series), together[0].room, together[0].starts_at)
    for booking in unasked:
        if booking not in together:
            ask(actor, booking)


def _ask(actor: Person | None, asked: BookingRequest, resource: Resource, starts_at: datetime) -> None:
    turn, people = turns.first(resource)
    asked.resource, asked.turn = resource, turn
    asked.requester_id = asked.about.booked_by_id or asked.about.owner_id
    asked.requested_at = clock.now()
    asked.decide_by = _deadline(resource, starts_at)
    db.session.add(asked)
    db.session.flush()
    record(actor, "booking_request.asked", asked, room=resource.name, turn=turn, decide_by_at=asked.decide_by)
    case_of(asked)
    _tell_deciders(asked, people)


def case_of(asked: BookingRequest) -> ApprovalCase:
    """The case of a pending request; opened for one that is new, or waits from before there were cases."""
    return approvals.case_to_decide(KIND, asked, asked.requester, own_allowed=True)


def _deadline(resource: Resource, starts_at: datetime) -> datetime:
    """As long from now on as the rules leave, but never past the start."""
    minutes = rules_of(resource).decide_minutes or USUAL_MINUTES
    return min(clock.now() + timedelta(minutes=minutes), starts_at)


def _tell_deciders(asked: BookingRequest, people: Sequence[Person]) -> None:
    tell(turns.with_delegates(people), "booking_request.asked", "booking_request", asked, lambda: words.asked(asked))


def tell_requester(asked: BookingRequest, event: str, say: words.Words) -> None:
    """Tell who asks, and for whom."""
    tell([asked.requester, asked.about.owner], f"booking_request.{event}", "booking_request", asked, say)


def withdraw(actor: Person | None, booking_ids: Sequence[int]) -> None:
    """Nobody has to decide these bookings any more by themselves. Their bookings are locked by the caller."""
    _withdraw(actor, BookingRequest.booking_id.in_(booking_ids))


def withdraw_series(actor: Person | None, series_id: int, *, asks_anew: bool = False) -> None:
    """Nobody has to decide the series any more, if nothing of it is requested, or if the caller asks anew.

    What was asked at this very moment is about how things are now, and stays.
    """
    asked = queries.pending_of_series(series_id)
    if asked is None:
        return
    if (asks_anew and asked.requested_at < clock.now()) or not queries.requested_ids(asked):
        _withdraw(actor, BookingRequest.id == asked.id)


def _withdraw(actor: Person | None, which: ColumnElement[bool]) -> None:
    pending = select(BookingRequest).where(which, BookingRequest.outcome == Outcome.PENDING)
    for asked in db.session.scalars(pending.order_by(BookingRequest.id).with_for_update(key_share=True)).all():
        asked.outcome, asked.decided_at = Outcome.WITHDRAWN, clock.now()
        approvals.end_silently(actor, KIND, asked.id)
        record(actor, "booking_request.withdrawn", asked, room=asked.resource.name)
    db.session.flush()


def pass_on(request_id: int) -> None:
    """Give an overdue request to whoever is next, or let it expire after the last and when the start has come.

    For the clock. What somebody else has dealt with meanwhile is left alone.
    """
    bookings = queries.locked_bookings(db.session.get_one(BookingRequest, request_id))
    asked = queries.locked(request_id, skip_locked=True)
    now = clock.now()
    if asked is None or not asked.is_pending or asked.decide_by > now:
        return
    if not bookings:
        _withdraw(None, BookingRequest.id == request_id)
        return
    starts_at = min(booking.starts_at for booking in bookings)
    following = turns.after(Turn(asked.turn), asked.resource) if starts_at > now else None
    if following is None:
        _expire(asked, bookings)
        return
    asked.turn, asked.decide_by = following.turn, _deadline(asked.resource, starts_at)
    record(
        None, "booking_request.passed_on", asked, room=asked.resource.name, turn=asked.turn,
        decide_by_at=asked.decide_by,
    )
    db.session.flush()
    approvals.ask_anew(case_of(asked), asked)
    _tell_deciders(asked, following.people)


def ask_for_forgotten(booking_id: int) -> None:
    """Ask for a booking that nobody was asked about: a change of its series has bound it to another one."""
    booking = queries.locked_booking(booking_id)
    if booking is None or not queries.is_unasked(booking):
        return
    series = db.session.get(Series, booking.series_id) if booking.series_id is not None else None
    if series is None:
        ask(None, booking)
    else:
        ask_for_series(None, series)


def _expire(asked: BookingRequest, bookings: Sequence[Booking]) -> None:
    asked.outcome, asked.decided_at = Outcome.EXPIRED, clock.now()
    db.session.flush()
    approvals.end_silently(None, KIND, asked.id)
    record(None, "booking_request.expired", asked, room=asked.resource.name)
    for booking in bookings:
        rooms.call_off(None, booking)
    tell_requester(asked, "expired", lambda: words.expired(asked))
