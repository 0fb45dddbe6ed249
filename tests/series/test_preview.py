"""What each date would meet, and the ways out."""

import pytest

from portal.rooms import closing
from portal.rooms.keeping import add_room
from portal.rooms.models import BookingPolicy, Visibility, WeekdayHours
from portal.series import commands, queries
from portal.series.planning import KEEP, SKIP, Choice, State, Way
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at
from tests.series.conftest import MONDAYS, day


@pytest.fixture
def look(alice, room):
    """The dates of five Mondays from 9 to 10 in E101 for Alice, as the page shows them, unless said otherwise."""

    def look(actor=None, room_id=None, starts_at=None, ends_at=None, rule=MONDAYS, choices=None):
        actor, room_id = actor or alice, room_id or room.id
        plan = commands.look_ahead(
            actor, actor, queries.resources_like(room_id), room_id, starts_at or at(9), ends_at or at(10), rule,
            choices or {},
        )
        return plan.dates

    return look


def offered(date):
    return [str(offer.choice) for offer in date.offers]


def test_free_dates_are_kept_unless_left_out(look):
    dates = look(choices={day(7): SKIP})
    assert {(date.state, date.choice) for date in dates} == {(State.FREE, KEEP), (State.FREE, SKIP)}
    assert [date.spot is None for date in dates] == [False, True, False, False, False]


def test_a_clash_names_what_is_there_and_where_else_it_could_be(look, make_booking, bob, other_room):
    make_booking(actor=bob, title="Audit", starts_at=at(8, days=7), ends_at=at(9, 30, days=7))
    date = look()[1]
    assert (date.state, date.words) == (State.CLASH, "Audit 08:00–09:30")
    assert offered(date) == [f"room/{other_room.id}", "time/09:30"]
    assert date.choice == Choice(Way.ROOM, other_room.id)


def test_a_private_booking_is_only_booked(look, make_booking, bob):
    make_booking(actor=bob, title="Audit", visibility=Visibility.PRIVATE)
    assert look()[0].words == "Booked 09:00–10:00"


def test_the_other_room_is_the_smallest_that_fits_of_the_same_area_first(look, make_booking, bob, area, other_room):
    large, small = add_room(None, area, "E103", 40), add_room(None, area, "E104", 4)
    make_booking(actor=bob)
    assert offered(look()[0])[0] == f"room/{other_room.id}"
    make_booking(actor=bob, room_id=other_room.id)
    assert offered(look()[0])[0] == f"room/{large.id}"
    assert small.id


def test_rooms_that_are_being_got_ready_are_not_offered(look, make_booking, bob, other_room):
    other_room.setup_minutes = 30
    make_booking(actor=bob)
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(7, 50), ends_at=at(8, 40))
    assert offered(look()[0]) == ["time/10:00"]


def test_a_closure_says_its_reason(look, rita, room):
    closing.close_room(rita, room.id, "Painting", at(8, days=7), at(20, days=7), {})
    date = look()[1]
    assert (date.state, date.words, date.may_keep, date.choice) == (State.CLOSED, "Closed: Painting", False, SKIP)


def test_beyond_a_rule_only_whoever_keeps_the_room_may_go(look, room, rita):
    room.policy = BookingPolicy(days_ahead=14)
    dates = look()
    assert [date.state for date in dates] == [State.FREE] * 3 + [State.RULE] * 2
    assert (dates[3].words, dates[3].may_keep) == ("Rooms here are booked 14 days ahead at most.", False)
    assert [date.choice for date in look(actor=rita)] == [KEEP] * 5


def test_the_past_cannot_be_booked(look):
    dates = look(starts_at=at(9, days=-7), ends_at=at(10, days=-7))
    assert (dates[0].state, dates[0].words, dates[1].state) == (State.RULE, "That time is past.", State.FREE)


def test_a_choice_that_is_not_free_any_more_gives_way_to_another(look, make_booking, bob, other_room):
    for room_id in (1, other_room.id):
        make_booking(actor=bob, room_id=room_id)
    date = look(choices={day(0): Choice(Way.ROOM, other_room.id)})[0]
    assert (date.words, str(date.choice)) == ("What you chose is not free any more.", "time/10:00")


