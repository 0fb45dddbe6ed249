"""The board: what it shows, filters, pages and costs."""

from datetime import date, timedelta

import pytest

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Confidentiality, Meeting
from portal.resolutions import nodes, reporting
from portal.resolutions.models import Node, Resolution
from tests.conftest import HTMX, at
from tests.resolutions.conftest import TODAY


@pytest.fixture
def every_light(held, make_resolution, report, helen, olive, sue):
    """One resolution of each light."""
    due = {"Late": -1, "Soon": 2, "Easy": 30, "Finished": 1, "Halted": 30}
    with clock.standing_at(at(8, days=-2)):
        made = {text: make_resolution(text=text, due_on=TODAY + timedelta(days=days)) for text, days in due.items()}
    report(made["Finished"], actor=helen, percent=100)
    nodes.review(olive, made["Finished"])
    nodes.close(sue, made["Finished"])
    nodes.pause(sue, made["Halted"], "Budget")
    db.session.commit()
    return made


TEXTS = ("Late", "Soon", "Easy", "Finished", "Halted")


def shown(page):
    """The texts in the table, in its order."""
    return [text for text in sorted(TEXTS, key=lambda text: page.find(f">{text}</a>")) if f">{text}</a>" in page]


OPEN = ["Late", "Soon", "Easy", "Halted"]


def test_what_is_open_is_shown_by_due_day(sign_in, alice, every_light):
    page = sign_in(alice).get("/resolutions").text
    assert shown(page) == OPEN
    assert all(words in page for words in ("Hall review", "Works", "Overdue", "Due soon", "On course", "<progress"))


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("light=red", ["Late"]), ("light=yellow", ["Soon"]), ("light=green", ["Easy"]), ("light=blue", ["Halted"]),
        ("light=grey", ["Finished"]), ("light=any", ["Late", "Finished", "Soon", "Easy", "Halted"]),
        ("light=open", OPEN), ("light=purple", OPEN),
        ("q=LAT", ["Late"]), ("q=ＬＡＴ", ["Late"]), ("q=hall", []), ("q=late+soon", []), ("q=%25", []), ("q=_", []),
        ("node=issued", OPEN), ("node=closed&light=any", ["Finished"]), ("node=burnt", OPEN),
        ("origin=meeting", OPEN), ("origin=instruction", []), ("priority=normal", OPEN), ("priority=urgent", []),
        ("since=2026-11-25&until=2026-11-25", ["Soon"]), ("until=never", OPEN), ("ownerless=1", []),
        ("sort=-due", ["Halted", "Easy", "Soon", "Late"]), ("sort=number", OPEN), ("sort=password", OPEN),
        ("waits=1", OPEN), ("columns=light", OPEN), ("whose=assisting", []), ("meeting=99999999999999999999", OPEN),
        ("department=works", OPEN), ("owner=-1", OPEN),
    ],
)
def test_the_address_says_what_is_shown(sign_in, alice, every_light, query, texts):
    assert shown(sign_in(alice).get(f"/resolutions?{query}").text) == texts


def test_mine_are_those_i_own(sign_in, helen, every_light):
    browser = sign_in(helen)
    assert shown(browser.get("/resolutions?whose=mine").text) == []
    assert shown(browser.get("/resolutions?whose=department").text) == OPEN


def test_those_of_one_owner_department_or_meeting_are_filtered_by_their_numbers(
    sign_in, leo, alice, bob, works, meeting, every_light
):
    browser = sign_in(leo)
    for name, its, other in (("owner", alice.id, bob.id), ("department", works.id, 77), ("meeting", meeting.id, 77)):
        assert shown(browser.get(f"/resolutions?{name}={its}").text) == OPEN
        assert shown(browser.get(f"/resolutions?{name}={other}").text) == []


def test_only_those_who_see_all_choose_a_department(sign_in, leo, tom, every_light):
    assert '<select id="department"' in sign_in(leo).get("/resolutions").text
    assert '<select id="department"' not in sign_in(tom).get("/resolutions").text


def test_what_my_department_assists_with_can_be_asked_for(sign_in, add_person, make_resolution):
    garden = accounts.add_department(None, "Garden")
    gina = add_person("Gina", Role.DEPARTMENT_HEAD, department=garden)
    make_resolution(text="Late", assisting_ids=[garden.id])
    make_resolution(text="Soon")
    assert shown(sign_in(gina).get("/resolutions?whose=assisting").text) == ["Late"]


