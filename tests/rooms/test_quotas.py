"""What has to be counted: bookings at the same time, and hours a week of a person and a department."""

import pytest

from portal.core.db import db
from portal.core.errors import DomainError
from portal.rooms import commands, ruling
from tests.conftest import at


@pytest.fixture
def limit(rita, area):
    """Set limits for the East wing."""

    def limit(place=area, **limits):
        ruling.set_policy(rita, place, limits)
        db.session.commit()

    return limit


def test_one_person_has_so_many_bookings_at_a_time_wherever_they_are(limit, make_booking, bob, other_room, third_room):
    limit(most_at_once=1)
    make_booking(room_id=third_room.id)
    with pytest.raises(DomainError, match="one booking at a time") as refusal:
        make_booking(starts_at=at(9, 30), ends_at=at(10, 30))
    assert refusal.value.field == "starts_at"
    make_booking(starts_at=at(10), ends_at=at(11))
    make_booking(actor=bob)


def test_cancelled_bookings_are_not_at_the_same_time(limit, make_booking, alice, other_room):
    limit(most_at_once=1)
    commands.cancel(alice, make_booking())
    make_booking(room_id=other_room.id)


def test_a_person_books_so_many_hours_a_week_and_no_more(limit, make_booking, bob):
    limit(week_minutes_person=120)
    make_booking(starts_at=at(9), ends_at=at(10, 30))
    with pytest.raises(DomainError, match="2 h a week here at most; 1 h 30 min are booked") as refusal:
        make_booking(starts_at=at(11), ends_at=at(12))
    assert refusal.value.field == "ends_at"
    make_booking(starts_at=at(11), ends_at=at(11, 30))
    make_booking(actor=bob, starts_at=at(12), ends_at=at(14))


def test_a_week_is_from_monday_to_sunday_on_the_areas_clock(limit, make_booking):
    limit(week_minutes_person=60)
    make_booking(starts_at=at(23, days=6), ends_at=at(0, days=7))
    make_booking(starts_at=at(0, days=7), ends_at=at(1, days=7))
    with pytest.raises(DomainError, match="a week"):
        make_booking(starts_at=at(9), ends_at=at(9, 1))


def test_what_is_booked_elsewhere_does_not_count(limit, make_booking, third_room):
    limit(week_minutes_person=60)
    make_booking(room_id=third_room.id, ends_at=at(18))
    make_booking()


def test_a_department_books_so_many_hours_a_week_together(limit, make_booking, helen, bob):
    limit(week_minutes_department=120)
    make_booking(starts_at=at(9), ends_at=at(10, 30))
    with pytest.raises(DomainError, match="A department books 2 h a week here at most; 1 h 30 min are booked"):
        make_booking(actor=helen, starts_at=at(11), ends_at=at(12))
    make_booking(actor=helen, starts_at=at(11), ends_at=at(11, 30))
    make_booking(actor=bob, starts_at=at(12), ends_at=at(18))


def test_a_booking_that_moves_does_not_count_against_itself(limit, make_booking, alice, room, other_room):
    booking = make_booking()
    limit(most_at_once=1, week_minutes_person=90)
    commands.move(alice, booking, other_room.id, "Planning", at(9, 30), at(11))
    with pytest.raises(DomainError, match="a week here at most; 0 min are booked"):
        commands.move(alice, booking, room.id, "Planning", at(9), at(11))


def test_who_has_too_much_already_may_still_move_it_within_the_week(limit, make_booking, alice, room):
    booking = make_booking(ends_at=at(12))
    limit(week_minutes_person=60)
    commands.move(alice, booking, room.id, "Planning", at(9, days=1), at(12, days=1))
    with pytest.raises(DomainError, match="a week"):
        commands.move(alice, booking, room.id, "Planning", at(9, days=7), at(12, days=7))


def test_what_counts_is_whose_booking_it_is_and_not_who_books(limit, make_booking, alice, bob):
    limit(week_minutes_person=60)
    make_booking(actor=bob, owner=alice)
    make_booking(actor=bob, starts_at=at(10), ends_at=at(11))
    with pytest.raises(DomainError, match="a week"):
        make_booking(starts_at=at(11), ends_at=at(12))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (at(7, days=1), at(9, days=1), "E101 is open from 08:00 to 20:00 that day"),
        (at(19), at(21), "open from 08:00 to 20:00"),
        (at(9, days=312), at(10, days=312), "E101 is closed that day: National Day"),
    ],
)
def test_a_room_may_be_booked_while_it_is_open_only(limit, make_booking, area, starts_at, ends_at, words):
    area.holidays = "CN"
    limit(within_hours=True)
    with pytest.raises(DomainError, match=words):
        make_booking(starts_at=starts_at, ends_at=ends_at)
    make_booking(starts_at=at(8), ends_at=at(20))


def test_the_rules_of_a_room_come_before_those_of_its_area(limit, make_booking, room, other_room):
    limit(longest_minutes=60, within_hours=True)
    limit(room, longest_minutes=120, within_hours=False)
    make_booking(starts_at=at(19), ends_at=at(21))
    with pytest.raises(DomainError, match="60 minutes"):
        make_booking(room_id=other_room.id, starts_at=at(9), ends_at=at(11))


@pytest.mark.parametrize(
    "limits", [{"most_at_once": 9}, {"week_minutes_person": 9999}, {"week_minutes_department": 9999},
               {"week_minutes_person": 9999, "week_minutes_department": 9999}, {"within_hours": True}],
)
def test_each_of_them_costs_one_statement_where_it_is_set(limit, make_booking, statements, limits):
    def count(day):
        db.session.rollback()
        with statements() as seen:
            make_booking(starts_at=at(9, days=day), ends_at=at(10, days=day))
        return len(seen)

    make_booking()
    free = count(1)
    limit(**limits)
    assert count(2) == free + 1


def test_managers_may_go_beyond_them_all(limit, make_booking, rita, other_room):
    limit(most_at_once=1, week_minutes_person=30, within_hours=True)
    make_booking(actor=rita)
    assert make_booking(actor=rita, room_id=other_room.id, ends_at=at(22)).is_standing
