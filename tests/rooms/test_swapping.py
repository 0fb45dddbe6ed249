"""Taking a room from one's own smaller booking, which goes to another room: both or neither."""

import pytest

from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from portal.rooms import commands
from portal.rooms.commands import Details
from portal.rooms.models import Booking
from portal.rooms.swapping import swap_and_book
from tests.conftest import HTMX, at
from tests.rooms.test_booking_form import fields, offered


@pytest.fixture
def stand_up(make_booking):
    """Alice's own small meeting in E101."""
    return make_booking(title="Stand-up", starts_at=at(9, 30), ends_at=at(10), details=Details(people=4))


@pytest.fixture
def alices(sign_in, alice):
    return sign_in(alice)


def swaps(answer):
    return [way for way in offered(answer) if way.startswith("swap")]


def test_a_swap_is_one_click(alices, stand_up, room, other_room):
    sent = fields(room, title="Review", people="9")
    refused = alices.post("/bookings/new", headers=HTMX, data=sent)
    assert "Move “Stand-up” to E102 and take E101" in refused.text
    assert swaps(refused) == [f"swap/{stand_up.id}/{other_room.id}"]
    answer = alices.post("/bookings/new", headers=HTMX, data={**sent, "way_out": swaps(refused)[0]})
    assert answer.status_code == 204
    made = db.session.query(Booking).filter_by(title="Review").one()
    assert (made.room, made.starts_at, stand_up.room, stand_up.starts_at) == (room, at(9), other_room, at(9, 30))
    assert [entry.action for entry in log_of("booking", stand_up.id)] == ["booking.moved", "booking.created"]


def test_a_booking_that_is_changed_swaps_too(alices, stand_up, make_booking, room, other_room):
    make_booking(title="In between", room_id=other_room.id, starts_at=at(11), ends_at=at(12))
    review = make_booking(title="Review", starts_at=at(14), ends_at=at(15), details=Details(people=9))
    path, sent = f"/bookings/{review.id}/change", fields(room, title="Review", people="9")
    way = swaps(alices.post(path, headers=HTMX, data=sent))[0]
    assert alices.post(path, headers=HTMX, data={**sent, "way_out": way}).status_code == 204
    assert (review.room, review.starts_at, stand_up.room) == (room, at(9), other_room)


@pytest.mark.parametrize("people", ["4", "3"])
def test_a_booking_that_is_as_large_stays(alices, stand_up, room, other_room, people):
    assert swaps(alices.post("/bookings/new", data=fields(room, people=people))) == []


def test_somebody_elses_booking_stays(sign_in, rita, stand_up, room, other_room):
    assert swaps(sign_in(rita).post("/bookings/new", data=fields(room, people="9"))) == []


def test_one_of_two_in_the_way_is_not_enough(alices, stand_up, make_booking, room, other_room):
    make_booking(title="Other", starts_at=at(9), ends_at=at(9, 30), details=Details(people=2))
    assert swaps(alices.post("/bookings/new", data=fields(room, people="9"))) == []


def test_without_a_room_to_go_to_it_stays(alices, stand_up, make_booking, room, other_room):
    make_booking(title="Other", room_id=other_room.id, starts_at=at(9, 45), ends_at=at(11))
    assert swaps(alices.post("/bookings/new", data=fields(room, people="9"))) == []


def test_who_keeps_the_rooms_swaps_for_the_owner_who_is_told(stand_up, alice, rita, room, other_room):
    swap_and_book(rita, stand_up, other_room.id, room.id, "Review", at(9), at(10), owner=alice)
    notices = db.session.query(Notice).order_by(Notice.id).all()
    assert {notice.recipient for notice in notices} == {alice}
    assert [notice.kind for notice in notices] == ["booking.moved_for_another", "booking.made_for_you"]
    assert notices[0].subject == "Moved to E102: Stand-up, Mon, Nov 23 09:30–10:00"
    assert "Rita has booked E101 for another booking of yours." in notices[0].body


def test_nobody_is_told_of_their_own_swap(stand_up, alice, room, other_room):
    swap_and_book(alice, stand_up, other_room.id, room.id, "Review", at(9), at(10))
    assert db.session.query(Notice).count() == 0


def test_a_stranger_may_not_swap(stand_up, bob, room, other_room):
    with pytest.raises(NotAllowed):
        swap_and_book(bob, stand_up, other_room.id, room.id, "Review", at(9), at(10))


def test_if_the_booking_cannot_be_made_nothing_moves(stand_up, alice, make_booking, room, other_room):
    make_booking(title="Other", starts_at=at(9), ends_at=at(9, 30))
    with pytest.raises(DomainError, match="E101 is already booked"):
        swap_and_book(alice, stand_up, other_room.id, room.id, "Review", at(9), at(10))
    db.session.rollback()
    assert stand_up.room == room


def test_what_has_gone_meanwhile_is_not_moved(alices, stand_up, alice, room, other_room, third_room):
    commands.move(alice, stand_up, third_room.id, "Stand-up", at(9, 30), at(10))
    db.session.commit()
    way = f"swap/{stand_up.id}/{other_room.id}"
    answer = alices.post("/bookings/new", headers=HTMX, data=fields(room, way_out=way))
    assert answer.status_code == 422
    assert "What had E101 has changed meanwhile." in answer.text
    assert stand_up.room == third_room


@pytest.mark.parametrize(("way", "status"), [("swap/999/1", 404), ("swap/x/1", 422), ("swap/1", 422), ("swap//", 422)])
def test_a_garbled_swap_is_refused(alices, stand_up, room, way, status):
    assert alices.post("/bookings/new", headers=HTMX, data=fields(room, way_out=way)).status_code == status


def test_a_private_booking_is_not_named_to_who_may_not_read_it(sign_in, rita, stand_up, room, other_room, olive):
    stand_up.visibility = "private"
    db.session.commit()
    sent = fields(room, for_whom="alice", people="9")
    assert "Stand-up" not in sign_in(olive).post("/bookings/new", data=sent).text
    assert "Move “Stand-up”" in sign_in(rita).post("/bookings/new", data=sent).text
