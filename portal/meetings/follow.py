"""A meeting goes where its booking goes: whatever moves, cancels or restores it, the meeting hears of it here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.meetings import following
from portal.rooms.models import Booking
from portal.rooms.signals import (
    booking_cancelled,
    booking_moved,
    booking_restored,
    bookings_leaving,
    many_cancelled,
    many_moved,
    many_restored,
    rooms_renamed,
)


@booking_moved.connect
def move_along(booking: Booking, *, actor: Any, **_before: Any) -> None:
    following.follow_move(booking, actor)


@booking_cancelled.connect
def call_off(booking: Booking, *, actor: Any) -> None:
    following.follow_cancellation(booking, actor)


@booking_restored.connect
def put_on_again(booking: Booking, *, cancelled_at: datetime, actor: Any) -> None:
    following.follow_restoration(booking, cancelled_at, actor)


@rooms_renamed.connect
def say_the_new_place(_changed: Any, *, room_ids: Sequence[int], owner_ids: Sequence[int]) -> None:
    following.follow_renaming(room_ids, owner_ids)


@bookings_leaving.connect
def make_ready(_room: Any, *, bookings: Sequence[Booking]) -> None:
    following.make_ready(bookings)


# --- The occurrences of a series, many at once ---


@many_moved.connect
def move_all_along(_series: Any, *, bookings: Sequence[Booking], actor: Any, **_befores: Any) -> None:
    for booking in following.with_meetings(bookings):
        following.follow_move(booking, actor)


@many_cancelled.connect
def call_all_off(_series: Any, *, bookings: Sequence[Booking], actor: Any) -> None:
    for booking in following.with_meetings(bookings):
        following.follow_cancellation(booking, actor)


@many_restored.connect
def put_all_on_again(_series: Any, *, bookings: Sequence[Booking], cancelled_at: datetime, actor: Any) -> None:
    for booking in following.with_meetings(bookings):
        following.follow_restoration(booking, cancelled_at, actor)
