"""What is offered instead of a time that is taken: ranked, and never anything that cannot be booked."""

import pytest

from portal.core.db import db
from portal.rooms import commands, keeping, policy
from portal.rooms.commands import Details
from portal.rooms.models import BookingPolicy, Equipment, Right, Room, Sort
from portal.rooms.ways_out import Asked, Kind, other_rooms, ways_out
from tests.conftest import at


@pytest.fixture
def offers(alice, bob, room):
    """What Bob is offered instead of E101 from 9 to 10: kind, name and start of each way."""

    def ask(starts_at=None, ends_at=None, actor=bob, owner=None, **more):
        kind = more.pop("kind", Sort.ROOM)
        asked = Asked(more.pop("resource_id", room.id), starts_at or at(9), ends_at or at(10), **more)
        found = ways_out(actor, owner or actor, kind, asked)
        return [(way.kind, way.resource.name, way.starts_at) for way in found]

    return ask


@pytest.fixture
def full_day(make_booking):
    """E101 is taken for all of that day's opening hours, so that another time is far off."""
    return make_booking(starts_at=at(8), ends_at=at(20))


def test_what_is_closer_in_time_comes_before_a_room_far_away(offers, make_booking, third_room):
    make_booking(ends_at=at(9, 30))
    assert offers() == [
        (Kind.TIME, "E101", at(9, 30)), (Kind.ROOM, "W201", at(9)), (Kind.TIME, "E101", at(8)),
    ]


def test_a_room_next_door_comes_before_an_hour_later(offers, make_booking, other_room):
    make_booking()
    assert offers()[0] == (Kind.ROOM, "E102", at(9))


def test_there_are_three_at_most(offers, full_day, area, other_room, third_room):
    for number in range(5):
        keeping.add_room(None, area, f"R{number}", 10)
    db.session.commit()
    assert len(offers()) == 3


def test_another_time_is_when_the_house_is_open(offers, full_day):
    assert offers() == [(Kind.TIME, "E101", at(8, days=1))]


def test_the_smallest_room_that_fits_the_people_is_offered(offers, full_day, area):
    for name, capacity in (("small", 6), ("fits", 8), ("large", 40)):
        keeping.add_room(None, area, name, capacity)
    db.session.commit()
    assert [name for _kind, name, _start in offers(people=7)] == ["fits", "large", "E101"]


def test_a_room_with_the_same_features_comes_first(offers, full_day, room, area):
    room.features = "video, whiteboard"
    keeping.add_room(None, area, "plain", 10)
    keeping.add_room(None, area, "equipped", 20, "Whiteboard; Video")
    db.session.commit()
    assert [name for _kind, name, _start in offers()][:2] == ["equipped", "plain"]


def test_time_to_get_a_room_ready_is_left_free(offers, make_booking, room, other_room, alice):
    room.setup_minutes, other_room.cleanup_minutes = 30, 30
    db.session.commit()
    make_booking()
    make_booking(room_id=other_room.id, starts_at=at(10, 15), ends_at=at(11))
    assert offers() == [(Kind.TIME, "E101", at(10, 30))]
    commands.book(alice, room.id, "Then", at(10, 30), at(11, 30))


def test_a_room_kept_for_others_is_offered_to_them_only(offers, full_day, other_room, bob, alice, rita):
    other_room.is_restricted = True
    other_room.rights.append(Right(person_id=alice.id))
    db.session.commit()
    taken = (Kind.ROOM, "E102", at(9))
    assert taken not in offers()
    assert taken in offers(actor=rita)
    assert taken in offers(owner=alice)
    other_room.rights.append(Right(person_id=bob.id))
    db.session.commit()
    assert taken in offers()


def test_a_room_of_a_department_is_offered_to_its_people(offers, full_day, other_room, works, helen):
    other_room.is_restricted = True
    other_room.rights.append(Right(department_id=works.id))
    db.session.commit()
    taken = (Kind.ROOM, "E102", at(9))
    assert taken not in offers()
    assert taken in offers(actor=helen)


def test_what_the_rules_refuse_is_not_offered(offers, make_booking, area, other_room):
    make_booking(ends_at=at(10, 10))
    area.policy = BookingPolicy(slot_minutes=30)
    other_room.policy = BookingPolicy(longest_minutes=30)
    db.session.commit()
    assert offers() == [(Kind.TIME, "E101", at(8)), (Kind.TIME, "E101", at(10, 30))]


def test_another_resource_of_the_same_kind_is_offered(offers, make_booking, add_resource, other_room):
    projector = add_resource(Equipment, "Projector")
    add_resource(Equipment, "Beamer")
    make_booking(room_id=projector.id, starts_at=at(8), ends_at=at(20))
    found = offers(resource_id=projector.id, kind=Sort.EQUIPMENT)
    assert found[0] == (Kind.ROOM, "Beamer", at(9))
    assert "E102" not in [name for _kind, name, _start in found]


def test_four_statements_are_enough_however_much_there_is(
    bob, room, area, west, make_booking, statements, microphones, interpreter
):
    def count():
        db.session.rollback()
        needed = {microphones.id: 1, interpreter.id: 1}
        asked = Asked(room.id, at(9), at(10), 4, needed)
        # Who asks is known to a page already.
        assert not policy.may_manage_rooms(bob)
        with statements() as seen:
            assert ways_out(bob, bob, Sort.ROOM, asked)
        return len(seen)

    make_booking(actor=bob)
    few = count()
    for number in range(8):
        other = keeping.add_room(None, (area, west)[number % 2], f"Room {number}", number + 2)
        make_booking(room_id=other.id, starts_at=at(10), ends_at=at(11), details=Details(people=2))
    assert few == count() == 4


def test_a_room_that_is_offered_for_a_closure_leaves_time_to_get_ready(make_booking, room, other_room, third_room):
    booking = make_booking()
    other_room.setup_minutes = 15
    make_booking(room_id=other_room.id, starts_at=at(8, 30), ends_at=at(8, 50))
    assert other_rooms(room, [booking]) == {booking.id: third_room}
    third_room.is_restricted = True
    db.session.commit()
    assert other_rooms(room, [booking]) == {}


def test_rooms_are_what_is_offered_for_a_room(make_booking, room, add_resource):
    booking = make_booking()
    add_resource(Equipment, "Projector", capacity=50)
    assert other_rooms(room, [booking]) == {}
    big = add_resource(Room, "Hall", capacity=50)
    assert other_rooms(room, [booking]) == {booking.id: big}
