"""Deciding requests."""

from datetime import UTC
from typing import Any

from portal.accounts.models import Person
from portal.approvals import commands as approvals
from portal.approvals.models import ApprovalCase, Verdict
from portal.approvals.queries import last_words
from portal.approvals.subjects import ALL_EVENTS, PLAIN, Subject, add_subject
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.commands import mark_read
from portal.requests import asking, policy, queries, turns, words
from portal.requests.models import BookingRequest, Outcome, Turn
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
    _decide(actor, asked, Verdict.AGREED, reason)


def decline(actor: Person, asked: BookingRequest, reason: str) -> None:
    """Free the time of all that the request is about; who asks is told why.

    Raises NotAllowed, Decided, or DomainError without a reason or for one that is too long.
    """
    if not reason.strip():
        raise DomainError(_("Please say why, for whoever asked."), "reason")
    _decide(actor, asked, Verdict.RETURNED, reason)


def _decide(actor: Person, asked: BookingRequest, verdict: Verdict, reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    _lock(asked)
    _check(asked)
    allow(policy.right_of(actor, asked) is not None)
    approvals.decide(actor, asking.case_of(asked), verdict, reason)


def _approved(actor: Person, asked: BookingRequest, case: ApprovalCase) -> None:
    bookings = _note(actor, asked, Outcome.APPROVED, last_words(case))
    for booking in bookings:
        booking.status, booking.changed_at = Status.CONFIRMED, clock.now()
        # Tentative until now (RFC 5546 §2.1.4).
        booking.sequence += 1
    db.session.flush()
    for booking in bookings:
        rooms.log(actor, "booking.approved", booking, booking.room)
        booking_renamed.send(booking, actor=actor)
    asking.tell_requester(asked, "approved", lambda: words.approved(asked))


def _declined(actor: Person, asked: BookingRequest, _case: ApprovalCase, said: str) -> None:
    for booking in _note(actor, asked, Outcome.DECLINED, said):
        rooms.call_off(actor, booking, reason=asked.reason)
    asking.tell_requester(asked, "declined", lambda: words.declined(asked))


def _note(actor: Person, asked: BookingRequest, outcome: Outcome, reason: str) -> list[Booking]:
    """Note the decision, and answer the locked bookings that it is about."""
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_REASON), "reason")
    bookings, right = queries.locked_bookings(asked), policy.right_of(actor, asked)
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


# --- As a case of approval ---


def _lock(asked: BookingRequest) -> None:
    """Bookings first, as everywhere."""
    queries.locked_bookings(asked)
    queries.locked(asked.id)


def _check(asked: BookingRequest) -> None:
    if not asked.is_pending:
        raise Decided(words.already(asked))
    if not queries.requested_ids(asked):
        raise Decided(_("This request has been withdrawn."))


def _contents(asked: BookingRequest) -> dict[str, Any]:
    """Without what it is for, which may be private or become secret: that is on the request's own page."""
    times = [[one.starts_at.astimezone(UTC).isoformat(), one.ends_at.astimezone(UTC).isoformat()]
             for one in queries.dates_of(asked)]
    return {"title": f"{asked.resource.name}: {asked.about.owner.name}", "facts": [
        ["room", asked.resource.name], ["dates", {"list": [{"span": pair} for pair in times]}],
        ["owner", asked.about.owner.name], ["requester", asked.requester.name],
    ]}


add_subject(
    Subject(
        asking.KIND, _contents,
        {"room": _l("Room"), "dates": _l("Dates"), "owner": _l("For"), "requester": _l("Asked by")},
        policy.may_see, may_decide=policy.may_decide,
        asked=lambda asked: turns.people_of(Turn(asked.turn), asked.resource),
        is_own=policy.is_own, is_hidden=lambda person, asked: not policy.may_see(person, asked),
        lock=_lock, check=_check, effective=_approved, returned=_declined, tells_itself=ALL_EVENTS,
        # Whoever asked cancels the booking.
        words_field="reason", renews=PLAIN, is_withdrawn_alone=False,
    )
)
