"""Saying that one is there: by whom, when, in which way; and giving back what is left."""

import re

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.calendars import commands as calendars
from portal.calendars.queries import feeds_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.presence import commands
from portal.presence.models import Presence, Way
from portal.rooms import commands as rooms
from portal.rooms import keeping
from portal.rooms.models import Hold, Resource, Status, Visibility
from tests.conftest import at
from tests.presence.conftest import line_of, logged


def check_in(actor, booking, when, way=Way.PAGE):
    with clock.standing_at(when):
        is_new = commands.check_in(actor, booking.id, way)
        db.session.commit()
    return is_new


@pytest.mark.parametrize("when", [at(8, 45), at(9), at(9, 59)])
def test_one_can_check_in_from_a_quarter_of_an_hour_before_until_the_end(alice, make_booking, when):
    booking = make_booking()
    assert check_in(alice, booking, when)
    line = line_of(booking)
    assert (line.checked_in_at, line.checked_in_by, line.way) == (when, alice, Way.PAGE)
    assert logged("booking.checked_in") == ["Alice"]


@pytest.mark.parametrize(
    ("when", "words"), [(at(8, 44), "You can check in from 08:45 on."), (at(10), "This booking is over.")]
)
def test_before_and_after_it_is_refused(alice, make_booking, when, words):
    with pytest.raises(DomainError, match=words):
        check_in(alice, make_booking(), when)


def test_checking_in_twice_is_fine_and_the_first_stays(alice, bob, make_booking):
    booking = make_booking()
    assert check_in(alice, booking, at(9))
    assert not check_in(bob, booking, at(9, 5))
    assert (line_of(booking).checked_in_by, logged("booking.checked_in")) == (alice, ["Alice"])


def test_what_is_cancelled_requested_or_a_closure_is_not_checked_in(alice, make_booking):
    cancelled, requested = make_booking(), make_booking(starts_at=at(11), ends_at=at(12))
    rooms.cancel(alice, cancelled)
    requested.status = Status.REQUESTED
    db.session.commit()
    with pytest.raises(DomainError, match="cancelled"):
        check_in(alice, cancelled, at(9))
    with pytest.raises(DomainError, match="Nobody has to check in"):
        check_in(alice, requested, at(11))


def test_a_private_title_is_not_logged(alice, make_booking):
    booking = make_booking(visibility=Visibility.PRIVATE)
    check_in(alice, booking, at(9))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.checked_in")).one()
    assert (entry.details["title"], entry.details["way"]) == ("", "page")


def test_a_booking_that_is_moved_to_another_time_waits_for_another_check_in(alice, make_booking, other_room):
    booking = make_booking()
    check_in(alice, booking, at(8, 50))
    rooms.move(alice, booking, booking.room.id, "Planning", at(9), at(11))
    db.session.commit()
    assert line_of(booking).checked_in_at
    rooms.move(alice, booking, booking.room.id, "Planning", at(14), at(15))
    db.session.commit()
    assert line_of(booking) is None


# --- Giving back the rest ---


def test_the_owner_gives_back_the_rest(alice, make_booking, room):
    booking = make_booking()
    room.cleanup_minutes = 10
    booking.holds[0].ends_at = at(10, 10)
    db.session.commit()

    with clock.standing_at(at(9, 20).replace(second=40)):
        commands.free_rest(alice, booking.id)
        db.session.commit()
    hold = db.session.scalars(select(Hold)).one()
    assert (booking.ends_at, hold.ends_at, booking.sequence) == (at(9, 20), at(9, 30), 1)
    assert (logged("booking.ended"), line_of(booking)) == (["Alice"], None)


def test_within_its_first_minute_it_ends_at_the_second(alice, make_booking):
    booking = make_booking()
    with clock.standing_at(at(9).replace(second=30)):
        commands.free_rest(alice, booking.id)
    assert booking.ends_at == at(9).replace(second=30)


def test_only_what_runs_ends_early(alice, make_booking):
    booking = make_booking()
    for when in (at(8, 50), at(9), at(10)):
        with clock.standing_at(when), pytest.raises(DomainError, match="Only a booking that runs"):
            commands.free_rest(alice, booking.id)
        db.session.rollback()


def test_a_stranger_does_not_end_it_and_a_room_manager_may(bob, rita, make_booking):
    booking = make_booking()
    with clock.standing_at(at(9, 30)):
        with pytest.raises(NotAllowed):
            commands.free_rest(bob, booking.id)
        commands.free_rest(rita, booking.id)
    assert logged("booking.ended") == ["Rita"]


def test_an_early_end_reaches_the_owners_calendar(alice, make_booking):
    booking = make_booking()
    calendars.make_feed(alice)
    db.session.commit()
    before = feeds_of(alice.id)[0].revision
    with clock.standing_at(at(9, 30)):
        commands.free_rest(alice, booking.id)
        db.session.commit()
    db.session.expire_all()
    assert feeds_of(alice.id)[0].revision == before + 1


# --- Pages ---


