"""What the clock says of tasks."""

import pytest

from portal.core import clock
from portal.core.db import db
from portal.tasks.models import Proof
from portal.tasks.proving import Given, do
from portal.tasks.reminding import remind
from tests.conftest import at


def names(told, kind):
    return [name for name, *_ in told(kind)]


def test_once_before_it_is_due_all_in_one_letter(make_task, told):
    make_task(), make_task("Fetch the flag", due_at=at(12, days=7))
    for hour in (9, 10):
        with clock.standing_at(at(hour, days=4)):
            remind()
    [(name, subject, body)] = told("task_list.due")
    assert (name, subject) == ("Bob", "Tasks are due soon (2 tasks)")
    assert "Fetch the flag" in body
    assert "Planning" not in body


def test_overdue_every_other_working_day_and_the_head_from_the_second_time_on(make_task, works, helen, told):
    task = make_task()
    task.department_id = works.id
    db.session.commit()
    for day in (8, 9, 10):
        with clock.standing_at(at(9, days=day)):
            remind()
    assert names(told, "task_list.overdue") == ["Bob", "Bob", "Helen"]


@pytest.mark.parametrize("moment", [at(9, days=12), at(22, days=8), at(7, days=8)])
def test_nobody_at_times_without_work(task, told, moment):
    with clock.standing_at(moment):
        remind()
    assert told("task_list.overdue") == []


def test_whose_name_is_waited_for_is_urged_instead(make_task, bob, rita, told):
    task = make_task(proof=Proof.SIGNATURE)
    do(bob, task, Given("Done", signer=rita))
    db.session.commit()
    with clock.standing_at(at(9, days=8)):
        remind()
    assert names(told, "task_list.overdue") == ["Rita"]


def test_nobody_for_what_is_done(task, bob, told):
    do(bob, task, Given())
    with clock.standing_at(at(9, days=8)):
        remind()
    assert told("task_list.overdue") == []
