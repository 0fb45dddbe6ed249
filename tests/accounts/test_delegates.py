"""Choosing who decides while one is away."""

from datetime import date, timedelta

import pytest

from portal.accounts import delegating, queries
from portal.accounts.models import Delegation
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from tests.conftest import HTMX

TODAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


def sent(**values):
    return {"delegate": "Bob · bob", "starts_on": "2026-11-23", "ends_on": "2026-11-27", **values}


def test_on_the_days_of_the_absence_the_delegate_stands_for_the_principal(alice, bob, helen):
    delegating.delegate(alice, bob, TODAY + timedelta(days=1), FRIDAY)
    delegating.delegate(helen, bob, FRIDAY, FRIDAY)
    days = [TODAY, TODAY + timedelta(days=1), FRIDAY, FRIDAY + timedelta(days=1)]
    assert [list(queries.principals_of(bob, day)) for day in days] == [[], [alice.id], [alice.id, helen.id], []]
    assert [list(queries.delegates_of([alice.id, helen.id], day)) for day in days] == [[], [bob], [bob], []]


def test_nobody_stands_for_who_has_left_nor_does_who_has_left(alice, bob, helen):
    delegating.delegate(alice, bob, TODAY, FRIDAY)
    delegating.delegate(bob, helen, TODAY, FRIDAY)
    alice.left_at = helen.left_at = clock.now()
    assert list(queries.principals_of(bob, TODAY)) == []
    assert list(queries.delegates_of([bob.id], TODAY)) == []


def test_the_day_is_the_organisations(app, alice):
    assert queries.house_today() == TODAY
    with clock.standing_at(clock.now() + timedelta(hours=16)):
        assert queries.house_today() == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (FRIDAY, TODAY, "must not be before the first"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), "past"),
        (TODAY, TODAY + timedelta(days=367), "A year at most"),
    ],
)
def test_days_that_cannot_be_are_refused(alice, bob, starts_on, ends_on, words):
    with pytest.raises(DomainError, match=words) as refusal:
        delegating.delegate(alice, bob, starts_on, ends_on)
    assert refusal.value.field == "ends_on"


def test_nobody_chooses_themself_or_who_has_left(alice, bob):
    bob.left_at = clock.now()
    for person in (alice, bob):
        with pytest.raises(DomainError) as refusal:
            delegating.delegate(alice, person, TODAY, FRIDAY)
        assert refusal.value.field == "delegate"


def test_either_of_the_two_ends_it_and_nobody_else(alice, bob, helen):
    delegation = delegating.delegate(alice, bob, TODAY, FRIDAY)
    with pytest.raises(NotAllowed):
        delegating.end_delegation(helen, delegation)
    delegating.end_delegation(bob, delegation)
    assert db.session.query(Delegation).count() == 0
    assert [entry.action for entry in db.session.query(AuditEntry).filter_by(record_kind="delegation")] == [
        "delegation.made", "delegation.ended"
    ]


def test_a_delegate_is_chosen_on_the_page_and_told(sign_in, alice, bob):
    answer = sign_in(alice).post("/delegates", data=sent())
    assert (answer.status_code, answer.location) == (303, "/delegates")
    page = sign_in(alice).get("/delegates").text
    assert "<b>Bob</b>" in page
    assert "Nov 23, 2026 – Nov 27, 2026" in page
    notice = db.session.query(Notice).filter_by(recipient_id=bob.id).one()
    assert notice.subject.startswith("You decide for Alice from")
    assert "For whom I decide" in sign_in(bob).get("/delegates").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"delegate": "Nobody"}, "Nobody here is called that"), ({"delegate": ""}, "Please fill this in"),
        ({"ends_on": "2026-11-20"}, "must not be before the first"), ({"starts_on": "never"}, "Not a valid date"),
        ({"delegate": "alice"}, "somebody else than yourself"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_is_refused_beside_the_form_which_keeps_the_rest(sign_in, alice, bob, values, words, headers):
    answer = sign_in(alice).post("/delegates", data=sent(**values), headers=headers)
    assert answer.status_code == 422
    assert words in answer.text
    assert "2026-11-27" in answer.text or "ends_on" in values
    assert ("<html" in answer.text) == (not headers)


def test_names_are_offered_as_they_are_typed(sign_in, alice, bob):
    assert '<option value="Bob · bob">' in sign_in(alice).get("/delegates?delegate=bo", headers=HTMX).text


def test_a_delegation_is_removed_on_the_page_and_is_nobody_elses_business(sign_in, alice, bob, helen):
    delegation = delegating.delegate(alice, bob, TODAY, FRIDAY)
    db.session.commit()
    address = f"/delegates/{delegation.id}/end"
    assert sign_in(helen).post(address).status_code == 404
    assert "Bob" not in sign_in(helen).get("/delegates").text
    assert sign_in(alice).post(address).status_code == 303
    assert db.session.query(Delegation).count() == 0
    told = db.session.query(Notice).filter_by(recipient_id=bob.id, kind="delegation.ended").one()
    assert told.subject == "Bob no longer decides for Alice"


def test_the_page_takes_as_many_statements_for_many_as_for_one(sign_in, alice, bob, helen, statements):
    counts = []
    for _ in range(2):
        delegating.delegate(alice, bob, TODAY, FRIDAY)
        delegating.delegate(helen, alice, TODAY, FRIDAY)
        db.session.commit()
        browser = sign_in(alice)
        with statements() as seen:
            browser.get("/delegates")
        counts.append(len(seen))
    assert counts[0] == counts[1]
