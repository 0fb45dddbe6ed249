"""Requests and offers go where their bookings go: whatever is done to these, it is heard here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.accounts.models import Delegation, Person
from portal.accounts.signals import delegation_ended, delegation_made
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import plain_day
from portal.notifications.commands import tell
from portal.requests import asking, line, queries, waiting
from portal.requests.models import Outcome
from portal.requests.words import already
from portal.rooms import policy as rooms
from portal.rooms.models import Booking, Status
from portal.rooms.signals import (
    booking_cancelled,
    booking_made,
    booking_moved,
    booking_restored,
    many_cancelled,
    many_made,
    many_moved,
    many_restored,
)
from portal.series.models import Series
from portal.web.addresses import absolute_address


@booking_made.connect
def ask(booking: Booking, *, actor: Person | None) -> None:
    asking.ask(actor, booking)


@booking_moved.connect
def ask_anew(booking: Booking, *, actor: Person | None, **_before: Any) -> None:
    """What was decided or is asked was about another time or room; who moves an offer has taken it."""
    _end_offer(actor, booking, "wait.accepted")
    _withdraw(actor, booking)
    asking.ask(actor, booking)


@booking_cancelled.connect
def withdraw(booking: Booking, *, actor: Person | None) -> None:
    if booking.status == Status.OFFERED:
        _end_offer(actor, booking, "wait.passed")
    elif booking.status == Status.REQUESTED:
        _withdraw(actor, booking)


@booking_restored.connect
def ask_again(booking: Booking, *, actor: Person, cancelled_at: datetime) -> None:
    """It needs approval as before; who takes back that they let an offer pass takes it.

    Raises DomainError if it was turned down.
    """
    _insist_not_declined(actor, [booking], cancelled_at)
    if booking.status == Status.OFFERED:
        waiting.confirm(actor, booking)
    else:
        asking.ask(actor, booking)


def _withdraw(actor: Person | None, booking: Booking) -> None:
    asking.withdraw(actor, [booking.id])
    if booking.series_id is not None:
        asking.withdraw_series(actor, booking.series_id)


def _end_offer(actor: Person | None, booking: Booking, action: str) -> None:
    offer = line.offer_of(booking.id)
    if offer is not None and line.locked(offer.id) and offer.is_offered:
        waiting.end(actor, action, offer)


def _insist_not_declined(actor: Person, bookings: Sequence[Booking], cancelled_at: datetime) -> None:
    """Only who keeps the room undoes that a request was turned down; of a series all were cancelled by that at once."""
    requested = next((booking for booking in bookings if booking.status == Status.REQUESTED), None)
    asked = queries.newest_of(requested) if requested else None
    if asked is None or asked.outcome != Outcome.DECLINED or rooms.keeps(actor, asked.resource):
        return
    if asked.decided_at and asked.decided_at <= cancelled_at:
        raise DomainError(already(asked))


@many_restored.connect
def ask_again_for_series(
    series: Series, *, bookings: Sequence[Booking], actor: Person, cancelled_at: datetime
) -> None:
    """As for one. Raises DomainError if they were turned down."""
    _insist_not_declined(actor, bookings, cancelled_at)
    ask_for_series(series, bookings=bookings, actor=actor)


@many_made.connect
def ask_for_series(series: Series, *, bookings: Sequence[Booking], actor: Person | None, **_more: Any) -> None:
    if any(booking.status == Status.REQUESTED for booking in bookings):
        asking.ask_for_series(actor, series)


@many_moved.connect
def ask_anew_for_series(series: Series, *, bookings: Sequence[Booking], actor: Person | None, **_before: Any) -> None:
    """Once more for all; what "this and following" left behind is withdrawn if nothing of it is requested."""
    asking.withdraw(actor, [booking.id for booking in bookings])
    asks_anew = any(booking.status == Status.REQUESTED for booking in bookings)
    asking.withdraw_series(actor, series.id, asks_anew=asks_anew)
    if series.follows_id is not None:
        asking.withdraw_series(actor, series.follows_id)
    if asks_anew:
        asking.ask_for_series(actor, series)


@many_cancelled.connect
def withdraw_series(series: Series, *, bookings: Sequence[Booking], actor: Person | None, **_more: Any) -> None:
    asking.withdraw(actor, [booking.id for booking in bookings])
    asking.withdraw_series(actor, series.id)


@delegation_made.connect
def tell_delegate(delegation: Delegation, *, actor: Person) -> None:
    """Accounts know of no notices; whoever is chosen is told here, where there is something to decide."""

    def words() -> tuple[str, str]:
        days = {"first": plain_day(delegation.starts_on), "last": plain_day(delegation.ends_on)}
        name = delegation.principal.name
        subject = _("You decide for %(person)s from %(first)s to %(last)s", person=name, **days)
        says = _("%(person)s is away and has chosen you to decide what waits for a decision.", person=name)
        address = absolute_address("accounts.delegates")
        return subject, f"{says}\n\n" + _("If you cannot, say so here: %(address)s", address=address)

    tell([delegation.delegate], "delegation.made", "delegation", delegation, words)


@delegation_ended.connect
def tell_the_other(delegation: Delegation, *, actor: Person) -> None:
    """Whoever of the two did not end it is told by the other."""
    other = delegation.delegate if actor.id == delegation.principal_id else delegation.principal

    def words() -> tuple[str, str]:
        subject = _("%(delegate)s no longer decides for %(person)s", delegate=delegation.delegate.name,
                    person=delegation.principal.name)
        first, last = plain_day(delegation.starts_on), plain_day(delegation.ends_on)
        return subject, _("The absence from %(first)s to %(last)s has been removed.", first=first, last=last)

    tell([other], "delegation.ended", "delegation", delegation, words)
