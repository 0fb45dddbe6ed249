"""Findings: cause, measure, effect, in that order; shown at the body's next meeting."""

from datetime import date

import pytest

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.inspections import commands, findings, panels, queries
from portal.meetings import commands as meetings
from portal.meetings.details import Details
from portal.meetings.models import Confidentiality
from portal.resolutions.commands import Duty
from portal.resolutions.models import Origin
from tests.conftest import HTMX, at

DUE = date(2026, 12, 7)


@pytest.fixture
def duty(alice, works):
    return Duty(text="Have lists signed", department_id=works.id, owner_id=alice.id, due_on=DUE)


@pytest.fixture
def meet(olive):
    def meet(subject, days, **details):
        made = meetings.make_meeting_elsewhere(
            olive, at(9, days=days), at(10, days=days), subject=subject, details=Details(venue="Hall", **details)
        )
        db.session.commit()
        return made

    return meet


def test_it_goes_from_cause_to_measure_to_effect_and_closes_its_inspection(inspection, find, duty, sue, helen, close):
    found = find(clause="AGY-10.3")
    commands.hold(sue, inspection, "One thing")

    def state():
        return queries.finding_state(found, queries.measures_of([found.id]).get(found.id, []))

    assert state() == "cause"
    with pytest.raises(DomainError, match="Say first what caused it"):
        findings.lay_down(sue, found, duty)
    findings.explain(helen, found, "Nobody knew")
    assert state() == "measure"
    with pytest.raises(DomainError, match="Lay down a measure first"):
        findings.close(sue, found, "Signed")
    measure = findings.lay_down(sue, found, duty)
    assert (measure.origin, measure.source_kind, measure.source_id) == (Origin.IMPROVEMENT, "finding", found.id)
    assert state() == "running"
    with pytest.raises(DomainError, match=f"{measure.number} is not closed yet"):
        findings.close(sue, found, "Signed")
    close(measure)
    assert state() == "effect"
    findings.close(sue, found, "All lists are signed")
    assert (state(), found.closed_by) == ("closed", sue)
    assert inspection.closed_at is not None
    with pytest.raises(DomainError, match="This finding is closed"):
        findings.explain(helen, found, "Other")


def test_nobody_sees_the_effect_of_their_own_measure(plan, find, duty, sue, alice, close):
    found = find(of=plan(inspector=alice), cause="Nobody knew")
    close(findings.lay_down(sue, found, duty))
    with pytest.raises(DomainError, match="Somebody else has to see"):
        findings.close(alice, found, "Signed")


def test_heads_are_told_and_clauses_departments_and_meetings_exist(find, helen, told, works, meet, sue):
    find()
    assert told("finding.made") == ["Helen"]
    hidden = meet("Secret word", 1, confidentiality=Confidentiality.SECRET)
    for wrong, field in [
        ({"clause": "AGY-99.9"}, "clause"), ({"department_id": 4711}, "department_id"), ({"said": " "}, "words"),
        ({"meeting_id": hidden.id}, "meeting_id"), ({"body_id": 4711}, "body_id"),
    ]:
        with pytest.raises(DomainError) as refused:
            find(**wrong)
        assert refused.value.field == field
        db.session.rollback()


def test_who_finds_explains_and_lays_down(inspection, find, duty, helen, audrey, bob):
    found = find(cause="Nobody knew")
    for act in (
        lambda: find(actor=audrey), lambda: findings.lay_down(helen, found, duty),
        lambda: findings.explain(bob, found, "So"), lambda: findings.close(helen, found, "Signed"),
    ):
        with pytest.raises(NotAllowed):
            act()
        db.session.rollback()


def test_the_body_may_lay_down_measures_without_the_role(plan, find, duty, bob, serve):
    serve("supervisory_body", bob)
    found = find(of=plan(actor=bob, inspector=bob), actor=bob, cause="Nobody knew")
    assert findings.lay_down(bob, found, duty).created_by == bob


def test_a_measure_about_a_secret_meeting_is_confidential(plan, find, duty, sue, olive, meet):
    secret = meet("Secret word", 1, confidentiality=Confidentiality.SECRET)
    found = find(of=plan(inspector=olive), actor=olive, meeting_id=secret.id, cause="So")
    assert findings.lay_down(sue, found, duty).is_confidential


