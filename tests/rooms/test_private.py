"""Private bookings: everyone sees that the room is taken, and only some see for what and for whom."""

import re

import pytest
from werkzeug.routing import AnyConverter, Rule

from portal.audit.models import AuditEntry
from portal.calendars import commands as calendars
from portal.calendars import queries
from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings import policy as meetings_policy
from portal.meetings.people import invite
from portal.notifications.models import Notice
from portal.regulations.profiles import BASE
from portal.rooms import commands, policy
from portal.rooms.models import Booking, Visibility
from portal.web.addresses import RecordNumber
from tests.conftest import HTMX, at
from tests.rooms.test_booking_form import fields

SECRET = "Redundancies"
DAY = "/rooms/day/2026-11-23"


@pytest.fixture
def secret(make_booking):
    """Alice's private booking of E101 from 9 to 10."""
    return make_booking(title=SECRET, visibility=Visibility.PRIVATE)


@pytest.fixture
def cast(alice, bob, rita, helen, olive, leo, audrey, adam):
    return {person.name: person for person in (alice, bob, rita, helen, olive, leo, audrey, adam)}


def gets(app):
    """The address of every page, for the record 1 and that Monday."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "assets.static_file":
            yield address_of(rule)


def address_of(rule: Rule) -> str:
    given = {"day": "2026-11-23", "month": "2026-11", "week": "2026-W48", "kind": "booking"}
    values = {name: value_for(converter, given.get(name, "x")) for name, converter in rule._converters.items()}
    return rule.build(values, append_unknown=False)[1]


def value_for(converter, usual):
    if isinstance(converter, RecordNumber):
        return 1
    if isinstance(converter, AnyConverter):
        # Of the regulations the shortest: each of them is printed too.
        return BASE if BASE in converter.items else min(converter.items)
    return usual


def seen_by(app, browser) -> str:
    """All that the person can get of the portal, as pages and as pieces of them."""
    addresses = [*gets(app), f"{DAY}?view=list", "/bookings/new?copy=1"]
    return "\n".join(
        browser.get(address, headers=headers).data.decode("utf-8", "replace")
        for address in addresses for headers in ({}, HTMX)
    )


@pytest.mark.parametrize("name", ["Bob", "Helen", "Olive", "Leo", "Audrey"])
def test_the_title_is_in_nothing_that_those_without_the_right_can_get(app, secret, alice, cast, sign_in, room, name):
    commands.move(alice, secret, room.id, SECRET, at(9), at(11))
    calendars.make_feed(cast[name])
    db.session.commit()
    seen = seen_by(app, sign_in(cast[name]))
    assert SECRET not in seen
    assert "Booked" in seen


@pytest.mark.parametrize("name", ["Alice", "Rita", "Adam"])
def test_those_with_the_right_read_it(app, secret, cast, sign_in, name):
    browser = sign_in(cast[name])
    for address in (DAY, f"{DAY}?view=list", "/rooms/1", "/bookings/1", "/areas/1/2026-11.ics", "/log/booking/1"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert SECRET in answer.text or address == "/log/booking/1", address


def test_who_may_read_and_change_what_is_private(secret, cast):
    readers = {name for name, person in cast.items() if policy.may_read(person, secret)}
    assert readers == {"Alice", "Rita", "Adam"}
    assert {name for name, person in cast.items() if policy.may_change(person, secret)} == readers
    assert {name for name, person in cast.items() if meetings_policy.may_make(person, secret)} == {"Alice"}


def test_what_is_for_the_house_is_read_by_all(make_booking, cast):
    booking = make_booking()
    assert all(policy.may_read(person, booking) for person in cast.values())
    assert {name for name, person in cast.items() if policy.may_change(person, booking)} == {
        "Alice", "Rita", "Olive", "Adam"
    }


def test_owner_and_booker_both_read_what_is_private(make_booking, alice, bob, helen):
    booking = make_booking(owner=bob, visibility=Visibility.PRIVATE)
    assert [policy.may_read(person, booking) for person in (alice, bob, helen)] == [True, True, False]


def test_its_page_tells_others_room_and_time_alone(secret, sign_in, bob):
    page = sign_in(bob).get(f"/bookings/{secret.id}").text
    assert "<h1>Booked</h1>" in page
    assert "E101" in page
    assert "09:00–10:00" in page
    assert not re.search("Alice|Redundancies|/change|cancellation|copy=|/log/", page)


def test_others_cannot_open_its_log_or_copy_it(secret, sign_in, bob):
    browser = sign_in(bob)
    assert browser.get(f"/log/booking/{secret.id}").status_code == 403
    assert browser.get(f"/bookings/new?copy={secret.id}").status_code == 403
    assert browser.post(f"/bookings/{secret.id}/cancellation").status_code == 403


def test_the_area_file_calls_it_booked_and_private(secret, sign_in, bob, alice, area):
    address = f"/areas/{area.id}/2026-11.ics"
    others, own = sign_in(bob).get(address).text, sign_in(alice).get(address).text
    assert "SUMMARY:Busy\r\n" in others
    assert f"SUMMARY:{SECRET}\r\n" in own
    assert "CLASS:PRIVATE\r\n" in others
    assert "CLASS:PRIVATE\r\n" in own


def test_what_is_for_the_house_has_no_class(make_booking, sign_in, bob, area):
    make_booking()
    assert "CLASS" not in sign_in(bob).get(f"/areas/{area.id}/2026-11.ics").text


def test_a_refusal_for_its_sake_does_not_say_what_it_is(secret, sign_in, bob, room):
    answer = sign_in(bob).post("/bookings/new", data=fields(room), headers=HTMX)
    assert answer.status_code == 422
    assert "E101 is already booked" in answer.text
    assert SECRET not in answer.text


def test_neither_log_nor_notices_to_others_keep_the_title(secret, alice, bob, rita, other_room):
    commands.move(rita, secret, other_room.id, SECRET, at(11), at(12))
    commands.cancel(alice, secret)
    commands.restore(alice, secret)
    db.session.flush()
    entries = db.session.query(AuditEntry).filter_by(record_kind="booking").all()
    assert [entry.action for entry in entries] == [
        "booking.created", "booking.moved", "booking.cancelled", "booking.restored"
    ]
    assert not any(SECRET in str(entry.details) for entry in entries)
    assert all(entry.details["visibility"] == "private" for entry in entries)
    assert db.session.query(Notice).count() == 0


def test_the_log_does_not_say_for_whom_a_private_booking_is(make_booking, bob):
    make_booking(owner=bob, visibility=Visibility.PRIVATE)
    entry = db.session.query(AuditEntry).filter_by(action="booking.created").one()
    assert "Bob" not in str(entry.details)


def test_a_booking_made_private_later_is_veiled_in_the_whole_log_too(make_booking, sign_in, alice, audrey, adam, room):
    booking = make_booking(title=SECRET)
    assert SECRET in sign_in(audrey).get("/log").text
    commands.move(alice, booking, room.id, SECRET, at(9), at(10), visibility=Visibility.PRIVATE)
    db.session.commit()
    assert SECRET not in sign_in(audrey).get("/log").text
    assert SECRET in sign_in(adam).get("/log").text


def test_the_whole_log_costs_the_same_however_much_is_private(make_booking, sign_in, audrey, statements):
    browser = sign_in(audrey)
    make_booking(visibility=Visibility.PRIVATE)
    with statements() as few:
        browser.get("/log")
    for hour in range(11, 18):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1), visibility=Visibility.PRIVATE)
    with statements() as many:
        browser.get("/log")
    assert len(many) == len(few)


@pytest.mark.parametrize("address", [DAY, "/rooms/1", "/areas/1/2026-11.ics"])
def test_pages_cost_the_same_however_much_is_private(make_booking, sign_in, bob, statements, address):
    browser = sign_in(bob)
    make_booking()
    with statements() as few:
        browser.get(address)
    for hour in range(11, 18):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1), visibility=Visibility.PRIVATE)
    with statements() as many:
        browser.get(address)
    assert len(many) == len(few)


def test_those_who_come_to_a_meeting_in_it_read_the_meeting_and_not_the_booking(secret, alice, bob, sign_in):
    meeting = meetings.make_meeting(alice, secret, subject="Talk")
    invite(alice, meeting, [bob])
    send_notice(alice, meeting)
    db.session.commit()
    browser = sign_in(bob)
    assert "Talk" in browser.get(f"/meetings/{meeting.id}").text
    assert "<h1>Booked</h1>" in browser.get(f"/bookings/{secret.id}").text


def test_the_form_makes_it_private_and_public_again(sign_in, alice, room):
    browser = sign_in(alice)
    browser.post("/bookings/new", data=fields(room, private="y"))
    booking = db.session.query(Booking).one()
    assert booking.visibility == Visibility.PRIVATE
    opened = browser.get(f"/bookings/{booking.id}/change").text
    assert '<details class="more" open>' in opened
    assert re.search(r"<input checked[^>]* name=\"private\"", opened)
    browser.post(f"/bookings/{booking.id}/change", data=fields(room))
    assert db.session.query(Booking).one().visibility == Visibility.HOUSE


def test_a_way_out_keeps_it_private(sign_in, alice, make_booking, room, other_room):
    make_booking()
    way = f"{other_room.id}/2026-11-23T09:00/2026-11-23T10:00"
    sign_in(alice).post("/bookings/new", data=fields(room, private="y", way_out=way))
    assert db.session.query(Booking).filter_by(visibility="private").one().room == other_room


def test_a_change_of_visibility_raises_the_owners_feed_and_no_sequence(secret, alice, room):
    calendars.make_feed(alice)
    from_before = queries.feeds_of(alice.id)[0].revision
    commands.move(alice, secret, room.id, SECRET, at(9), at(10), visibility=Visibility.HOUSE)
    db.session.commit()
    assert queries.feeds_of(alice.id)[0].revision == from_before + 1
    assert secret.sequence == 0


def test_whoever_may_not_read_it_may_not_make_it_public(secret, olive, room):
    with pytest.raises(NotAllowed):
        commands.move(olive, secret, room.id, "Mine", at(9), at(10), visibility=Visibility.HOUSE)


def test_a_change_of_visibility_alone_is_seen_by_whoever_saves_meanwhile(secret, alice, room):
    seen = secret.version
    commands.move(alice, secret, room.id, SECRET, at(9), at(10), visibility=Visibility.HOUSE)
    assert secret.version != seen
