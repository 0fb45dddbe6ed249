"""Tasks are given, handed over, moved, dropped and urged."""

import pytest

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.moving import cancel_meeting
from portal.tasks import commands, policy
from portal.tasks.names import title_of
from portal.tasks.proving import Given, do
from tests.conftest import at


def test_whoever_looks_after_the_record_gives_tasks_and_the_owner_is_told(task, regulated, bob, told):
    assert (title_of(task), task.owner, task.record_id) == ("Count the chairs", bob, regulated.id)
    [(name, subject, body)] = told("task.assigned")
    assert (name, subject) == ("Bob", "A task for you: Count the chairs")
    assert "Planning" in body
    assert f"/tasks/{task.id}" in body


@pytest.mark.parametrize("name", ["bob", "helen", "leo"])
def test_others_give_none(regulated, request, name, alice):
    actor = request.getfixturevalue(name)
    with pytest.raises(NotAllowed):
        commands.add_task(actor, "meeting", regulated.id, title="Dance", owner=alice, due_at=at(9, days=2))


@pytest.mark.parametrize(("values", "field"), [({"title": "  "}, "title"), ({"due_at": at(7)}, "due_at")])
def test_a_task_has_a_title_and_a_time_that_is_to_come(make_task, values, field):
    with pytest.raises(DomainError) as refusal:
        make_task(**values)
    assert refusal.value.field == field


def test_who_sees_and_does_a_task(task, request, works, stand_in, bob, add_person):
    carl = add_person("Carl")
    stand_in(bob, carl)
    task.department_id = works.id
    answers = {"alice": (1, 1), "bob": (1, 1), "helen": (1, 1), "olive": (1, 1), "leo": (1, 0), "audrey": (1, 0),
               "rita": (0, 0)}
    for name, (sees, does) in answers.items():
        actor = request.getfixturevalue(name)
        assert (policy.may_see(actor, task), policy.may_do(actor, task)) == (bool(sees), bool(does)), name
    assert policy.may_do(carl, task)


def test_of_a_secret_meeting_only_its_people_and_the_owner_know_tasks(task, regulated, works, helen, leo, bob, alice):
    task.department_id = works.id
    regulated.confidentiality = "secret"
    db.session.flush()
    assert [policy.may_see(one, task) for one in (alice, bob, helen, leo)] == [True, True, False, False]


def test_handing_over_tells_both_and_begins_anew(task, alice, bob, rita, told, works):
    task.urged_at = clock.now()
    commands.reassign(bob, task, rita, "I am away")
    assert (task.owner, task.urged_at) == (rita, None)
    assert [name for name, *_ in told("task.assigned")] == ["Bob", "Rita"]
    commands.reassign(alice, task, bob)
    assert [name for name, *_ in told("task.taken_over")] == ["Rita"]
    with pytest.raises(DomainError, match="already"):
        commands.reassign(alice, task, bob)


def test_another_time_needs_a_reason_and_the_right(task, alice, bob, told):
    with pytest.raises(NotAllowed):
        commands.move_due(bob, task, at(9, days=9), "Later")
    with pytest.raises(DomainError, match="say why"):
        commands.move_due(alice, task, at(9, days=9), " ")
    commands.move_due(alice, task, at(9, days=9), "The chairs come later")
    assert task.due_at == at(9, days=9)
    [(name, _subject, body)] = told("task.moved")
    assert name == "Bob"
    assert "The chairs come later" in body


def test_dropped_with_a_reason_and_taken_up_again(task, alice, told):
    commands.drop(alice, task, "There are none")
    assert (task.is_open, task.drop_reason) == (False, "There are none")
    with pytest.raises(DomainError, match="not needed"):
        commands.drop(alice, task, "Again")
    commands.reopen(alice, task)
    assert (task.is_open, task.drop_reason) == (True, "")
    assert [name for name, *_ in told("task.reopened")] == ["Bob"]


def test_urging_needs_words_and_reaches_the_owner(task, alice, bob, told):
    with pytest.raises(NotAllowed):
        commands.urge(bob, task, "Hurry")
    commands.urge(alice, task, "Please hurry")
    assert task.urged_at == clock.now()
    assert "Please hurry" in told("task.urged")[0][2]


def test_whoever_did_it_takes_it_back_within_a_day_and_the_organizer_later(task, bob, alice):
    do(bob, task, Given())
    with clock.standing_at(at(9, days=2)):
        with pytest.raises(NotAllowed):
            commands.reopen(bob, task)
        commands.reopen(alice, task)
    assert task.is_open


def test_no_task_is_given_about_a_meeting_that_is_off(regulated, alice, make_task):
    cancel_meeting(alice, regulated)
    with pytest.raises(DomainError, match="cancelled"):
        make_task()


def test_everything_is_logged(task, alice, bob, rita):
    commands.reassign(alice, task, rita)
    commands.move_due(alice, task, at(9, days=9), "Later")
    commands.drop(alice, task, "None")
    commands.reopen(alice, task)
    entries = db.session.query(AuditEntry).filter_by(record_kind="task", record_id=task.id).order_by(AuditEntry.id)
    assert [entry.action for entry in entries] == [
        "task.added", "task.reassigned", "task.moved", "task.dropped", "task.reopened"
    ]
