"""The pages of the day: the list, the desk with and without JavaScript, corrections, paper, absences, figures."""

import csv
import io
import re

import pytest

from portal.attendance import absences, commands
from portal.attendance.models import AbsenceNote, CheckIn
from portal.core.db import db
from portal.meetings.links import badge_code
from portal.meetings.models import Answer
from tests.attendance.conftest import part_of, states, time
from tests.conftest import HTMX, at

JSON = {"Accept": "application/json"}


@pytest.fixture
def as_alice(sign_in, alice):
    return sign_in(alice)


def of(meeting, ending=""):
    return f"/meetings/{meeting.id}{ending}"


def test_the_list_says_how_each_stands_and_costs_the_same_for_many(
    as_alice, meeting, add_crowd, alice, bob, statements
):
    add_crowd(3)
    pages = ("/attendance", "/attendance?show=expected", "/attendance?q=cr", "/desk", "/wall", "/desk/marks",
             "/attendance/paper")
    with time(9):
        commands.mark(alice, meeting, part_of(bob, meeting))
        db.session.commit()

        def costs():
            found = []
            for page in pages:
                with statements() as seen:
                    assert as_alice.get(of(meeting, page)).status_code == 200
                found.append(len(seen))
            return found

        few = costs()
        add_crowd(60)
        assert costs() == few
        page = as_alice.get(of(meeting, "/attendance"))
        assert re.search(r"<b>1</b>\s*<span class=\"mark mark-present\">", page.text)
        assert "At the desk · Alice" in page.text
        shown = as_alice.get(of(meeting, "/attendance?show=present"), headers=HTMX).text
        assert "Bob" in shown
        assert "Crowd" not in shown
        assert "<html" not in shown
        rows = list(csv.reader(io.StringIO(as_alice.get(of(meeting, "/attendance?format=csv&q=bob")).text)))
        told = [rows[1][place] for place in (0, 4, 5, 7, 8)]
        assert told == ["Bob", "Present", "2026-11-23 09:00", "At the desk", "Alice"]


def test_one_mark_costs_few_statements_whatever_the_number_of_people(as_alice, meeting, add_crowd, statements):
    def mark_one():
        crowd = add_crowd(30)
        sent, address = {"attendee": crowd[0].id}, of(meeting, "/desk/marks")
        with time(9), statements() as seen:
            answer = as_alice.post(address, data=sent, headers=JSON)
            assert answer.json["words"].endswith("is signed in.")
        return len(seen)

    mark_one()  # the first checks the room in too
    few = mark_one()
    assert mark_one() == few <= 6


def test_the_pages_of_the_day_are_for_those_who_run_it(sign_in, meeting, bob, leo, rita, olive, audrey):
    pages = ("/attendance", "/wall", "/desk", "/desk/marks", "/attendance/paper", "/attendance/absences",
             f"/attendance/{part_of(bob, meeting).id}")
    for person, status in ((olive, 200), (bob, 403), (leo, 403), (audrey, 403), (rita, 404)):
        for page in pages:
            expected = 403 if (status, page) == (404, "") else status
            assert sign_in(person).get(of(meeting, page)).status_code == expected, (person.name, page)
    meeting.confidentiality = "secret"
    db.session.commit()
    assert {sign_in(person).get(of(meeting, page)).status_code for person in (olive, rita) for page in pages} == {404}
    for page in ("/desk/marks", "/desk/undo", "/desk/observers", "/wall", "/attendance/1/leaving"):
        assert sign_in(bob).post(of(meeting, page)).status_code == 403
        assert sign_in(rita).post(of(meeting, page)).status_code == 404


