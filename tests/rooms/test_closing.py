"""Closing a room: what stands in the way goes where the manager says, all or nothing, and its owners are told."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.calendars import feeds
from portal.calendars import queries as calendars
from portal.calendars.commands import make_feed
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, Missing, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.models import Meeting
from portal.meetings.people import invite
from portal.notifications.models import Notice
from portal.rooms import closing, commands, keeping, queries
from portal.rooms.holding import RoomTaken
from portal.rooms.models import Booking, Hold, Kind
from portal.rooms.ways_out import other_rooms
from tests.conftest import HTMX, at, typed

DAY = "/rooms/day/2026-11-23"
FORM = "/rooms/1/closures/new"


@pytest.fixture
def close(rita, room):
    """Close E101 from 8 to 20 unless said otherwise."""

    def close(choices=None, starts_at=None, ends_at=None, actor=rita):
        closure = closing.close_room(
            actor, room.id, "Painting", starts_at or at(8), ends_at or at(20), choices or {}
        )
        db.session.commit()
        return closure

    return close


def closures():
    return db.session.query(Booking).filter_by(kind=Kind.CLOSURE).count()


def notices():
    return {(notice.recipient.name, notice.kind) for notice in db.session.scalars(select(Notice))}


# --- The command ---


def test_a_closed_room_is_refused_to_everyone_until_it_opens(close, make_booking):
    close(ends_at=at(12))
    with pytest.raises(RoomTaken):
        make_booking()
    db.session.rollback()
    make_booking(starts_at=at(12), ends_at=at(13))


def test_a_closure_of_many_days_holds_day_by_day_without_a_gap(close, make_booking):
    closure = close(ends_at=at(17, days=9))
    holds = sorted((hold.starts_at, hold.ends_at) for hold in closure.holds)
    assert (holds[0][0], holds[-1][1]) == (at(8), at(17, days=9))
    assert all(one[1] == other[0] for one, other in pairwise(holds))
    for day in (0, 5, 9):
        with pytest.raises(RoomTaken):
            make_booking(starts_at=at(16, days=day), ends_at=at(17, days=day))
        db.session.rollback()
    make_booking(starts_at=at(17, days=9), ends_at=at(18, days=9))


def test_what_stands_in_the_way_is_said_before_anything_is_done(close, make_booking):
    booking = make_booking()
    with pytest.raises(closing.InTheWay, match="One booking stands in the way"):
        close()
    db.session.rollback()
    assert booking.is_standing
    assert closures() == 0


def test_each_booking_goes_where_the_manager_says_and_its_owner_is_told(close, make_booking, bob, other_room):
    moved = make_booking()
    cancelled = make_booking(actor=bob, starts_at=at(11), ends_at=at(12))
    close({moved.id: other_room.id, cancelled.id: None})
    assert (moved.room, moved.starts_at, moved.sequence) == (other_room, at(9), 1)
    assert not cancelled.is_standing
    assert notices() == {("Alice", "booking.moved_by_closure"), ("Bob", "booking.cancelled_by_closure")}
    told = {notice.kind: notice.body for notice in db.session.scalars(select(Notice))}
    assert "E101 is closed at that time: Painting" in told["booking.moved_by_closure"]
    assert "is now in E102" in told["booking.moved_by_closure"]


def test_meetings_go_along(close, make_booking, alice, bob, other_room):
    meeting = meetings.make_meeting(alice, make_booking(), subject="Planning")
    invite(alice, meeting, [bob])
    send_notice(alice, meeting)
    close({meeting.booking_id: other_room.id})
    assert (meeting.location, meeting.sequence) == ("E102 · East wing", 1)
    assert ("Bob", "meeting.moved") in notices()


def test_if_one_cannot_move_nothing_is_done(close, make_booking, bob, room, other_room):
    first = make_booking()
    second = make_booking(starts_at=at(11), ends_at=at(12))
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(11), ends_at=at(12))
    with pytest.raises(RoomTaken, match="E102"):
        close({first.id: other_room.id, second.id: other_room.id})
    db.session.rollback()
    assert (first.room, second.room, closures()) == (room, room, 0)
    assert notices() == set()


def test_choices_for_something_else_are_refused(close, make_booking):
    booking = make_booking()
    elsewhere = make_booking(starts_at=at(9, days=1), ends_at=at(10, days=1))
    for choices in ({elsewhere.id: None}, {booking.id: None, elsewhere.id: None}, {999: None}):
        with pytest.raises(closing.InTheWay):
            close(choices)
        db.session.rollback()
    assert elsewhere.is_standing


def test_a_booking_does_not_move_where_there_is_no_room(close, make_booking):
    booking = make_booking()
    with pytest.raises(Missing):
        close({booking.id: 99})
    with pytest.raises(RoomTaken):
        close({booking.id: booking.room.id})


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [(at(9), at(9), "later"), (at(5), at(7), "past"), (at(9), at(9, days=367), "a year at most")],
)
def test_times_that_cannot_be_closed(close, starts_at, ends_at, words):
    with pytest.raises(DomainError, match=words):
        close(starts_at=starts_at, ends_at=ends_at)


def test_a_room_is_not_closed_twice(close):
    close()
    with pytest.raises(RoomTaken, match="closed for part of that time already"):
        close()


@pytest.mark.parametrize("who", ["alice", "olive", "leo"])
def test_others_close_and_open_nothing(request, close, who):
    actor = request.getfixturevalue(who)
    closure = close(starts_at=at(14))
    with pytest.raises(NotAllowed):
        close(actor=actor, ends_at=at(12))
    with pytest.raises(NotAllowed):
        closing.end_closure(actor, closure)


def test_a_closure_is_no_booking(close, rita, adam):
    closure = close()
    for command in (
        lambda: commands.cancel(rita, closure),
        lambda: commands.move(adam, closure, closure.room.id, "Mine", at(9), at(10)),
        lambda: meetings.make_meeting(rita, closure, subject="Mine"),
        lambda: closing.end_closure(rita, db.session.get(Booking, closure.id)) or commands.restore(rita, closure),
    ):
        with pytest.raises(NotAllowed):
            command()


def test_a_closure_is_in_no_personal_list_or_calendar(close, rita):
    close()
    assert db.session.scalars(queries.bookings_of(rita.id)).all() == []
    feed, _secret = make_feed(rita)
    assert b"BEGIN:VEVENT" not in feeds.built(feed, at(8).date()).octets
    assert calendars.entries_in(rita.id, at(0), at(0, days=1)) == []


def test_a_closure_that_has_begun_ends_now_and_what_is_left_is_free(close, rita, make_booking):
    closure = close(ends_at=at(20, days=3))
    with clock.standing_at(at(10, days=1)):
        closing.end_closure(rita, closure)
        make_booking(starts_at=at(10, days=1), ends_at=at(11, days=1))
        make_booking(starts_at=at(10, days=3), ends_at=at(11, days=3))
        with pytest.raises(DomainError, match="over already"):
            closing.end_closure(rita, closure)
    assert (closure.is_standing, closure.ends_at) == (True, at(10, days=1))
    assert max(hold.ends_at for hold in closure.holds if hold.released_at is None) == at(10, days=1)


def test_a_closure_ahead_is_cancelled(close, rita, make_booking):
    closure = close(starts_at=at(9))
    closing.end_closure(rita, closure)
    make_booking()
    assert not closure.is_standing
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.record_id == closure.id)).all()
    assert {"booking.closed", "booking.reopened"} <= set(actions)


def test_a_room_with_a_closure_ahead_is_not_retired(close, rita, room):
    close(ends_at=at(20, days=3))
    with pytest.raises(keeping.StillBooked, match="One booking or closure"):
        keeping.retire(rita, room)


def test_the_room_offered_is_as_large_and_free_and_near(make_booking, area, west, room, other_room, third_room, bob):
    keeping.add_room(None, area, "Closet", 2)
    booking = make_booking()
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(12), ends_at=at(13))
    assert other_rooms(room, [booking]) == {booking.id: other_room}
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(8, 30), ends_at=at(9, 30))
    assert other_rooms(room, [booking]) == {booking.id: third_room}
    make_booking(actor=bob, room_id=third_room.id, starts_at=at(9, 30), ends_at=at(11))
    assert other_rooms(room, [booking]) == {}


def test_listing_what_is_in_the_way_costs_the_same_for_any_number(make_booking, room, other_room, statements):
    def count():
        db.session.rollback()
        with statements() as seen:
            found = queries.clashing(room.id, at(8), at(20))
            assert len(other_rooms(room, found)) == len(found)
            assert {booking.owner.name for booking in found} == {"Alice"}
        return len(seen)

    make_booking()
    few = count()
    for hour in range(10, 18):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1))
    assert count() == few


# --- Pages ---


@pytest.fixture
def ritas(sign_in, rita):
    return sign_in(rita)


def fields(**more):
    return {"reason": "Painting", "starts_at": typed(at(8)), "ends_at": typed(at(20)), **more}


def test_a_manager_closes_a_room_in_two_steps(ritas, make_booking, other_room):
    booking = make_booking()
    listed = ritas.post(FORM, headers=HTMX, data=fields())
    assert listed.status_code == 422
    assert re.search(rf'name="booking-{booking.id}" value="{other_room.id}" checked> Move to E102', listed.text)
    assert "Alice" in listed.text
    assert 'value="Painting"' in listed.text
    done = ritas.post(FORM, headers=HTMX, data=fields(**{f"booking-{booking.id}": other_room.id}))
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, "/rooms/1")
    assert "Painting" in ritas.get("/rooms/1").text


def test_what_was_chosen_is_kept_when_it_is_asked_again(ritas, make_booking, other_room):
    first, second = make_booking(), make_booking(starts_at=at(11), ends_at=at(12))
    page = ritas.post(FORM, data=fields(**{f"booking-{first.id}": "cancel"})).text
    assert f'name="booking-{first.id}" value="cancel" checked' in page
    assert f'name="booking-{second.id}" value="{other_room.id}" checked' in page


def test_without_another_room_only_a_cancellation_is_offered(ritas, make_booking):
    make_booking()
    page = ritas.post(FORM, data=fields()).text
    assert "No other room of that size is free." in page
    assert "Move to" not in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, "Please fill this in."),
        ({"starts_at": "soon"}, "This is not a date and time"),
        ({"ends_at": typed(at(8))}, "later than the start"),
        ({"booking-1": "elsewhere", "booking-x": "1", "booking-99999999999": "1"}, "One booking stands in the way"),
    ],
)
def test_bad_input_closes_nothing(ritas, make_booking, more, words):
    make_booking()
    answer = ritas.post(FORM, data=fields(**more))
    assert answer.status_code == 422
    assert words in answer.text
    assert closures() == 0


def test_others_are_refused(sign_in, alice, close):
    closure = close()
    assert sign_in(alice).post(FORM, data=fields()).status_code == 403
    assert sign_in(alice).post(f"/closures/{closure.id}/end").status_code == 403


def test_a_booking_is_not_ended_as_a_closure(ritas, make_booking):
    booking = make_booking()
    assert ritas.post(f"/closures/{booking.id}/end").status_code == 403


def test_the_grid_shows_a_closure_as_one_block_with_its_reason(sign_in, alice, rita, close):
    close(starts_at=at(10), ends_at=at(15, days=2))
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        page = sign_in(rita).get(f"/rooms/day/{day}").text
        assert page.count('class="held closed"') == 1
        assert ">Painting</a>" in page
        assert re.findall(r'scope="col" colspan="12">(\d\d:\d\d)', page)[::11] == ["08:00", "19:00"]
    listed = sign_in(alice).get("/rooms/day/2026-11-24?view=list").text
    assert re.search(r"08:00–20:00</span> <a[^>]*>Closed: Painting", listed)


def test_a_closure_has_a_page_of_its_own(ritas, sign_in, alice, close):
    closure = close()
    page = sign_in(alice).get(f"/bookings/{closure.id}").text
    assert "Painting" in page
    assert f"/closures/{closure.id}/end" not in page
    assert f"/closures/{closure.id}/end" in ritas.get(f"/bookings/{closure.id}").text
    assert ritas.post(f"/closures/{closure.id}/end").location == "/rooms/1"


def test_the_file_of_an_area_holds_a_closure_once(sign_in, alice, close):
    close(ends_at=at(20, days=3))
    file = sign_in(alice).get("/areas/1/2026-11.ics").text
    assert file.count("BEGIN:VEVENT") == 1
    assert "LOCATION:E101 · East wing" in file


def test_a_meeting_that_made_way_is_found_by_its_new_place(close, make_booking, alice, other_room):
    meeting = meetings.make_meeting(alice, make_booking(), subject="Planning")
    close({meeting.booking_id: other_room.id})
    assert db.session.get(Meeting, meeting.id).location.startswith("E102")
    overlapping = select(Hold).where(Hold.released_at.is_(None), Hold.resource_id == other_room.id)
    assert [hold.ends_at - hold.starts_at for hold in db.session.scalars(overlapping)] == [timedelta(hours=1)]
