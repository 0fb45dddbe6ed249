"""The way of a case: who is asked, who stands in, what undoes it, and what the database refuses besides."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.accounts.delegating import delegate
from portal.accounts.models import Role
from portal.approvals import asking, commands, inbox, policy
from portal.approvals.models import Rule, State, Verdict
from portal.approvals.queries import cases_of, last_case
from portal.approvals.subjects import of_body, of_role
from portal.audit.queries import log_of
from portal.bodies.models import Membership
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from tests.approvals.conftest import ANY_OF_RECORD, THING, step
from tests.conftest import at
from tests.racing import at_once, done_by

TODAY = date(2026, 11, 23)


@pytest.fixture
def submit(thing, alice):
    """Alice submits the thing, to Leo unless other steps are named."""

    def submit(*steps, actor=alice, **more):
        case = commands.submit(actor, THING, thing, steps or (ANY_OF_RECORD,), **more)
        db.session.commit()
        return case

    return submit


def agree(actor, case, **more):
    commands.decide(actor, case, Verdict.AGREED, **more)


def give_back(actor, case, said="Smaller"):
    commands.decide(actor, case, Verdict.RETURNED, said)


def waiting(person):
    return [case.id for case in db.session.scalars(inbox.waiting_for(person))]


# --- Its way ---


def test_steps_come_one_after_the_other_and_each_asks_its_own(submit, add_body, bob, helen, olive, leo, told, happened):
    add_body("review_hr", bob, helen)
    case = submit(step(of_body("review_hr"), olive), step(of_role(Role.LEADER), days=2))
    assert told("asked") == ["Bob", "Helen", "Olive"]
    with pytest.raises(NotAllowed):
        agree(leo, case)
    agree(helen, case)
    assert (waiting(bob), waiting(olive), case.state) == ([], [case.id], State.OPEN)
    agree(olive, case)
    assert (case.current.due_at, told("asked")[-2:]) == (at(18, days=2), ["Leo", "Olive"])
    agree(leo, case, seen=case.digest)
    assert (case.state, happened, told("effective")) == (State.EFFECTIVE, [("effective", "Leo")], ["Alice"])
    assert log_of("approval_case", case.id)[0].action == "approval_case.effective"


def test_given_back_it_ends_and_the_next_round_says_why(submit, leo, told, happened):
    case = submit()
    with pytest.raises(DomainError, match="what should be changed"):
        give_back(leo, case, " ")
    give_back(leo, case)
    assert (case.state, told("returned"), happened) == (State.RETURNED, ["Alice"], [("returned", "Leo")])
    again = submit()
    assert (again.round, again.reason) == (2, "Smaller")
    with pytest.raises(DomainError, match="waits for its approval already"):
        submit()


def test_withdrawn_by_whoever_submitted_it_only(submit, alice, leo, told, happened):
    case = submit()
    with pytest.raises(NotAllowed):
        commands.withdraw(leo, case)
    commands.withdraw(alice, case)
    assert (case.state, told("withdrawn"), happened) == (State.WITHDRAWN, ["Leo"], [("withdrawn", "Alice")])
    with pytest.raises(DomainError, match="decided already"):
        agree(leo, case)


def test_nobody_is_two_voices(submit, alice, bob, helen, olive):
    delegate(bob, helen, TODAY, TODAY)
    case = submit(step(bob, helen, alice))
    agree(helen, case, seat_id=case.steps[0].seats[1].id)
    for person, why in ((helen, "had your say"), (alice, "had your say"), (olive, "right")):
        with pytest.raises(NotAllowed, match=why):
            agree(person, case)


def test_who_stands_in_decides_and_it_is_written_for_whom(submit, bob, helen, told):
    delegate(bob, helen, TODAY, TODAY)
    case = submit(step(bob))
    assert (told("asked"), waiting(helen)) == (["Bob", "Helen"], [case.id])
    agree(helen, case)
    (seat,) = case.steps[0].seats
    assert (seat.decided_by, seat.decided_for, case.state) == (helen, bob, State.EFFECTIVE)


def test_who_begins_to_stand_in_later_finds_it_in_their_inbox(submit, bob, helen):
    case = submit(step(bob))
    delegate(bob, helen, TODAY, TODAY)
    assert (waiting(helen), policy.rights(helen, case)[0].principal) == ([case.id], bob)


# --- What is signed ---


def test_what_has_changed_is_not_signed(submit, thing, leo, alice, told):
    case = submit()
    with pytest.raises(DomainError, match="changed since you opened it"):
        agree(leo, case, seen="0" * 64)
    assert commands.lapse(alice, THING, thing, "Nothing changed") is None
    thing.name = "Coffee pot"
    db.session.flush()
    with pytest.raises(DomainError, match="submitted again"):
        agree(leo, case)
    commands.lapse(alice, THING, thing, "No teapot was left")
    assert (case.state, case.snapshot["title"], told("lapsed")) == (State.LAPSED, "Teapot", ["Leo"])
    again = submit()
    assert (again.reason, again.snapshot["title"]) == ("No teapot was left", "Coffee pot")


def test_what_was_effective_lapses_too(submit, thing, leo, alice):
    case = submit()
    agree(leo, case)
    thing.name = "Kettle"
    db.session.flush()
    commands.lapse(leo, THING, thing, "It grew")
    assert (case.state, submit().round) == (State.LAPSED, 2)


# --- In time ---


def test_what_is_not_decided_in_time_goes_to_the_leaders(submit, bob, helen, leo, told):
    case = submit(step(bob, helen, days=1))
    with clock.standing_at(at(18, 1, days=1)):
        asking.escalate_due()
        asking.escalate_due()
        assert told("escalated") == ["Bob", "Helen", "Leo"]
        agree(leo, case)
        with pytest.raises(NotAllowed):
            agree(leo, case)
        agree(helen, case)
    assert case.state == State.EFFECTIVE


def test_a_body_without_members_is_decided_for_by_the_leaders_at_once(submit, add_body, leo, told):
    add_body("review_it")
    case = submit(step(of_body("review_it")))
    assert told("asked") == ["Leo"]
    agree(leo, case)
    assert case.state == State.EFFECTIVE


def test_who_spoke_leaves_their_second_seat_to_the_leaders(submit, add_body, bob, leo, told):
    for key in ("review_it", "review_hr"):
        add_body(key, bob)
    case = submit(step(of_body("review_it"), of_body("review_hr")))
    agree(bob, case)
    assert (waiting(leo), told("asked")) == ([case.id], ["Bob", "Leo"])
    agree(leo, case)
    assert case.state == State.EFFECTIVE


def test_a_seat_that_nobody_holds_does_not_keep_the_others_from_the_leaders(submit, add_body, add_person, bob, leo):
    add_body("review_it")
    lena = add_person("Lena", Role.LEADER)
    case = submit(step(of_body("review_it"), bob, days=1))
    agree(lena, case)
    with clock.standing_at(at(18, 1, days=1)):
        asking.escalate_due()
        agree(leo, case)
    assert case.state == State.EFFECTIVE


def test_who_joins_a_body_later_finds_what_waits_for_it(submit, add_body, bob, helen, told):
    body = add_body("review_it", bob)
    case = submit(step(of_body("review_it")))
    db.session.add(Membership(body_id=body.id, person_id=helen.id, starts_on=date(2020, 1, 1)))
    db.session.flush()
    asking.ask_newcomers()
    asking.ask_newcomers()
    assert (waiting(helen), told("asked")) == ([case.id], ["Bob", "Helen"])


def test_who_leads_no_more_decides_for_nobody(submit, add_body, leo):
    add_body("review_it")
    case = submit(step(of_body("review_it")))
    leo.grants.clear()
    with pytest.raises(NotAllowed):
        agree(leo, case)


# --- Who sees it ---


def test_who_may_know_nothing_of_it_neither_sees_nor_decides(submit, thing, bob, olive, helen, add_body):
    add_body("review_hr", bob, helen)
    case = submit(step(of_body("review_hr")))
    assert [policy.may_see(person, case) for person in (bob, olive)] == [True, True]
    thing.name = "Secret teapot"
    db.session.flush()
    assert not policy.may_see(bob, case)
    assert inbox.entries(bob, [case]) == []
    assert [one.case for one in inbox.entries(helen, [case])] == [case]
    with pytest.raises((NotAllowed, DomainError)):
        agree(bob, case)


def test_lists_of_what_was_submitted_and_decided(submit, alice, bob, leo):
    case = submit()
    agree(leo, case)
    assert [list(db.session.scalars(listed(person))) for listed, person in (
        (inbox.submitted_by, alice), (inbox.submitted_by, leo), (inbox.decided_by, leo), (inbox.decided_by, bob)
    )] == [[case], [], [case], []]


# --- Several at once ---


def test_two_of_one_body_at_once_are_one_voice(app, submit, add_body, bob, helen, leo):
    add_body("review_hr", bob, helen)
    case = submit(step(of_body("review_hr")), step(leo))
    refused = at_once(app, *(done_by(commands.decide, person, case, Verdict.AGREED) for person in (bob, helen)))
    assert refused.count(None) == 1
    assert (case.current.position, sum(seat.verdict is not None for seat in case.steps[0].seats)) == (2, 1)


def test_agreed_to_and_given_back_at_once_it_is_one_of_them(app, submit, bob, helen):
    case = submit(step(bob, helen, rule=Rule.ANY))
    refused = at_once(
        app, done_by(commands.decide, bob, case, Verdict.AGREED),
        done_by(commands.decide, helen, case, Verdict.RETURNED, "No"),
    )
    assert [one for one in refused if one] == ["This has been decided already."]
    assert case.state == (State.EFFECTIVE if refused[0] is None else State.RETURNED)


# --- What the database itself refuses ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approval_case SET state = 'effective', ended_at = submitted_at",
        "UPDATE approval_case SET digest = 'other'",
        "UPDATE approval_case SET snapshot = '{}'",
        "DELETE FROM approval_case",
        "UPDATE approval_step SET passed_at = opened_at WHERE position = 1",
        "UPDATE approval_step SET passed_at = '2026-11-23 00:00:00' WHERE position = 2",
        "UPDATE approval_step SET rule = 'any'",
        "DELETE FROM approval_step",
        "UPDATE approval_seat SET verdict = 'returned', comment = 'No' WHERE verdict = 'agreed'",
        "DELETE FROM approval_seat",
    ],
)
def test_the_database_keeps_what_was_signed(submit, bob, helen, leo, statement):
    case = submit(step(bob, helen), step(leo))
    agree(bob, case)
    db.session.commit()
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize("voice", ["decided_by_id", "decided_for_id"])
def test_the_database_takes_nobody_for_two_voices(submit, bob, helen, leo, voice):
    case = submit(step(bob, helen))
    first, second = case.steps[0].seats
    speaks = "UPDATE approval_seat SET verdict = 'agreed', decided_at = :now, decided_by_id = :by, decided_for_id = :as"
    rows = [{"by": leo.id, "as": None}, {"by": leo.id, "as": None}]
    if voice == "decided_for_id":
        rows = [{"by": leo.id, "as": bob.id}, {"by": helen.id, "as": bob.id}]
    one, another = (text(f"{speaks} WHERE id = {seat.id}") for seat in (first, second))
    db.session.execute(one, {"now": clock.now(), **rows[0]})
    with pytest.raises(DBAPIError):
        db.session.execute(another, {"now": clock.now(), **rows[1]})
    db.session.rollback()


def test_a_decided_case_stays_as_it_is(submit, leo):
    case = submit()
    agree(leo, case)
    db.session.commit()
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE approval_case SET state = 'open', ended_at = NULL"))
    db.session.rollback()
    assert last_case(THING, case.record_id) is case
    assert cases_of(THING, case.record_id) == [case]