def test_the_desk_works_without_javascript(as_alice, meeting, bob, leo, rita, add_person):
    bob.name, leo.name, bob.badge = "张三", "张伟", "0012345"
    db.session.commit()
    with time(9):
        answer = as_alice.post(of(meeting, "/desk/marks"), data={"words": "zs"})
        assert answer.location.startswith(of(meeting, "/desk?last="))
        page = as_alice.get(answer.location).text
        assert "张三 is signed in." in page
        mark = re.search(r'name="mark" value="(\d+)"', page)[1]
        assert as_alice.post(of(meeting, "/desk/undo"), data={"mark": mark}).status_code == 303
        assert states(meeting)["张三"] == "expected"
        # Two fit, so that they are offered.
        answer = as_alice.post(of(meeting, "/desk/marks"), data={"words": "Z"})
        found = as_alice.get(answer.location).text
        assert "张三" in found
        assert "张伟" in found
        as_alice.post(of(meeting, "/desk/marks"), data={"words": "0012345"})
        as_alice.post(of(meeting, "/desk/marks"), data={"words": badge_code(part_of(leo, meeting))})
        assert {mark.way for mark in db.session.query(CheckIn).filter_by(voided_at=None)} == {"badge"}
        answer = as_alice.post(of(meeting, "/desk/observers"), data={"person": "Rita"})
        assert answer.status_code == 303
        assert states(meeting)["Rita"] == "present"
        refused = as_alice.post(of(meeting, "/desk/observers"), data={"person": "Nobody"})
        assert (refused.status_code, "Nobody here is called that." in refused.text) == (422, True)


def test_the_desk_speaks_json_to_its_script(as_alice, meeting, make_meeting, bob, leo, add_crowd):
    part = part_of(bob, meeting)
    marks = of(meeting, "/desk/marks")
    with time(9, 20):
        answer = as_alice.post(marks, data={"attendee": part.id, "ago": 900}, headers=JSON).json
        assert (answer["attendee"], answer["time"]) == (part.id, "09:05")
        again = as_alice.post(marks, data={"attendee": part.id}, headers=JSON).json
        assert (again["mark"], again["words"]) == (None, "Bob has been signed in since 09:05.")
        state = as_alice.get(marks, headers=JSON).json
        assert state == {"marked": {str(part.id): "09:05"}, "said": "1 of 2 are here"}
        undone = as_alice.post(of(meeting, "/desk/undo"), data={"mark": answer["mark"]}, headers=JSON).json
        assert undone["undone"] == part.id
        assert as_alice.post(of(meeting, "/desk/undo"), data={"mark": answer["mark"]}, headers=JSON).status_code == 422
        other = make_meeting([leo], starts_at=at(14), ends_at=at(15))
        stranger = part_of(leo, other)
        for sent, status in (
            ({"attendee": stranger.id}, 404), ({"attendee": "x"}, 404), ({"attendee": 2**40}, 404), ({}, 422),
            ({"words": "nobody"}, 422), ({"words": "a\0b"}, 422), ({"words": "'\"><script>"}, 422),
            ({"attendee": part.id, "ago": -5}, 200), ({"words": badge_code(stranger)}, 422),
        ):
            assert as_alice.post(marks, data=sent, headers=JSON).status_code == status, sent
    with time(11):
        answer = as_alice.post(marks, data={"attendee": part_of(leo, meeting).id}, headers=JSON)
        assert answer.json == {"refused": "This meeting ended at Mon, Nov 23 10:00."}


def test_a_mark_is_corrected_in_a_dialog(as_alice, meeting, alice, bob, leo):
    part = part_of(bob, meeting)
    address = of(meeting, f"/attendance/{part.id}")
    with time(9, 30):
        assert "Mark as present" in as_alice.get(address, headers=HTMX).text
        assert as_alice.post(address, data={"time": "2026-11-23T09:25"}).status_code == 303
        seen = re.search(r'name="seen"[^>]*value="(\d+)"', as_alice.get(address).text)[1]
        for sent, words in (
            ({"act": "void", "reason": ""}, "Please fill this in."),
            ({"act": "x", "reason": "y"}, "Not a valid choice."),
            ({"act": "move", "reason": "y", "time": ""}, "Please give a time."),
            ({"act": "move", "reason": "y", "time": "2026-11-23T07:00"}, "A time from 08:00 to 10:00"),
            ({"act": "void", "reason": "y", "seen": "x"}, "meanwhile"),
        ):
            answer = as_alice.post(address, data={"seen": seen, **sent})
            assert (answer.status_code, words in answer.text) == (422, True), (sent, words)
        moved = {"act": "move", "seen": seen, "reason": "Came <b>before</b>", "time": "2026-11-23T08:58"}
        assert as_alice.post(address, data=moved, headers=HTMX).status_code == 204
        page = as_alice.get(address).text
        assert "Voided by Alice" in page
        assert "Came &lt;b&gt;before&lt;/b&gt;" in page
    assert as_alice.get(of(meeting, "/attendance/999999")).status_code == 404


