"""A booking holds all that it needs or nothing: units of equipment, other resources, and time before and after."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.rooms import commands
from portal.rooms.commands import Details
from portal.rooms.holding import RoomTaken, TooFewFree
from portal.rooms.models import Booking, Equipment, Hold, Interpreter
from tests.conftest import at


@pytest.fixture
def add(area):
    def add(model, name, **values):
        resource = model(area=area, name=name, features="", **values)
        db.session.add(resource)
        db.session.commit()
        return resource

    return add


@pytest.fixture
def microphones(add):
    """Three of them."""
    return add(Equipment, "Microphone", quantity=3)


@pytest.fixture
def interpreter(add):
    return add(Interpreter, "Ms Wu")


@pytest.fixture
def needing(make_booking):
    """Book E101 with extras: `needing({resource: count}, **as make_booking)`."""

    def book(extras, **values):
        by_id = {resource.id: count for resource, count in extras.items()}
        return make_booking(details=Details(extras=by_id), **values)

    return book


def standing():
    return db.session.query(Hold).filter(Hold.released_at.is_(None)).count()


def test_a_booking_holds_the_room_and_all_that_it_needs(needing, room, microphones, interpreter):
    booking = needing({microphones: 2, interpreter: 1})
    assert (booking.room, booking.quantity) == (room, 1)
    assert booking.extras == {microphones: 2, interpreter: 1}
    assert standing() == 4


def test_units_that_are_free_go_to_the_next(needing, other_room, microphones):
    needing({microphones: 2})
    second = needing({microphones: 1}, room_id=other_room.id)
    assert {hold.unit for hold in second.holds if hold.resource_id == microphones.id} == {2}


def test_too_few_units_hold_nothing_at_all(needing, other_room, microphones):
    needing({microphones: 2})
    with pytest.raises(TooFewFree, match="Only one of Microphone is free at that time"):
        needing({microphones: 2}, room_id=other_room.id)
    db.session.rollback()
    assert db.session.query(Booking).count() == 1
    assert standing() == 3


def test_what_is_taken_altogether_is_said_to_be(needing, other_room, interpreter):
    needing({interpreter: 1})
    with pytest.raises(TooFewFree, match="Ms Wu is already booked for part of that time"):
        needing({interpreter: 1}, room_id=other_room.id, starts_at=at(9, 30), ends_at=at(11))


def test_a_taken_room_keeps_no_equipment(needing, microphones):
    needing({})
    with pytest.raises(RoomTaken):
        needing({microphones: 3}, starts_at=at(9, 30), ends_at=at(11))
    db.session.rollback()
    assert standing() == 1


def test_nobody_needs_none_of_something(needing, microphones):
    with pytest.raises(DomainError, match="how many"):
        needing({microphones: 0})


def test_what_there_is_not_cannot_be_needed(make_booking):
    with pytest.raises(Missing):
        make_booking(details=Details(extras={4711: 1}))


def test_equipment_is_booked_alone_too(make_booking, microphones):
    booking = make_booking(room_id=microphones.id, details=Details(quantity=2))
    assert (booking.room, booking.quantity, booking.extras) == (microphones, 2, {})
    with pytest.raises(RoomTaken):
        make_booking(room_id=microphones.id, details=Details(quantity=2))


def test_a_move_takes_everything_along(alice, needing, room, other_room, microphones, interpreter):
    booking = needing({microphones: 2, interpreter: 1})
    needing({microphones: 1}, room_id=other_room.id, starts_at=at(14), ends_at=at(15))
    commands.move(alice, booking, room.id, "Planning", at(14), at(15))
    db.session.commit()
    assert booking.extras == {microphones: 2, interpreter: 1}
    assert {hold.starts_at for hold in booking.holds} == {at(14)}
    assert {hold.unit for hold in booking.holds if hold.resource_id == microphones.id} == {1, 2}


def test_a_move_to_where_too_few_are_free_changes_nothing(alice, needing, room, other_room, microphones):
    booking = needing({microphones: 2})
    needing({microphones: 2}, room_id=other_room.id, starts_at=at(14), ends_at=at(15))
    with pytest.raises(TooFewFree):
        commands.move(alice, booking, room.id, "Planning", at(14), at(15))
    db.session.rollback()
    assert (booking.starts_at, booking.extras) == (at(9), {microphones: 2})


def test_what_a_booking_needs_can_change(alice, needing, room, microphones, interpreter):
    booking = needing({microphones: 3})
    commands.move(
        alice, booking, room.id, "Planning", at(9), at(10), details=Details(extras={interpreter.id: 1})
    )
    db.session.commit()
    assert booking.extras == {interpreter: 1}
    assert (standing(), booking.sequence) == (2, 0)


def test_what_was_cancelled_comes_back_with_other_units(alice, needing, other_room, microphones):
    booking = needing({microphones: 1})
    commands.cancel(alice, booking)
    db.session.commit()
    needing({microphones: 1}, room_id=other_room.id)
    commands.restore(alice, booking)
    db.session.commit()
    assert [hold.unit for hold in booking.holds] == [0, 1]
    assert standing() == 4


def test_the_time_to_get_a_room_ready_is_held_as_well(make_booking, room):
    room.setup_minutes, room.cleanup_minutes = 30, 15
    booking = make_booking(starts_at=at(10), ends_at=at(11))
    assert (booking.starts_at, booking.ends_at) == (at(10), at(11))
    assert [(hold.starts_at, hold.ends_at) for hold in booking.holds] == [(at(9, 30), at(11, 15))]
    with pytest.raises(RoomTaken):
        make_booking(starts_at=at(11, 30), ends_at=at(12))
    db.session.rollback()
    make_booking(starts_at=at(11, 45), ends_at=at(12))


def test_with_the_time_to_get_it_ready_a_booking_is_a_day_at_most(make_booking, room):
    room.setup_minutes = 30
    db.session.commit()
    with pytest.raises(DomainError, match="a booking lasts a day at most"):
        make_booking(starts_at=at(9), ends_at=at(9, days=1))


def test_the_database_refuses_a_unit_twice_and_takes_another(needing, make_booking, other_room, microphones):
    needing({microphones: 1})
    booking = make_booking(room_id=other_room.id)
    insert = text(
        "INSERT INTO hold (booking_id, resource_id, unit, starts_at, ends_at) "
        "VALUES (:booking, :resource, :unit, '2026-11-23 01:30:00', '2026-11-23 03:00:00')"
    )
    values = {"booking": booking.id, "resource": microphones.id}
    db.session.execute(insert, {**values, "unit": 1})
    db.session.commit()
    with pytest.raises(IntegrityError, match="hold_overlap"):
        db.session.execute(insert, {**values, "unit": 0})
    db.session.rollback()
