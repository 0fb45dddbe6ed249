"""A booking that begins at another time or in another room is another thing to come to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.presence import commands
from portal.rooms.models import Booking
from portal.rooms.signals import booking_moved, many_moved

Before = tuple[datetime, datetime, str]


@booking_moved.connect
def forget(booking: Booking, *, before: Before, **_actor: Any) -> None:
    forget_many(None, bookings=[booking], befores=[before])


@many_moved.connect
def forget_many(_series: Any, *, bookings: Sequence[Booking], befores: Sequence[Before], **_actor: Any) -> None:
    """One that only ends at another time keeps what is known of it."""
    elsewhere = [
        booking.id for booking, (starts_at, _ends_at, room) in zip(bookings, befores, strict=True)
        if (booking.starts_at, booking.room.name) != (starts_at, room)
    ]
    if elsewhere:
        commands.forget(elsewhere)
