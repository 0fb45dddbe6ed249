"""The checklist is laid when a meeting is approved, and goes where the meeting goes."""

from datetime import date

import pytest

from portal.audit.models import AuditEntry
from portal.bodies.models import Body, Membership
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Part
from portal.meetings.moving import cancel_meeting, postpone, resume
from portal.proposals.models import BudgetLine, Heading
from portal.proposals.records import blank
from portal.readiness import laying
from portal.readiness.checklist import duties_of
from portal.readiness.owners import Holders
from portal.regulations.queries import packaged_profiles
from portal.tasks.commands import move_due
from portal.tasks.names import title_of
from tests.conftest import at
from tests.readiness.conftest import approve


def test_approval_lays_it_with_owners_and_times_and_tells_each_owner_once(tasks, approved, rita, told):
    found = tasks()
    early = found["operations_early_check"]
    assert (early.owner, early.clauses, early.proof) == (rita, ["OPS-5.9"], "words")
    # Two working days before Monday, the 14th.
    assert early.due_at == at(18, days=17)
    assert found["operations_guards_done"].needs == [found["operations_guards"]]
    assert found["form-equipment_test"].owner == rita
    letters = told("task_list.assigned")
    assert sorted(name for name, *_ in letters) == ["Alice", "Rita"]
    assert title_of(early) in next(body for name, _subject, body in letters if name == "Rita")
    assert db.session.query(AuditEntry).filter_by(action="meeting.checklist_laid", record_id=approved.id).count() == 1


def test_what_nobody_holds_has_nobody_yet(tasks):
    task = tasks()["operations_technician"]
    assert (task.owner, task.owner_role) == (None, "review_it")


def test_approved_again_it_lays_only_what_it_lacks(tasks, approved, leo, told):
    before = {key: task.id for key, task in tasks().items()}
    db.session.delete(tasks()["operations_spare_copies"])
    db.session.commit()
    approve(approved, leo)
    after = {key: task.id for key, task in tasks().items()}
    assert set(after) == set(before)
    assert {key for key in before if after[key] != before[key]} <= {"operations_spare_copies"}


def test_who_lays_it_by_hand(regulated, make_meeting, alice, bob):
    with pytest.raises(NotAllowed):
        laying.lay_by_hand(bob, regulated)
    with pytest.raises(DomainError, match="approved"):
        laying.lay_by_hand(alice, regulated)
    with pytest.raises(NotAllowed):
        laying.lay_by_hand(alice, make_meeting())


@pytest.mark.parametrize(
    ("role", "name"),
    [("organizer", "alice"), ("head", "helen"), ("leader", "leo"), ("supervisor", "sue"), ("room_manager", "rita"),
     ("office", "olive"), ("chair", "bob"), ("staff", "alice"), ("recorder", None), ("review_it", "audrey")],
)
def test_who_holds_a_role(approved, request, sue, olive, helen, bob, audrey, put_in, role, name):
    put_in(bob, Part.CHAIR)
    body = Body(key="review_it", created_at=clock.now())
    db.session.add(Membership(body=body, person=audrey, starts_on=date(2026, 1, 1)))
    db.session.commit()
    assert Holders(approved).of(role) == (request.getfixturevalue(name) if name else None)


def test_whoever_of_the_office_has_least_to_do_is_next(approved, olive, add_person):
    other = add_person("Otto", *[grant.role for grant in olive.grants])
    holders = Holders(approved)
    assert [holders.of("office") for _turn in range(3)] == [olive, other, olive]


@pytest.mark.parametrize(("amount", "has"), [(None, True), (0, False), (300, True)])
def test_what_the_budget_says_nil_to_is_left_out(regulated, amount, has):
    proposal = blank()
    if amount is not None:
        proposal.budget = [BudgetLine(heading=Heading.CATERING, amount=amount)]
    keys = {duty.key for duty in duties_of(packaged_profiles()["high_end"], regulated, proposal)}
    assert ("high_end_catering" in keys) == has
    assert "high_end_guards" in keys


def test_tasks_go_along_when_the_meeting_moves(tasks, move, alice, told):
    by_hand = tasks()["operations_spare_copies"]
    move_due(alice, by_hand, at(8, days=18), "Sooner")
    db.session.commit()
    move(9, 22)
    assert tasks()["operations_early_check"].due_at == at(18, days=18)
    # What was set by hand keeps its distance.
    assert tasks()["operations_spare_copies"].due_at == at(8, days=19)
    assert told("task_list.moved")


def test_called_off_and_put_on_again_with_the_meeting(tasks, approved, alice, told):
    postpone(alice, approved, "Snow")
    db.session.commit()
    assert not any(task.is_open for task in tasks().values())
    assert told("task_list.dropped")
    resume(alice, approved, starts_at=at(9, days=28), ends_at=at(10, days=28), venue="Town hall")
    db.session.commit()
    assert all(task.is_open for task in tasks().values())
    assert tasks()["operations_early_check"].due_at == at(18, days=24)
    cancel_meeting(alice, approved, "No more")
    assert not any(task.is_open for task in tasks().values())
