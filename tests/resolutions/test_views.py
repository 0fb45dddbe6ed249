"""The page of one resolution, the region in a meeting, and My day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Role, RoleGrant
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.resolutions.models import ProgressReport, Resolution
from tests.conftest import HTMX, at
from tests.resolutions.conftest import TODAY
from tests.resolutions.test_board import many


def typed(works, alice, **values):
    return {
        "text": "Mend the roof", "department_id": works.id, "owner_id": alice.id, "due_on": "2026-12-01",
        "agenda_item_id": "", **values,
    }


def made():
    return db.session.scalars(select(Resolution)).all()


# --- In a meeting ---


def test_the_meeting_page_lists_what_it_resolved_and_the_recorder_gets_a_form(sign_in, rosa, tom, resolution, meeting):
    for person, may_write in ((rosa, True), (tom, False)):
        page = sign_in(person).get(f"/meetings/{meeting.id}").text
        assert "Paint the hall" in page
        assert 'id="resolutions"' in page
        assert (f'action="/meetings/{meeting.id}/resolutions"' in page) == may_write


def test_a_draft_shows_no_resolutions(sign_in, oscar, draft):
    assert 'id="resolutions"' not in sign_in(oscar).get(f"/meetings/{draft.id}").text


def test_without_javascript_a_resolution_leads_back_to_the_meeting(sign_in, rosa, meeting, works, alice):
    answer = sign_in(rosa).post(f"/meetings/{meeting.id}/resolutions", data=typed(works, alice))
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    (resolution,) = made()
    assert (resolution.text, resolution.due_on, resolution.agenda_item_id) == ("Mend the roof", date(2026, 12, 1), None)
    assert [entry.actor_name for entry in log_of("resolution", resolution.id)] == ["Rosa"]


def test_htmx_gets_the_region_with_the_new_one_and_an_empty_form(sign_in, rosa, meeting, works, alice):
    item = meeting.agenda[0].id
    answer = sign_in(rosa).post(
        f"/meetings/{meeting.id}/resolutions", headers=HTMX, data=typed(works, alice, agenda_item_id=item)
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    table, _, form = answer.text.partition("</table>")
    assert "Mend the roof" in table
    assert "Mend the roof" not in form
    assert "<details" in form
    assert " open>" in form
    assert "written down" in answer.headers["HX-Trigger"]
    assert made()[0].agenda_item_id == item


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(sign_in, rosa, meeting, works, helen, headers):
    data = typed(works, helen, text="Mend <it>", due_on="2026-11-01")
    answer = sign_in(rosa).post(f"/meetings/{meeting.id}/resolutions", headers=headers, data=data)
    assert answer.status_code == 422
    assert made() == []
    assert ("<html" in answer.text) == (not headers)
    assert "Mend &lt;it&gt;</textarea>" in answer.text
    assert 'value="2026-11-01"' in answer.text
    assert f'<option selected value="{helen.id}">Helen' in answer.text
    assert 'id="resolution-due-error"' in answer.text
    assert "Please give a day from" in answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "resolution-text"), ({"text": "x" * 4001}, "resolution-text"),
        ({"text": "a\0b"}, "resolution-text"),
        ({"owner_id": ""}, "resolution-owner"), ({"owner_id": "zero"}, "resolution-owner"),
        ({"owner_id": "99999"}, "resolution-owner"), ({"department_id": ""}, "resolution-department"),
        ({"due_on": ""}, "resolution-due"), ({"due_on": "soon"}, "resolution-due"),
        ({"agenda_item_id": "99999"}, "resolution-agenda-item"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(sign_in, oscar, meeting, works, alice, change, field):
    answer = sign_in(oscar).post(
        f"/meetings/{meeting.id}/resolutions", headers=HTMX, data=typed(works, alice, **change)
    )
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert made() == []


def test_strangers_and_listeners_write_nothing(sign_in, bob, tom, meeting, works, alice):
    data = typed(works, alice)
    assert sign_in(bob).post(f"/meetings/{meeting.id}/resolutions", data=data).status_code == 404
    assert sign_in(bob).get(f"/meetings/{meeting.id}/resolutions").status_code == 404
    assert sign_in(tom).post(f"/meetings/{meeting.id}/resolutions", data=data).status_code == 403
    assert sign_in(tom).get(f"/meetings/{meeting.id}/resolutions").status_code == 200
    assert made() == []


def test_a_draft_says_why_it_takes_none(sign_in, oscar, draft, works, alice):
    answer = sign_in(oscar).post(f"/meetings/{draft.id}/resolutions", data=typed(works, alice))
    assert answer.status_code == 422
    assert "Send the notice" in answer.text
    assert "Mend the roof" in answer.text


def test_the_region_takes_a_constant_number_of_statements(sign_in, rosa, tom, make_resolution, meeting, statements):
    make_resolution()
    for person in (rosa, tom):
        browser = sign_in(person)
        with statements() as for_few:
            browser.get(f"/meetings/{meeting.id}/resolutions")
        for number in range(8):
            make_resolution(text=f"Number {number}")
        with statements() as for_many:
            browser.get(f"/meetings/{meeting.id}/resolutions")
        assert len(for_many) == len(for_few)


# --- One resolution ---


def test_the_page_shows_facts_light_reports_and_log(sign_in, alice, resolution, report):
    report(resolution, percent=40, problems="Rain", next_step="South wall")
    page = sign_in(alice).get(f"/resolutions/{resolution.id}").text
    for words in ("Paint the hall", "Works", "Alice", "Hall review", "On course", "40%", "Rain", "South wall"):
        assert words in page
    assert f'href="/log/resolution/{resolution.id}"' in page


def test_the_newest_report_comes_first(sign_in, alice, resolution, report):
    report(resolution, done="First step")
    report(resolution, done="Second step")
    page = sign_in(alice).get(f"/resolutions/{resolution.id}").text
    assert page.index("Second step") < page.index("First step")


def test_the_meeting_is_linked_for_those_who_may_see_it(sign_in, alice, tom, resolution, meeting):
    link = f'href="/meetings/{meeting.id}"'
    assert link in sign_in(tom).get(f"/resolutions/{resolution.id}").text
    page = sign_in(alice).get(f"/resolutions/{resolution.id}").text
    assert link not in page
    assert "Hall review" in page


def test_only_those_who_owe_it_get_the_form_and_only_while_it_is_open(sign_in, alice, carl, resolution, close):
    form = f'action="/resolutions/{resolution.id}/reports"'
    assert form in sign_in(alice).get(f"/resolutions/{resolution.id}").text
    assert form not in sign_in(carl).get(f"/resolutions/{resolution.id}").text
    close(resolution)
    assert form not in sign_in(alice).get(f"/resolutions/{resolution.id}").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_report_is_kept_and_shown(sign_in, alice, resolution, headers):
    browser, address = sign_in(alice), f"/resolutions/{resolution.id}"
    answer = browser.post(f"{address}/reports", headers=headers, data={"percent": "70", "done": "West & <b>east</b>"})
    assert answer.status_code == (200 if headers else 303)
    shown = answer.text if headers else browser.get(answer.location).text
    assert "West &amp; &lt;b&gt;east" in shown
    assert 'value="70"' in shown
    assert db.session.get(Resolution, resolution.id).percent == 70
    assert log_of("resolution", resolution.id)[0].action == "resolution.reported"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"percent": "101"}, "percent"), ({"percent": "-1"}, "percent"), ({"percent": "half"}, "percent"),
        ({"percent": ""}, "percent"), ({"done": ""}, "done"), ({"problems": "x" * 4001}, "problems"),
    ],
)
def test_a_bad_report_is_refused_beside_its_field_and_kept(sign_in, alice, resolution, headers, change, field):
    data = {"percent": "30", "done": "The stairs", "next_step": "The attic", **change}
    answer = sign_in(alice).post(f"/resolutions/{resolution.id}/reports", headers=headers, data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "The attic" in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert db.session.scalars(select(ProgressReport)).all() == []


def test_a_report_on_a_closed_one_is_refused_and_kept(sign_in, alice, resolution, close):
    close(resolution)
    answer = sign_in(alice).post(
        f"/resolutions/{resolution.id}/reports", headers=HTMX, data={"percent": "20", "done": "Not quite yet"}
    )
    assert answer.status_code == 422
    assert "is closed" in answer.text
    assert "Not quite yet" in answer.text


@pytest.mark.parametrize("number", ["999", "0", "99999999999999999999"])
def test_there_is_no_such_resolution(sign_in, leo, number):
    assert sign_in(leo).get(f"/resolutions/{number}").status_code == 404


def test_the_log_is_read_aloud(sign_in, alice, resolution):
    assert "wrote down the resolution" in sign_in(alice).get(f"/log/resolution/{resolution.id}").text


# --- My day ---


def panel(browser):
    return browser.get("/my-day").text.partition('id="my-resolutions"')[2].partition("</section>")[0]


def test_my_day_shows_what_i_owe_and_not_what_is_done(sign_in, alice, carl, make_resolution, close):
    make_resolution(text="Still open")
    finished = make_resolution(text="All over")
    close(finished)
    mine = panel(sign_in(alice))
    assert "Still open" in mine
    assert "All over" not in mine
    assert "On course" in mine
    assert "Nothing is owed by you." in panel(sign_in(carl))


def test_heads_see_what_their_department_owes_most_urgent_first(sign_in, helen, held, make_resolution):
    for text, days in (("Green", 30), ("Red", -1), ("Yellow", 1)):
        with clock.standing_at(at(10, days=-3)):
            make_resolution(text=f"{text} one", due_on=TODAY + timedelta(days=days))
    page = panel(sign_in(helen))
    assert page.index("Red one") < page.index("Yellow one") < page.index("Green one")
    assert "Alice" in page
    assert "whose=department" in page


def test_a_head_without_a_department_sees_only_their_own(sign_in, bob, resolution):
    bob.grants.append(RoleGrant(role=Role.DEPARTMENT_HEAD))
    db.session.commit()
    assert "Paint the hall" not in panel(sign_in(bob))


def test_my_day_shows_eight_and_a_link_to_the_rest(sign_in, alice, resolution, make_resolution):
    many(resolution, 7)
    browser = sign_in(alice)
    page = panel(browser)
    assert page.count("<li>") == 8
    assert "All of them" not in page
    make_resolution(text="Ninth")
    page = panel(browser)
    assert page.count("<li>") == 8
    assert "All of them" in page
    assert "/resolutions?whose=mine" in page


def test_my_day_takes_as_many_statements_for_many_as_for_one(sign_in, alice, resolution, statements):
    browser = sign_in(alice)
    with statements() as for_one:
        browser.get("/my-day")
    many(resolution, 20)
    with statements() as for_many:
        browser.get("/my-day")
    assert len(for_many) == len(for_one)
