"""Making a series: what is free and chosen is booked, all or nothing."""

import pytest

from portal.audit.queries import log_of
from portal.core.db import db
from portal.core.errors import DomainError
from portal.notifications.models import Notice
from portal.rooms.models import BookingPolicy, Status, Visibility
from portal.rooms.signals import many_made
from portal.series import commands
from portal.series.commands import NotSettled
from portal.series.planning import SKIP, Choice, Way
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at
from tests.series.conftest import MONDAYS, bookings, day, overlaps, starts


def test_every_date_is_a_booking_of_its_own(make_series, alice, room):
    series = make_series()
    assert starts(series) == [at(9, days=7 * week) for week in range(5)]
    assert {(booking.title, booking.owner_id, booking.room.id, booking.status) for booking in bookings()} == {
        ("Planning", alice.id, room.id, Status.CONFIRMED)
    }
    assert [booking.recurrence_id for booking in bookings()] == [booking.starts_at for booking in bookings()]


def test_the_first_date_is_the_next_that_the_rule_can_have(make_series):
    series = make_series(rule=Rule(Frequency.WEEKLY, weekdays=(2, 4), count=3))
    assert starts(series) == [at(9, days=2), at(9, days=4), at(9, days=9)]
    assert series.starts_at == at(9, days=2)


def test_a_date_that_is_taken_asks_for_a_choice_and_nothing_is_booked(make_series, make_booking, bob):
    make_booking(actor=bob, starts_at=at(9, 30, days=7), ends_at=at(11, days=7))
    with pytest.raises(NotSettled, match="One date is not free"):
        make_series()
    db.session.rollback()
    assert len(bookings()) == 1


@pytest.mark.parametrize("way", ["skip", "room", "time"])
def test_a_taken_date_goes_the_chosen_way(make_series, make_booking, bob, room, other_room, way):
    make_booking(actor=bob, starts_at=at(9, days=7), ends_at=at(10, days=7))
    choice = {
        "skip": SKIP, "room": Choice(Way.ROOM, other_room.id), "time": Choice(Way.TIME, at=at(14).time()),
    }[way]
    series = make_series(choices={day(7): choice})
    second = [booking for booking in series.bookings if booking.recurrence_id == at(9, days=7)]
    found = [(booking.room.id, booking.starts_at) for booking in second]
    assert found == {
        "skip": [], "room": [(other_room.id, at(9, days=7))], "time": [(room.id, at(14, days=7))],
    }[way]
    assert len(starts(series)) == (4 if way == "skip" else 5)
    assert overlaps() == 0


def test_a_way_out_that_was_taken_meanwhile_is_refused(make_series, make_booking, bob, other_room):
    for room_id in (1, other_room.id):
        make_booking(actor=bob, room_id=room_id, starts_at=at(9, days=7), ends_at=at(10, days=7))
    with pytest.raises(NotSettled):
        make_series(choices={day(7): Choice(Way.ROOM, other_room.id)})


def test_free_dates_may_be_left_out_but_not_all(make_series):
    assert starts(make_series(choices={day(0): SKIP})) == [at(9, days=7 * week) for week in (1, 2, 3, 4)]
    with pytest.raises(DomainError, match="Every date is left out"):
        make_series(choices={day(7 * week): SKIP for week in range(5)}, starts_at=at(14), ends_at=at(15))


def test_times_before_and_after_are_kept_free_too(make_series, make_booking, bob, room):
    room.cleanup_minutes = 30
    make_booking(actor=bob, starts_at=at(8), ends_at=at(9))
    with pytest.raises(NotSettled):
        make_series()


def test_dates_of_one_series_do_not_meet_each_other(make_series, rita):
    with pytest.raises(NotSettled):
        make_series(
            actor=rita, rule=Rule(Frequency.DAILY, count=3), starts_at=at(9), ends_at=at(9, days=1),
            choices={day(1): Choice(Way.TIME, at=at(8).time())},
        )


