"""Resolutions that nobody active owns are found, listed and told of."""

import pytest
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Confidentiality
from portal.notifications.models import Notice
from portal.resolutions import nodes
from portal.resolutions.commands import note
from portal.resolutions.models import Event
from portal.supervision.orphans import announce_orphans, may_list, orphans_for
from tests.conftest import at
from tests.racing import at_once


@pytest.fixture
def orphan(resolution, helen, alice):
    """Alice has left; Helen heads the department."""
    alice.left_at = clock.now()
    db.session.commit()
    return resolution


def listed(actor):
    return db.session.scalars(orphans_for(actor)).all()


def tick(instant=None):
    with clock.standing_at(instant or at(9)):
        announce_orphans()
        db.session.commit()


def test_an_owner_who_left_or_moved_and_a_department_without_a_head_are_found(resolution, alice, helen, olive):
    assert listed(olive) == []
    alice.left_at = clock.now()
    assert listed(olive) == [resolution]
    alice.left_at, alice.department = None, accounts.add_department(None, "Garden")
    assert listed(olive) == [resolution]
    alice.department = resolution.department
    assert listed(olive) == []
    helen.left_at = clock.now()
    assert listed(olive) == [resolution]


def test_what_has_ended_is_missed_by_nobody(orphan, sue, olive):
    nodes.withdraw(sue, orphan, "Torn down")
    assert listed(olive) == []


@pytest.mark.parametrize(
    ("name", "may"),
    [("olive", True), ("leo", True), ("audrey", True), ("helen", True), ("carl", False), ("bob", False)],
)
def test_overseers_see_all_and_heads_what_is_theirs(orphan, request, name, may):
    actor = request.getfixturevalue(name)
    assert may_list(actor) == may
    assert listed(actor) == ([orphan] if may else [])


def test_the_head_of_another_department_and_overseers_see_no_secret_one(orphan, meeting, add_person, olive):
    meeting.confidentiality = Confidentiality.SECRET
    garden = accounts.add_department(None, "Garden")
    other = add_person("Hugo", Role.DEPARTMENT_HEAD, department=garden)
    db.session.commit()
    assert listed(other) == listed(olive) == []


def test_the_heads_are_told_once_and_anew_after_a_handover(orphan, helen, carl, told):
    tick(at(7))
    assert told("orphan.found") == []
    tick()
    tick()
    assert told("orphan.found") == ["Helen"]
    notice = db.session.scalars(select(Notice).where(Notice.kind == "orphan.found")).one()
    assert "Paint the hall\nAlice has left.\n" in notice.body
    with clock.standing_at(at(10)):
        orphan.owner = carl
        note(helen, orphan, Event.HANDED_OVER)
        db.session.commit()
    tick(at(11))
    carl.department = None
    db.session.commit()
    tick(at(12))
    assert told("orphan.found") == ["Helen", "Helen"]


def test_without_a_head_the_supervisors_are_told(orphan, helen, sue, told):
    helen.left_at = clock.now()
    db.session.commit()
    tick()
    assert told("orphan.found") == ["Sue"]


def test_two_workers_tell_once_and_a_round_costs_one_statement_then(app, orphan, told, statements):
    with clock.standing_at(at(9)):
        assert at_once(app, announce_orphans, announce_orphans) == [None, None]
    assert told("orphan.found") == ["Helen"]
    with clock.standing_at(at(10)), statements() as seen:
        announce_orphans()
    assert len(seen) == 1


def test_the_page_says_why_and_leads_to_the_handover(sign_in, orphan, helen, olive, audrey, carl):
    for person in (helen, olive):
        shown = sign_in(person).get("/orphans").text
        assert "Alice has left." in shown
        assert f"/resolutions/{orphan.id}/handover" in shown
    assert "handover" not in sign_in(audrey).get("/orphans").text
    assert sign_in(carl).get("/orphans").status_code == 403
    helen.left_at = clock.now()
    db.session.commit()
    assert "Nobody heads the department." in sign_in(olive).get("/orphans").text


def test_the_page_takes_the_same_statements_however_long_it_is(
    sign_in, resolution, make_resolution, alice, olive, carl, statements
):
    browser, counts = sign_in(olive), []
    for _ in range(2):
        with statements() as seen:
            assert "Nobody heads the department." in browser.get("/orphans").text
        counts.append(len(seen))
        for _again in range(3):
            make_resolution(owner_id=carl.id)
    assert counts[0] == counts[1]
