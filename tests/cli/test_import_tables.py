"""People and rooms out of tables: the whole file is looked at first, and every bad row is named by its line."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Department, Person, Role
from portal.core.db import db
from portal.rooms.models import Area, Resource, Room

GOOD = """\
login,name,email,department,post,roles,locale
wang.wei,王伟,wang.wei@example.org,财务部,主管,department_head;auditor,zh_Hans
li.na,李娜,li.na@example.org,财务部,,Meeting Office|leader,

chen,陳志明,chen@example.org,,,,zh_Hant
"""
BAD = """\
login,name,email,department,post,roles,locale
wang.wei,王伟,wang.wei@example.org,,,,
,李娜,li.na,,,,
WANG.WEI,王威,other@example.org,,,king,fr
alice,"Two
lines",new@example.org,,,,
zhao,赵磊,zhao@example.org,,,,,extra
"""


@pytest.fixture
def table(tmp_path):
    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        file = tmp_path / "table.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return file

    return write


def count(model: type) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_people_are_added_with_departments_and_roles_whatever_excel_saved(run, table, encoding):
    answer = run("import", "people", table(GOOD.replace("陳志明", "陈志明"), encoding))
    assert (answer.exit_code, answer.stdout) == (0, "3 people added\n")
    wang, li, chen = db.session.scalars(select(Person).order_by(Person.id))
    assert (wang.name, wang.department.name, wang.post, wang.locale) == ("王伟", "财务部", "主管", "zh_Hans")
    assert wang.roles == {Role.EMPLOYEE, Role.DEPARTMENT_HEAD, Role.AUDITOR}
    assert li.roles == {Role.EMPLOYEE, Role.MEETING_OFFICE, Role.LEADER}
    assert (chen.name, chen.department, count(Department)) == ("陈志明", None, 1)


def test_every_bad_row_is_named_and_nothing_is_added(run, table, alice):
    answer = run("import", "people", table(BAD))
    assert answer.exit_code == 1
    assert answer.stderr.splitlines() == [
        "line 3: the login is missing.",
        "line 3: “li.na” is not an e-mail address.",
        "line 4: “king” is not a role. Roles are: employee, department_head, meeting_office, room_manager, leader, "
        "supervisor, auditor, administrator.",
        "line 4: “fr” is none of the languages en, zh_Hans, zh_Hant.",
        "line 4: somebody on line 2 has the login “wang.wei” already.",
        "line 5: somebody in the portal has the login “alice” already.",
        "line 7: there are 8 cells under 7 columns.",
    ]
    assert answer.stdout == "0 people added, 4 rows refused\n"
    assert count(Person) == 1


def test_the_good_rows_alone_are_added_if_part_of_the_file_will_do(run, table, alice):
    answer = run("import", "people", table(BAD), "--partial")
    assert (answer.exit_code, answer.stdout) == (1, "1 person added, 4 rows refused\n")
    assert db.session.scalars(select(Person.login).order_by(Person.id)).all() == ["alice", "wang.wei"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b",,,\n", "is empty"),
        ("login,name\na,b\n", "has no column email"),
        ("login,name,email,phone\na,b,c@d,1\n", "columns nobody knows: phone"),
        ("login,name,email,name\na,b,c@d,1\n", "names a column twice"),
        ("login,name,email\n", "a header but no rows"),
        ('login,name,email\na,"b,c@d\n', "line 2: this is not a table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a table in UTF-8 or GBK"),
        (b"login,name,email\n\xff\xff,\xff,a@b\n", "not a table in UTF-8 or GBK"),
    ],
)
def test_a_file_that_is_no_table_of_people_changes_nothing(run, table, content, words):
    answer = run("import", "people", table(content))
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert count(Person) == 0


def test_a_cell_that_is_too_long_is_refused(run, table):
    answer = run("import", "people", table(f"login,name,email\na,{'x' * 10_000},a@b\n"))
    assert answer.stderr == "line 2: the name is longer than 100 characters.\n"


def test_rooms_are_added_with_their_areas(run, table, area):
    content = (
        "area;name;capacity;features;timezone\n"
        "East wing;E101;10;whiteboard, projector;\nLab;L1;;;Europe/Berlin\nLab;L2;4;;\nYard;Y;;;\n"
    )
    assert run("import", "rooms", table(content)).stdout == "4 rooms added\n"
    rooms = db.session.scalars(select(Room).order_by(Room.id)).all()
    assert [(room.area.name, room.name, room.capacity) for room in rooms] == [
        ("East wing", "E101", 10), ("Lab", "L1", None), ("Lab", "L2", 4), ("Yard", "Y", None),
    ]
    assert rooms[0].features == "whiteboard, projector"
    assert [room.area.timezone for room in rooms[1:]] == ["Europe/Berlin", "Europe/Berlin", "Asia/Shanghai"]


def test_every_bad_room_is_named_and_nothing_is_added(run, table, room):
    content = (
        "area,name,capacity,features,timezone\nEast wing,E101,,,\nEast wing,,0,,\nEast wing,E103,many,,\n"
        "East wing,E104,,,Europe/Berlin\nNew,N1,4,,Mars/Olympus\nNew,N2,4,,\nNew,N2,4,,\n"
    )
    answer = run("import", "rooms", table(content))
    assert answer.exit_code == 1
    assert answer.stderr.splitlines() == [
        "line 2: the area East wing has a room E101 already (in the portal).",
        "line 3: the name is missing.",
        "line 3: “0” is not a number of seats.",
        "line 4: “many” is not a number of seats.",
        "line 5: the area East wing has the time zone Asia/Shanghai, not Europe/Berlin.",
        "line 6: “Mars/Olympus” is not an IANA time zone such as Asia/Shanghai.",
        "line 8: the area New has a room N2 already (on line 7).",
    ]
    assert (count(Resource), count(Area)) == (1, 1)


def test_a_bad_zone_does_not_stick_to_the_area_of_the_good_rows(run, table):
    content = "area,name,timezone\nNew,N1,Mars/Olympus\nNew,N2,\n"
    assert run("import", "rooms", table(content), "--partial").stdout == "1 room added, 1 row refused\n"
    assert db.session.scalars(select(Area.timezone)).all() == ["Asia/Shanghai"]
