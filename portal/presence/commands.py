"""Saying that people came, giving back what nobody needs, and the secret of the display beside a door."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import clock_time
from portal.core.i18n import gettext as _
from portal.notifications.commands import mark_read, tell
from portal.presence import policy, queries, words
from portal.presence.models import Presence, Way
from portal.presence.signals import booking_ended
from portal.rooms import policy as rooms_policy
from portal.rooms.commands import log
from portal.rooms.models import Booking, Resource
from portal.series.models import Series

# How long the people of a booking have to answer before the room is given back.
ANSWER = timedelta(minutes=10)


def check_in(actor: Person | None, booking_id: int, way: Way) -> bool:
    """Note that the people of the booking are there; nobody is whoever touched the display at the door.

    Answers whether nobody had said so before. Raises Missing, or DomainError if it is too early or too late.
    """
    allow(actor is None or policy.may_check_in(actor))
    booking = _take(booking_id)
    line, now = _line_of(booking), clock.now()
    if line.checked_in_at is not None:
        return False
    _insist_open(booking, line, now)
    line.checked_in_at, line.checked_in_by_id, line.way = now, actor.id if actor else None, way
    db.session.flush()
    log(actor, "booking.checked_in", booking, booking.room, way=way.value)
    if actor is not None and line.asked_at is not None:
        mark_read(actor, "booking", booking.id)
    return True


def _take(booking_id: int) -> Booking:
    booking = queries.locked(booking_id)
    if booking is None:
        raise Missing(_("There is no such booking."))
    return booking


def _line_of(booking: Booking) -> Presence:
    """What is known of the booking, which the caller has locked: so nobody else begins a line meanwhile."""
    line = queries.presence_of(booking.id)
    if line is None:
        line = Presence(booking_id=booking.id)
        db.session.add(line)
    return line


def _insist_open(booking: Booking, line: Presence, now: datetime) -> None:
    if policy.can_be_checked_in(booking, now):
        return
    if not booking.is_standing:
        raise DomainError(_("This booking is cancelled."))
    if line.freed_at is not None:
        time = clock_time(line.freed_at)
        raise DomainError(_("Nobody had checked in, so the room was given back at %(time)s. Book it again.", time=time))
    if booking.ends_at <= now:
        raise DomainError(_("This booking is over."))
    if booking.starts_at - policy.EARLY > now:
        time = clock_time(booking.starts_at - policy.EARLY)
        raise DomainError(_("You can check in from %(time)s on.", time=time))
    raise DomainError(_("Nobody has to check in to this booking."))


def free_rest(actor: Person, booking_id: int) -> None:
    """Give back the rest of a booking that runs: its people are done, or never came.

    Raises NotAllowed, Missing, or DomainError if it does not run.
    """
    booking = _take(booking_id)
    allow(rooms_policy.may_change(actor, booking))
    end_now(actor, booking)
    if actor.id not in (booking.owner_id, booking.booked_by_id):
        return
    mark_read(actor, "booking", booking.id)


def end_now(actor: Person | None, booking: Booking) -> None:
    """Let a running booking, locked by the caller, end, and free what it still holds.

    Its holds keep the time for putting the room in order. If its people had been asked and nobody checked in, that
    is a no-show. SEQUENCE rises (RFC 5546 §2.1.4). Raises DomainError if it does not run.
    """
    now = clock.now()
    if not booking.is_standing or not policy.can_be_ended(booking, now):
        raise DomainError(_("Only a booking that runs can end early."))
    line = queries.presence_of(booking.id)
    is_missed = line is not None and line.is_unanswered
    if line is not None and is_missed:
        line.freed_at = now
    booking.ends_at, booking.changed_at = _last_minute(booking, now), now
    booking.sequence += 1
    _shorten(booking)
    db.session.flush()
    log(actor, "booking.freed" if is_missed else "booking.ended", booking, booking.room)
    booking_ended.send(booking, actor=actor)


def _last_minute(booking: Booking, now: datetime) -> datetime:
    """The last whole minute, so that who comes next begins on one; but no booking ends when it begins."""
    minute = now.replace(second=0)
    return minute if minute > booking.starts_at else now


def _shorten(booking: Booking) -> None:
    """Let the holds end with their booking."""
    for hold in booking.holds:
        until = hold.resource.kept_until(booking.ends_at)
        if hold.released_at is None and until < hold.ends_at:
            hold.ends_at = until


# --- What the clock does: see `portal.presence.clockwork` ---


def ask(booking: Booking) -> None:
    """Ask the people of a booking, locked by the caller, whether they are there; each booking is asked about once."""
    line = _line_of(booking)
    if line.checked_in_at is not None or line.asked_at is not None:
        return
    line.asked_at = now = clock.now()
    db.session.flush()
    log(None, "booking.asked", booking, booking.room)
    until = min(now + ANSWER, booking.ends_at)
    tell(_people(booking), "booking.asked", "booking", booking, lambda: words.nobody_came(booking, until))


def give_back(booking: Booking) -> None:
    """Free the rest of a booking, locked by the caller, whose people were asked and have not answered in time."""
    line = queries.presence_of(booking.id)
    if line is None or not line.is_unanswered or line.freed_at is not None:
        return
    until = booking.ends_at
    end_now(None, booking)
    tell(_people(booking), "booking.freed", "booking", booking, lambda: words.freed(booking, until))


def _people(booking: Booking) -> list[Person]:
    return [person for person in (booking.owner, booking.booked_by) if person is not None]


def ask_series(series: Series) -> None:
    """Ask the owner of a series, locked by the caller, whether it is still needed; once, for it may only be quiet."""
    if series.asked_at is not None or series.cancelled_at is not None:
        return
    series.asked_at = clock.now()
    db.session.flush()
    record(None, "series.asked", series)
    tell([series.owner], "series.asked", "series", series, lambda: words.does_it_live(series))


def forget(booking_ids: list[int]) -> None:
    """What was known of these bookings was known of another time or room."""
    db.session.execute(delete(Presence).where(Presence.booking_id.in_(booking_ids)))


# --- The display beside a door ---


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def renew_door(actor: Person, room: Resource) -> str:
    """Give the room's display a new secret address, ending an older one, and answer the secret.

    It is 256 random bits; only its hash is kept, so this is the one time that it can be shown. Raises NotAllowed.
    """
    allow(policy.may_keep_door(actor, room))
    secret = secrets.token_urlsafe(32)
    room.door_hash = secret_hash(secret)
    db.session.flush()
    record(actor, "room.door_renewed", room, name=room.name)
    return secret


def revoke_door(actor: Person, room: Resource) -> None:
    """End the address of the room's display. Raises NotAllowed, or DomainError if there is none."""
    allow(policy.may_keep_door(actor, room))
    if room.door_hash is None:
        raise DomainError(_("This room has no display."))
    room.door_hash = None
    db.session.flush()
    record(actor, "room.door_revoked", room, name=room.name)
