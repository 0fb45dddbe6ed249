"""A series is asked for, decided and withdrawn as one."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.requests import asking, clockwork, commands
from portal.requests.models import BookingRequest, Outcome
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, BookingPolicy, Status
from portal.rooms.signals import many_cancelled, many_made, many_moved, many_restored
from portal.series import commands as series_commands
from portal.series.models import Series
from portal.series.recurrence import parse
from tests.conftest import at
from tests.requests.conftest import request_of, told


@pytest.fixture
def series(approved_room, alice, make_booking) -> Callable[..., Series]:
    """Three weeks of Thursdays from 9 to 10 in E101, as the series' own slice would make them."""

    def make(follows: Series | None = None) -> Series:
        now = clock.now()
        made = Series(
            uid=f"series-{db.session.query(Series).count()}", owner_id=alice.id, resource_id=approved_room.id,
            title="Planning", rule="FREQ=WEEKLY;COUNT=3", timezone="Asia/Shanghai", starts_at=at(9, days=3),
            minutes=60, created_at=now, changed_at=now, follows_id=follows.id if follows else None,
        )
        db.session.add(made)
        db.session.flush()
        return made

    return make


@pytest.fixture
def occurrences(make_booking, approved_room):
    """Book the days for the series, and say that many were made at once."""

    def make(series: Series, *days: int, elsewhere: dict | None = None) -> list[Booking]:
        bookings = []
        for day in days:
            room = (elsewhere or {}).get(day, approved_room)
            # Quietly: the series' slice says it once for all of them.
            with asking.asking_nobody():
                booking = make_booking(room_id=room.id, starts_at=at(9, days=day), ends_at=at(10, days=day))
            booking.series_id, booking.recurrence_id = series.id, booking.starts_at
            bookings.append(booking)
        db.session.flush()
        many_made.send(series, bookings=bookings, actor=series.owner)
        db.session.commit()
        return bookings

    return make


def requests() -> list[BookingRequest]:
    return list(db.session.scalars(select(BookingRequest).order_by(BookingRequest.id)))


def test_one_request_stands_for_the_whole_series(series, occurrences, carl):
    made = series()
    occurrences(made, 3, 10, 17)
    (asked,) = requests()
    assert (asked.series, asked.booking, asked.is_pending) == (made, None, True)
    (notice,) = told(carl, "booking_request.asked")
    assert "It is a series; the page lists every date." in notice.body


def test_all_of_it_is_approved_at_once(series, occurrences, carl):
    bookings = occurrences(series(), 3, 10, 17)
    commands.approve(carl, requests()[0])
    assert {booking.status for booking in bookings} == {Status.CONFIRMED}


def test_all_of_it_is_declined_at_once_and_told_once(series, occurrences, alice, carl):
    bookings = occurrences(series(), 3, 10, 17)
    commands.decline(carl, requests()[0], "Kept for guests.")
    assert not any(booking.is_standing for booking in bookings)
    assert len(told(alice, "booking_request.declined")) == 1


def test_undecided_it_expires_as_a_whole(series, occurrences, rita):
    bookings = occurrences(series(), 3, 10)
    with clock.standing_at(at(9, days=3)):
        clockwork.pass_requests_on()
    assert requests()[0].outcome == Outcome.EXPIRED
    assert not any(booking.is_standing for booking in bookings)


def test_what_is_in_another_room_is_asked_for_by_itself(series, occurrences, carl, rita, other_room):
    db.session.add(BookingPolicy(resource_id=other_room.id, needs_approval=True))
    db.session.commit()
    _first, second = occurrences(series(), 3, 10, elsewhere={10: other_room})
    whole, alone = requests()
    assert (whole.resource.name, alone.booking, alone.resource) == ("E101", second, other_room)
    commands.approve(carl, whole)
    assert second.status == Status.REQUESTED


def test_an_occurrence_that_moves_is_asked_for_by_itself_and_decided_by_itself(
    series, occurrences, alice, carl, approved_room
):
    _first, second = occurrences(series(), 3, 10)
    rooms.move(alice, second, approved_room.id, "Planning", at(14, days=10), at(15, days=10))
    whole, alone = requests()
    assert (whole.is_pending, alone.booking) == (True, second)
    commands.approve(carl, whole)
    assert second.status == Status.REQUESTED
    commands.approve(carl, alone)
    assert second.status == Status.CONFIRMED


def test_with_its_last_occurrence_cancelled_the_request_is_withdrawn(series, occurrences, alice, carl):
    first, second = occurrences(series(), 3, 10)
    rooms.cancel(alice, first)
    assert requests()[0].is_pending
    rooms.cancel(alice, second)
    assert requests()[0].outcome == Outcome.WITHDRAWN


