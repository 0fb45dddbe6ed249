"""Changing and cancelling what is to come of a series: exceptions made earlier survive, and nothing ever overlaps."""

import pytest

from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Visibility
from portal.rooms.signals import many_cancelled, many_moved, many_renamed
from portal.series import changing, commands
from portal.series.changing import Wish
from portal.series.commands import NotSettled, Scope
from portal.series.models import Series
from portal.series.planning import SKIP, Choice, Way
from portal.series.recurrence import Frequency, Rule
from tests.conftest import at
from tests.series.conftest import MONDAYS, bookings, day, overlaps, starts

FOUR = Rule(Frequency.WEEKLY, weekdays=(0,), count=4)


@pytest.fixture
def series(make_series):
    return make_series()


@pytest.fixture
def change(alice):
    """Change all of a series, as seen at its first instance, unless said otherwise; only what is named changes."""

    def change(series, scope=Scope.ALL, *, actor=None, seen_at=None, choices=None, seen=None, **wish):
        seen_at = seen_at or series.starts_at
        usual = {
            "room_id": series.resource_id, "title": series.title, "starts_at": seen_at,
            "ends_at": seen_at + series.length, "rule": MONDAYS, "visibility": series.visibility,
        }
        changed = changing.change(
            actor or alice, series, scope, seen_at, Wish(**{**usual, **wish}), choices or {}, seen=seen
        )
        db.session.commit()
        return changed

    return change


def week(number):
    return at(9, days=7 * number)


def occurrence(number):
    return next(booking for booking in bookings() if booking.recurrence_id == week(number))


def move(actor, booking, **values):
    usual = {
        "room_id": booking.room.id, "title": booking.title, "starts_at": booking.starts_at, "ends_at": booking.ends_at
    }
    rooms.move(actor, booking, **{**usual, **values})
    db.session.commit()


# --- All of it ---


def test_all_is_changed_in_place_while_none_has_begun(series, change, other_room):
    changed = change(series, room_id=other_room.id, starts_at=at(14), ends_at=at(15, 30))
    assert (changed.id, changed.sequence, changed.minutes) == (series.id, 1, 90)
    assert starts(series) == [at(14, days=7 * number) for number in range(5)]
    assert {(booking.room.id, booking.sequence) for booking in bookings()} == {(other_room.id, 1)}
    assert [booking.recurrence_id for booking in bookings()] == [booking.starts_at for booking in bookings()]
    assert overlaps() == 0


def test_a_week_later_each_takes_the_place_of_the_next(series, change):
    change(series, starts_at=week(1), ends_at=at(10, days=7))
    assert starts(series) == [week(number) for number in range(1, 6)]
    assert len(bookings()) == 5
    assert overlaps() == 0


def test_another_weekday_moves_every_occurrence(series, change):
    change(series, starts_at=at(9, days=1), ends_at=at(10, days=1), rule=Rule(Frequency.WEEKLY, weekdays=(1,), count=5))
    assert starts(series) == [at(9, days=7 * number + 1) for number in range(5)]
    assert {booking.sequence for booking in bookings()} == {1}


def test_a_new_title_is_no_new_sequence(series, change):
    heard = []
    with many_renamed.connected_to(lambda series, **more: heard.append(len(more["bookings"]))):
        change(series, title="Review", visibility=Visibility.PRIVATE)
    assert {(booking.title, booking.visibility, booking.sequence) for booking in bookings()} == {
        ("Review", Visibility.PRIVATE, 0)
    }
    assert (series.sequence, series.title, heard) == (0, "Review", [5])


def test_more_dates_are_booked_and_fewer_are_cancelled(series, change):
    change(series, rule=Rule(Frequency.WEEKLY, weekdays=(0, 2), count=10))
    assert len(starts(series)) == 10
    change(series, rule=FOUR)
    assert starts(series) == [week(number) for number in range(4)]
    assert sum(not booking.is_standing for booking in bookings()) == 6


# --- This and following ---


