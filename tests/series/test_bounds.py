"""What a series may not have that a single booking could not have either, whatever is chosen for its dates."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.rooms.models import BookingPolicy, Visibility
from portal.series import changing, commands
from portal.series.changing import Wish
from portal.series.commands import NotSettled, Scope
from portal.series.planning import Choice, Way
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at, typed
from tests.series.conftest import MONDAYS, day, starts


def test_no_date_goes_to_a_time_that_is_past(make_series, make_booking, bob):
    make_booking(actor=bob, starts_at=at(15), ends_at=at(16))
    choices = {day(0): Choice(Way.TIME, at=at(9).time())}
    with clock.standing_at(at(14)), pytest.raises(NotSettled):
        make_series(starts_at=at(15), ends_at=at(16), choices=choices)


def test_no_date_goes_where_it_would_last_longer_than_a_day(make_series, make_booking, bob, other_room):
    other_room.setup_minutes = 240
    make_booking(actor=bob, starts_at=at(9, days=7), ends_at=at(10, days=7))
    choices = {day(7): Choice(Way.ROOM, other_room.id)}
    with pytest.raises(NotSettled):
        make_series(ends_at=at(9, days=1) - timedelta(hours=1), choices=choices)


def test_a_room_in_which_it_would_last_longer_than_a_day_is_not_offered(
    make_booking, bob, alice, room, other_room, sign_in
):
    other_room.setup_minutes = 240
    make_booking(actor=bob, starts_at=at(9, days=7), ends_at=at(10, days=7))
    sent = {
        "title": "Watch", "room_id": room.id, "starts_at": typed(at(9)), "ends_at": typed(at(8, days=1)),
        "interval": 1, "frequency": "WEEKLY", "monthly": "date", "ends": "count", "count": 3,
    }
    answer = sign_in(alice).post("/series/new", data=sent)
    assert answer.status_code == 422 or "state-clash" in answer.text
    assert f'value="room/{other_room.id}"' not in answer.text


def test_no_date_goes_to_a_room_that_is_not_booked_in_series(make_series, make_booking, bob, other_room):
    db.session.add(BookingPolicy(resource_id=other_room.id, allows_series=False))
    make_booking(actor=bob, starts_at=at(9, days=7), ends_at=at(10, days=7))
    with pytest.raises(NotSettled):
        make_series(choices={day(7): Choice(Way.ROOM, other_room.id)})


@pytest.mark.parametrize(
    ("hour", "count"), [(9, 20), (11, 5)], ids=["more dates", "another time"]
)
def test_a_series_takes_no_more_of_a_room_that_is_kept_for_others_now(make_series, alice, room, hour, count):
    series = make_series()
    room.is_restricted = True
    db.session.commit()
    rule = Rule(Frequency.WEEKLY, weekdays=(0,), count=count)
    wish = Wish(room.id, "Planning", at(hour), at(hour + 1), rule, Visibility.HOUSE)
    with pytest.raises(DomainError, match="kept for others"):
        changing.change(alice, series, Scope.ALL, at(9), wish, {})


def test_what_stands_in_such_a_room_can_be_renamed_and_shortened(make_series, alice, room):
    series = make_series()
    room.is_restricted = True
    db.session.commit()
    rule = Rule(Frequency.WEEKLY, weekdays=(0,), count=3)
    changing.change(alice, series, Scope.ALL, at(9), Wish(room.id, "Review", at(9), at(10), rule, "house"), {})
    assert starts(series) == [at(9, days=7 * week) for week in range(3)]


def test_what_was_booked_meanwhile_counts_when_a_cancellation_is_taken_back(make_series, make_booking, alice, room):
    series = make_series()
    db.session.add(BookingPolicy(area_id=room.area_id, most_ahead=5))
    commands.cancel(alice, series, Scope.ALL)
    make_booking(starts_at=at(14), ends_at=at(15))
    with pytest.raises(DomainError, match="5 bookings ahead"):
        commands.restore(alice, series)


def test_who_keeps_the_rooms_takes_it_back_beyond_the_limit(make_series, make_booking, alice, rita, room):
    series = make_series(rule=MONDAYS)
    db.session.add(BookingPolicy(area_id=room.area_id, most_ahead=5))
    commands.cancel(alice, series, Scope.ALL)
    make_booking(starts_at=at(14), ends_at=at(15))
    assert commands.restore(rita, series) == (5, 0)
