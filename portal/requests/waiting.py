"""Waiting for a taken time, and what is done with an offer of it."""

from datetime import datetime

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.notifications.commands import mark_read
from portal.requests import asking, line, policy, queries
from portal.requests.models import Wait
from portal.rooms import commands as rooms
from portal.rooms.holding import check_extent, in_line
from portal.rooms.models import Booking, Resource, Status, Visibility
from portal.rooms.signals import booking_renamed

MOST = 20


def wait_for(
    actor: Person, resource_id: int, title: str, starts_at: datetime, ends_at: datetime, takes_at_once: bool,
    visibility: Visibility = Visibility.HOUSE,
) -> Wait:
    """Wait in line for a taken time: to have it booked as soon as it is free, or to be asked first.

    Raises Missing for what is not in use, or DomainError if it is free, cannot be booked anyway, is waited for
    already, or the actor waits for too much.
    """
    rooms.check_title(title)
    _check_time(actor, starts_at, ends_at)
    resource = in_line(resource_id)[resource_id]
    rooms.check_right(actor, actor, resource)
    check_extent(resource, starts_at, ends_at)
    rooms.check_limits(actor, actor, resource, starts_at, ends_at, one_more=False)
    if line.is_free(resource, starts_at, ends_at):
        raise DomainError(_("%(room)s is free at that time. Book it instead.", room=resource.name))
    _check_line(actor, resource, starts_at, ends_at)
    wait = Wait(
        person=actor, resource=resource, title=title, visibility=visibility, starts_at=starts_at, ends_at=ends_at,
        takes_at_once=takes_at_once, created_at=clock.now(),
    )
    db.session.add(wait)
    db.session.flush()
    log(actor, "wait.begun", wait)
    return wait


def _check_time(actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    rooms.check_time(actor, starts_at, ends_at)
    if starts_at <= clock.now():
        raise DomainError(_("That time is past."), "starts_at")


def _check_line(actor: Person, resource: Resource, starts_at: datetime, ends_at: datetime) -> None:
    if line.same(actor.id, resource.id, starts_at, ends_at):
        raise DomainError(_("You wait for that already."))
    if line.count_of(actor.id) >= MOST:
        raise DomainError(ngettext("Wait for one time at most.", "Wait for %(num)s times at most.", MOST))


def log(actor: Person | None, action: str, wait: Wait) -> None:
    """Log what is waited for; the whole log is read by some who may not read a private title."""
    private = wait.visibility == Visibility.PRIVATE
    record(
        actor, action, wait, title="" if private else wait.title, room=wait.resource.name, starts_at=wait.starts_at,
        ends_at=wait.ends_at,
    )


def leave(actor: Person, wait: Wait) -> None:
    """Leave the line. Raises NotAllowed, or DomainError if it is offered meanwhile or the actor waits no more."""
    allow(policy.may_see_wait(actor, wait))
    line.locked(wait.id)
    if not wait.is_standing:
        raise DomainError(_("You do not wait for that any more."))
    if wait.is_offered:
        raise DomainError(_("This has just become free and is kept for you. Say whether you want it."))
    end(actor, "wait.left", wait)


def end(actor: Person | None, action: str, wait: Wait) -> None:
    """Nobody waits any more; the wait is locked by the caller."""
    wait.ended_at = clock.now()
    db.session.flush()
    log(actor, action, wait)


def accept(actor: Person, wait: Wait) -> Booking:
    """Take what is offered and answer it; where whoever keeps the room approves its bookings, it is requested now.

    Raises NotAllowed, or DomainError if the offer is over.
    """
    booking = _take_offer(actor, wait)
    end(actor, "wait.accepted", wait)
    confirm(actor, booking)
    return booking


def confirm(actor: Person, booking: Booking) -> None:
    """Make a locked booking that was offered one like any other."""
    booking.status, booking.changed_at = rooms.status_for(actor, booking.room), clock.now()
    booking.sequence += booking.status == Status.CONFIRMED
    db.session.flush()
    rooms.log(actor, "booking.accepted", booking, booking.room)
    booking_renamed.send(booking, actor=actor)
    asking.ask(actor, booking)


def let_pass(actor: Person, wait: Wait) -> None:
    """Do not take what is offered: the next in line gets it. Raises NotAllowed, or DomainError if it is over."""
    booking = _take_offer(actor, wait)
    end(actor, "wait.passed", wait)
    rooms.call_off(actor, booking)


def _take_offer(actor: Person, wait: Wait) -> Booking:
    """The offered booking, locked before the wait: bookings come first everywhere."""
    allow(policy.may_see_wait(actor, wait))
    booking = queries.locked_booking(wait.booking_id) if wait.booking_id is not None else None
    line.locked(wait.id)
    over = wait.decide_by is None or wait.decide_by <= clock.now()
    if booking is None or not wait.is_offered or over or not is_offer(booking):
        raise DomainError(_("This offer is over."))
    mark_read(actor, "wait", wait.id)
    return booking


def is_offer(booking: Booking) -> bool:
    return booking.is_standing and booking.status == Status.OFFERED