def test_what_has_no_active_owner_is_listed(sign_in, leo, alice, carl, make_resolution):
    make_resolution(text="Late", owner_id=carl.id)
    make_resolution(text="Soon")
    garden = accounts.add_department(None, "Garden")
    browser = sign_in(leo)
    assert shown(browser.get("/resolutions?ownerless=1").text) == []
    carl.department = garden
    alice.left_at = clock.now()
    db.session.commit()
    assert set(shown(browser.get("/resolutions?ownerless=1").text)) == {"Late", "Soon"}


def test_what_waits_for_somebody_follows_its_way(sign_in, request, make_resolution, report, olive):
    resolution = make_resolution(text="Late")

    def waiting_for():
        names = ("alice", "helen", "olive", "rosa", "sue")
        return {
            name for name in names
            if shown(sign_in(request.getfixturevalue(name)).get("/resolutions?waits=1").text)
        }

    assert waiting_for() == {"alice", "helen"}  # to sign for it
    report(resolution)
    assert waiting_for() == {"helen"}  # to sign the report
    reporting.sign(request.getfixturevalue("helen"), resolution.reports[0])
    db.session.commit()
    assert waiting_for() == set()
    report(resolution, actor=request.getfixturevalue("helen"), percent=100)
    assert waiting_for() == {"olive", "rosa"}  # to review it
    nodes.review(olive, resolution)
    db.session.commit()
    assert waiting_for() == {"sue"}  # to close it


def test_the_columns_are_the_readers(sign_in, alice, resolution):
    page = sign_in(alice).get("/resolutions?columns=node&columns=original,priority").text
    heads = page.partition("<thead>")[2].partition("</thead>")[0]
    assert all(words in heads for words in ("Resolution", "Step", "First due", "Priority"))
    assert "Progress" not in heads


def test_an_extended_day_stands_beside_the_first(sign_in, alice, resolution):
    resolution.due_on, resolution.extensions = date(2026, 12, 20), 2
    db.session.commit()
    page = " ".join(sign_in(alice).get("/resolutions").text.split())
    assert "put off 2 times, first due" in page


def test_a_secret_meeting_is_named_to_nobody_who_was_not_there(sign_in, alice, leo, resolution, meeting):
    meeting.confidentiality = Confidentiality.SECRET
    db.session.commit()
    for query in ("", f"?meeting={meeting.id}", "?format=csv"):
        page = sign_in(alice).get(f"/resolutions{query}").text
        assert "A confidential meeting" in page
        assert "Hall review" not in page
        assert "Paint the hall" not in sign_in(leo).get(f"/resolutions{query}").text


def test_what_is_shown_is_handed_out_as_a_file(sign_in, alice, every_light):
    answer = sign_in(alice).get("/resolutions?light=red&columns=light,owner,due,progress&format=csv")
    assert answer.text.splitlines() == [
        "\ufeffLight,Resolution,Owner,Due,Progress", "Overdue,Late,Alice,2026-11-22,0",
    ]
    assert sign_in(alice).get("/resolutions?format=xlsx").mimetype.endswith("sheet")
    assert sign_in(alice).get("/resolutions?format=exe").status_code == 404


def test_a_stranger_sees_none(sign_in, bob, every_light):
    page = sign_in(bob).get("/resolutions?light=any").text
    assert "There are no resolutions of this kind." in page
    assert "Hall review" not in page


def test_each_light_is_counted_and_its_number_opens_its_list(sign_in, alice, every_light):
    page = sign_in(alice).get("/resolutions?whose=mine&light=red").text
    counts = page.partition('id="counts"')[2].partition("</ul>")[0]
    assert counts.count("<b>1</b>") == 5
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
                original_due_on=date(2026, 12, 8) + timedelta(days=number), node=Node.ISSUED, issued_at=now,
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
    addresses = ("/resolutions", "/resolutions?q=resolution&waits=1&whose=department", "/resolutions?format=csv")
    with statements() as for_one:
        assert all(browser.get(address).status_code == 200 for address in addresses)
    many(resolution, 40)
    with statements() as for_many:
        assert all(browser.get(address).status_code == 200 for address in addresses)
    assert len(for_many) == len(for_one)
