"""A meeting goes where its booking goes: whatever moves, cancels or restores it, the meeting hears of it here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.meetings import commands
from portal.rooms.models import Booking
from portal.rooms.signals import booking_cancelled, booking_moved, booking_restored, bookings_leaving, rooms_renamed


@booking_moved.connect
def move_along(booking: Booking, *, actor: Any, **_before: Any) -> None:
    commands.follow_move(booking, actor)


@booking_cancelled.connect
def call_off(booking: Booking, *, actor: Any) -> None:
    commands.follow_cancellation(booking, actor)


@booking_restored.connect
def put_on_again(booking: Booking, *, cancelled_at: datetime, actor: Any) -> None:
    commands.follow_restoration(booking, cancelled_at, actor)


@rooms_renamed.connect
def say_the_new_place(_changed: Any, *, room_ids: Sequence[int], owner_ids: Sequence[int]) -> None:
    commands.follow_renaming(room_ids, owner_ids)


@bookings_leaving.connect
def make_ready(_room: Any, *, bookings: Sequence[Booking]) -> None:
    commands.make_ready(bookings)
