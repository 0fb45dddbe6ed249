"""Lists of people: who is meant, what is refused, and adding all of it at once."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from portal.accounts import commands as accounts
from portal.core.db import db
from portal.core.errors import DomainError
from portal.invitations import importing, lists
from portal.invitations.eligibility import add_rule
from portal.invitations.lists import Line
from portal.invitations.matching import State, match
from portal.invitations.models import Trait
from portal.meetings.models import Part
from tests.conftest import HTMX


@pytest.fixture
def house(app):
    """Names of the kinds that lists confuse."""
    units = {name: accounts.add_department(None, name) for name in ("财务部", "工程部")}
    people = {}
    for login, name, unit, badge in (
        ("zs1", "张三", "财务部", "0042"), ("zs2", "张三", "工程部", None), ("zs3", "張三", "工程部", None),
        ("ls", "李 四", "财务部", None), ("ada", "Ada Lovelace", None, None), ("ou", "欧阳修", "工程部", "77"),
    ):
        people[login] = accounts.add_person(
            None, login=login, name=name, email=f"{login}@example.org", department=units.get(unit), badge=badge
        )
    db.session.commit()
    return people


def test_who_is_meant_by_a_line(house, statements):
    found, doubt, unknown = State.FOUND, State.DOUBT, State.UNKNOWN
    table = (
        # By login, e-mail and badge, in any case and width; 张三 and 張三 are two names.
        (Line(1, anything="zs2"), found, ["zs2"]), (Line(2, login="ZS1"), found, ["zs1"]),
        (Line(3, email="Ada@Example.org"), found, ["ada"]), (Line(4, badge="77"), found, ["ou"]),
        (Line(5, anything="張三"), found, ["zs3"]), (Line(6, anything="张三 · zs2"), found, ["zs2"]),
        # Spaces do not matter, whoever wrote them.
        (Line(7, anything="李四"), found, ["ls"]), (Line(8, anything="李　四"), found, ["ls"]),
        (Line(9, anything="ada  lovelace"), found, ["ada"]), (Line(10, anything="ＡＤＡ Lovelace"), found, ["ada"]),
        # Two of one name: by department, else in doubt.
        (Line(11, name="张三", department="工程部"), found, ["zs2"]),
        (Line(12, anything="张三"), doubt, ["zs1", "zs2"]),
        (Line(13, name="李四", department="工程部"), doubt, ["ls"]),
        # What does not agree is in doubt.
        (Line(14, name="李四", login="zs1"), doubt, ["zs1", "ls"]),
        (Line(15, login="ls", badge="77"), doubt, ["ls", "ou"]),
        (Line(16, name="欧阳修", email="o@outside.org"), doubt, ["ou"]),
        (Line(17, name="欧阳修", email="ou@example.org"), found, ["ou"]),
        (Line(18, anything="王五"), unknown, []), (Line(19, email="x@outside.org"), unknown, []),
        (Line(20, anything="张"), unknown, []), (Line(21, anything="%"), unknown, []),
    )
    for line, state, logins in table:
        one = match([line])[0]
        assert (one.state, [person.login for person in one.people]) == (state, logins), line
    with statements() as made:
        rows = match([line for line, *_ in table], there=[house["ou"].id])
    assert len(made) == 1
    assert [(one.state, one.earlier) for one in rows if one.line.number in (4, 7, 8, 6)] == [
        (State.THERE, None), (State.TWICE, 1), (found, None), (State.TWICE, 7)
    ]


def test_what_a_pasted_text_says():
    text = "张三, Ada Lovelace;ls、x@y.org\n\n欧阳修（工程部）\tBob <Bob@outside.org>，\"Eve\" <e@x.org>"
    lines = lists.pasted(text)
    assert [line.called for line in lines] == ["张三", "Ada Lovelace", "ls", "x@y.org", "欧阳修", "Bob", "Eve"]
    assert [line.number for line in lines] == list(range(1, 8))
    assert (lines[4].department, lines[5].email) == ("工程部", "Bob@outside.org")


def workbook(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def tampered(content, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return out.getvalue()


ROWS = [["姓名", "工号", "备注", "参会身份"], ["张三", 42.0, "x", "列席"], [], ["Ada", "", "", "king"]]


def test_files_are_read_by_their_columns(app):
    as_text = "\n".join(",".join(str(cell) for cell in row) for row in ROWS).replace("42.0", "42")
    for content in (workbook(ROWS), as_text.encode("gb18030"), as_text.encode("utf-8-sig"), as_text.encode("utf-16")):
        lines = lists.uploaded(content)
        assert [(line.number, line.name, line.badge, line.wanted_part) for line in lines] == [
            (2, "张三", "42", Part.OBSERVER), (4, "Ada", "", None)
        ]
    bare = lists.uploaded("zs1,财务部\n张三,工程部\n".encode())
    assert [(*line[:2], line.department) for line in bare] == [(1, "zs1", "财务部"), (2, "张三", "工程部")]


def test_hostile_files_are_refused_in_words(app):
    small = workbook([["name"], ["Ada"]])
    far_down = b"<row/>" * 6000 + b'<row><c t="b"><v>1</v></c></row></sheetData>'
    for content, words in (
        (tampered(small, b'r="A2"', b'r="XFD1048576"'), "too large"),
        (tampered(small, b'<row r="2"', b'<row foo=">" r="1048576"'), "too large"),
        (tampered(small, b"</sheetData>", far_down), "too large"),
        (tampered(small, b"<sheetData>", b"<sheetData>" + b" " * 34_000_000), "too large"),
        (tampered(small, b"<sheetData>", b"<!DOCTYPE a><sheetData>"), "no spreadsheet"),
        (small[:300], "no spreadsheet"), (b"PK\x03\x04" + b"\0" * 99, "no spreadsheet"), (b"\0\1\2", "no spreadsheet"),
        (workbook([["name"], *([f"n{number}"] for number in range(5001))]), "too large"),
        (b"name\n" + b"n\n" * 5001, "at most 5000"), (b"name\n" + b"x" * 300, "Row 2"), (b"name\n", "nobody"),
    ):
        with pytest.raises(DomainError, match=words):
            lists.uploaded(content)


def test_a_list_is_looked_at_and_then_added_all_at_once(sign_in, alice, gather, house):
    meeting = gather()
    add_rule(alice, meeting, trait=Trait.UNIT, values=["工程部", "财务部"], reason="Internal.")
    db.session.commit()
    page, browser = f"/meetings/{meeting.id}/people/list", sign_in(alice)
    rows = [
        ["name", "login", "email", "department", "part"], ["欧阳修", "", "", "", "记录"], ["张三", "", "", "", ""],
        ["Ada Lovelace", "", "", "", ""], ["Gerd Gast", "", "gerd@outside.org", "ACME", "列席"],
        ["王五", "", "", "", ""], ["", "ou", "", "", ""],
    ]
    file = (io.BytesIO(workbook(rows)), "people.xlsx")
    look = browser.post(page, data={"file": file, "part": "optional"}, content_type="multipart/form-data")
    assert look.status_code == 200
    for words in ("Row 3", "Several people may be meant.", "Row 5", "Guest from outside: gerd@outside.org", "王五",
                  "The unit is not known. Internal.", "as in row 2"):
        assert words in look.text, words
    db.session.expire_all()
    assert meeting.attendees == []
    packed = re.search(r'name="rows" value="([^"]+)"', look.text)[1]
    data = {"rows": packed, "part": "optional", "pick-3": house["zs2"].id, "pick-5": "guest"}
    assert browser.post(f"{page}/addition", data={**data, "rows": packed[:-2]}).status_code == 400
    late = browser.post(f"{page}/addition", data={**data, "waiver": "x" * 301})
    assert late.status_code == 422
    assert "At most 300" in late.text
    assert f'{house["zs2"].id}" selected' in late.text
    answer = browser.post(f"{page}/addition", data=data)
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}/people")
    db.session.expire_all()
    assert {(one.name, one.part, one.unit) for one in meeting.attendees} == {
        ("欧阳修", "recorder", "工程部"), ("张三", "optional", "工程部"), ("Gerd Gast", "observer", "ACME")
    }
    again = browser.post(f"{page}/addition", data=data, headers=HTMX)
    assert (again.status_code, "Nobody of this list can be added." in again.text) == (422, True)
    browser.post(f"{page}/addition", data={**data, "waiver": "She speaks."})
    db.session.expire_all()
    assert [one.waiver for one in meeting.attendees if one.name == "Ada Lovelace"] == ["She speaks."]
    for empty in ({}, {"people": " , ;"}, {"people": "x", "part": "king"}):
        assert browser.post(page, data=empty).status_code == 422


def test_a_list_of_a_thousand_costs_few_statements(gather, alice, add_person, statements):
    from sqlalchemy import insert

    from portal.accounts.models import Person, spelling_of
    from tests.conftest import NOW

    names = [f"n{number}" for number in range(1000)]
    db.session.execute(
        insert(Person),
        [{"login": name, "name": name, "spelling": spelling_of(name), "email": f"{name}@x.org", "created_at": NOW}
         for name in names],
    )
    db.session.commit()
    few, many = gather(), gather()
    counts = []
    for meeting, text in ((few, "n1,n2"), (many, "\n".join(names))):
        lines = lists.pasted(text)
        with statements() as made:
            importing.add_list(alice, meeting, lines, Part.REQUIRED, picks={})
            db.session.commit()
        counts.append(len(made))
    assert counts[1] <= counts[0] + 4 < 40
    assert len(many.attendees) == 1000
