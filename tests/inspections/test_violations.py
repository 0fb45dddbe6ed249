"""Violations: written down, decided on by others than those concerned, closed; and who sees them."""

import pytest

from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.inspections import policy, violations
from portal.inspections.models import Sanction
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.kind_commands import Settings, add_kind
from tests.conftest import HTMX, at


def test_it_is_numbered_and_those_who_decide_are_told(record, leo, bob, serve, told):
    serve("supervisory_body", bob)
    assert [record().number, record().number] == ["VIO-2026-001", "VIO-2026-002"]
    assert told("violation.recorded") == ["Bob", "Bob", "Leo", "Leo"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"clause": "AGY-99"}, "clause"), ({"facts": " "}, "facts"), ({"department_id": 4711}, "department_id"),
     ({"meeting_id": 4711}, "meeting_id")],
)
def test_what_makes_no_sense_is_refused_beside_its_field(record, wrong, field):
    with pytest.raises(DomainError) as refused:
        record(**wrong)
    assert refused.value.field == field


def test_it_is_decided_and_closed_by_degrees(record, leo, sue, alice, helen, told):
    made = record(person=alice)
    with pytest.raises(DomainError, match="Decide first"):
        violations.close(sue, made, "Done")
    violations.decide(leo, made, Sanction.CORRECTION, "It was the second time")
    with pytest.raises(DomainError, match="decided already"):
        violations.decide(leo, made, Sanction.DISCIPLINE, "More")
    violations.close(sue, made, "Put right")
    with pytest.raises(DomainError, match="is closed"):
        violations.close(sue, made, "Again")
    assert told("violation.decided") == told("violation.closed") == ["Alice", "Helen"]
    assert next(entry.action for entry in log_of("violation", made.id)) == "violation.closed"


def test_nobody_decides_on_what_concerns_them(record, add_person, leo, sue, alice, helen, works):
    from portal.accounts.models import Role

    head = add_person("Heidi", Role.LEADER, Role.DEPARTMENT_HEAD, department=works)
    named, of_department = record(person=leo), record()
    assert not policy.may_decide(leo, named)
    assert policy.may_decide(leo, of_department)
    assert not policy.may_decide(head, of_department)
    assert policy.may_decide(head, named)
    with pytest.raises(NotAllowed):
        violations.decide(sue, of_department, Sanction.CRITICISM, "So")


def test_who_sees_and_writes_down(record, sue, leo, audrey, helen, alice, carl, bob, olive, adam):
    made = record(person=alice, actor=olive)
    people = (sue, leo, audrey, helen, alice, olive, carl, bob, adam)
    assert [one.name for one in people if policy.may_see_violation(one, made)] == [
        "Sue", "Leo", "Audrey", "Helen", "Alice", "Olive"
    ]
    assert [one.name for one in people if policy.may_record(one)] == ["Sue", "Leo", "Audrey", "Olive"]
    with pytest.raises(NotAllowed):
        record(actor=bob)


# --- Pages ---


def test_the_page_begins_with_what_the_address_knows(sign_in, sue, olive, works, alice):
    meeting = meetings.make_meeting_elsewhere(
        olive, at(9, days=1), at(10, days=1), subject="Budget", details=Details(venue="Hall", department_id=works.id)
    )
    db.session.commit()
    begun = sign_in(olive).get(f"/violations/new?clause=AGY-10.3&meeting={meeting.id}").text
    assert 'value="AGY-10.3"' in begun
    assert f'<option selected value="{meeting.id}">' in begun
    assert f'<option selected value="{works.id}">' in begun
    dialog = sign_in(olive).get("/violations/new", headers=HTMX).text
    assert "<html" not in dialog
    assert 'hx-target="#dialog"' in dialog
    # Of a draft the supervisor knows nothing.
    assert sign_in(sue).get(f"/violations/new?meeting={meeting.id}").status_code == 404
    assert sign_in(alice).get("/violations/new").status_code == 403


def test_who_may_see_how_the_clauses_of_a_meeting_were_kept_may_name_it(sign_in, sue, olive, works):
    kind = add_kind(olive, Settings(name="Agency", prefix="AG", profile="agency"))
    meeting = meetings.make_meeting_elsewhere(
        olive, at(9, days=1), at(10, days=1), subject="Budget", details=Details(venue="Hall", kind_id=kind.id)
    )
    meeting.submitted_at = clock.now()
    db.session.commit()
    browser, new = sign_in(sue), f"/violations/new?clause=AGY-10.3&meeting={meeting.id}"
    assert browser.get(f"/meetings/{meeting.id}").status_code == 404
    assert "Budget" in browser.get(new).text
    typed = {"clause": "AGY-10.3", "facts": "So", "department_id": works.id, "meeting_id": meeting.id}
    address = browser.post(new, data=typed).headers["Location"]
    assert "Budget" in browser.get(address).text


def test_it_goes_its_way_by_pages(sign_in, sue, leo, alice, works, bob):
    browser = sign_in(sue)
    typed = {"clause": "AGY-10.3", "facts": "Nobody looked", "department_id": works.id, "person": "Alice"}
    refused = browser.post("/violations/new", data={**typed, "person": "Nemo"})
    assert refused.status_code == 422
    assert "Nobody looked" in refused.text
    address = browser.post("/violations/new", data=typed).headers["Location"]
    assert browser.post(f"{address}/decision", data={"sanction": "criticism", "words": "So"}).status_code == 403
    decider = sign_in(leo)
    assert "VIO-2026-001" in decider.get("/my-day").text
    assert decider.post(f"{address}/decision", data={"words": "So"}, headers=HTMX).status_code == 422
    assert decider.post(f"{address}/decision", data={"sanction": "criticism", "words": "So"}).status_code == 303
    assert browser.post(f"{address}/closing", data={"words": ""}, headers=HTMX).status_code == 422
    assert browser.post(f"{address}/closing", data={"words": "Put right"}).status_code == 303
    assert "Criticism" in sign_in(alice).get(address).text
    assert sign_in(bob).get(address).status_code == 404


def test_the_register_is_filtered_for_its_reader_in_a_constant_number_of_statements(
    record, sign_in, sue, alice, bob, statements
):
    record(person=alice)
    browser = sign_in(sue)
    with statements() as few:
        browser.get("/violations?profile=agency")
    for _count in range(5):
        record(clause="FOR-3.2.b")
    with statements() as many:
        assert "VIO-2026-006" not in browser.get("/violations?profile=agency").text
    assert len(many) == len(few)
    assert "VIO-2026-006" in browser.get("/violations?state=recorded").text
    mine = sign_in(alice).get("/violations").text
    assert "VIO-2026-001" in mine
    assert "VIO-2026-002" not in mine
    assert "VIO-2026-001" not in sign_in(bob).get("/violations").text
    assert "VIO-2026-001" in browser.get("/violations?format=csv").text
