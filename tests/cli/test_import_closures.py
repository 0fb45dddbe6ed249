"""Closures out of tables, and all that can be booked: bad lines are named, with what stands in the way."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Area, Booking, Kind, Resource, Visibility
from tests.conftest import at


@pytest.fixture
def table(tmp_path):
    def write(content: str) -> Path:
        file = tmp_path / "table.csv"
        file.write_text(content, encoding="utf-8")
        return file

    return write


@pytest.fixture
def third_room(app):
    """W201 in the west wing."""
    room = keeping.add_room(None, keeping.add_area(None, "West wing", "Asia/Shanghai"), "W201")
    db.session.commit()
    return room


def closures():
    query = select(Booking).where(Booking.kind == Kind.CLOSURE).order_by(Booking.id)
    return [
        (one.room.name, one.starts_at, one.ends_at, one.title, one.owner.login) for one in db.session.scalars(query)
    ]


def test_rooms_are_closed_on_the_clock_of_their_area(run, table, room, other_room, rita):
    berlin = keeping.add_area(None, "Mitte", "Europe/Berlin")
    keeping.add_room(None, berlin, "B1")
    db.session.commit()
    content = (
        "room,from,until,reason\nE101,2026-11-24 09:00,2026-11-24 12:30,Paint\n"
        "E102,2026/11/25,2026-11-26,Floor\nB1,2026-11-24T09:00,2026-11-24T12:00,Windows\n"
    )
    answer = run("import", "closures", table(content), "--as", "rita")
    assert (answer.exit_code, answer.stdout) == (0, "3 closures added\n")
    assert closures() == [
        ("E101", at(9, days=1), at(12, 30, days=1), "Paint", "rita"),
        ("E102", at(0, days=2), at(0, days=4), "Floor", "rita"),
        ("B1", at(16, days=1), at(19, days=1), "Windows", "rita"),
    ]


def test_every_bad_line_is_named_with_all_that_is_in_its_way(run, table, room, third_room, make_booking):
    make_booking()
    make_booking(starts_at=at(10), ends_at=at(11), title="Layoffs", visibility=Visibility.PRIVATE)
    keeping.add_room(None, third_room.area, "E101")
    db.session.commit()
    content = (
        "room,area,from,until,reason\nE101,East wing,2026-11-23 08:30,2026-11-23 12:00,Paint\n"
        "E101,,2026-11-24,2026-11-24,Paint\nX9,,2026-11-24,2026-11-24,Paint\n"
        "W201,,tomorrow,2026-11-24,Paint\nW201,,2026-11-24,2026-11-23,Paint\nW201,,2026-11-24,,Paint\n"
        "W201,,2026-11-24,2026-11-25,Paint\nW201,,2026-11-25,2026-11-26,Floor\n"
    )
    answer = run("import", "closures", table(content))
    assert answer.exit_code == 1
    assert answer.stderr.splitlines() == [
        "line 2: in the way: Planning, 2026-11-23 09:00 – 2026-11-23 10:00, Alice.",
        "line 2: in the way: Booked, 2026-11-23 10:00 – 2026-11-23 11:00, Alice.",
        "line 3: several areas have a room E101: say in the column area which is meant.",
        "line 4: there is no room X9.",
        "line 5: “tomorrow” is not a time such as 2026-11-21 09:30.",
        "line 6: The end must be later than the start.",
        "line 7: the until is missing.",
        "line 9: W201 is closed for part of that time already (on line 8).",
    ]
    assert closures() == []
    assert run("import", "closures", table(content), "--partial").stdout == "1 closure added, 7 rows refused\n"
    assert [closure[0] for closure in closures()] == ["W201"]


def test_nobody_closes_in_the_name_of_a_stranger(run, table, room):
    answer = run("import", "closures", table("room,from,until,reason\nE101,2026-11-24,2026-11-24,x\n"), "--as", "zoe")
    assert answer.exit_code == 1
    assert "Nobody signs in as zoe." in answer.stderr


def test_all_sorts_of_things_come_from_a_table_of_rooms(run, table):
    content = (
        "area,name,kind,capacity,quantity,setup,cleanup,site,building,floor\n"
        "Depot,Microphone,Equipment,,6,10,5,Campus,B2,1\nDepot,Minibus,vehicle,8,,,,,,\n"
        "Depot,Ms Wu,interpreter,,,,,,,\nDepot,R1,,12,,15,,,,\n"
    )
    assert run("import", "rooms", table(content)).stdout == "4 rooms added\n"
    found = db.session.scalars(select(Resource).order_by(Resource.id)).all()
    assert [(one.kind, one.capacity, one.quantity, one.setup_minutes, one.cleanup_minutes) for one in found] == [
        ("equipment", None, 6, 10, 5), ("vehicle", 8, 1, 0, 0), ("interpreter", None, 1, 0, 0), ("room", 12, 1, 15, 0),
    ]
    area = found[0].area
    assert (area.site, area.building, area.floor) == ("Campus", "B2", "1")


def test_what_cannot_be_is_named_by_its_line(run, table):
    content = "area,name,kind,quantity,setup\nA,a,boat,,\nA,b,room,2,\nA,c,equipment,100,\nA,d,,,300\n"
    assert run("import", "rooms", table(content)).stderr.splitlines() == [
        "line 2: “boat” is none of the kinds room, equipment, vehicle, interpreter.",
        "line 3: only equipment has a quantity.",
        "line 4: “100” is not a number of pieces from 1 to 99.",
        "line 5: “300” is not a number of minutes up to 240.",
    ]
    assert db.session.scalars(select(func.count()).select_from(Area)).one() == 0
