"""What bookings are called: by their title, or to those who may not read it by one word; and what people are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from portal.accounts.models import Person
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext, reader, span
from portal.rooms import policy
from portal.rooms.models import Booking
from portal.rooms.queries import Block
from portal.web.addresses import absolute_address


class Titled(policy.Claim, Protocol):
    """A booking, or a row of one, with its title."""

    @property
    def title(self) -> str: ...


def booked() -> str:
    """What a private booking is called to everyone else."""
    return _("Booked")


def lasting(minutes: int) -> str:
    """`1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)


def title_for(booking: Titled, person: Person) -> str:
    """The title, or `Booked` for those who may not read it."""
    return booking.title if policy.may_read(person, booking) else booked()


def veiled(blocks: Iterable[Block], person: Person) -> list[Block]:
    """The blocks of a grid as that person may read them: this, so that the grid's cells need not ask."""
    word = booked()
    return [block if policy.may_read(person, block) else block._replace(title=word) for block in blocks]


def made_for_you(booking: Booking, by: Person) -> tuple[str, str]:
    """Subject and body that tell the owner who booked what for them."""
    time, zone = span(booking.starts_at, booking.ends_at), reader().zone.key
    subject = _("Booked for you: %(title)s, %(time)s", title=booking.title, time=time)
    says = _("%(person)s has booked %(room)s for you: “%(title)s”.", person=by.name, room=booking.room.name,
             title=booking.title)
    when = _("When: %(time)s (%(zone)s)", time=time, zone=zone)
    address = absolute_address("rooms.booking", booking_id=booking.id)
    return subject, "\n\n".join((says, when, _("You can change or cancel it: %(address)s", address=address)))


class Was(NamedTuple):
    """What a booking was before it made way."""

    title: str
    room: str
    starts_at: datetime
    ends_at: datetime


def made_way(booking: Booking, was: Was, reason: str) -> tuple[str, str]:
    """Subject and body that tell the owner why and where their booking went."""
    time, zone = span(was.starts_at, was.ends_at), reader().zone.key
    if booking.is_standing:
        subject = _("Moved to %(room)s: %(title)s, %(time)s", room=booking.room.name, title=was.title, time=time)
        then = _("Your booking “%(title)s” is now in %(room)s, at the same time.", title=was.title,
                 room=booking.room.name)
    else:
        subject = _("Cancelled: %(subject)s, %(time)s", subject=was.title, time=time)
        then = _("Your booking “%(title)s” had to be cancelled.", title=was.title)
    why = _("%(room)s is closed at that time: %(reason)s", room=was.room, reason=reason)
    when = _("When: %(time)s (%(zone)s)", time=time, zone=zone)
    return subject, "\n\n".join((why, then, when, absolute_address("rooms.booking", booking_id=booking.id)))


def moved_by(booking: Booking, was: Was, by: Person) -> tuple[str, str]:
    """Subject and body that tell the owner that somebody moved a booking to have its room for another of theirs."""
    time, zone = span(booking.starts_at, booking.ends_at), reader().zone.key
    subject = _("Moved to %(room)s: %(title)s, %(time)s", room=booking.room.name, title=was.title, time=time)
    then = _("Your booking “%(title)s” is now in %(room)s, at the same time.", title=was.title, room=booking.room.name)
    why = _("%(person)s has booked %(room)s for another booking of yours.", person=by.name, room=was.room)
    when = _("When: %(time)s (%(zone)s)", time=time, zone=zone)
    return subject, "\n\n".join((then, why, when, absolute_address("rooms.booking", booking_id=booking.id)))


def also_busy(others: Sequence[str | None], owner: Person, reader_is_owner: bool) -> str:
    """That the owner of a new booking has something else then; what it is, only to themself."""
    if not others:
        return ""
    if not reader_is_owner:
        return _("%(person)s has something else at that time.", person=owner.name)
    titles = list(dict.fromkeys(title or booked() for title in others))[:2]
    quoted = pgettext("between names", ", ").join(_("“%(title)s”", title=title) for title in titles)
    return _("At that time you also have %(titles)s.", titles=quoted)