def test_what_was_chosen_stays_chosen_though_it_is_not_what_would_be_offered(look, make_booking, bob, other_room):
    make_booking(actor=bob)
    date = look(choices={day(0): Choice(Way.TIME, at=at(16).time())})[0]
    assert (str(date.choice), date.spot.starts_at) == ("time/16:00", at(16))
    assert "time/16:00" in offered(date)


def test_looking_takes_as_many_statements_for_one_date_as_for_all(look, make_booking, bob, statements, other_room):
    for days in range(0, 60, 2):
        make_booking(actor=bob, starts_at=at(9, days=days), ends_at=at(10, days=days))
    look()
    counts = []
    for count in (1, 30, 366):
        with statements() as seen:
            dates = look(rule=Rule(Frequency.DAILY, count=count))
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
    assert sum(date.state == State.CLASH for date in dates) == 30
    assert all(date.is_settled for date in dates)


@pytest.fixture
def national_day(look):
    """Four Thursdays around 1 October 2027, of which the second is that day's eve and the third in the holidays."""
    return lambda **more: look(
        starts_at=at(9, days=305), ends_at=at(10, days=305), rule=Rule(Frequency.WEEKLY, weekdays=(4,), count=3), **more
    )


def test_a_holiday_is_left_out_unless_it_is_wished(national_day, area):
    area.holidays = "CN"
    first, second, _third = national_day()
    assert (first.on.isoformat(), first.state) == ("2027-09-24", State.FREE)
    assert (second.on.isoformat(), second.state, second.words) == ("2027-10-01", State.HOLIDAY, "National Day")
    assert (second.choice, second.may_keep, second.offers) == (SKIP, True, [])
    assert national_day(choices={second.on: KEEP})[1].spot is not None


def test_where_rooms_are_booked_while_open_only_a_holiday_is_no_choice(national_day, area, room, rita):
    area.holidays, room.policy = "CN", BookingPolicy(within_hours=True)
    assert not national_day()[1].may_keep
    assert national_day(actor=rita)[1].may_keep


def test_a_weekday_on_which_the_room_is_closed_is_left_out_too(look, room):
    room.hours = [WeekdayHours(weekday=5, opens_at=None, closes_at=None)]
    dates = look(starts_at=at(9, days=4), ends_at=at(10, days=4), rule=Rule(Frequency.DAILY, count=3))
    assert [(date.state, date.choice) for date in dates] == [
        (State.FREE, KEEP), (State.CLOSED, SKIP), (State.FREE, KEEP)
    ]
    assert dates[1].words == "Not open that day"


def test_hours_at_which_the_room_is_closed_are_only_said(look, room):
    date = look(starts_at=at(19, 30), ends_at=at(20, 30))[0]
    assert (date.state, date.words, date.choice) == (State.CLOSED, "Outside the opening hours", KEEP)
    assert offered(date) == ["time/19:00"]
    room.policy = BookingPolicy(within_hours=True)
    assert str(look(starts_at=at(19, 30), ends_at=at(20, 30))[0].choice) == "time/19:00"


def test_limits_that_count_see_the_dates_of_the_series_too(look, room, make_booking):
    room.policy = BookingPolicy(week_minutes_person=150)
    make_booking(starts_at=at(14, days=1), ends_at=at(15, days=1))
    dates = look(rule=Rule(Frequency.WEEKLY, weekdays=(0, 2), count=4))
    assert [date.state for date in dates] == [State.FREE, State.RULE, State.FREE, State.FREE]
    assert dates[1].words == "One person books 2 h 30 min a week here at most; 2 h are booked already."


def test_whoever_is_elsewhere_at_that_time_may_be_refused(look, room, make_booking, other_room):
    room.policy = BookingPolicy(most_at_once=1)
    make_booking(room_id=other_room.id, starts_at=at(9, 30, days=7), ends_at=at(11, days=7))
    assert [date.state for date in look()] == [State.FREE, State.RULE] + [State.FREE] * 3


def test_another_room_is_no_way_around_the_number_of_bookings_ahead(look, area, other_room):
    area.policy = BookingPolicy(most_ahead=4)
    last = look()[4]
    assert (last.state, last.choice, offered(last)) == (State.RULE, SKIP, [])