def test_following_ones_go_on_as_a_series_of_their_own(series, change, other_room):
    later = change(
        series, Scope.FOLLOWING, seen_at=week(2), room_id=other_room.id,
        rule=Rule(Frequency.WEEKLY, weekdays=(0,), count=3),
    )
    assert later.id != series.id
    assert (later.follows_id, later.uid != series.uid, series.rule) == (series.id, True, "FREQ=WEEKLY;BYDAY=MO;COUNT=2")
    assert (starts(series), starts(later)) == ([week(0), week(1)], [week(2), week(3), week(4)])
    assert len(bookings()) == 5
    assert [entry.action for entry in log_of("series", series.id)] == ["series.ended", "series.created"]
    assert log_of("series", later.id)[0].action == "series.continued"


def test_of_all_what_has_begun_stays_as_it_was(series, change):
    with clock.standing_at(at(12, days=7)):
        later = change(series, seen_at=week(2), starts_at=at(14, days=14), ends_at=at(15, days=14),
                       rule=Rule(Frequency.WEEKLY, weekdays=(0,), count=3))
    assert starts(series) == [week(0), week(1)]
    assert starts(later) == [at(14, days=7 * number) for number in (2, 3, 4)]


def test_an_until_ends_with_the_last_that_stays(make_series, change):
    series = make_series(rule=Rule(Frequency.WEEKLY, weekdays=(0,), until=week(4)))
    change(series, Scope.FOLLOWING, seen_at=week(3), title="Later", rule=Rule(Frequency.WEEKLY, weekdays=(0,), count=2))
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261207T010000Z"


# --- Exceptions survive ---


def test_what_was_changed_by_itself_stays_field_by_field(series, change, alice, other_room):
    move(alice, occurrence(1), title="Special")
    move(alice, occurrence(2), room_id=other_room.id)
    move(alice, occurrence(3), starts_at=at(16, days=22), ends_at=at(17, days=22))
    change(series, title="Review", starts_at=at(14), ends_at=at(15))
    facts = [(booking.title, booking.room.name, booking.starts_at) for booking in series.bookings]
    assert facts == [
        ("Review", "E101", at(14)), ("Special", "E101", at(14, days=7)), ("Review", "E102", at(14, days=14)),
        ("Review", "E101", at(16, days=22)), ("Review", "E101", at(14, days=28)),
    ]


@pytest.mark.parametrize("was_cancelled", [True, False])
def test_what_was_left_out_or_cancelled_stays_so(make_series, change, alice, was_cancelled):
    series = make_series(choices={} if was_cancelled else {day(7): SKIP})
    if was_cancelled:
        rooms.cancel(alice, occurrence(1))
        db.session.commit()
    change(series, starts_at=at(14, days=1), ends_at=at(15, days=1),
           rule=Rule(Frequency.WEEKLY, weekdays=(1,), count=5))
    assert starts(series) == [at(14, days=7 * number + 1) for number in (0, 2, 3, 4)]
    change(series, rule=Rule(Frequency.WEEKLY, weekdays=(1,), count=6))
    assert starts(series)[-1] == at(14, days=36)
    assert at(14, days=8) not in starts(series)


def test_an_exception_without_a_date_in_the_new_rule_stands_on_by_itself(series, change, alice):
    move(alice, occurrence(1), title="Special")
    change(series, rule=Rule(Frequency.WEEKLY, 2, weekdays=(0,), count=3))
    alone = db.session.query(Booking).filter_by(title="Special").one()
    assert (alone.is_standing, alone.series_id, alone.recurrence_id, alone.starts_at) == (True, None, None, week(1))
    assert starts(series) == [week(0), week(2), week(4)]


def test_extras_of_an_occurrence_move_along(series, change, alice, area):
    from portal.rooms.models import Equipment

    projector = Equipment(area=area, name="Projector", quantity=1)
    db.session.add(projector)
    db.session.commit()
    booking = occurrence(1)
    rooms.move(alice, booking, booking.room.id, "Planning", booking.starts_at, booking.ends_at,
               details=rooms.Details(extras={projector.id: 1}))
    db.session.commit()
    change(series, starts_at=at(14), ends_at=at(15))
    db.session.expire_all()
    assert {(hold.resource.name, hold.starts_at) for hold in booking.holds} == {
        ("E101", at(14, days=7)), ("Projector", at(14, days=7))
    }