def test_the_paper_list_keeps_what_was_typed_when_a_time_is_none(as_alice, meeting, bob, leo):
    one, other = part_of(bob, meeting).id, part_of(leo, meeting).id
    address = of(meeting, "/attendance/paper")
    with time(12):
        sent = {"here": [one, other, "x", "99999999999"], f"time-{one}": "9:3x", f"time-{other}": "09:31"}
        answer = as_alice.post(address, data=sent)
        assert answer.status_code == 422
        assert "This is not a time" in answer.text
        assert 'value="09:31"' in answer.text
        assert states(meeting)["Leo"] == "absent"
        assert as_alice.post(address, data={"here": [one], f"time-{one}": "13:00"}).status_code == 422
        answer = as_alice.post(address, data={**sent, "here": [one, other], f"time-{one}": ""})
        assert answer.status_code == 303
        assert states(meeting) == {"Bob": "present", "Leo": "late"}
        assert as_alice.post(address, data={"here": [10**6]}).status_code == 404


def test_those_who_were_missed_are_asked_once_and_the_office_follows_up(
    sign_in, as_alice, meeting, alice, bob, leo, helen, told, works
):
    bob.department = works
    db.session.commit()
    with time(9):
        commands.mark(alice, meeting, part_of(leo, meeting), arrived_at=at(8, 50))
        db.session.commit()
    asked = of(meeting, "/absence")
    with time(11):
        absences.ask_the_missing()
        assert told("meeting.missed") == []
        assert "Say why you were not there" in sign_in(bob).get(of(meeting)).text
    with time(10, days=1):
        absences.ask_the_missing()
        absences.ask_the_missing()
        db.session.commit()
        (name, subject, body), = told("meeting.missed")
        assert (name, subject) == ("Bob", "You were missed: Planning")
        assert asked in body
        assert sign_in(bob).post(asked, data={"reason": " "}).status_code == 422
        assert sign_in(bob).post(asked, data={"reason": "The <i>train</i>"}).status_code == 303
        assert sign_in(leo).post(asked, data={"reason": "I was there"}).status_code == 422
        row = of(meeting, f"/attendance/{part_of(bob, meeting).id}/absence")
        page = as_alice.get(of(meeting, "/attendance/absences")).text
        assert "The &lt;i&gt;train&lt;/i&gt;" in page
        assert "Leo" not in page
        # The head of department may know that Bob was missed, not in what.
        page = sign_in(helen).get(of(meeting, "/attendance/absences")).text
        assert "Bob" in page
        assert "Planning" not in page
        assert sign_in(helen).post(row, data={"reason": "The <i>train</i>", "done": "Talked to him"}).status_code == 303
        note = db.session.query(AbsenceNote).one()
        assert (note.follow_up, note.followed_up_by, note.noted_by) == ("Talked to him", helen, bob)
        assert sign_in(bob).post(row, data={"done": "Nothing"}).status_code == 403
        assert as_alice.post(row, data={"reason": "", "done": "x" * 501}).status_code == 422
        meeting.confidentiality = "secret"
        db.session.commit()
        assert sign_in(helen).get(of(meeting, "/attendance/absences")).status_code == 404


def test_where_nobody_was_marked_nobody_is_asked(meeting, told):
    with time(10, days=2):
        absences.ask_the_missing()
        assert told("meeting.missed") == []
        assert meeting.absences_asked_at is None


# --- Figures ---


@pytest.fixture
def held(meeting, guest, alice, bob, leo, works, make_meeting):
    """Bob of the Works came, Leo came late, Gwen did not; in a secret meeting before it Bob was alone."""
    bob.department = works
    secret = make_meeting([bob, leo], subject="Dismissals", starts_at=at(11), ends_at=at(12))
    secret.confidentiality = "secret"
    with time(12, 30):
        commands.write_paper(
            alice, meeting, {part_of(bob, meeting).id: at(9), part_of(leo, meeting).id: at(9, 30)}
        )
        commands.write_paper(alice, secret, {part_of(bob, secret).id: at(11)})
    db.session.commit()
    return meeting


