"""Rooms that nobody comes to: their people are asked, then the rest is free; and series that nobody comes to."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings import commands as meetings
from portal.notifications import worker
from portal.notifications.models import Notice
from portal.presence import clockwork, commands
from portal.presence.models import Presence, Way
from portal.rooms import closing
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, BookingPolicy, Hold, Status
from portal.series.models import Series
from tests.conftest import at
from tests.presence.conftest import line_of, logged, told

ASKED, FREED = "booking.asked", "booking.freed"


def test_nobody_is_asked_before_the_time_that_the_room_gives(make_booking, rounds):
    make_booking()
    rounds((9, 14))
    assert told(ASKED) == []
    rounds((9, 15))
    assert told(ASKED) == ["Alice"]


def test_its_people_are_asked_once_and_told_how_to_answer(alice, bob, make_booking, rounds):
    booking = make_booking(actor=bob, owner=alice)
    rounds((9, 15), (9, 16))
    assert told(ASKED) == ["Alice", "Bob"]
    notice = db.session.scalars(select(Notice).where(Notice.kind == ASKED)).first()
    assert notice.subject == "Nobody has checked in at E101. Are you there?"
    assert f"/bookings/{booking.id}" in notice.body
    assert "until 09:25" in notice.body
    assert (line_of(booking).asked_at, logged(ASKED)) == (at(9, 15), [""])


def test_the_rule_of_the_area_asks_too_and_a_room_without_one_does_not(alice, room, other_room, make_booking, rounds):
    make_booking(room_id=other_room.id)
    rounds((9, 30))
    assert told(ASKED) == []
    db.session.add(BookingPolicy(area_id=other_room.area_id, check_in_minutes=5))
    db.session.commit()
    rounds((9, 30))
    assert told(ASKED) == ["Alice"]


def test_without_an_answer_the_rest_is_free_and_its_people_are_told(alice, bob, room, make_booking, rounds):
    booking = make_booking()
    rounds((9, 15), (9, 24))
    assert told(FREED) == []
    rounds((9, 25), (9, 26))
    assert (booking.ends_at, booking.sequence, line_of(booking).freed_at) == (at(9, 25), 1, at(9, 25))
    assert (told(FREED), logged(FREED)) == (["Alice"], [""])
    with clock.standing_at(at(9, 30)):
        make_booking(actor=bob, starts_at=at(9, 30), ends_at=at(10))


def test_what_is_free_again_is_not_checked_in_any_more(alice, make_booking, rounds):
    booking = make_booking()
    rounds((9, 15), (9, 25))
    with clock.standing_at(at(9, 26)), pytest.raises(DomainError, match="given back at 09:25"):
        commands.check_in(alice, booking.id, Way.PAGE)


def test_who_answers_keeps_the_room(alice, make_booking, rounds):
    booking = make_booking()
    rounds((9, 15))
    with clock.standing_at(at(9, 20)):
        commands.check_in(alice, booking.id, Way.PAGE)
        db.session.commit()
    rounds((9, 25), (9, 50))
    assert (booking.ends_at, told(FREED)) == (at(10), [])
    assert db.session.scalars(select(Notice.read_at).where(Notice.kind == ASKED)).one()


def test_who_answers_by_giving_it_back_was_not_there(alice, make_booking, rounds):
    booking = make_booking()
    rounds((9, 15))
    with clock.standing_at(at(9, 20)):
        commands.free_rest(alice, booking.id)
        db.session.commit()
    assert (line_of(booking).freed_at, booking.ends_at, logged(FREED)) == (at(9, 20), at(9, 20), ["Alice"])


def test_who_checked_in_in_time_is_not_asked(alice, make_booking, rounds):
    booking = make_booking()
    with clock.standing_at(at(8, 50)):
        commands.check_in(alice, booking.id, Way.PAGE)
        db.session.commit()
    rounds((9, 15), (9, 30))
    assert (told(ASKED), booking.ends_at) == ([], at(10))


def test_what_was_booked_after_its_start_is_not_judged(alice, make_booking, rounds):
    with clock.standing_at(at(9, 10)):
        make_booking()
    rounds((9, 15), (9, 30))
    assert told(ASKED) == []


def test_requested_cancelled_and_ended_bookings_and_closures_are_left_alone(alice, rita, room, make_booking, rounds):
    requested = make_booking(ends_at=at(9, 20))
    requested.status = Status.REQUESTED
    rooms.cancel(alice, make_booking(starts_at=at(9, 20), ends_at=at(9, 40)))
    closing.close_room(rita, room.id, "Painting", at(9, 20), at(12), {})
    db.session.commit()
    rounds((9, 16), (9, 36), (9, 50))
    assert told(ASKED) == []


def test_a_meeting_keeps_its_times_when_its_room_is_free_again(alice, bob, make_booking, rounds):
    booking = make_booking()
    meeting = meetings.make_meeting(alice, booking, subject="Planning")
    db.session.commit()
    rounds((9, 15), (9, 25))
    db.session.refresh(meeting)
    assert (booking.ends_at, meeting.ends_at, meeting.sequence) == (at(9, 25), at(10), 0)


def test_a_worker_that_comes_second_finds_it_done(make_booking, rounds):
    booking = make_booking()
    for times in ((9, 15), (9, 25)):
        with clock.standing_at(at(*times)):
            clockwork._ask(booking.id)
            clockwork._ask(booking.id)
            clockwork._give_back(booking.id)
            clockwork._give_back(booking.id)
            db.session.commit()
    assert (told(ASKED), told(FREED)) == (["Alice"], ["Alice"])


def test_a_round_with_nothing_to_do_is_cheap(room, make_booking, statements):
    for hour in range(10, 16):
        make_booking(starts_at=at(hour), ends_at=at(hour + 1))
    with statements() as seen:
        clockwork.look_for_people()
    assert len(seen) == 3
    db.session.execute(update(BookingPolicy).values(check_in_minutes=None))
    with statements() as seen:
        clockwork.look_for_people()
    assert len(seen) == 1


def test_the_worker_does_it(make_booking):
    make_booking()
    with clock.standing_at(at(9, 20)):
        worker.do_chores({})
    assert told(ASKED) == ["Alice"]


# --- Series ---


@pytest.fixture
def occurrences(alice, room):
    """Four days of a series, 9 to 10 each, of which Monday is the first."""
    series = Series(
        uid="s", owner_id=alice.id, resource_id=room.id, title="Stand-up", rule="FREQ=DAILY;COUNT=4",
        timezone="Asia/Shanghai", starts_at=at(9), minutes=60, created_at=at(8), changed_at=at(8),
    )
    db.session.add(series)
    db.session.flush()
    made = []
    for days in range(4):
        booking = rooms.book(alice, room.id, "Stand-up", at(9, days=days), at(10, days=days))
        booking.series_id, booking.recurrence_id = series.id, booking.starts_at
        made.append(booking)
    db.session.commit()
    return made


def live_through(days, here=()):
    """The clock's rounds on these days; on those of `here` somebody checks in."""
    for day in days:
        for minutes in (0, 15, 25, 60):
            with clock.standing_at(at(9, days=day) + timedelta(minutes=minutes)):
                if minutes == 0 and day in here:
                    booking = db.session.query(Booking).filter_by(starts_at=clock.now()).one()
                    commands.check_in(booking.owner, booking.id, Way.PAGE)
                clockwork.look_for_people()
                clockwork.look_at_series()
                db.session.commit()


def test_a_series_missed_three_times_in_a_row_is_asked_about_once(occurrences):
    live_through([0, 1])
    assert told("series.asked") == []
    live_through([2, 3])
    assert told("series.asked") == ["Alice"]
    notice = db.session.scalars(select(Notice).where(Notice.kind == "series.asked")).one()
    assert "Stand-up" in notice.subject
    assert f"/series/{occurrences[0].series_id}" in notice.body
    assert logged("series.asked") == [""]


def test_a_series_to_which_somebody_came_in_between_is_not_asked_about(occurrences):
    live_through([0, 1, 2, 3], here=[2])
    assert db.session.query(Presence).filter(Presence.freed_at.is_not(None)).count() == 3
    assert told("series.asked") == []


def test_occurrences_in_a_room_that_does_not_ask_are_no_misses(occurrences, other_room):
    db.session.execute(
        update(Hold).where(Hold.booking_id == occurrences[1].id).values(resource_id=other_room.id)
    )
    db.session.commit()
    live_through([0, 1, 2])
    assert told("series.asked") == []
