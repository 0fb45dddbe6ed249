"""Finding people by what is typed."""

import pytest

from portal.accounts import commands
from portal.accounts.queries import people_named
from portal.core.db import db
from portal.core.errors import DomainError
from portal.importers.people import add_people, read_people


@pytest.fixture
def somebody(app):
    def add(login, name, **more):
        return commands.add_person(None, login=login, name=name, email=f"{login}@example.org", **more)

    return add


def test_chinese_names_are_found_by_pinyin_and_initials_in_either_script(somebody, statements):
    for login, name in (("a1", "张三"), ("a2", "張三豐"), ("a3", "单雄信"), ("a4", "Zoë Stone"), ("a5", "张 四")):
        somebody(login, name)
    db.session.commit()
    for typed, names in (
        ("zs", {"张三", "張三豐", "张 四", "Zoë Stone"}), ("zhangsan", {"张三", "張三豐"}),
        ("ZHANG SAN", {"张三", "張三豐"}),
        ("sxx", {"单雄信"}), ("shanx", {"单雄信"}), ("张三", {"张三"}), ("张四", {"张 四"}), ("a4", {"Zoë Stone"}),
        ("hang", set()), ("z%", set()), ("_s", set()),
    ):
        with statements() as made:
            assert {person.name for person in people_named(typed)} == names, typed
        assert len(made) == 1


def test_a_badge_is_one_persons(somebody):
    somebody("a1", "Ann", badge="0042", rank="5")
    with pytest.raises(DomainError, match="badge “0042”"):
        somebody("a2", "Bea", badge="0042")


def test_an_imported_table_brings_rank_and_badge(app, somebody, tmp_path):
    somebody("x", "X", badge="1")
    file = tmp_path / "people.csv"
    file.write_text("login,name,email,rank,badge\na,A,a@b,7,77\nb,B,b@b,,1\nc,C,c@b,,77\nd,D,d@b,,\ne,E,e@b,,\n")
    table = read_people(file)
    assert [(fault.line, "badge" in fault.words) for fault in table.faults] == [(3, True), (4, True)]
    assert add_people(table) == 3
    found = people_named("a@b")[0]
    assert (found.rank, found.badge) == ("7", "77")
