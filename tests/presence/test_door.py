"""The display beside a door: its secret, what it shows to whom, what can be done there, and what renewing it costs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.presence import at_door, commands
from portal.presence.models import Way
from portal.rooms import closing
from portal.rooms import commands as rooms
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Hold, Keeper, Visibility
from tests.conftest import HTMX, at
from tests.presence.conftest import line_of, logged


def offered(page):
    """For how many minutes the display offers the room."""
    return [minutes for minutes in (15, 30, 60) if f'id="book-{minutes}"' in page]


def rule(room, **values):
    for name, value in values.items():
        setattr(room.policy, name, value)
    db.session.commit()


# --- The secret ---


def test_whoever_keeps_the_room_makes_and_ends_its_address(sign_in, rita, room, client):
    browser = sign_in(rita)
    page = browser.post(f"/rooms/{room.id}/door/secret").text
    key = page.partition("door?key=")[2].partition('"')[0]
    address = f"/rooms/{room.id}/door?key={key}"
    assert client.get(address).status_code == 200
    assert key not in browser.get(f"/rooms/{room.id}/door/secret").text
    assert room.door_hash == commands.secret_hash(key)
    browser.post(f"/rooms/{room.id}/door/secret/revocation")
    assert client.get(address).status_code == 404
    assert (logged("room.door_renewed"), logged("room.door_revoked")) == (["Rita"], ["Rita"])


def test_a_new_address_ends_the_old_one(rita, room, door):
    commands.renew_door(rita, room)
    db.session.commit()
    assert door().status_code == 404


def test_others_are_refused(sign_in, alice, room):
    browser = sign_in(alice)
    address = f"/rooms/{room.id}/door/secret"
    assert browser.get(address).status_code == 403
    assert browser.post(address).status_code == 403
    assert browser.post(f"{address}/revocation").status_code == 403
    with pytest.raises(NotAllowed):
        commands.renew_door(alice, room)
    assert room.door_hash is None


def test_a_keeper_named_for_the_room_may(alice, room):
    room.keepers.append(Keeper(person_id=alice.id))
    db.session.commit()
    assert commands.renew_door(alice, room)


def test_there_is_nothing_to_revoke_without_an_address(sign_in, rita, room):
    answer = sign_in(rita).post(f"/rooms/{room.id}/door/secret/revocation")
    assert answer.status_code == 422
    assert "This room has no display." in answer.text


def test_without_its_secret_there_is_no_display(client, room, other_room, key, make_booking):
    booking = make_booking()
    for address in (f"/rooms/{room.id}/door", f"/rooms/{room.id}/door?key=x", f"/rooms/{other_room.id}/door?key={key}"):
        assert client.get(address).status_code == 404
    for what, data in (("bookings", {"minutes": 15}), ("check-in", {"booking": booking.id}), ("end", {"booking": 1})):
        answer = client.post(f"/rooms/{room.id}/door/{what}?key=wrong", data=data, csrf=False)
        assert (answer.status_code, answer.text) == (404, "There is no such display.\n")
    assert db.session.query(Booking).count() == 1


# --- What it shows ---


def test_a_free_room_says_until_when_and_offers_what_fits(door, make_booking):
    make_booking(starts_at=at(8, 45), ends_at=at(10))
    page = door().text
    assert '<main id="door" class="free"' in page
    assert "until 08:45" in page
    assert offered(page) == [15, 30]


def test_a_taken_room_says_what_is_on_until_when_and_what_comes_later(door, make_booking):
    make_booking()
    make_booking(title="Review", starts_at=at(14), ends_at=at(15))
    make_booking(title="Tomorrow", starts_at=at(7, days=1), ends_at=at(8, days=1))
    with clock.standing_at(at(9, 30)):
        page = door().text
    assert 'class="busy"' in page
    assert "until 10:00" in page
    assert "Planning" in page
    assert "Alice" in page
    assert "Review" in page
    assert "Tomorrow" not in page
    assert offered(page) == []


def test_a_private_booking_shows_neither_its_title_nor_whose_it_is(door, make_booking):
    make_booking(title="Layoffs", visibility=Visibility.PRIVATE)
    for when in (at(8, 30), at(9, 30)):
        with clock.standing_at(when):
            page = door().text
        assert "Booked" in page
        assert "Layoffs" not in page
        assert "Alice" not in page


def test_a_closed_room_says_why_and_until_when(door, rita, room):
    closing.close_room(rita, room.id, "Painting", at(8, 30), at(20, days=2), {})
    db.session.commit()
    with clock.standing_at(at(9)):
        page = door().text
    assert 'class="closed"' in page
    assert "Painting" in page
    assert "until Wed, Nov 25 20:00" in page
    assert "Rita" not in page


def test_a_room_that_is_got_ready_is_not_free(door, room, make_booking):
    room.setup_minutes = 20
    db.session.commit()
    make_booking()
    with clock.standing_at(at(8, 50)):
        page = door().text
    assert 'class="between"' in page
    assert "got ready for 09:00" in page
    assert offered(page) == []


@pytest.mark.parametrize(
    ("values", "choices", "words"),
    [
        ({"shortest_minutes": 30}, [30, 60], ""),
        ({"longest_minutes": 30}, [15, 30], ""),
        ({"slot_minutes": 30}, [15, 60], ""),
        ({"lead_minutes": 60}, [], "60 minutes before the start"),
        ({"needs_approval": True}, [], "Ask for it in the portal."),
    ],
)
def test_only_what_the_rules_allow_is_offered(door, room, values, choices, words):
    rule(room, **values)
    page = door().text
    assert offered(page) == choices
    assert words in page


def test_a_room_that_is_kept_for_some_is_not_offered(door, room):
    room.is_restricted = True
    db.session.commit()
    page = door().text
    assert offered(page) == []
    assert "This room is kept for some." in page


def test_it_speaks_the_time_of_the_rooms_own_zone(door, area, make_booking):
    area.timezone = "Europe/Berlin"
    db.session.commit()
    make_booking(starts_at=at(16), ends_at=at(17))
    page = door().text
    assert 'data-zone="Europe/Berlin"' in page
    assert "until 09:00" in page


# --- What renewing it costs ---


def test_an_unchanged_display_is_not_sent_again(door, make_booking, statements):
    make_booking(starts_at=at(12), ends_at=at(13))
    first = door(headers=HTMX)
    assert "<html" not in first.text
    assert "Set-Cookie" not in first.headers
    with clock.standing_at(at(8, 1)), statements() as seen:
        answer = door(headers={**HTMX, "If-None-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    assert len(seen) == 1, seen
    assert answer.headers["ETag"] == first.headers["ETag"]


def test_the_page_and_its_piece_have_validators_of_their_own(door):
    page = door()
    assert "<html" in page.text
    assert door(headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert door(headers={**HTMX, "If-None-Match": page.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("when", [at(8, 45), at(9), at(10), at(8, 1, days=1)])
def test_what_time_changes_is_sent(door, make_booking, when):
    make_booking()
    before = door(headers=HTMX).headers["ETag"]
    with clock.standing_at(when):
        assert door(headers={**HTMX, "If-None-Match": before}).status_code == 200


def test_what_people_change_is_sent(door, alice, make_booking, room):
    def changed():
        nonlocal etag
        answer = door(headers={**HTMX, "If-None-Match": etag})
        etag = answer.headers["ETag"]
        return answer.status_code == 200

    etag = door(headers=HTMX).headers["ETag"]
    booking = make_booking()
    assert changed()
    assert not changed()
    with clock.standing_at(at(8, 50)):
        assert changed()
        commands.check_in(alice, booking.id, Way.PAGE)
        db.session.commit()
        assert changed()
        rooms.cancel(alice, booking)
        db.session.commit()
        assert changed()
        room.name = "Hall"
        db.session.commit()
        assert changed()


def test_the_statements_do_not_grow_with_the_bookings(door, make_booking, statements):
    counts = set()
    for hour in range(9, 15):
        make_booking(starts_at=at(hour), ends_at=at(hour, 45))
        with statements() as seen:
            door(headers=HTMX)
        counts.add(len(seen))
    assert len(counts) == 1
    assert counts.pop() <= 4


# --- Booking ---


def test_a_touch_books_the_room_for_nobody_in_particular(door):
    answer = door("/bookings", "POST", data={"minutes": "30"}, headers=HTMX)
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.starts_at, booking.ends_at, booking.title) == (at(8), at(8, 30), "Booked at the door")
    assert 'class="busy"' in answer.text
    assert "The room is yours until 08:30." in answer.text
    assert (line_of(booking).way, line_of(booking).checked_in_by) == (Way.DOOR, None)
    assert logged("booking.created") == [""]


def test_without_scripts_it_goes_back_to_the_display(door, room, key):
    answer = door("/bookings", "POST", data={"minutes": "15"})
    assert (answer.status_code, answer.location) == (303, f"/rooms/{room.id}/door?key={key}")


def test_nobody_finds_or_writes_to_whom_it_belongs(door, add_person):
    door("/bookings", "POST", data={"minutes": "15"})
    owner = db.session.scalars(select(Booking)).one().owner
    assert (owner.name, owner.password_hash, owner.is_active) == ("At the door", None, False)
    assert accounts.people_named("door") == []
    assert accounts.person_by_login("door") is None
    with clock.standing_at(at(8, 20)):
        door("/bookings", "POST", data={"minutes": "15"})
    assert {booking.owner_id for booking in db.session.scalars(select(Booking))} == {owner.id}
    assert db.session.query(Person).filter_by(login="door").count() == 1


@pytest.mark.parametrize("minutes", ["", "0", "45", "x", "99999999999"])
def test_no_other_length_is_booked(door, minutes):
    answer = door("/bookings", "POST", data={"minutes": minutes}, headers=HTMX)
    assert answer.status_code == 422
    assert "cannot be booked for that long here" in answer.text
    assert db.session.query(Booking).count() == 0


def test_a_room_that_is_taken_meanwhile_is_refused_in_the_display(door, make_booking):
    make_booking(starts_at=at(8, 20), ends_at=at(9))
    answer = door("/bookings", "POST", data={"minutes": "30"}, headers=HTMX)
    assert answer.status_code == 422
    assert "E101 is already booked for part of that time." in answer.text
    assert offered(answer.text) == [15]


def test_the_rules_hold_at_the_door_too(room):
    rule(room, longest_minutes=30)
    with pytest.raises(DomainError, match="30 minutes at most"):
        at_door.book(room.id, 60)
    rule(room, needs_approval=True)
    with pytest.raises(DomainError, match="approved first"):
        at_door.book(room.id, 15)


def test_a_booking_at_the_door_ends_on_a_slot(room):
    rule(room, slot_minutes=15)
    with clock.standing_at(at(8, 7).replace(second=20)):
        booking = at_door.book(room.id, 30)
    assert (booking.starts_at, booking.ends_at) == (at(8, 7), at(8, 45))


def test_of_several_touches_at_once_one_books(app, room):
    room_id = room.id
    db.session.commit()

    def touch(_number):
        with app.app_context():
            try:
                at_door.book(room_id, 30)
                db.session.commit()
            except RoomTaken:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(4) as crowd:
        results = list(crowd.map(touch, range(4)))
    assert sorted(results) == [False, False, False, True]
    assert db.session.query(Hold).filter_by(resource_id=room_id).count() == 1


# --- Checking in, and being done ---


def test_a_touch_checks_in(door, make_booking):
    booking = make_booking()
    with clock.standing_at(at(8, 50)):
        assert 'id="here"' in door().text
        answer = door("/check-in", "POST", data={"booking": booking.id}, headers=HTMX)
    assert "You are checked in." in answer.text
    assert 'id="here"' not in answer.text
    assert (line_of(booking).way, line_of(booking).checked_in_by) == (Way.DOOR, None)


def test_a_room_that_does_not_ask_offers_no_check_in(door, room, make_booking):
    make_booking()
    rule(room, check_in_minutes=None)
    with clock.standing_at(at(9)):
        assert 'id="here"' not in door().text


def test_a_door_does_not_speak_for_other_rooms(door, make_booking, other_room):
    booking = make_booking(room_id=other_room.id)
    for what in ("/check-in", "/end"):
        for number in (booking.id, 99, "x"):
            answer = door(what, "POST", data={"booking": number}, headers=HTMX)
            assert answer.status_code == 422
            assert "There is no such booking." in answer.text
    assert line_of(booking) is None


def test_what_was_booked_at_the_door_ends_there_and_nothing_else_does(door, make_booking):
    door("/bookings", "POST", data={"minutes": "30"})
    made = db.session.scalars(select(Booking)).one()
    other = make_booking()
    with clock.standing_at(at(8, 10)):
        assert 'id="done"' in door().text
        answer = door("/end", "POST", data={"booking": made.id}, headers=HTMX)
        assert 'class="free"' in answer.text
    with clock.standing_at(at(9, 10)):
        assert 'id="done"' not in door().text
        assert door("/end", "POST", data={"booking": other.id}, headers=HTMX).status_code == 422
    db.session.refresh(made)
    assert (made.ends_at, logged("booking.ended")) == (at(8, 10), [""])
