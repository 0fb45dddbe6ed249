"""The board: what it shows, filters, pages and costs."""

from datetime import date, timedelta

import pytest

from portal.accounts import commands as accounts
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.resolutions import commands
from portal.resolutions.models import Resolution
from tests.conftest import HTMX, at
from tests.resolutions.conftest import TODAY


@pytest.fixture
def every_light(held, make_resolution, report, oscar):
    """One resolution of each light."""
    due = {"Late": -1, "Soon": 2, "Easy": 30, "Finished": 1}
    made = {text: make_resolution(text=text, due_on=TODAY + timedelta(days=max(days, 0))) for text, days in due.items()}
    made["Late"].due_on = TODAY - timedelta(days=1)
    report(made["Finished"], percent=100)
    commands.close(oscar, made["Finished"])
    db.session.commit()
    return made


def shown(page):
    """The texts in the table, in its order."""
    return [text for text in sorted(("Late", "Soon", "Easy", "Finished"), key=lambda text: page.find(f">{text}</a>"))
            if f">{text}</a>" in page]


def test_what_is_open_is_shown_by_due_day(sign_in, alice, every_light):
    page = sign_in(alice).get("/resolutions").text
    assert shown(page) == ["Late", "Soon", "Easy"]
    assert all(words in page for words in ("Hall review", "Works", "Overdue", "Due soon", "On course", "<progress"))


@pytest.mark.parametrize(
    ("light", "texts"),
    [
        ("red", ["Late"]), ("yellow", ["Soon"]), ("green", ["Easy"]), ("grey", ["Finished"]),
        ("any", ["Late", "Finished", "Soon", "Easy"]), ("open", ["Late", "Soon", "Easy"]),
        ("purple", ["Late", "Soon", "Easy"]),
    ],
)
def test_the_light_filters(sign_in, alice, every_light, light, texts):
    assert shown(sign_in(alice).get(f"/resolutions?light={light}").text) == texts


def test_mine_are_those_i_own(sign_in, helen, every_light):
    browser = sign_in(helen)
    assert shown(browser.get("/resolutions?whose=mine").text) == []
    assert shown(browser.get("/resolutions?whose=department").text) == ["Late", "Soon", "Easy"]


def test_only_those_who_see_all_choose_a_department(sign_in, leo, tom, every_light, works):
    other = accounts.add_department(None, "Garden")
    db.session.commit()
    leads, attends = sign_in(leo), sign_in(tom)
    assert 'name="department"' in leads.get("/resolutions").text
    assert shown(leads.get(f"/resolutions?department={works.id}").text) == ["Late", "Soon", "Easy"]
    assert shown(leads.get(f"/resolutions?department={other.id}").text) == []
    page = attends.get(f"/resolutions?department={other.id}").text
    assert 'name="department"' not in page
    assert shown(page) == ["Late", "Soon", "Easy"]


def test_a_number_that_is_no_department_is_as_if_it_had_not_been_asked(sign_in, leo, every_light):
    for number in ("99999999999999999999", "-1", "works"):
        assert shown(sign_in(leo).get(f"/resolutions?department={number}").text) == ["Late", "Soon", "Easy"]


def test_a_stranger_sees_none(sign_in, bob, every_light):
    page = sign_in(bob).get("/resolutions?light=any").text
    assert "There are no resolutions of this kind." in page
    assert "Hall review" not in page


def test_each_light_is_counted_and_its_number_opens_its_list(sign_in, alice, every_light):
    page = sign_in(alice).get("/resolutions?whose=mine&light=red").text
    counts = page.partition('id="counts"')[2].partition("</ul>")[0]
    assert counts.count("<b>1</b>") == 4
    assert "/resolutions?whose=mine&amp;light=yellow" in counts


def test_htmx_gets_the_table_and_the_counts_alone(sign_in, alice, every_light):
    answer = sign_in(alice).get("/resolutions?light=red", headers=HTMX)
    assert "<html" not in answer.text
    assert 'id="board"' in answer.text
    assert 'hx-swap-oob="innerHTML:#counts"' in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_the_age_of_the_last_report_is_shown(sign_in, alice, make_resolution, report):
    first, _second = make_resolution(), make_resolution()
    with clock.standing_at(at(8, days=-4)):
        report(first, percent=10)
    with clock.standing_at(at(8, days=-2)):
        report(first, percent=20)
    page = sign_in(alice).get("/resolutions").text
    assert "2 days ago" in page
    assert "4 days ago" not in page
    assert "None yet" in page


def test_a_text_cannot_break_out(sign_in, alice, make_resolution):
    make_resolution(text="<script>alert(1)</script>")
    page = sign_in(alice).get("/resolutions").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def many(resolution: Resolution, count: int) -> None:
    """More of its kind, each of a meeting of its own."""
    of, now = resolution.meeting, clock.now()
    for number in range(count):
        meeting = Meeting(
            uid=f"m{number}", organizer=of.organizer, subject=f"Meeting {number}", starts_at=of.starts_at,
            ends_at=of.ends_at, number=f"B{number}", announced_at=now, created_at=now, changed_at=now,
        )
        db.session.add(
            Resolution(
                uid=f"r{number}", meeting=meeting, text=f"Resolution {number}", department=resolution.department,
                owner=resolution.owner, due_on=date(2026, 12, 8) + timedelta(days=number),
                created_by=of.organizer, created_at=now, changed_at=now,
            )
        )
    db.session.commit()


def test_a_long_board_is_paged(sign_in, alice, resolution):
    many(resolution, 55)
    browser = sign_in(alice)
    first, second = browser.get("/resolutions?whose=mine").text, browser.get("/resolutions?whose=mine&page=2").text
    assert "Resolution 48<" in first
    assert "Resolution 49<" not in first
    assert "/resolutions?whose=mine&amp;page=2" in first
    assert "Resolution 49<" in second
    assert "Resolution 54<" in second


@pytest.mark.parametrize("name", ["alice", "tom", "leo"])
def test_the_board_takes_as_many_statements_for_many_as_for_one(sign_in, resolution, statements, request, name):
    browser = sign_in(request.getfixturevalue(name))
    with statements() as for_one:
        assert browser.get("/resolutions").status_code == 200
    many(resolution, 40)
    with statements() as for_many:
        assert browser.get("/resolutions").status_code == 200
    assert len(for_many) == len(for_one)
