"""Booking for a colleague: whom it is for, who is told, and who may change it."""

import pytest

from portal.audit.queries import log_of
from portal.calendars import commands as calendars
from portal.calendars import feeds
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings import policy as meetings
from portal.notifications.models import Notice
from portal.rooms import colleagues, commands
from portal.rooms.models import Booking
from tests.conftest import HTMX, NOW, at
from tests.rooms.test_booking_form import fields


@pytest.fixture
def for_bob(make_booking, bob):
    """What Alice booked for Bob."""
    return make_booking(owner=bob)


def test_a_booking_for_a_colleague_is_theirs_and_knows_who_made_it(for_bob, alice, bob):
    assert (for_bob.owner, for_bob.booked_by) == (bob, alice)
    entry = log_of("booking", for_bob.id)[0]
    assert (entry.actor_id, entry.details["booked_for"]) == (alice.id, "Bob")


def test_a_booking_for_oneself_was_made_by_nobody_else(make_booking, alice):
    booking = make_booking(owner=alice)
    assert (booking.owner, booking.booked_by_id) == (alice, None)
    assert db.session.query(Notice).count() == 0


def test_the_colleague_is_told(for_bob, bob):
    notice = db.session.query(Notice).one()
    assert (notice.recipient, notice.kind) == (bob, "booking.made_for_you")
    assert notice.subject == "Booked for you: Planning, Mon, Nov 23 09:00–10:00"
    assert "Alice has booked E101 for you: “Planning”." in notice.body
    assert f"/bookings/{for_bob.id}" in notice.body


def test_owner_and_booker_change_it_and_a_stranger_does_not(for_bob, alice, bob, helen, room):
    commands.move(alice, for_bob, room.id, "Planning", at(11), at(12))
    commands.move(bob, for_bob, room.id, "Planning", at(13), at(14))
    with pytest.raises(NotAllowed):
        commands.cancel(helen, for_bob)
    commands.cancel(alice, for_bob)


def test_nobody_books_for_somebody_who_has_left(make_booking, bob):
    bob.left_at = NOW
    with pytest.raises(NotAllowed):
        make_booking(owner=bob)


def test_both_find_it_among_their_bookings(for_bob, alice, bob, sign_in):
    mine = sign_in(alice).get("/bookings").text
    assert "Planning" in mine
    assert "for Bob" in mine
    his = sign_in(bob).get("/bookings").text
    assert "Planning" in his
    assert "for Bob" not in his


def test_the_list_of_mine_costs_the_same_however_much_is_for_others(
    for_bob, make_booking, helen, alice, sign_in, statements
):
    browser = sign_in(alice)
    with statements() as few:
        browser.get("/bookings")
    for hour in range(11, 16):
        make_booking(owner=helen, starts_at=at(hour), ends_at=at(hour + 1))
    with statements() as many:
        browser.get("/bookings")
    assert len(many) == len(few)


def test_its_page_says_for_whom_and_by_whom(for_bob, bob, sign_in):
    page = sign_in(bob).get(f"/bookings/{for_bob.id}").text
    assert "<dt>For</dt><dd>Bob</dd>" in page
    assert "<dt>Booked by</dt><dd>Alice</dd>" in page


@pytest.mark.parametrize("words", ["Bob · bob", "bob", "BOB", " Bob "])
def test_a_colleague_is_meant_by_label_login_or_name(bob, words):
    assert colleagues.colleague(words) == bob


def test_no_words_mean_nobody_else(app):
    assert colleagues.colleague("  ") is None


def test_two_of_one_name_are_told_apart_by_login(add_person, works):
    one = add_person("Wang.1")
    other = add_person("Wang.2")
    one.name = other.name = "Wang Fang"
    db.session.flush()
    with pytest.raises(DomainError, match=r"Whom do you mean: Wang Fang · wang\.1, Wang Fang · wang\.2"):
        colleagues.colleague("Wang Fang")
    assert colleagues.colleague("Wang Fang · wang.2") == other


def test_half_a_name_books_for_nobody(bob):
    with pytest.raises(DomainError, match="Whom do you mean: Bob · bob") as refusal:
        colleagues.colleague("Bo")
    assert refusal.value.field == "for_whom"


def test_the_form_books_for_a_colleague(sign_in, alice, bob, room):
    answer = sign_in(alice).post("/bookings/new", data=fields(room, for_whom="Bob · bob"))
    booking = db.session.query(Booking).one()
    assert (answer.status_code, booking.owner, booking.booked_by) == (303, bob, alice)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_unknown_name_is_refused_beside_its_field_which_stays_open(sign_in, alice, room, headers):
    answer = sign_in(alice).post("/bookings/new", data=fields(room, for_whom="Nobody"), headers=headers)
    assert answer.status_code == 422
    assert "Nobody here is called that." in answer.text
    assert '<details class="more" open>' in answer.text
    assert 'value="Nobody"' in answer.text
    assert db.session.query(Booking).count() == 0


def test_more_is_closed_until_it_is_wanted(sign_in, alice, room):
    assert '<details class="more">' in sign_in(alice).get("/bookings/new").text


def test_the_form_offers_those_whom_the_words_fit(sign_in, alice, bob, room):
    page = sign_in(alice).get("/bookings/new?for_whom=bo", headers=HTMX).text
    assert '<option value="Bob · bob">' in page
    assert "Alice" not in page


def test_a_change_does_not_give_the_booking_away(for_bob, sign_in, alice, bob, room):
    browser = sign_in(alice)
    assert 'name="for_whom"' not in browser.get(f"/bookings/{for_bob.id}/change").text
    browser.post(f"/bookings/{for_bob.id}/change", data=fields(room, for_whom="alice", title="Other"))
    booking = db.session.query(Booking).one()
    assert (booking.title, booking.owner_id) == ("Other", bob.id)


def test_a_booking_for_oneself_tells_nobody_and_costs_no_more(sign_in, alice, bob, room, statements):
    browser = sign_in(alice)
    with statements() as own:
        browser.post("/bookings/new", data=fields(room))
    with statements() as for_another:
        browser.post("/bookings/new", data=fields(room, at(11), at(12), for_whom="bob"))
    assert not any("INSERT INTO notice" in statement for statement in own)
    assert len(own) < len(for_another)


def test_what_was_booked_for_somebody_is_a_meeting_of_either(for_bob, alice, bob, helen):
    assert [meetings.may_make(person, for_bob) for person in (alice, bob, helen)] == [True, True, False]


def test_the_owner_sees_it_in_their_calendar(for_bob, alice, bob):
    today = clock.now().date()
    assert b"SUMMARY:Planning" in feeds.built(calendars.make_feed(bob)[0], today).octets
    assert b"SUMMARY:Planning" not in feeds.built(calendars.make_feed(alice)[0], today).octets
