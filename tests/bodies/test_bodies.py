"""Bodies: who keeps them, whose terms may stand beside each other, and what their pages say."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.queries import log_of
from portal.bodies import commands, queries
from portal.bodies.models import Body, Part
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from tests.conftest import HTMX

TODAY = date(2026, 11, 23)
LATER, EARLIER = TODAY + timedelta(days=30), TODAY - timedelta(days=30)


@pytest.fixture
def appoint(adam):
    def appoint(person, part=Part.MEMBER, key="leading_group", **values):
        term = commands.appoint(adam, key, person, part, **{"starts_on": TODAY, **values})
        db.session.commit()
        return term

    return appoint


def members(key="leading_group", day=TODAY):
    return [person.name for person in queries.members_of({key}, day)[key]]


def test_one_that_the_regulations_name_is_written_down_with_its_first_member(appoint, leo):
    assert queries.body_of("leading_group").id is None
    appoint(leo, Part.CHAIR)
    body = queries.body_of("leading_group")
    assert (body.key, members()) == ("leading_group", ["Leo"])
    assert log_of("body", body.id)[0].action == "body.appointed"
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.recipient.name, notice.kind) == ("Leo", "body.appointed")
    assert "Leading group" in notice.subject


def test_members_are_those_of_the_day_and_have_not_left(appoint, leo, bob, alice, adam, helen):
    appoint(alice)
    appoint(leo, Part.CHAIR, ends_on=LATER)
    appoint(bob, starts_on=LATER)
    appoint(helen)
    helen.left_at = clock.now()
    db.session.commit()
    assert members() == ["Leo", "Alice"]
    assert members(day=LATER + timedelta(days=1)) == ["Bob", "Alice"]


@pytest.mark.parametrize(
    ("first", "last", "is_free"),
    [(LATER, None, False), (EARLIER, TODAY, False), (EARLIER, TODAY - timedelta(days=1), True),
     (LATER + timedelta(days=1), None, True)],
)
def test_nobody_serves_twice_at_once(appoint, leo, first, last, is_free):
    appoint(leo, ends_on=LATER)
    if is_free:
        appoint(leo, Part.SECRETARY, starts_on=first, ends_on=last)
    else:
        with pytest.raises(DomainError, match="belongs to it already") as refused:
            appoint(leo, Part.SECRETARY, starts_on=first, ends_on=last)
        assert refused.value.field == "person"


def test_one_chairs_at_a_time(appoint, adam, leo, bob):
    term = appoint(leo, Part.CHAIR, starts_on=EARLIER)
    with pytest.raises(DomainError, match="Leo chairs it then") as refused:
        appoint(bob, Part.CHAIR)
    assert refused.value.field == "part"
    db.session.rollback()
    commands.end_term(adam, term, TODAY - timedelta(days=1))
    appoint(bob, Part.CHAIR)
    assert members() == ["Bob"]


def test_a_term_ends_within_itself_and_is_undone_before_it_begins(appoint, adam, leo, bob):
    term = appoint(leo, ends_on=LATER)
    for day in (TODAY - timedelta(days=1), LATER + timedelta(days=1)):
        with pytest.raises(DomainError):
            commands.end_term(adam, term, day)
    with pytest.raises(DomainError, match="has begun"):
        commands.take_back(adam, term)
    commands.take_back(adam, appoint(bob, starts_on=LATER))
    assert members(day=LATER) == ["Leo"]


def test_an_own_body_has_a_key_of_its_name_and_can_be_dissolved(adam, appoint, leo):
    made = commands.found(adam, name="安全委员会", duties="Fire drills")
    again = commands.found(adam, name="New")
    assert (made.key, again.key) == ("anquanweiyuanhui", "new_2")
    # Nobody is a chair or a leader by it, who are named so in profiles.
    assert [commands.found(adam, name=name).key for name in ("Chair", "Leader")] == ["chair_2", "leader_2"]
    db.session.commit()
    appoint(leo, key=made.key)
    commands.retire(adam, made.key)
    assert members(made.key) == []
    with pytest.raises(DomainError, match="does not exist any more"):
        appoint(leo, key=made.key)
    db.session.rollback()
    with pytest.raises(DomainError, match="The regulations name this body"):
        commands.retire(adam, "supervisory_body")


def test_only_the_administrator_and_the_meeting_office_keep_them(olive, bob, helen, audrey):
    commands.appoint(olive, "review_it", bob, Part.MEMBER, starts_on=TODAY)
    for actor in (bob, helen, audrey):
        with pytest.raises(NotAllowed):
            commands.appoint(actor, "review_it", helen, Part.MEMBER, starts_on=TODAY)
        with pytest.raises(NotAllowed):
            commands.found(actor, name="Club")


# --- Pages ---


def test_everybody_reads_and_only_keepers_get_forms(sign_in, appoint, leo, bob, adam):
    appoint(leo, Part.CHAIR)
    as_bob, as_adam = sign_in(bob), sign_in(adam)
    listed = as_bob.get("/bodies").text
    assert "Review: publicity" in listed
    assert "Leo" in listed
    assert "Appoint somebody" not in as_bob.get("/bodies/leading_group").text
    assert "Appoint somebody" in as_adam.get("/bodies/leading_group").text
    assert as_bob.get("/bodies/nothing").status_code == 404
    assert as_bob.get("/bodies/new").status_code == 403
    assert as_bob.post("/bodies/leading_group/members", data={"person": "leo", "part": "member",
                                                              "starts_on": "2026-11-23"}).status_code == 403


def test_appointing_by_the_page_answers_the_region_and_keeps_what_was_typed(sign_in, adam, leo, bob):
    browser, address = sign_in(adam), "/bodies/review_hr/members"
    typed = {"person": "leo", "part": "chair", "starts_on": "2026-11-23", "ends_on": "2027-11-22"}
    done = browser.post(address, data=typed, headers=HTMX)
    assert done.status_code == 200
    assert "<html" not in done.text
    assert "Leo" in done.text
    refused = browser.post(address, data={**typed, "person": "Bob"}, headers=HTMX)
    assert refused.status_code == 422
    assert "Leo chairs it then" in refused.text
    assert 'value="Bob"' in refused.text
    assert browser.post(address, data={**typed, "person": "Nobody"}).status_code == 422
    assert browser.post(address, data={**typed, "person": "bob", "part": "member"}).status_code == 303
    assert members("review_hr") == ["Leo", "Bob"]


def test_a_term_is_ended_and_a_body_described_and_founded_by_the_page(sign_in, appoint, adam, leo):
    browser, term = sign_in(adam), appoint(leo)
    address = f"/bodies/leading_group/members/{term.id}/end"
    assert browser.post(address, data={"last_day": "2020-01-01"}, headers=HTMX).status_code == 422
    assert browser.post(address, data={"last_day": "2026-11-23"}).status_code == 303
    assert browser.post(f"/bodies/review_hr/members/{term.id}/end", data={"last_day": "2026-11-23"}).status_code == 404
    assert browser.post("/bodies/leading_group", data={"name": "", "duties": "Decides"}).status_code == 303
    assert "Decides" in browser.get("/bodies/leading_group").text
    assert browser.post("/bodies/new", data={"name": " "}).status_code == 422
    assert browser.post("/bodies/new", data={"name": "Choir"}).headers["Location"].endswith("/bodies/choir")
    assert browser.post("/bodies/choir/retirement").status_code == 303
    assert db.session.scalars(select(Body).where(Body.key == "choir")).one().retired_at is not None


def test_the_list_takes_as_many_statements_for_many_members(sign_in, add_person, appoint, adam, statements):
    browser = sign_in(adam)
    with statements() as few:
        browser.get("/bodies")
    for count in range(6):
        appoint(add_person(f"P{count}"), key="leading_group" if count % 2 else "review_it")
    with statements() as many:
        browser.get("/bodies")
    assert len(many) <= len(few) + 1