def test_the_bookings_page_offers_what_can_be_done_now(sign_in, alice, make_booking):
    booking = make_booking()
    browser = sign_in(alice)
    address = f"/bookings/{booking.id}"
    offered = {}
    for when in (at(8, 30), at(8, 50), at(9, 10), at(10)):
        with clock.standing_at(when):
            page = browser.get(address).text
            offered[when] = (f"{address}/check-in" in page, f"{address}/end" in page)
    assert list(offered.values()) == [(False, False), (True, False), (True, True), (False, False)]


def test_one_click_checks_in_and_the_page_says_who_did(sign_in, alice, make_booking):
    booking = make_booking()
    browser = sign_in(alice)
    with clock.standing_at(at(9)):
        answer = browser.post(f"/bookings/{booking.id}/check-in")
        assert answer.location == f"/bookings/{booking.id}"
        page = browser.get(answer.location).text
        assert "You are checked in." in page
        assert "Alice checked in at 09:00." in page
        assert f"{booking.id}/check-in" not in page
        again = browser.get(browser.post(f"/bookings/{booking.id}/check-in").location)
        assert "Somebody has checked in already. All is well." in again.text


def test_too_early_is_said_in_a_sentence(sign_in, alice, make_booking):
    answer = sign_in(alice).post(f"/bookings/{make_booking().id}/check-in")
    assert answer.status_code == 422
    assert "You can check in from 08:45 on." in answer.text


def test_the_rest_is_given_back_from_the_page_by_its_people_only(sign_in, alice, bob, make_booking):
    booking = make_booking()
    with clock.standing_at(at(9, 30)):
        assert sign_in(bob).post(f"/bookings/{booking.id}/end").status_code == 403
        browser = sign_in(alice)
        answer = browser.post(f"/bookings/{booking.id}/end")
        assert "The room is free for others now." in browser.get(answer.location).text
    db.session.refresh(booking)
    assert booking.ends_at == at(9, 30)


def test_my_day_asks_for_a_check_in_only_where_rooms_ask(sign_in, alice, bob, make_booking, other_room):
    booking = make_booking()
    elsewhere = make_booking(room_id=other_room.id)
    browser = sign_in(alice)
    with clock.standing_at(at(8, 50)):
        page = browser.get("/my-day").text
        assert f"/bookings/{booking.id}/check-in" in page
        assert f"/bookings/{elsewhere.id}/check-in" not in page
        assert "/check-in" not in sign_in(bob).get("/my-day").text
        answer = browser.post(f"/bookings/{booking.id}/check-in", data={"back": "/my-day"})
        assert answer.location == "/my-day"
        assert "/check-in" not in browser.get("/my-day").text


def test_my_day_costs_one_statement_however_many_wait(sign_in, alice, area, make_booking, room, statements):
    browser = sign_in(alice)
    counts = []
    for number in range(3):
        with clock.standing_at(at(8, 50)):
            browser.get("/my-day")
            with statements() as seen:
                browser.get("/my-day")
        counts.append(sum("presence" in statement for statement in seen))
        room_id = keeping.add_room(None, area, f"X{number}").id
        make_booking(room_id=room_id)
    assert counts == [1, 1, 1]


# --- The code at the door ---


def test_the_code_leads_to_what_is_on_and_asks_to_sign_in_first(client, room):
    page = client.get(f"/rooms/{room.id}/check-in")
    assert page.status_code == 401
    assert re.search(rf'name="next"[^>]*value="/rooms/{room.id}/check-in"', page.text)


def test_any_colleague_before_the_door_may_say_that_they_are_there(sign_in, bob, room, make_booking):
    booking = make_booking()
    browser = sign_in(bob)
    address = f"/rooms/{room.id}/check-in"
    with clock.standing_at(at(8, 50)):
        page = browser.get(address).text
        assert "Planning" in page
        assert "This is a colleague" in page
        assert db.session.query(Presence).count() == 0
        answer = browser.post(f"/bookings/{booking.id}/check-in", data={"way": "code", "back": address})
        assert answer.location == address
        assert "Checked in at 08:50" in browser.get(address).text
    assert (line_of(booking).checked_in_by, line_of(booking).way) == (bob, Way.CODE)


def test_the_code_shows_no_private_title_to_others(sign_in, alice, bob, room, make_booking):
    make_booking(visibility=Visibility.PRIVATE, title="Layoffs")
    with clock.standing_at(at(9)):
        page = sign_in(bob).get(f"/rooms/{room.id}/check-in").text
        assert "Booked" in page
        assert "Layoffs" not in page
        assert "Alice" not in page
        assert "Layoffs" in sign_in(alice).get(f"/rooms/{room.id}/check-in").text


def test_the_code_says_what_comes_next_or_that_the_room_is_free(sign_in, bob, room, make_booking):
    browser = sign_in(bob)
    assert "Nobody has booked this room" in browser.get(f"/rooms/{room.id}/check-in").text
    make_booking()
    page = browser.get(f"/rooms/{room.id}/check-in").text
    assert "You can check in from 08:45 on." in page
    assert "We are here" not in page


def test_there_is_no_code_for_what_is_no_room_in_use(sign_in, bob, room):
    assert sign_in(bob).get("/rooms/99/check-in").status_code == 404
    db.session.get(Resource, room.id).retired_at = at(8)
    db.session.commit()
    assert sign_in(bob).get(f"/rooms/{room.id}/check-in").status_code == 404