def test_what_a_body_has_to_see_to_is_shown_at_its_next_meeting_only(
    app, find, sign_in, serve, meet, leo, olive, bob, sue
):
    body = serve("leading_group", leo)
    later, following = meet("Later", 9, body_id=body.id), meet("Next", 2, body_id=body.id)
    found = find(body_id=body.id)
    assert panels.to_show(later, olive) == []
    assert panels.to_show(following, bob) == []
    assert list(panels.to_show(following, leo)) == [found]
    browser, address = sign_in(olive), f"/meetings/{following.id}"
    assert "The list was not signed" in browser.get(address).text
    assert browser.post(f"{address}/findings/agenda").status_code == 303
    db.session.refresh(following)
    assert [item.title for item in following.agenda] == ["Finding of INS-2026-001: The list was not signed"]
    assert "Put them on the agenda" not in browser.get(address).text
    assert "The list was not signed" in sign_in(leo).get("/bodies/leading_group").text
    assert "The list was not signed" not in sign_in(bob).get("/bodies/leading_group").text
    with app.test_request_context():
        assert [one.words for one in panels.lessons(olive, following)] == [following.agenda[0].title]


# --- Pages ---


def test_a_finding_goes_its_way_by_pages(sign_in, inspection, sue, works, alice, helen, close, serve, leo):
    line = inspection.lines[0]
    commands.fill_in(sue, line, "not_kept", "No list")
    db.session.commit()
    browser, new = sign_in(sue), f"/inspections/{inspection.id}/findings/new"
    begun = browser.get(f"{new}?line={line.id}").text
    assert f'value="{line.clause}"' in begun
    assert "No list" in begun
    typed = {"words": "No list", "clause": line.clause, "department_id": works.id}
    assert browser.post(new, data={**typed, "clause": "NO-1"}).status_code == 422
    address = browser.post(new, data=typed).headers["Location"]
    assert sign_in(helen).post(f"{address}/cause", data={"cause": " "}, headers=HTMX).status_code == 422
    assert sign_in(helen).post(f"{address}/cause", data={"cause": "Nobody knew"}).status_code == 303
    duty = {"text": "Sign", "department_id": works.id, "owner_id": alice.id, "due_on": "2026-12-07",
            "priority": "normal", "rhythm": "none"}
    assert browser.post(f"{address}/measure", data={**duty, "due_on": "2020-01-01"}).status_code == 422
    assert browser.post(f"{address}/measure", data=duty).status_code == 303
    found = inspection.findings[0]
    close(queries.measures_of([found.id])[found.id][0])
    assert browser.post(f"{address}/effect", data={"effect": ""}, headers=HTMX).status_code == 422
    assert browser.post(f"{address}/effect", data={"effect": "Signed"}).status_code == 303
    assert "Signed" in browser.get(address).text
    assert sign_in(alice).get(address).status_code == 404


def test_a_meeting_that_is_not_for_the_reader_is_not_named(plan, find, olive, meet, sue, sign_in):
    secret = meet("Secret word", 1, confidentiality=Confidentiality.SECRET)
    found = find(of=plan(inspector=olive), actor=olive, meeting_id=secret.id)
    assert "Secret word" not in sign_in(sue).get(f"/findings/{found.id}").text
    assert "Secret word" in sign_in(olive).get(f"/findings/{found.id}").text


def test_the_register_of_findings_takes_as_many_statements_for_more(sign_in, find, sue, bob, helen, statements):
    find()
    browser = sign_in(sue)
    with statements() as few:
        browser.get("/findings")
    for count in range(5):
        find(said=f"Thing {count}")
    with statements() as many:
        page = browser.get("/findings?state=open").text
    assert "Thing 4" in page
    assert len(many) == len(few)
    assert "Thing 4" in sign_in(helen).get("/findings").text
    assert "Thing 4" not in sign_in(bob).get("/findings").text
    assert "Thing 4" in browser.get("/findings?format=csv").text
