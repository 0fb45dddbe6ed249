"""Pages of tasks."""

from io import BytesIO

import pytest

from portal.core.db import db
from portal.tasks.models import Proof, Task
from tests.conftest import HTMX, at, typed

PNG = b"\x89PNG\r\n\x1a\n picture"


def test_my_tasks_say_when_and_what_for(sign_in, task, bob, rita):
    page = sign_in(bob).get("/tasks").text
    assert "Count the chairs" in page
    assert "Planning" in page
    assert "Later" in page
    assert "Planning" in sign_in(bob).get("/tasks?by=what").text
    assert "There is nothing to do." in sign_in(rita).get("/tasks").text


def test_my_day_shows_what_is_next(sign_in, task, bob, rita):
    assert "Count the chairs" in sign_in(bob).get("/my-day").text
    assert "My tasks" not in sign_in(rita).get("/my-day").text


def test_heads_see_their_department_and_nobody_else_that_page(sign_in, task, works, helen, bob, regulated):
    task.department_id = works.id
    db.session.commit()
    assert "Count the chairs" in sign_in(helen).get("/tasks/department").text
    assert sign_in(bob).get("/tasks/department").status_code == 403
    regulated.confidentiality = "secret"
    db.session.commit()
    assert "Count the chairs" not in sign_in(helen).get("/tasks/department").text


@pytest.mark.parametrize(("address", "most"), [("/tasks", 12), ("/tasks?show=done", 12)])
def test_lists_take_as_many_statements_for_many_as_for_one(sign_in, make_task, bob, statements, address, most):
    counts = []
    for count in (1, 6):
        for number in range(count):
            make_task(f"Task {number}")
        browser = sign_in(bob)
        browser.get(address)
        with statements() as seen:
            browser.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= most


def test_a_task_is_done_from_its_page(sign_in, make_task, bob):
    task = make_task(proof=Proof.WORDS)
    browser, to = sign_in(bob), f"/tasks/{task.id}/proof"
    refused = browser.post(to, data={"words": " "}, headers=HTMX)
    assert refused.status_code == 422
    assert "Please say what was done." in refused.text
    assert "<html" not in refused.text
    answer = browser.post(to, data={"words": "All forty"}, headers=HTMX)
    assert answer.status_code == 200
    assert "All forty" in answer.text
    assert "Take it back" in answer.text
    assert browser.post(f"/tasks/{task.id}/reopening").status_code == 303
    assert db.session.get(Task, task.id).is_open


def test_a_photo_is_given_and_seen_by_those_who_see_the_task(sign_in, make_task, bob, rita):
    task = make_task(proof=Proof.PHOTO)
    browser = sign_in(bob)
    assert 'capture="environment"' in browser.get(f"/tasks/{task.id}").text
    sent = {"file": (BytesIO(PNG), "hall.png"), "words": ""}
    assert browser.post(f"/tasks/{task.id}/proof", data=sent).status_code == 303
    proof = db.session.get(Task, task.id).proofs[0]
    to = f"/tasks/{task.id}/proofs/{proof.id}"
    assert browser.get(to).data == PNG
    assert sign_in(rita).get(to).status_code == 404


def test_a_confirmation_is_asked_for_given_back_and_given(sign_in, make_task, bob, rita):
    task = make_task(proof=Proof.SIGNATURE)
    doer, other, to = sign_in(bob), sign_in(rita), f"/tasks/{task.id}"
    assert other.get(to).status_code == 404
    wrong = doer.post(f"{to}/proof", data={"words": "All", "signer": "Nobody at all"})
    assert "Nobody here is called that." in wrong.text
    assert 'value="Nobody at all"' in wrong.text
    doer.post(f"{to}/proof", data={"words": "All", "signer": "Rita"})
    assert "Do you confirm it?" in other.get(to).text
    assert other.post(f"{to}/refusal", data={"words": "Two are broken"}).status_code == 303
    doer.post(f"{to}/proof", data={"words": "Mended", "signer": "Rita"})
    assert doer.post(f"{to}/confirmation").status_code == 403
    assert "Confirmed by Rita" in other.post(f"{to}/confirmation", headers=HTMX).text


@pytest.mark.parametrize(
    ("verb", "good", "bad"),
    [
        ("owner", {"owner": "Rita"}, {"owner": ""}),
        ("due", {"due_at": typed(at(9, days=9)), "words": "Later"}, {"due_at": typed(at(7)), "words": "Later"}),
        ("drop", {"words": "There are none"}, {"words": ""}),
        ("urging", {"words": "Please"}, {"words": ""}),
    ],
)
def test_whoever_looks_after_it_changes_it_from_its_page(sign_in, task, alice, rita, leo, verb, good, bad):
    to = f"/tasks/{task.id}/{verb}"
    assert sign_in(rita).post(to, data=good).status_code == 404
    assert sign_in(leo).post(to, data=good).status_code == 403
    refused = sign_in(alice).post(to, data=bad, headers=HTMX)
    assert refused.status_code == 422
    assert "<details" in refused.text
    assert sign_in(alice).post(to, data=good, headers=HTMX).status_code == 200


def test_a_task_is_typed(sign_in, regulated, alice, leo, bob):
    to = f"/tasks/new/meeting/{regulated.id}"
    sent = {"title": "Water the plants", "owner": "Bob", "due_at": typed(at(9, days=5)), "proof": "photo", "words": ""}
    assert sign_in(bob).get(to).status_code == 404
    refused = sign_in(alice).post(to, data={**sent, "title": ""})
    assert refused.status_code == 422
    assert sign_in(alice).post(to, data=sent).status_code == 303
    assert "Water the plants" in sign_in(bob).get("/tasks").text


def test_names_follow_what_is_typed(sign_in, alice, bob):
    assert "Bob · bob" in sign_in(alice).get("/tasks/people?owner=bo", headers=HTMX).text
