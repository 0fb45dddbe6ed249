"""Entering what no meeting resolved, and wording anew what is not issued."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.core.db import db
from portal.resolutions import nodes
from portal.resolutions.models import Node, Origin, Priority, Resolution, Rhythm
from tests.conftest import HTMX


def typed(works, alice, leo=None, **values):
    return {
        "origin": "instruction" if leo else "improvement", "instructed_by_id": leo.id if leo else "",
        "text": "Mend the roof", "department_id": works.id, "owner_id": alice.id, "due_on": "2026-12-18", **values,
    }


def only():
    return db.session.scalars(select(Resolution)).one()


def test_a_leaders_instruction_is_entered_with_all_it_has(sign_in, olive, leo, works, alice, helen):
    more = {
        "measure": "No water after rain", "starts_on": "2026-11-24", "priority": "urgent", "rhythm": "milestones",
        "milestones": "2026-12-01 The roof is open\n\n2026-12-10 The roof is closed", "is_confidential": "y",
    }
    answer = sign_in(olive).post("/resolutions/new", data=typed(works, alice, leo, **more))
    made = only()
    assert (answer.status_code, answer.location) == (303, f"/resolutions/{made.id}")
    assert (made.origin, made.instructed_by, made.node, made.is_secret) == (
        Origin.INSTRUCTION, leo, Node.ISSUED, True
    )
    assert (made.measure, made.starts_on, made.priority, made.rhythm, made.report_by) == (
        "No water after rain", date(2026, 11, 24), Priority.URGENT, Rhythm.MILESTONES, date(2026, 12, 1)
    )
    assert [(one.title, one.due_on.day) for one in made.milestones] == [
        ("The roof is open", 1), ("The roof is closed", 10)
    ]


def test_an_improvement_names_what_calls_for_it(sign_in, olive, works, alice, resolution, meeting):
    address = f"/resolutions/new?origin=improvement&kind=meeting&record={meeting.id}"
    assert 'checked id="origin-1"' in sign_in(olive).get(address).text
    location = sign_in(olive).post(address, data=typed(works, alice)).location
    page = sign_in(olive).get(location).text
    assert "Improvement" in page
    assert f'href="/meetings/{meeting.id}"' in page
    assert sign_in(olive).get("/resolutions/new?kind=meeting&record=9999").status_code == 200
    assert sign_in(olive).post("/resolutions/new?kind=meeting&record=9999", data=typed(works, alice)).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"milestones": "The roof is open"}, "resolution-milestones"),
        ({"milestones": "2026-12-01"}, "resolution-milestones"),
        ({"milestones": f"2026-12-01 {'x' * 201}"}, "resolution-milestones"),
        ({"milestones": "2026-12-24 After all"}, "resolution-milestones"),
        ({"rhythm": "milestones"}, "resolution-milestones"), ({"rhythm": "hourly"}, "resolution-rhythm"),
        ({"starts_on": "2026-12-24"}, "resolution-start"), ({"due_on": "2026-11-01"}, "resolution-due"),
        ({"priority": "low"}, "resolution-priority"),
        ({"origin": "instruction"}, "instructed_by_id"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field_and_kept(sign_in, olive, leo, works, alice, change, field):
    data = typed(works, alice, measure="No <water>", **change)
    answer = sign_in(olive).post("/resolutions/new", headers=HTMX, data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "No &lt;water&gt;" in answer.text
    assert db.session.scalars(select(Resolution)).all() == []


def test_others_enter_none(sign_in, alice, helen, works):
    for person in (alice, helen):
        assert sign_in(person).get("/resolutions/new").status_code == 403
        assert sign_in(person).post("/resolutions/new", data=typed(works, alice)).status_code == 403


def test_the_recorder_enters_all_of_it_in_the_meeting(sign_in, rosa, works, alice, meeting):
    data = {**typed(works, alice), "rhythm": "weekly", "assisting_ids": [works.id], "measure": "Dry"}
    assert sign_in(rosa).post(f"/meetings/{meeting.id}/resolutions", data=data).status_code == 303
    assert (only().rhythm, only().assisting, only().measure) == (Rhythm.WEEKLY, [], "Dry")


def test_what_is_not_issued_is_worded_anew(sign_in, rosa, make_resolution, works, alice):
    waiting = make_resolution(at_once=False, measure="White", milestones=[("Scaffold", date(2026, 11, 30))])
    browser, address = sign_in(rosa), f"/resolutions/{waiting.id}/wording"
    page = browser.get(address).text
    for words in ("Paint the hall", "White", "2026-11-30 Scaffold"):
        assert words in page
    assert browser.post(address, data=typed(works, alice, text="Paint it blue")).status_code == 303
    assert only().text == "Paint it blue"
    assert only().milestones == []


def test_what_is_issued_keeps_its_words(sign_in, rosa, resolution, works, alice):
    browser, address = sign_in(rosa), f"/resolutions/{resolution.id}/wording"
    assert "wording" not in browser.get(f"/resolutions/{resolution.id}").text
    answer = browser.post(address, data=typed(works, alice, text="Paint it blue"))
    assert answer.status_code == 422
    assert "Paint it blue" in answer.text
    assert only().text == "Paint the hall"


def test_what_was_given_back_is_worded_and_issued_again(sign_in, rosa, alice, bob, carl, resolution, works):
    nodes.refuse(alice, resolution, "Carl paints")
    db.session.commit()
    browser = sign_in(rosa)
    browser.post(f"/resolutions/{resolution.id}/wording", data=typed(works, carl))
    assert browser.post(f"/resolutions/{resolution.id}/steps/issued").status_code == 303
    assert (only().node, only().owner_id) == (Node.ISSUED, carl.id)
    assert sign_in(alice).get(f"/resolutions/{resolution.id}/wording").status_code == 403
    assert sign_in(bob).get(f"/resolutions/{resolution.id}/wording").status_code == 404
