"""Booking, moving, cancelling: what is allowed and what is refused."""

import pytest
from sqlalchemy import select, update

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.rooms import commands
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Hold
from tests.conftest import at


def test_a_room_is_held_from_start_to_end(make_booking, room):
    booking = make_booking()
    assert (booking.room, booking.starts_at, booking.ends_at) == (room, at(9), at(10))


def test_a_taken_room_is_refused(make_booking):
    make_booking()
    with pytest.raises(RoomTaken, match="E101 is already booked"):
        make_booking(starts_at=at(9, 30), ends_at=at(11))


def test_touching_ends_do_not_overlap(make_booking):
    make_booking()
    make_booking(starts_at=at(10), ends_at=at(11))
    make_booking(starts_at=at(8, 30), ends_at=at(9))


def test_a_move_onto_another_booking_is_refused_and_changes_nothing(make_booking, alice, room):
    make_booking()
    later = make_booking(starts_at=at(11), ends_at=at(12))
    with pytest.raises(RoomTaken):
        commands.move(alice, later, room.id, "Planning", at(9, 30), at(10, 30))
    db.session.rollback()
    assert (later.starts_at, later.sequence) == (at(11), 0)


def test_a_move_raises_the_sequence_and_a_new_title_does_not(make_booking, alice, room, other_room):
    booking = make_booking()
    commands.move(alice, booking, room.id, "Review", at(9), at(10))
    assert booking.sequence == 0
    commands.move(alice, booking, other_room.id, "Review", at(9), at(10))
    commands.move(alice, booking, other_room.id, "Review", at(9), at(11))
    assert booking.sequence == 2


def test_a_move_starts_from_what_is_in_the_database_not_from_what_was_loaded(make_booking, alice, room, other_room):
    booking = make_booking()
    loaded = booking.holds[0]
    elsewhere = update(Hold).values(resource_id=other_room.id)
    db.session.execute(elsewhere, execution_options={"synchronize_session": False})
    commands.move(alice, booking, room.id, "Planning", at(9), at(10))
    assert db.session.scalars(select(Hold.resource_id)).all() == [loaded.resource_id] == [room.id]
    assert booking.sequence == 1


def test_a_cancelled_booking_frees_the_room(make_booking, alice):
    booking = make_booking()
    commands.cancel(alice, booking)
    make_booking()
    assert not booking.is_standing


def test_strangers_change_nothing(make_booking, bob, room):
    booking = make_booking()
    with pytest.raises(NotAllowed):
        commands.cancel(bob, booking)
    with pytest.raises(NotAllowed):
        commands.move(bob, booking, room.id, "Mine", at(9), at(10))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (at(10), at(9), "later than the start"),
        (at(10), at(10), "later than the start"),
        (at(10), at(11, days=1), "a day at most"),
        (at(7), at(9), "past"),
    ],
)
def test_times_that_cannot_be_booked(make_booking, starts_at, ends_at, words):
    with pytest.raises(DomainError, match=words):
        make_booking(starts_at=starts_at, ends_at=ends_at)


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(make_booking, alice, rita, room):
    booking = make_booking()
    seen = booking.version
    commands.move(rita, booking, room.id, "Planning", at(9), at(11), seen=seen)
    with pytest.raises(DomainError, match="Somebody else has changed"):
        commands.move(alice, booking, room.id, "Mine", at(9), at(10), seen=seen)


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_booking_needs_a_title_that_is_not_too_long(make_booking, alice, room, title):
    with pytest.raises(DomainError) as refusal:
        make_booking(title=title)
    assert refusal.value.field == "title"
    booking = make_booking()
    with pytest.raises(DomainError):
        commands.move(alice, booking, room.id, title, at(9), at(10))
