"""What the database refuses by itself: here no command stands before it, only SQL."""

import contextlib

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from portal.core.db import db
from portal.rooms.models import Hold
from tests.conftest import at, is_sqlite, utc

DAY = "2026-11-23"
TAKEN = ("09:00:00", "10:00:00")
CLASHES = [
    ("09:00:00", "10:00:00"),
    ("09:15:00", "09:45:00"),
    ("08:00:00", "11:00:00"),
    ("08:30:00", "09:00:01"),
    ("09:59:59", "10:30:00"),
    ("08:00:00", "10:00:00"),
    ("09:00:00", "11:00:00"),
]
INSERT = (
    "INSERT INTO hold (booking_id, resource_id, starts_at, ends_at, released_at) "
    "VALUES (:booking, :room, :starts, :ends, :released)"
)


@pytest.fixture
def hold(make_booking, room):
    """Insert a hold of E101 with SQL alone and answer its id. Its booking lies on another day."""
    booking = make_booking(starts_at=at(9, days=30), ends_at=at(10, days=30))

    def insert(starts, ends, *, into=room, released=None, sql=INSERT):
        values = {
            "booking": booking.id, "room": into.id, "released": released,
            "starts": starts if " " in starts else f"{DAY} {starts}",
            "ends": ends if " " in ends else f"{DAY} {ends}",
        }
        db.session.execute(text(sql), values)
        newest = db.session.execute(text("SELECT max(id) FROM hold")).scalar_one()
        db.session.commit()
        return newest

    return insert


def update(id, assignment):
    db.session.execute(text(f"UPDATE hold SET {assignment} WHERE id = :id"), {"id": id})
    db.session.commit()


@pytest.fixture
def refused():
    def refused(name="hold_overlap"):
        return pytest.raises(IntegrityError, match=name)

    yield refused
    db.session.rollback()


@pytest.mark.parametrize(("starts", "ends"), CLASHES)
def test_an_overlapping_insert_is_refused(hold, refused, starts, ends):
    hold(*TAKEN)
    with refused():
        hold(starts, ends)


@pytest.mark.parametrize(("starts", "ends"), CLASHES)
def test_an_update_into_another_hold_is_refused(hold, refused, starts, ends):
    hold(*TAKEN)
    other = hold("14:00:00", "15:00:00")
    with refused():
        update(other, f"starts_at = '{DAY} {starts}', ends_at = '{DAY} {ends}'")


@pytest.mark.parametrize("clash", CLASHES)
def test_an_update_into_another_room_is_refused(hold, refused, room, other_room, clash):
    hold(*TAKEN)
    other = hold(*clash, into=other_room)
    with refused():
        update(other, f"resource_id = {room.id}")


def test_no_verb_gets_around_it(hold):
    hold(*TAKEN)
    if is_sqlite():
        verbs = ("IGNORE", "REPLACE", "FAIL", "ROLLBACK")
        ways = [INSERT.replace("INSERT", f"INSERT OR {verb}") for verb in verbs]
    else:
        ways = [f"{INSERT} ON CONFLICT DO NOTHING"]
    for sql in ways:
        with contextlib.suppress(IntegrityError):
            hold("09:30:00", "10:30:00", sql=sql)
        db.session.rollback()
    standing = text("SELECT count(*) FROM hold WHERE starts_at < '2026-11-24 00:00:00'")
    assert db.session.execute(standing).scalar_one() == 1


def test_touching_holds_and_other_rooms_are_accepted(hold, other_room):
    hold(*TAKEN)
    hold("10:00:00", "11:00:00")
    hold("08:00:00", "09:00:00")
    hold(*TAKEN, into=other_room)


def test_a_released_hold_does_not_count(hold):
    hold(*TAKEN, released=f"{DAY} 00:00:00")
    hold(*TAKEN)
    hold(*TAKEN, released=f"{DAY} 00:00:00")


def test_a_release_cannot_be_taken_back_once_the_room_is_taken(hold, refused):
    released = hold(*TAKEN, released=f"{DAY} 00:00:00")
    hold("09:30:00", "10:30:00")
    with refused():
        update(released, "released_at = NULL")


def test_a_hold_may_be_changed_within_its_own_time(hold):
    own = hold(*TAKEN)
    update(own, f"ends_at = '{DAY} 09:30:00'")
    update(own, f"starts_at = '{DAY} 08:30:00', ends_at = '{DAY} 10:00:00'")
    update(own, "released_at = starts_at")


def test_a_hold_among_many_is_found(hold, refused):
    """The triggers look at one neighbour only: it must be the right one."""
    for hour in range(8, 20, 2):
        hold(f"{hour:02}:00:00", f"{hour + 1:02}:00:00")
    for hour in range(9, 19, 2):
        gap = f"{hour:02}:00:00", f"{hour + 1:02}:00:00"
        for clash in ((f"{hour - 1:02}:59:00", gap[1]), (gap[0], f"{hour + 1:02}:01:00")):
            with refused():
                hold(*clash)
            db.session.rollback()
        hold(*gap)


def test_a_hold_of_a_whole_day_is_seen_from_its_last_minute(hold, refused):
    hold("2026-11-23 00:00:00", "2026-11-24 00:00:00")
    with refused():
        hold("2026-11-23 23:59:00", "2026-11-24 01:00:00")
    db.session.rollback()
    hold("2026-11-24 00:00:00", "2026-11-24 01:00:00")


def test_no_hold_is_longer_than_a_day(hold, refused):
    with refused("hold_length"):
        hold("2026-11-23 00:00:00", "2026-11-24 00:00:01")
    db.session.rollback()
    own = hold(*TAKEN)
    with refused("hold_length"):
        update(own, "ends_at = '2026-11-24 09:00:01'")


@pytest.mark.parametrize(("starts", "ends"), [("10:00:00", "09:00:00"), ("09:00:00", "09:00:00")])
def test_a_hold_ends_after_it_starts(hold, refused, starts, ends):
    with refused("hold_order|range_bounds|range lower bound"):
        hold(starts, ends)


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-23T09:00:00", "2026-11-23 09:00:00+00:00", "2026-11-23 09:00:00.000", "2026-11-23 09:00",
        "2026-11-23 9:00:00", "2026-11-23", "1795424400", "soon", "",
    ],
)
def test_no_way_to_write_an_instant_gets_around_it(hold, instant):
    """SQLite compares text and takes one form only; PostgreSQL understands the instant or refuses it."""
    hold(*TAKEN)
    sql = INSERT.replace(":starts", f"'{instant}'")
    with pytest.raises(DatabaseError, match=r"hold_instants|hold_overlap|invalid input|out of range"):
        hold("any", "09:30:00", sql=sql)
    db.session.rollback()


def test_sqlite_and_postgresql_read_back_the_same_instants(hold):
    hold(*TAKEN)
    found = db.session.scalars(select(Hold).where(Hold.starts_at == utc(2026, 11, 23, 9))).one()
    assert found.ends_at == utc(2026, 11, 23, 10)
