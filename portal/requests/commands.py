"""Deciding requests."""

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.notifications.commands import mark_read
from portal.requests import asking, policy, queries, words
from portal.requests.models import BookingRequest, Outcome
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Status
from portal.rooms.signals import booking_renamed

LONGEST_REASON = 1000


class Decided(DomainError):
    """Somebody else was quicker, or it need not be decided any more."""


def approve(actor: Person, asked: BookingRequest, reason: str = "") -> None:
    """Let the bookings stand that the request is about; who asks is told, with the reason if there is one.

    Raises NotAllowed, Decided, or DomainError for a reason that is too long.
    """
    bookings = _decide(actor, asked, Outcome.APPROVED, reason)
    for booking in bookings:
        booking.status, booking.changed_at = Status.CONFIRMED, clock.now()
        # Tentative until now (RFC 5546 §2.1.4).
        booking.sequence += 1
    db.session.flush()
    for booking in bookings:
        rooms.log(actor, "booking.approved", booking, booking.room)
        booking_renamed.send(booking, actor=actor)
    asking.tell_requester(asked, "approved", lambda: words.approved(asked))


def decline(actor: Person, asked: BookingRequest, reason: str) -> None:
    """Free the time of all that the request is about; who asks is told why.

    Raises NotAllowed, Decided, or DomainError without a reason or for one that is too long.
    """
    if not reason.strip():
        raise DomainError(_("Please say why, for whoever asked."), "reason")
    bookings = _decide(actor, asked, Outcome.DECLINED, reason)
    for booking in bookings:
        rooms.call_off(actor, booking, reason=asked.reason)
    asking.tell_requester(asked, "declined", lambda: words.declined(asked))


def _decide(actor: Person, asked: BookingRequest, outcome: Outcome, reason: str) -> list[Booking]:
    """Note the decision, and answer the locked bookings that it is about: bookings first, as everywhere."""
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    bookings = queries.locked_bookings(asked)
    queries.locked(asked.id)
    if not asked.is_pending:
        raise Decided(words.already(asked))
    if not bookings:
        raise Decided(_("This request has been withdrawn."))
    right = policy.right_of(actor, asked)
    allow(right is not None)
    asked.outcome, asked.reason = outcome, reason.strip()
    asked.decided_at, asked.decided_by = clock.now(), actor
    asked.decided_for_id = right if right != actor.id else None
    db.session.flush()
    on_behalf = asked.decided_for.name if asked.decided_for else ""
    record(
        actor, f"booking_request.{outcome}", asked, room=asked.resource.name, reason=asked.reason,
        on_behalf_of=on_behalf,
    )
    mark_read(actor, "booking_request", asked.id)
    return bookings
