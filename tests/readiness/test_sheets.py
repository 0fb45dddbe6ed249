"""Forms filled in on the spot."""

import pytest
from sqlalchemy.exc import DatabaseError

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.readiness import sheets
from portal.readiness.models import Condition, Form
from portal.readiness.queries import state_of
from portal.readiness.sheets import BadLines, Found
from portal.tasks.names import title_of
from portal.tasks.proving import Given, do
from tests.conftest import at


def test_who_fills_it_in(approved, alice, rita, olive, bob, leo):
    for actor in (alice, rita, olive):
        assert sheets.open_sheet(actor, approved, Form.EQUIPMENT_TEST)
    for actor in (bob, leo):
        with pytest.raises(NotAllowed):
            sheets.open_sheet(actor, approved, Form.EQUIPMENT_TEST)


def test_it_has_the_lines_of_the_profile_and_is_gone_on_with(approved, rita):
    sheet = sheets.open_sheet(rita, approved, Form.EQUIPMENT_TEST)
    assert [line.key for line in sheet.lines][:2] == ["projection", "sound"]
    assert sheets.open_sheet(rita, approved, Form.EQUIPMENT_TEST) == sheet
    with pytest.raises(DomainError, match="no such form"):
        sheets.open_sheet(rita, approved, Form.VENUE_ACCEPTANCE)


@pytest.mark.parametrize(
    ("key", "found", "words"),
    [("sound", Found(Condition.FAULTY), "Say what is wrong."), ("sound", Found(Condition.NOT_NEEDED), "left out"),
     ("power", Found(Condition.OK, "x" * 501), "At most")],
)
def test_a_line_that_makes_no_sense_is_refused_beside_it(approved, rita, key, found, words):
    sheet = sheets.open_sheet(rita, approved, Form.EQUIPMENT_TEST)
    with pytest.raises(BadLines) as refusal:
        sheets.fill(rita, sheet, {key: found})
    assert words in refusal.value.faults[key]


def test_nothing_is_signed_of_which_nothing_is_said(approved, rita):
    sheet = sheets.open_sheet(rita, approved, Form.EQUIPMENT_TEST)
    sheets.fill(rita, sheet, {"sound": Found(Condition.OK)})
    with pytest.raises(BadLines) as refusal:
        sheets.sign(rita, sheet)
    assert "sound" not in refusal.value.faults
    assert "power" in refusal.value.faults


def test_signed_in_order_the_form_passes_and_its_task_is_done(approved, fill, tasks, rita):
    with pytest.raises(DomainError, match="sign it"):
        do(rita, tasks()["form-equipment_test"], Given())
    db.session.rollback()
    sheet = fill()
    assert state_of([approved.id])[approved.id].passes(Form.EQUIPMENT_TEST)
    assert tasks()["form-equipment_test"].done_by == rita
    with pytest.raises(DomainError, match="signed"):
        sheets.fill(rita, sheet, {})


def test_a_fault_becomes_a_task_before_the_meeting_and_mended_the_form_passes(approved, fill, rita):
    sheet = fill(sound="It hums; Blue Audio repairs it")
    state = state_of([approved.id])[approved.id]
    [fault] = state.open_faults
    task = fault.task
    assert (title_of(task), task.owner, task.words) == ("Mend: Sound system", rita, "It hums; Blue Audio repairs it")
    # The working day before Monday, the 14th.
    assert task.due_at == at(18, days=18)
    assert not state.passes(Form.EQUIPMENT_TEST)
    do(rita, task, Given("Repaired"))
    assert state_of([approved.id])[approved.id].passes(Form.EQUIPMENT_TEST)
    again = sheets.open_sheet(rita, approved, Form.EQUIPMENT_TEST)
    assert (again.id != sheet.id, again.lines[0].key) == (True, "sound")


def test_a_signed_sheet_is_frozen_by_the_database(fill):
    sheet = fill()
    sheet.remarks = "Something else"
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()
    sheet.lines[0].condition = Condition.FAULTY
    sheet.lines[0].words = "After all"
    with pytest.raises(DatabaseError):
        db.session.flush()
