"""Many people at once, against two server processes on one database: never a double booking, never a 5xx."""

import http.client
import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts import commands as accounts
from portal.accounts.models import Role, RoleGrant
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.core.settings import ROOT
from portal.requests.models import BookingRequest, Outcome
from portal.rooms import commands as rooms
from portal.rooms import keeping
from portal.rooms.models import Booking, BookingPolicy, Equipment, Hold, Room, Status
from portal.series.recurrence import Frequency, Rule
from tests.conftest import NOW, SHANGHAI, at, make_empty, signed_in, typed

CROWD = 20
ROUNDS = 20
HOUR = timedelta(hours=1)
FINE = 303
NO = 422


@pytest.fixture(scope="module")
def house(whole_app, database_url):
    """The application on one database for all races here: starting servers takes longer than a race."""
    with whole_app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        yield whole_app
        make_empty(database_url)


@pytest.fixture(scope="module")
def ports(house, database_url, tmp_path_factory):
    """The ports of two servers of the application, ended after the races. Their complaints are a failure."""
    environ = {
        **os.environ, "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(house.config["PORTAL"].instance),
        "PORTAL_LOCALE": "en", "PORTAL_SLOW_REQUEST_MS": "60000",
    }
    log = tmp_path_factory.mktemp("servers") / "stderr"
    with log.open("w") as stderr:
        servers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.rooms.race_server"], env=environ, cwd=ROOT, text=True,
                stdout=subprocess.PIPE, stderr=stderr,
            )
            for _ in range(2)
        ]
        yield [int(server.stdout.readline()) for server in servers]
        for server in servers:
            server.kill()
            server.communicate(timeout=10)
    assert log.read_text() == ""


