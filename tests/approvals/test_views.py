"""The inbox and the page of a case: decide in place, see all that is signed, and nothing of what is secret."""

from typing import NamedTuple

import pytest

from portal.approvals import commands
from portal.approvals.models import ApprovalCase, State, Verdict
from portal.core.db import db
from tests.approvals.conftest import ANY_OF_RECORD, THING, step
from tests.conftest import HTMX


class Known(NamedTuple):
    """What a browser knows of a case; to read the case itself would keep the one writer of SQLite."""

    id: int
    digest: str


@pytest.fixture
def case(thing, alice):
    made = commands.submit(alice, THING, thing, [ANY_OF_RECORD])
    known = Known(made.id, made.digest)
    db.session.commit()
    return known


def found(case):
    db.session.expire_all()
    return db.session.get_one(ApprovalCase, case.id)


def decision(case, verdict="agreed", **more):
    return {"verdict": verdict, "seen": case.digest, **more}


def test_it_waits_in_the_inbox_and_on_my_day_until_it_is_decided_there(sign_in, leo, alice, case):
    browser = sign_in(leo)
    for address in ("/approvals", "/my-day"):
        assert "Teapot" in browser.get(address).text, address
    answer = browser.post(f"/approvals/{case.id}/decision", headers=HTMX, data=decision(case, back="list"))
    assert (answer.status_code, "approvals-changed" in answer.headers["HX-Trigger"]) == (204, True)
    inbox = browser.get("/approvals", headers=HTMX).text
    assert "Nothing waits for you." in inbox
    assert "<html" not in inbox
    assert ('id="places"' in inbox, 'class="count"' in inbox) == (True, False), "nothing is counted any more"
    assert "Teapot" in browser.get("/approvals?which=decided").text
    assert "Teapot" in sign_in(alice).get("/approvals?which=submitted").text
    assert found(case).state == State.EFFECTIVE


def test_without_javascript_it_goes_back_to_the_inbox(sign_in, leo, case):
    answer = sign_in(leo).post(f"/approvals/{case.id}/decision", data=decision(case, back="list"))
    assert (answer.status_code, answer.location) == (303, "/approvals")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"verdict": "returned"}, "Please say what should be changed."), ({"verdict": "maybe"}, "Please choose"),
        ({"seen": "0" * 64, "comment": "Fine"}, "changed since you opened it"),
        ({"comment": "x" * 2001}, "At most 2000 characters"),
    ],
)
def test_what_is_refused_is_said_beside_what_was_typed(sign_in, leo, case, data, words):
    answer = sign_in(leo).post(f"/approvals/{case.id}/decision", headers=HTMX, data=decision(case, **data))
    assert (answer.status_code, words in answer.text, "<html" in answer.text) == (422, True, False)
    assert data.get("comment", "")[:9] in answer.text


def test_strangers_find_nothing_and_readers_decide_nothing(sign_in, bob, olive, case):
    assert sign_in(bob).get(f"/approvals/{case.id}").status_code == 404
    reader = sign_in(olive)
    assert "Your decision" not in reader.get(f"/approvals/{case.id}").text
    assert reader.post(f"/approvals/{case.id}/decision", data=decision(case)).status_code == 403
    assert reader.post(f"/approvals/{case.id}/withdrawal").status_code == 403


def test_all_that_is_signed_is_on_one_page(sign_in, alice, leo, thing, case):
    page = sign_in(leo).get(f"/approvals/{case.id}").text
    for words in ("Small", "12.50", "Ann", "Tea", "Mon, Nov 23 08:00", "Waits for approval", case.digest[:12]):
        assert words in page, words
    commands.decide(leo, found(case), Verdict.RETURNED, "A larger one")
    thing.name = "Kettle"
    db.session.flush()
    again = commands.submit(alice, THING, thing, [step(leo, clause="FOR-1"), ANY_OF_RECORD])
    latest = f"/approvals/{again.id}"
    page = sign_in(leo).get(latest).text
    for words in ("Why again", "A larger one", "Teapot", "Kettle", "Round 2", "Clause FOR-1", "Still to come"):
        assert words in page, words
    assert latest in sign_in(leo).get(f"/approvals/{case.id}").text


def test_taken_back_on_its_page(sign_in, alice, case):
    browser = sign_in(alice)
    assert "Withdraw" in browser.get(f"/approvals/{case.id}").text
    assert browser.post(f"/approvals/{case.id}/withdrawal").status_code == 303
    assert "Withdrawn" in browser.get(f"/approvals/{case.id}").text


def test_the_inbox_takes_as_many_statements_for_many_as_for_one(
    sign_in, add_person, alice, leo, thing, case, statements
):
    browser = sign_in(leo)
    browser.get("/approvals")
    with statements() as few:
        browser.get("/approvals")
    for number in range(4):
        other = type(thing)(name=f"Pot {number}")
        db.session.add(other)
        db.session.flush()
        commands.submit(add_person(f"Submitter{number}"), THING, other, [ANY_OF_RECORD])
    db.session.commit()
    with statements() as many:
        assert "Pot 3" in browser.get("/approvals").text
    assert len(many) == len(few)


def test_a_case_takes_as_many_statements_with_many_seats_as_with_one(
    sign_in, add_person, alice, olive, thing, statements
):
    counts = []
    for people in ([add_person("P0")], [add_person(f"Q{number}") for number in range(5)]):
        made = commands.submit(alice, THING, thing, [step(*people), step(*people)])
        address = f"/approvals/{made.id}"
        browser = sign_in(olive)
        browser.get(address)
        with statements() as seen:
            browser.get(address)
        counts.append(len(seen))
        commands.withdraw(alice, made)
        db.session.commit()
    assert counts[0] == counts[1]