def test_rooms_may_refuse_series_or_long_ones_and_who_keeps_them_may_override(make_series, room, rita):
    room.policy = BookingPolicy(allows_series=False)
    db.session.commit()
    with pytest.raises(DomainError, match="E101 is not booked in series") as refused:
        make_series()
    assert refused.value.field == "room_id"
    db.session.rollback()
    room.policy.allows_series, room.policy.longest_series = None, 4
    db.session.commit()
    with pytest.raises(DomainError, match="4 dates here at most"):
        make_series()
    db.session.rollback()
    series = make_series(actor=rita)
    assert log_of("series", series.id)[0].details["override"] == ["longest_series"]


def test_dates_beyond_a_rule_of_the_room_are_left_to_whoever_keeps_it(make_series, room, rita):
    room.policy = BookingPolicy(days_ahead=14)
    db.session.commit()
    with pytest.raises(NotSettled, match="2 dates"):
        make_series()
    db.session.rollback()
    assert len(starts(make_series(choices={day(21): SKIP, day(28): SKIP}))) == 3


def test_bookings_ahead_are_counted_along(make_series, room, make_booking):
    room.policy = BookingPolicy(most_ahead=4)
    make_booking(starts_at=at(15), ends_at=at(16))
    with pytest.raises(NotSettled, match="2 dates"):
        make_series()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(Frequency.DAILY, count=367), "at most 366 dates"),
        (Rule(Frequency.WEEKLY, weekdays=(0,), count=120), "two years"),
        (Rule(Frequency.WEEKLY, weekdays=(0,), until=at(9, days=-1)), "ends before it begins"),
    ],
)
def test_what_is_too_long_or_empty_is_no_series(make_series, rule, words):
    with pytest.raises(DomainError, match=words):
        make_series(rule=rule)


def test_rooms_that_are_approved_are_requested_except_by_those_who_keep_them(make_series, room, rita):
    room.policy = BookingPolicy(needs_approval=True)
    db.session.commit()
    make_series()
    make_series(actor=rita, starts_at=at(11), ends_at=at(12))
    assert {(booking.owner.name, booking.status) for booking in bookings()} == {
        ("Alice", Status.REQUESTED), ("Rita", Status.CONFIRMED)
    }


def test_the_log_says_it_once_and_hides_a_private_title(make_series):
    series = make_series(visibility=Visibility.PRIVATE)
    (entry,) = log_of("series", series.id)
    assert (entry.action, entry.details["count"], entry.details["title"]) == ("series.created", 5, "")
    assert log_of("booking", bookings()[0].id) == []


def test_slices_above_hear_of_all_bookings_at_once(make_series):
    heard = []
    with many_made.connected_to(lambda series, **more: heard.append((series.title, len(more["bookings"])))):
        make_series()
    assert heard == [("Planning", 5)]


def test_who_books_for_another_is_remembered_and_the_owner_told(make_series, alice, bob):
    series = make_series(actor=bob, owner=alice)
    assert (series.owner, series.booked_by) == (alice, bob)
    assert {(booking.owner_id, booking.booked_by_id) for booking in bookings()} == {(alice.id, bob.id)}
    (notice,) = db.session.query(Notice)
    assert notice.recipient == alice
    assert "Every week on Monday 5 times, for the first time Mon, Nov 23 09:00–10:00" in notice.body


def test_what_is_read_does_not_grow_with_the_dates(make_series, statements):
    make_series(starts_at=at(18), ends_at=at(19))
    counts = []
    for hour, count in ((9, 2), (10, 52)):
        with statements() as seen:
            make_series(starts_at=at(hour), ends_at=at(hour, 30), rule=Rule(Frequency.DAILY, count=count))
        counts.append(sum(not statement.startswith("INSERT") for statement in seen))
    assert counts[0] == counts[1]


def test_a_stranger_is_not_booked_for(make_series, alice, add_person):
    gone = add_person("Gone")
    gone.left_at = at(8)
    with pytest.raises(DomainError):
        make_series(owner=gone)


def test_the_rule_stands_in_the_table_as_rfc_5545_writes_it(make_series):
    assert make_series(rule=MONDAYS).rule == "FREQ=WEEKLY;BYDAY=MO;COUNT=5"
    assert commands.Scope("all") is commands.Scope.ALL
