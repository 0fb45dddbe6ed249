"""A meeting goes where its booking goes: whatever moves or cancels the booking, the meeting hears of it here."""

from typing import Any

from portal.meetings import commands
from portal.rooms.models import Booking
from portal.rooms.signals import booking_cancelled, booking_moved


@booking_moved.connect
def move_along(booking: Booking, *, actor: Any, **_before: Any) -> None:
    commands.follow_move(booking, actor)


@booking_cancelled.connect
def call_off(booking: Booking, *, actor: Any) -> None:
    commands.follow_cancellation(booking, actor)