# --- What is in the way ---


def test_a_taken_date_asks_for_a_choice_before_anything_changes(series, change, make_booking, bob, other_room):
    make_booking(actor=bob, starts_at=at(14, days=7), ends_at=at(15, days=7))
    with pytest.raises(NotSettled, match="One date"):
        change(series, starts_at=at(14), ends_at=at(15))
    db.session.rollback()
    assert starts(series)[0] == at(9)
    change(series, starts_at=at(14), ends_at=at(15), choices={day(7): Choice(Way.ROOM, other_room.id)})
    assert [booking.room.name for booking in series.bookings] == ["E101", "E102", "E101", "E101", "E101"]


def test_a_date_may_be_cancelled_with_the_change(series, change):
    change(series, starts_at=at(14), ends_at=at(15), choices={day(7): SKIP})
    assert len(starts(series)) == 4
    assert sum(not booking.is_standing for booking in bookings()) == 1


def test_who_looked_at_an_older_version_is_refused(series, change):
    seen = changing.version(series)
    change(series, title="Review")
    with pytest.raises(DomainError, match="Somebody else"):
        change(series, title="Other", seen=seen)


def test_a_stranger_changes_and_cancels_nothing(series, change, bob):
    with pytest.raises(NotAllowed):
        change(series, actor=bob, title="Mine")
    with pytest.raises(NotAllowed):
        commands.cancel(bob, series, Scope.ALL)
    with pytest.raises(NotAllowed):
        commands.restore(bob, series)


def test_slices_above_hear_once(series, change):
    heard = []
    with many_moved.connected_to(lambda series, **more: heard.append((len(more["bookings"]), more["befores"][0]))):
        change(series, starts_at=at(14), ends_at=at(15))
    assert heard == [(5, (week(0), at(10), "E101"))]


# --- Cancelling, and taking it back ---


def test_this_and_following_are_cancelled_and_stand_again(series, alice):
    heard = []
    with many_cancelled.connected_to(lambda series, **more: heard.append(len(more["bookings"]))):
        assert commands.cancel(alice, series, Scope.FOLLOWING, occurrence(3)) == 2
    db.session.commit()
    assert (starts(series), heard, series.cancelled_at) == ([week(0), week(1), week(2)], [2], None)
    assert commands.restore(alice, series) == (2, 0)
    db.session.commit()
    assert len(starts(series)) == 5


def test_of_all_what_has_begun_is_not_cancelled(series, alice):
    with clock.standing_at(at(9, 30, days=7)):
        assert commands.cancel(alice, series, Scope.ALL) == 3
        db.session.commit()
    assert starts(series) == [week(0), week(1)]
    assert series.cancelled_at is not None


def test_what_was_taken_meanwhile_does_not_stand_again(series, alice, bob, make_booking):
    commands.cancel(alice, series, Scope.ALL)
    db.session.commit()
    make_booking(actor=bob, starts_at=week(2), ends_at=at(10, days=14))
    assert commands.restore(alice, series) == (4, 1)
    db.session.commit()
    assert (len(starts(series)), series.cancelled_at, overlaps()) == (4, None, 0)


def test_a_cancellation_is_taken_back_for_ten_minutes_only(series, alice):
    commands.cancel(alice, series, Scope.ALL)
    db.session.commit()
    with clock.standing_at(at(8, 10)), pytest.raises(DomainError, match="ten minutes"):
        commands.restore(alice, series)


def test_a_series_of_the_past_is_not_cancelled_or_changed(series, change, alice):
    with clock.standing_at(at(12, days=60)):
        with pytest.raises(DomainError, match="still to come"):
            commands.cancel(alice, series, Scope.ALL)
        with pytest.raises(DomainError, match="still to come"):
            change(series, title="Late")
    assert db.session.query(Series).count() == 1