@pytest.fixture(scope="module")
def crowd(house):
    """Twenty people, each signed in: (person, headers of a browser of theirs)."""

    def arrive(number):
        person = accounts.add_person(None, login=f"p{number}", name=f"P{number}", email=f"p{number}@example.org")
        db.session.commit()
        browser = signed_in(house, person)
        token, cookie = browser._token(), browser.get_cookie("portal").value
        return person, {
            "Cookie": f"portal={cookie}", "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    return [arrive(number) for number in range(CROWD)]


@pytest.fixture(scope="module")
def wing(house):
    return keeping.add_area(None, "East wing", "Asia/Shanghai")


@pytest.fixture
def add_room(wing):
    names = count(db.session.query(Room).count())

    def add():
        room = keeping.add_room(None, wing, f"E{next(names)}")
        db.session.commit()
        return room

    return add


@pytest.fixture
def room(add_room):
    """A room of its own for each race."""
    return add_room()


@pytest.fixture
def other_room(add_room):
    return add_room()


def book(actor, room, starts_at):
    """Book an hour; answers the booking's id."""
    booking = rooms.book(actor, room.id, "Planning", starts_at, starts_at + HOUR)
    db.session.commit()
    return booking.id


@pytest.fixture
def at_once(ports):
    """Send requests (path, form, headers) at the same moment; answers their status codes, in order."""
    with ThreadPoolExecutor(CROWD) as pool:

        def at_once(requests):
            db.session.rollback()  # The test itself must not hold SQLite's write lock.
            start = threading.Barrier(len(requests), timeout=30)

            def send(number, request):
                path, form, headers = request
                connection = http.client.HTTPConnection("127.0.0.1", ports[number % 2], timeout=30)
                connection.connect()
                start.wait()
                connection.request("POST", path, urlencode(form), headers)
                status = connection.getresponse().status
                connection.close()
                return status

            return list(pool.map(send, range(len(requests)), requests))

        yield at_once


def slot(room, starts_at, ends_at, title="Planning"):
    return {"title": title, "room_id": room.id, "starts_at": typed(starts_at), "ends_at": typed(ends_at)}


def starts(day):
    """As many moments as there are people, five minutes apart."""
    return [at(9, days=day) + timedelta(minutes=5 * number) for number in range(CROWD)]


def standing(room, starts_at, ends_at):
    db.session.rollback()
    overlaps = (Hold.starts_at < ends_at, Hold.ends_at > starts_at, Hold.released_at.is_(None))
    return db.session.scalars(select(Hold).where(Hold.resource_id == room.id, *overlaps)).all()


def assert_no_overlap():
    one, two = aliased(Hold), aliased(Hold)
    db.session.rollback()
    clash = select(one.id, two.id).where(
        one.id < two.id, one.resource_id == two.resource_id, one.unit == two.unit, one.starts_at < two.ends_at,
        two.starts_at < one.ends_at, one.released_at.is_(None), two.released_at.is_(None),
    )
    assert db.session.execute(clash).all() == []


def test_of_twenty_who_book_one_slot_at_once_one_gets_it(at_once, crowd, room):
    for day in range(1, ROUNDS + 1):
        span = at(9, days=day), at(10, days=day)
        statuses = at_once([("/bookings/new", slot(room, *span), headers) for _, headers in crowd])
        assert Counter(statuses) == {FINE: 1, NO: CROWD - 1}
        assert len(standing(room, *span)) == 1
    assert db.session.query(Hold).filter_by(resource_id=room.id).count() == ROUNDS


def test_of_twenty_overlapping_spans_those_booked_do_not_overlap(at_once, crowd, room):
    for day in range(1, 4):
        statuses = at_once(
            [
                ("/bookings/new", slot(room, start, start + HOUR), headers)
                for start, (_, headers) in zip(starts(day), crowd, strict=True)
            ]
        )
        assert set(statuses) == {FINE, NO}
        assert len(standing(room, at(0, days=day), at(0, days=day + 1))) == statuses.count(FINE)
    assert_no_overlap()


def test_of_twenty_who_move_onto_one_slot_at_once_one_gets_it(at_once, crowd, room, other_room):
    bookings = [
        book(person, (room, other_room)[number % 2], at(9, days=number)) for number, (person, _) in enumerate(crowd)
    ]
    for day in range(30, 34):
        goal = slot(room, at(9, days=day), at(10, days=day))
        statuses = at_once(
            [
                (f"/bookings/{booking}/change", goal, headers)
                for booking, (_, headers) in zip(bookings, crowd, strict=True)
            ]
        )
        assert Counter(statuses) == {FINE: 1, NO: CROWD - 1}
        assert len(standing(room, at(9, days=day), at(10, days=day))) == 1
    assert db.session.query(Hold).filter(Hold.resource_id.in_([room.id, other_room.id])).count() == CROWD


def test_pairs_that_swap_rooms_at_once_block_nobody(at_once, crowd, room, other_room):
    """Each wants the other's room: at the same hour both are refused, at the next hour both move."""
    homes, hours = (room, other_room), [at(9 + number // 2 * 3) for number in range(8)]

    bookings = [book(crowd[number][0], homes[number % 2], hours[number]) for number in range(8)]

    def swap(later):
        requests = []
        for number, booking in enumerate(bookings):
            start = hours[number] + later
            goal = slot(homes[1 - number % 2], start, start + HOUR)
            requests.append((f"/bookings/{booking}/change", goal, crowd[number][1]))
        return at_once(requests)

    assert Counter(swap(later=0 * HOUR)) == {NO: 8}
    assert Counter(swap(later=HOUR)) == {FINE: 8}
    assert_no_overlap()


def test_a_slot_given_back_while_others_want_it_goes_to_one_at_most(at_once, crowd, room):
    owner, owners_headers = crowd[0]
    for day in range(1, 6):
        span = at(9, days=day), at(10, days=day)
        booking = book(owner, room, span[0])
        cancelled, *statuses = at_once(
            [
                (f"/bookings/{booking}/cancellation", {}, owners_headers),
                *(("/bookings/new", slot(room, *span), headers) for _, headers in crowd[1:]),
            ]
        )
        assert cancelled == FINE
        assert set(statuses) <= {FINE, NO}
        assert len(standing(room, *span)) == statuses.count(FINE) <= 1


def test_of_many_changes_of_one_booking_at_once_none_undoes_another_unseen(at_once, crowd, room):
    owner, headers = crowd[0]
    booking = book(owner, room, at(9, days=1))
    spans = [(start, start + HOUR) for start in starts(day=1)[1:9]]
    statuses = at_once([(f"/bookings/{booking}/change", slot(room, *span), headers) for span in spans])
    assert set(statuses) <= {FINE, NO}
    (hold,) = standing(room, at(0, days=1), at(0, days=2))
    assert (hold.starts_at, hold.ends_at) in spans
    kept = db.session.get_one(Booking, booking)
    assert (kept.starts_at, kept.ends_at, kept.sequence) == (hold.starts_at, hold.ends_at, statuses.count(FINE))


@pytest.fixture(scope="module")
def managers_headers(house, crowd):
    """The headers of somebody in the crowd who manages the rooms too."""
    person, headers = crowd[-1]
    person.grants.append(RoleGrant(role=Role.ROOM_MANAGER))
    db.session.commit()
    return headers


def closure(starts_at, ends_at, **choices):
    return {"reason": "Painting", "starts_at": typed(starts_at), "ends_at": typed(ends_at), **choices}


def test_of_many_closures_of_a_room_at_once_one_is_made(at_once, managers_headers, room):
    for day in range(1, 6):
        span = at(8, days=7 * day), at(8, days=7 * day + 3)
        statuses = at_once([(f"/rooms/{room.id}/closures/new", closure(*span), managers_headers)] * 8)
        assert Counter(statuses) == {FINE: 1, NO: 7}
        assert len(standing(room, *span)) == 3


def test_a_closure_and_bookings_at_once_never_overlap(at_once, crowd, managers_headers, room):
    for day in range(1, 11):
        span = at(9, days=day), at(10, days=day)
        closed, *statuses = at_once(
            [
                (f"/rooms/{room.id}/closures/new", closure(*span), managers_headers),
                *(("/bookings/new", slot(room, *span), headers) for _, headers in crowd[:9]),
            ]
        )
        assert {closed, *statuses} <= {FINE, NO}
        assert [closed, *statuses].count(FINE) == len(standing(room, *span)) == 1


def test_closures_that_send_bookings_to_each_others_rooms_block_nobody(
    at_once, crowd, managers_headers, room, other_room
):
    """Meanwhile the owners move the same bookings: whoever is second is refused, nobody waits for ever."""
    for day in range(1, 6):
        (owner, headers), (other_owner, other_headers) = crowd[0], crowd[1]
        one = book(owner, room, at(9, days=day))
        two = book(other_owner, other_room, at(11, days=day))
        span = at(8, days=day), at(20, days=day)
        statuses = at_once(
            [
                (
                    f"/rooms/{room.id}/closures/new", closure(*span, **{f"booking-{one}": other_room.id}),
                    managers_headers,
                ),
                (
                    f"/rooms/{other_room.id}/closures/new", closure(*span, **{f"booking-{two}": room.id}),
                    managers_headers,
                ),
                (f"/bookings/{one}/change", slot(other_room, at(13, days=day), at(14, days=day)), headers),
                (f"/bookings/{two}/change", slot(room, at(15, days=day), at(16, days=day)), other_headers),
            ]
        )
        assert set(statuses) <= {FINE, NO}
        assert FINE in statuses
    assert_no_overlap()


# --- Several things at once, series, approvals ---


@pytest.fixture
def microphones(wing):
    equipment = Equipment(area=wing, name=f"Microphone {uuid4()}", features="", quantity=4)
    db.session.add(equipment)
    db.session.commit()
    return equipment


def test_of_twenty_who_want_one_of_four_at_once_four_get_it(at_once, crowd, microphones):
    for day in range(1, 6):
        span = at(9, days=day), at(10, days=day)
        statuses = at_once([("/bookings/new", slot(microphones, *span), headers) for _, headers in crowd])
        assert Counter(statuses) == {FINE: 4, NO: CROWD - 4}
        assert {hold.unit for hold in standing(microphones, *span)} == {0, 1, 2, 3}


def test_rooms_are_not_held_by_those_for_whom_too_little_equipment_is_left(at_once, crowd, add_room, microphones):
    rooms_wanted = [add_room() for _ in range(6)]
    span = at(9, days=1), at(10, days=1)
    statuses = at_once(
        [
            ("/bookings/new", {**slot(wanted, *span), "people": "", f"extra-{microphones.id}": 2}, headers)
            for wanted, (_, headers) in zip(rooms_wanted, crowd, strict=False)
        ]
    )
    assert Counter(statuses) == {FINE: 2, NO: 4}
    assert len(standing(microphones, *span)) == 4
    assert sum(len(standing(wanted, *span)) for wanted in rooms_wanted) == 2


def every_day(room, first, count):
    """The form that saves a series; none of its dates may be left out."""
    begins, ends = at(9, days=first), at(10, days=first)
    rule = Rule(Frequency.DAILY, count=count)
    seen = "/".join(f"{instant.astimezone(UTC):%Y%m%dT%H%M}" for instant in (begins, ends))
    return {
        **slot(room, begins, ends), "frequency": "DAILY", "interval": 1, "ends": "count", "count": count,
        "act": "save", "shown": f"{room.id}/{seen}/{rule}/",
    }


def test_series_that_want_the_same_days_at_once_get_all_of_them_or_none(at_once, crowd, room):
    requests = [
        ("/series/new", every_day(room, 1 + number % 4, 5), headers) for number, (_, headers) in enumerate(crowd[:8])
    ]
    statuses = at_once(requests)
    assert Counter(statuses) == {FINE: 1, NO: 7}
    assert len(standing(room, at(0), at(0, days=30))) == 5
    assert_no_overlap()


def test_series_and_single_bookings_at_once_never_overlap(at_once, crowd, room):
    for week in range(1, 6):
        days = range(7 * week, 7 * week + 5)
        singles = [
            ("/bookings/new", slot(room, at(9, days=day), at(10, days=day)), headers)
            for day, (_, headers) in zip(days, crowd, strict=False)
        ]
        series, *statuses = at_once([("/series/new", every_day(room, days[0], 5), crowd[9][1]), *singles])
        assert {series, *statuses} <= {FINE, NO}
        expected = 5 if series == FINE else statuses.count(FINE)
        assert len(standing(room, at(0, days=days[0]), at(0, days=days[-1] + 1))) == expected
    assert_no_overlap()


def test_a_request_that_is_decided_and_withdrawn_at_once_has_one_outcome(
    at_once, crowd, managers_headers, house, add_room
):
    asked_for = add_room()
    asked_for.policy = BookingPolicy(needs_approval=True)
    db.session.commit()
    owner, owners_headers = crowd[1]
    for day in range(1, 6):
        booking_id = book(owner, asked_for, at(9, days=day))
        request_id = db.session.scalars(select(BookingRequest.id).where(BookingRequest.booking_id == booking_id)).one()
        to_decide = f"/requests/{request_id}/decision"
        at_once(
            [
                (to_decide, {"decision": "approve", "reason": ""}, managers_headers),
                (to_decide, {"decision": "decline", "reason": "Taken by the board"}, managers_headers),
                (f"/bookings/{booking_id}/cancellation", {}, owners_headers),
            ]
        )
        db.session.rollback()
        booking, request = db.session.get_one(Booking, booking_id), db.session.get_one(BookingRequest, request_id)
        assert request.outcome != Outcome.PENDING
        assert booking.is_standing == bool(standing(asked_for, at(9, days=day), at(10, days=day)))
        if booking.is_standing:
            assert (request.outcome, booking.status) == (Outcome.APPROVED, Status.CONFIRMED)
