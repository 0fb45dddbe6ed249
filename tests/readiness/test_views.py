"""Pages of readiness."""

import pytest

from portal.answers.needs import state_needs
from portal.core.db import db
from portal.core.errors import DomainError
from portal.meetings.models import NeedKind, Part
from portal.readiness import needs
from portal.readiness.models import Form, Sheet
from portal.readiness.sheets import open_sheet
from portal.tasks.commands import add_task
from tests.conftest import HTMX, at


def test_the_page_says_what_is_in_place_and_who_does_what(sign_in, approved, alice, leo, bob, rita):
    to = f"/meetings/{approved.id}/readiness"
    page = sign_in(alice).get(to).text
    for words in ("OPS-2.5", "Equipment test", "Before the day", "nobody yet", "Readiness"):
        assert words in page
    assert sign_in(bob).get(to).status_code == 404
    fragment = sign_in(alice).get(to, headers=HTMX).text
    assert "<html" not in fragment


def test_there_is_no_such_page_of_an_ordinary_meeting(sign_in, make_meeting, alice):
    meeting = make_meeting()
    assert sign_in(alice).get(f"/meetings/{meeting.id}/readiness").status_code == 403
    assert "readiness" not in sign_in(alice).get(f"/meetings/{meeting.id}").text


def test_it_is_signed_on_the_page_or_refused_with_the_list(sign_in, complete, tasks, alice):
    to = f"/meetings/{complete.id}/readiness"
    task = tasks()["operations_early_check"]
    task.done_at = task.done_by = None
    db.session.commit()
    refused = sign_in(alice).post(f"{to}/signature", headers=HTMX)
    assert refused.status_code == 422
    assert "OPS-2.10" in refused.text
    task = tasks()["operations_early_check"]
    task.done_at, task.done_by_id = complete.approved_at, alice.id
    db.session.commit()
    assert "Signed as ready" in sign_in(alice).post(f"{to}/signature", headers=HTMX).text
    assert "What was signed" in sign_in(alice).get(to).text


def test_it_takes_as_many_statements_for_many_tasks_as_for_few(sign_in, approved, alice, bob, statements):
    counts = []
    for count in (0, 3):
        for number in range(count):
            add_task(alice, "meeting", approved.id, title=f"Task {number}", owner=bob, due_at=at(8, days=9))
        db.session.commit()
        browser = sign_in(alice)
        browser.get(f"/meetings/{approved.id}/readiness")
        with statements() as seen:
            browser.get(f"/meetings/{approved.id}/readiness")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 40


def test_a_form_is_begun_from_its_task_by_whoever_keeps_the_room_filled_in_and_signed(
    sign_in, approved, tasks, rita
):
    browser = sign_in(rita)
    task = tasks()["form-equipment_test"]
    assert "Fill in the form" in browser.get(f"/tasks/{task.id}").text
    begun = browser.post(f"/meetings/{approved.id}/forms/equipment_test")
    to = begun.headers["Location"]
    assert "Sound system" in browser.get(to).text
    sheet = db.session.query(Sheet).one()
    sent = {f"condition-{line.key}": "ok" for line in sheet.lines}
    refused = browser.post(to, data={**sent, "condition-sound": "faulty", "words-power": "Two spares", "sign": "1"})
    assert refused.status_code == 422
    assert "Say what is wrong." in refused.text
    assert "Two spares" in refused.text
    assert browser.post(to, data={**sent, "keep": "1"}).status_code == 303
    signed = browser.post(to, data={**sent, "condition-sound": "faulty", "words-sound": "It hums", "sign": "1"},
                          headers=HTMX)
    assert "Signed by Rita" in signed.text
    assert "Mend: Sound system" in signed.text
    assert browser.post(to, data=sent).status_code == 422


def test_forms_are_not_for_strangers(sign_in, approved, rita, bob, leo):
    sheet = open_sheet(rita, approved, Form.EQUIPMENT_TEST)
    db.session.commit()
    to = f"/forms/{sheet.id}"
    assert sign_in(bob).get(to).status_code == 404
    assert sign_in(bob).post(f"/meetings/{approved.id}/forms/equipment_test").status_code == 404
    assert sign_in(leo).get(to).status_code == 200
    assert sign_in(leo).post(to, data={}).status_code == 403
    assert sign_in(leo).post(f"/meetings/{approved.id}/forms/dancing").status_code == 404


@pytest.fixture
def needy(approved, put_in, bob, alice):
    put_in(bob, Part.REQUIRED)
    attendee = approved.attendees[-1]
    attendee.invited_at = approved.created_at
    db.session.commit()
    state_needs(bob, approved, attendee, {NeedKind.DIET: "no nuts", NeedKind.ACCESS: "a ramp"})
    db.session.commit()
    return attendee


def test_needs_become_tasks_once(sign_in, approved, needy, alice, olive, leo, tasks):
    to = f"/meetings/{approved.id}/readiness"
    assert "no tasks yet" in sign_in(alice).get(to).text
    assert sign_in(alice).post(f"{to}/needs").status_code == 303
    made = [task for key, task in tasks().items() if key.startswith("need-")]
    assert {task.words for task in made} == {"Diet: no nuts", "Access without steps: a ramp"}
    assert {task.owner for task in made} == {olive}
    with pytest.raises(DomainError, match="task already"):
        needs.make_tasks(alice, approved)
    db.session.rollback()
    # Whoever only watches reads that somebody is assisted, not in what.
    watched = sign_in(leo).get(f"/tasks/{made[0].id}").text
    assert "Assistance: Bob" in watched
    assert "no nuts" not in watched
