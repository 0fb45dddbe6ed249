"""What the people of a booking are told when nobody comes."""

from datetime import datetime

from portal.core.i18n import clock_time, reader, span
from portal.core.i18n import gettext as _
from portal.rooms.models import Booking
from portal.series.models import Series
from portal.web.addresses import absolute_address

Said = tuple[str, str]


def nobody_came(booking: Booking, until: datetime) -> Said:
    """Subject and body that ask the people of a booking whether they are there."""
    room = booking.room.name
    subject = _("Nobody has checked in at %(room)s. Are you there?", room=room)
    then = _("If nobody answers until %(time)s, the room is free for others from then on.", time=clock_time(until))
    answer = _("Say “We are here” or free the room: %(address)s", address=_address(booking))
    return subject, "\n\n".join((_what(booking), then, answer))


def freed(booking: Booking, until: datetime) -> Said:
    """Subject and body that tell the people of a booking that they have the room no more; it was theirs `until`."""
    room = booking.room.name
    subject = _("%(room)s is free again: nobody checked in", room=room)
    then = _(
        "Nobody checked in to “%(title)s” at %(room)s, so the time from %(from_time)s to %(to_time)s was given back.",
        title=booking.title, room=room, from_time=clock_time(booking.ends_at), to_time=clock_time(until),
    )
    again = _("If you still need the room, book it again: %(address)s", address=_address(booking))
    return subject, f"{then}\n\n{again}"


def does_it_live(series: Series) -> Said:
    """Subject and body that ask the owner of a series that nobody comes to whether it is still needed."""
    subject = _("Is “%(title)s” still needed?", title=series.title)
    says = _(
        "At the last three dates of “%(title)s” nobody checked in at %(room)s.", title=series.title,
        room=series.room.name,
    )
    then = _(
        "If it is no longer needed, please cancel it, so that others can have the room. If it is, you need not do "
        "anything: %(address)s", address=absolute_address("series.series", series_id=series.id),
    )
    return subject, f"{says}\n\n{then}"


def _what(booking: Booking) -> str:
    time = span(booking.starts_at, booking.ends_at)
    return _("“%(title)s”, %(time)s (%(zone)s)", title=booking.title, time=time, zone=reader().zone.key)


def _address(booking: Booking) -> str:
    return absolute_address("rooms.booking", booking_id=booking.id)
