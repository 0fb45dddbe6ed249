"""Taking a cancellation back within ten minutes."""

from datetime import timedelta

import pytest

from portal.audit.queries import log_of
from portal.calendars import commands as calendars
from portal.calendars import queries
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.rooms import commands
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, BookingPolicy, Hold
from tests.conftest import HTMX, NOW, at

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cancelled(make_booking, alice):
    booking = make_booking()
    commands.cancel(alice, booking)
    db.session.commit()
    return booking


def test_a_restored_booking_holds_its_room_again(cancelled, alice, make_booking):
    commands.restore(alice, cancelled)
    db.session.commit()
    assert (cancelled.is_standing, cancelled.sequence, cancelled.holds[0].released_at) == (True, 2, None)
    with pytest.raises(RoomTaken):
        make_booking()
    db.session.rollback()
    assert log_of("booking", cancelled.id)[0].action == "booking.restored"


def test_ten_minutes_are_the_limit(cancelled, alice):
    with clock.standing_at(NOW + 10 * MINUTE), pytest.raises(DomainError, match="ten minutes only"):
        commands.restore(alice, cancelled)
    with clock.standing_at(NOW + 10 * MINUTE - MINUTE / 60):
        commands.restore(alice, cancelled)


def test_whoever_was_quicker_keeps_the_room(cancelled, alice, make_booking, bob):
    make_booking(actor=bob, title="Quick", starts_at=at(9, 30), ends_at=at(11))
    with pytest.raises(RoomTaken, match="E101 is already booked"):
        commands.restore(alice, cancelled)
    db.session.rollback()
    assert not db.session.get(Booking, cancelled.id).is_standing


def test_a_booking_that_stands_is_not_restored(make_booking, alice):
    with pytest.raises(DomainError, match="stands already"):
        commands.restore(alice, make_booking())


def test_a_room_that_was_retired_meanwhile_takes_nothing_back(cancelled, alice, room):
    room.retired_at = NOW
    db.session.flush()
    with pytest.raises(Missing):
        commands.restore(alice, cancelled)


def test_what_was_given_back_before_the_cancellation_stays_free(make_booking, alice, other_room):
    booking = make_booking()
    given_back = NOW - MINUTE
    booking.holds.append(Hold(resource=other_room, starts_at=at(9), ends_at=at(10), released_at=given_back))
    db.session.flush()
    commands.cancel(alice, booking)
    commands.restore(alice, booking)
    assert [hold.released_at for hold in booking.holds] == [None, given_back]


def test_who_may_cancel_may_restore_and_a_stranger_may_not(cancelled, bob, rita):
    with pytest.raises(NotAllowed):
        commands.restore(bob, cancelled)
    commands.restore(rita, cancelled)


def test_the_owners_calendar_shows_it_again(cancelled, alice):
    calendars.make_feed(alice)
    before = queries.feeds_of(alice.id)[0].revision
    commands.restore(alice, cancelled)
    db.session.commit()
    assert queries.feeds_of(alice.id)[0].revision == before + 1


def test_the_page_offers_undo_while_it_lasts(cancelled, sign_in, alice, bob):
    address = f"/bookings/{cancelled.id}"
    page = sign_in(alice).get(address).text
    assert f'action="{address}/restoration"' in page
    assert "Until 08:10 you can take that back." in page
    assert "restoration" not in sign_in(bob).get(address).text
    with clock.standing_at(NOW + 10 * MINUTE):
        assert "restoration" not in sign_in(alice).get(address).text


def test_a_cancellation_leads_to_the_page_that_offers_undo(make_booking, sign_in, alice):
    booking = make_booking()
    answer = sign_in(alice).post(f"/bookings/{booking.id}/cancellation")
    assert (answer.status_code, answer.location) == (303, f"/bookings/{booking.id}")


def test_undo_puts_it_back_and_says_so(cancelled, sign_in, alice):
    browser = sign_in(alice)
    answer = browser.post(f"/bookings/{cancelled.id}/restoration")
    assert (answer.status_code, answer.location) == (303, f"/bookings/{cancelled.id}")
    assert "The booking stands again." in browser.get(answer.location).text
    assert db.session.get(Booking, cancelled.id).is_standing


def test_undo_by_htmx_goes_on_to_the_page(cancelled, sign_in, alice):
    answer = sign_in(alice).post(f"/bookings/{cancelled.id}/restoration", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/bookings/{cancelled.id}")


def test_undo_refuses_strangers_and_what_is_taken(cancelled, sign_in, alice, bob, make_booking):
    assert sign_in(bob).post(f"/bookings/{cancelled.id}/restoration").status_code == 403
    make_booking(actor=bob)
    answer = sign_in(alice).post(f"/bookings/{cancelled.id}/restoration")
    assert answer.status_code == 422
    assert "E101 is already booked" in answer.text


def test_what_was_booked_meanwhile_counts_against_the_limits(make_booking, alice, room):
    booking = make_booking()
    commands.cancel(alice, booking)
    make_booking(starts_at=at(14), ends_at=at(15))
    db.session.add(BookingPolicy(area_id=room.area_id, most_ahead=1))
    db.session.flush()
    with pytest.raises(DomainError, match="one booking ahead"):
        commands.restore(alice, booking)