def figures_on(page):
    """The rows of the table as (first cell, numbers)."""
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", page[page.index("<tbody"):], re.S)
    plain = [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in cells]
    rows = [plain[at : at + 7] for at in range(0, len(plain), 7)]
    return [(row[0], [int(number) for number in row[1:6]], row[6]) for row in rows]


def test_figures_add_up_and_each_number_opens_its_list(sign_in, olive, held):
    browser = sign_in(olive)
    with time(18):
        page = browser.get("/attendance").text
        assert "Dismissals" not in page
        ((name, numbers, percent), (_all, total, _percent)) = figures_on(page)
        assert name.startswith("Planning")
        assert (numbers, total, percent) == ([3, 2, 1, 0, 1], [3, 2, 1, 0, 1], "67 %")
        people = browser.get("/attendance?by=person").text
        assert [(row[0].split()[0], row[1]) for row in figures_on(people)] == [
            ("Bob", [1, 1, 0, 0, 0]), ("Leo", [1, 1, 1, 0, 0]), ("All", [3, 2, 1, 0, 1])
        ]
        departments = [row[0] for row in figures_on(browser.get("/attendance?by=department").text)]
        assert departments == ["Works", "Guests from outside", "Without department", "All together"]
        for link in re.findall(r'href="(/attendance/list[^"]+)"', page):
            listed = browser.get(link.replace("&amp;", "&"))
            assert listed.status_code == 200
            assert "Planning" in listed.text
        absent = browser.get(f"/attendance/list?what=absent&meeting={held.id}").text
        assert "Gwen" in absent
        assert "Leo" not in absent
        rows = list(csv.reader(io.StringIO(browser.get("/attendance?format=csv").text)))
        assert rows[1][0] == "Planning"
        assert rows[1][2:] == ["3", "2", "1", "0", "1", "67"]
        assert browser.get("/attendance/list?format=xlsx&what=late").data.startswith(b"PK")


def test_each_reads_the_figures_that_concern_them(sign_in, bob, leo, rita, helen, audrey, olive, adam, held):
    with time(18):
        for person, name, names in (
            (bob, "meeting", ["Dismissals", "Planning"]), (rita, "meeting", []), (audrey, "meeting", ["Planning"]),
            (leo, "meeting", ["Dismissals", "Planning"]), (helen, "person", ["Bob"]), (adam, "person", ["Bob", "Leo"]),
            (helen, "meeting", ["M2026-001"]),
        ):
            page = sign_in(person).get(f"/attendance?by={name}").text
            rows = [row[0].split()[0] for row in figures_on(page)][:-1] if "<tbody" in page else []
            assert rows == names, (person.name, name)
            lists = sign_in(person).get("/attendance/list?what=asked").text
            assert ("Dismissals" in lists) == (person in (bob, leo)), person.name


def test_figures_cost_the_same_for_many(sign_in, olive, held, add_crowd, statements):
    browser = sign_in(olive)
    pages = ("/attendance", "/attendance?by=person", "/attendance?by=department", "/attendance/list?what=asked")

    def costs():
        found = []
        with time(18):
            for page in pages:
                with statements() as seen:
                    assert browser.get(page).status_code == 200
                found.append(len(seen))
        return found

    add_crowd(3)
    few = costs()
    for attendee in add_crowd(60):
        attendee.answer, attendee.answered_at = Answer.DECLINED, at(8)
    db.session.commit()
    assert costs() == few


@pytest.mark.parametrize(
    "query",
    ["by=x", "from=x", "until=9999-99-99", "from=0001-01-01", "what=x", "department=-5", "department=99999999999"],
)
def test_what_no_figure_is_about_is_no_page(sign_in, olive, query):
    path = "/attendance/list" if "what" in query else "/attendance"
    assert sign_in(olive).get(f"{path}?{query}").status_code == 404