def test_cancelled_in_bulk_it_is_withdrawn(series, occurrences, carl):
    made = series()
    bookings = occurrences(made, 3, 10)
    for booking in bookings:
        booking.cancelled_at = clock.now()
    db.session.flush()
    many_cancelled.send(made, bookings=bookings, actor=made.owner)
    assert requests()[0].outcome == Outcome.WITHDRAWN


def test_moved_in_bulk_it_is_asked_for_anew(series, occurrences, carl):
    made = series()
    bookings = occurrences(made, 3, 10)
    befores = [(booking.starts_at, booking.ends_at, "E101") for booking in bookings]
    with clock.standing_at(at(8, 30)):
        many_moved.send(made, bookings=bookings, befores=befores, actor=made.owner)
    assert [asked.outcome for asked in requests()] == [Outcome.WITHDRAWN, Outcome.PENDING]
    assert len(told(carl, "booking_request.asked")) == 2


def test_what_becomes_a_series_of_its_own_is_asked_for_by_itself(series, occurrences, carl):
    made = series()
    _first, second = occurrences(made, 3, 10)
    rest = series(follows=made)
    second.series_id = rest.id
    db.session.flush()
    many_moved.send(rest, bookings=[second], befores=[(second.starts_at, second.ends_at, "E101")], actor=rest.owner)
    assert [(asked.series, asked.is_pending) for asked in requests()] == [(made, True), (rest, True)]


def test_more_dates_of_a_pending_series_are_covered_by_its_request(series, occurrences, carl):
    made = series()
    occurrences(made, 3)
    later = occurrences(made, 10)
    (asked,) = requests()
    commands.approve(carl, asked)
    assert later[0].status == Status.CONFIRMED
    occurrences(made, 17)
    assert requests()[1].is_pending


def test_what_is_made_and_moved_at_one_moment_is_asked_for_once(series, occurrences, carl):
    made = series()
    (booking,) = occurrences(made, 3)
    many_moved.send(made, bookings=[booking], befores=[(at(8, days=3), at(9, days=3), "E101")], actor=made.owner)
    assert len(told(carl, "booking_request.asked")) == len(requests()) == 1


def test_restored_in_bulk_it_is_asked_for_again(series, occurrences, carl):
    made = series()
    (booking,) = occurrences(made, 3)
    booking.cancelled_at = clock.now()
    db.session.flush()
    many_cancelled.send(made, bookings=[booking], actor=made.owner)
    booking.cancelled_at = None
    db.session.flush()
    many_restored.send(made, bookings=[booking], cancelled_at=clock.now(), actor=made.owner)
    assert [asked.outcome for asked in requests()] == [Outcome.WITHDRAWN, Outcome.PENDING]


def test_what_is_bound_to_another_series_without_a_word_is_asked_for_by_the_clock(series, occurrences, carl):
    made = series()
    _first, second = occurrences(made, 3, 10)
    rest = series(follows=made)
    second.series_id = rest.id
    clockwork.pass_requests_on()
    clockwork.pass_requests_on()
    assert [(asked.series, asked.is_pending) for asked in requests()] == [(made, True), (rest, True)]


def test_a_request_of_which_nothing_is_left_is_withdrawn_by_the_clock_and_decided_by_nobody(
    series, occurrences, alice, carl
):
    made = series()
    (booking,) = occurrences(made, 3)
    booking.series_id = booking.recurrence_id = None
    db.session.commit()
    with pytest.raises(commands.Decided, match="withdrawn"):
        commands.approve(carl, requests()[0])
    with clock.standing_at(at(8, days=2)):
        clockwork.pass_requests_on()
    assert [asked.outcome for asked in requests()] == [Outcome.WITHDRAWN, Outcome.PENDING]
    assert told(alice, "booking_request.expired") == []


def test_a_series_of_an_approved_room_is_asked_for_when_it_is_made(alice, carl, approved_room):
    rule = parse("FREQ=WEEKLY;COUNT=3", at(9, days=3))
    made = series_commands.make(alice, approved_room.id, "Planning", at(9, days=3), at(10, days=3), rule, {})
    (asked,) = requests()
    assert asked.series == made
    commands.decline(carl, asked, "Kept for guests.")
    assert not any(booking.is_standing for booking in made.bookings)


def test_a_booking_of_a_series_knows_of_its_request(series, occurrences, carl, sign_in, alice):
    booking, _other = occurrences(series(), 3, 10)
    page = sign_in(alice).get(f"/bookings/{booking.id}").text
    assert "waits for Carl until" in page
    assert request_of(booking) is None
