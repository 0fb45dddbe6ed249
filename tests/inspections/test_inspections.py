"""Inspections: planned, filled in, held, repeated; and who may."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.inspections import commands, policy, reminding
from portal.inspections.lines import clauses_of
from portal.inspections.models import Inspection, Result, Scope
from portal.notifications.models import Notice
from portal.regulations.profiles import Phase
from tests.conftest import HTMX, at

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("scope", "phases"),
    [
        (Scope.PREPARATION, {Phase.PLAN, Phase.PREPARE}), (Scope.RUNNING, {Phase.RUN}),
        (Scope.WRAP_UP, {Phase.FOLLOW_UP}), (Scope.COMPLIANCE, {Phase.GOVERN, Phase.IMPROVE}),
        (Scope.ARCHIVE, {Phase.ARCHIVE}),
    ],
)
def test_a_form_asks_for_the_clauses_of_its_scope(plan, scope, phases):
    made = plan(scope=scope)
    clauses = clauses_of(scope, "agency")
    assert [line.clause for line in made.lines] == [clause.id for clause in clauses]
    assert {clause.phase for clause in clauses} == phases


def test_costs_are_looked_at_in_every_phase_and_without_a_profile_all_regulations_are(app):
    assert {clause.record for clause in clauses_of(Scope.COSTS, "")} <= {"budget", "expense"}
    assert len({clause.id[:3] for clause in clauses_of(Scope.COSTS, "")}) > 1


def test_it_is_numbered_and_its_inspector_is_told(plan, audrey, told):
    assert [plan().number, plan(inspector=audrey).number] == ["INS-2026-001", "INS-2026-002"]
    assert told("inspection.assigned") == ["Audrey"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(2025, 1, 1)}, "ends_on"), ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"due_on": date(9999, 12, 31)}, "due_on"), ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"title": " "}, "title"), ({"repeat_months": 0}, "repeat_months"), ({"profile": "club"}, "profile"),
        ({"department_id": 4711}, "department_id"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_beside_its_field(plan, wrong, field):
    with pytest.raises(DomainError) as refused:
        plan(**wrong)
    assert refused.value.field == field


def test_who_plans_and_reads(plan, inspection, sue, audrey, leo, bob, carl, helen, works, serve):
    serve("supervisory_body", bob)
    serve("foreign_office", carl)
    people = (sue, bob, carl, audrey, leo, helen)
    assert [policy.may_plan(one, "agency") for one in people] == [True, True, False, False, False, False]
    assert [policy.may_plan(one, "foreign") for one in people] == [True, True, True, False, False, False]
    assert [policy.may_see(one, inspection) for one in people] == [True, True, True, True, True, False]
    assert policy.may_see(helen, plan(department_id=works.id))
    assert policy.may_hold(audrey, plan(inspector=audrey))
    with pytest.raises(NotAllowed):
        plan(actor=audrey)


def test_what_was_not_kept_needs_words_and_a_finding_before_it_is_held(inspection, find, sue):
    line, other = inspection.lines[0], inspection.lines[1]
    with pytest.raises(DomainError, match="what was not kept") as refused:
        commands.fill_in(sue, line, Result.NOT_KEPT, " ")
    assert refused.value.field == "words"
    commands.fill_in(sue, line, Result.NOT_KEPT, "No list")
    commands.fill_in(sue, other, Result.KEPT, "")
    with pytest.raises(DomainError, match=f"{line.clause} was not kept"):
        commands.hold(sue, inspection, "Well")
    find(clause=line.clause)
    commands.hold(sue, inspection, "Well, but for one")
    assert [one.result for one in inspection.lines[:3]] == [Result.NOT_KEPT, Result.KEPT, Result.NOT_SEEN]
    assert inspection.closed_at is None
    with pytest.raises(DomainError, match="has been held"):
        commands.fill_in(sue, other, Result.NOT_KEPT, "After all")


def test_one_without_findings_is_closed_when_it_is_held_and_the_next_is_planned_by_itself(plan, sue):
    first = plan(repeat_months=6)
    commands.hold(sue, first, "All well")
    following = db.session.scalars(select(Inspection).where(Inspection.id != first.id)).one()
    assert first.closed_at is not None
    assert (following.number, following.held_at, following.repeat_months) == ("INS-2026-002", None, 6)
    assert (following.starts_on, following.due_on) == (date(2026, 7, 1), date(2027, 6, 7))
    assert len(following.lines) == len(first.lines)


def test_a_plan_changes_until_it_is_held(inspection, sue, audrey, told):
    how = {"title": "Winter", "due_on": date(2027, 1, 4), "repeat_months": None}
    commands.change(sue, inspection, inspector=audrey, **how)
    assert told("inspection.assigned") == ["Audrey"]
    commands.hold(audrey, inspection, "Well")
    with pytest.raises(DomainError, match="has been held"):
        commands.change(sue, inspection, inspector=sue, **how)


def test_inspectors_are_reminded_once_before_and_once_after(plan, told):
    plan(due_on=TODAY + timedelta(days=14))
    for days, kinds in [(0, 0), (8, 1), (9, 1), (15, 2), (16, 2)]:
        with clock.standing_at(at(9, days=days)):
            reminding.remind()
            db.session.commit()
        assert len(told("inspection.due_soon") + told("inspection.overdue")) == kinds
    assert db.session.scalars(select(Notice).where(Notice.kind == "inspection.overdue")).one().recipient.name == "Sue"


# --- Pages ---


def test_an_inspection_is_planned_by_its_page(sign_in, sue, bob):
    browser = sign_in(sue)
    typed = {
        "title": "Autumn", "scope": "running", "profile": "agency", "starts_on": "2026-01-01", "ends_on": "2026-11-23",
        "due_on": "2026-12-07", "inspector": "sue",
    }
    refused = browser.post("/inspections/new", data={**typed, "due_on": "2020-01-01"})
    assert refused.status_code == 422
    assert 'value="Autumn"' in refused.text
    assert browser.post("/inspections/new", data=typed).status_code == 303
    assert browser.get("/inspections/new").status_code == 200
    assert sign_in(bob).get("/inspections/new").status_code == 403


def test_a_line_answers_its_own_state_only(sign_in, inspection, sue, audrey, bob):
    line, browser = inspection.lines[0], sign_in(sue)
    address = f"/inspections/{inspection.id}/lines/{line.id}"
    kept = browser.post(address, data={"result": "kept"}, headers=HTMX)
    assert kept.status_code == 200
    assert kept.text.strip().startswith(f'<p id="line-{line.id}-state"')
    refused = browser.post(address, data={"result": "not_kept"}, headers=HTMX)
    assert refused.status_code == 422
    assert "what was not kept" in refused.text
    assert browser.post(address, data={"result": "maybe"}, headers=HTMX).status_code == 422
    broken = browser.post(address, data={"result": "not_kept", "words": "No list"}, headers=HTMX)
    assert f"findings/new?line={line.id}" in broken.text
    assert browser.post(address, data={"result": "kept"}).status_code == 303
    assert browser.post(f"/inspections/{inspection.id}/lines/4711", data={}).status_code == 404
    assert sign_in(audrey).post(address, data={"result": "kept"}).status_code == 403
    assert sign_in(bob).post(address, data={"result": "kept"}).status_code == 404


def test_pages_show_and_hold_it(sign_in, inspection, sue, audrey, bob):
    browser, address = sign_in(sue), f"/inspections/{inspection.id}"
    page = browser.get(address).text
    assert inspection.lines[0].titles["en"].split("&")[0] in page
    assert inspection.lines[0].titles["zh_Hans"] in page
    assert "Sign what was seen" not in sign_in(audrey).get(address).text
    assert sign_in(bob).get(address).status_code == 404
    assert browser.post(f"{address}/holding", data={"verdict": ""}, headers=HTMX).status_code == 422
    assert browser.post(f"{address}/holding", data={"verdict": "Well"}).status_code == 303
    assert "Well" in browser.get(address).text
    plan = {"title": "W", "due_on": "2027-01-04", "inspector": "sue"}
    assert browser.get(f"{address}/plan").status_code == 200
    assert browser.post(f"{address}/plan", data=plan).status_code == 422


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("?state=closed", 1), ("?profile=foreign", 1), ("?profile=high_end", 0), ("?from=2027-01-01", 0),
     ("?department=1", 2), ("?from=0000-00-00&department=x&state=no&profile=no", 2)],
)
def test_the_register_is_filtered_in_a_constant_number_of_statements(plan, sign_in, sue, statements, query, count):
    browser = sign_in(sue)
    first = plan(title="Closed one")
    with statements() as few:
        browser.get(f"/inspections{query}")
    commands.hold(sue, first, "Well")
    plan(profile="foreign", title="Foreign one")
    with statements() as many:
        page = browser.get(f"/inspections{query}").text
    assert ("Closed one" in page) + ("Foreign one" in page) == count
    assert len(many) == len(few)


def test_the_register_is_a_file_too_and_is_for_those_who_read(sign_in, inspection, audrey, bob):
    assert sign_in(audrey).get("/inspections?format=xlsx").data.startswith(b"PK")
    assert "INS-2026-001" in sign_in(audrey).get("/inspections?format=csv").text
    assert "INS-2026-001" not in sign_in(bob).get("/inspections").text


def test_my_day_shows_what_i_am_to_hold(sign_in, inspection, sue):
    assert "INS-2026-001" in sign_in(sue).get("/my-day").text
