"""Asking for a later day, and who decides on it in which order."""

from datetime import date

import pytest

from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.meetings.models import Confidentiality, MeetingKind, Part
from portal.notifications.kinds import is_decision
from portal.resolutions import commands, nodes
from portal.resolutions.lights import Light
from portal.resolutions.models import Event, Rhythm, Step
from portal.supervision import delay_policy, delay_queries, delays
from portal.supervision.models import DelayOutcome, Stage
from tests.conftest import HTMX, at
from tests.racing import at_once, done_by

OLD, NEW = date(2026, 12, 7), date(2026, 12, 21)


@pytest.fixture
def cast(alice, carl, helen, sue, leo, olive, rosa, audrey, adam, bob):
    return [alice, carl, helen, sue, leo, olive, rosa, audrey, adam, bob]


@pytest.fixture
def by_leader(meeting):
    """The kind of the meeting has a leader decide at last."""
    kind = MeetingKind(
        name="Council", prefix="C", confidentiality=Confidentiality.INVITED, delay_needs_leader=True
    )
    meeting.kind = kind
    db.session.add(kind)
    db.session.commit()


def deciders(request, cast):
    """Who may decide now, by the policy; the list says the same."""
    by_policy = [one.name for one in cast if delay_policy.may_decide(one, request)]
    listed = [one.name for one in cast if request in db.session.scalars(delay_queries.to_decide(one)).all()]
    assert by_policy == listed
    return by_policy


def stand(request, stage):
    request.stage = stage
    db.session.commit()


# --- Asking ---


def test_a_later_day_is_asked_for_and_the_head_is_told(ask, alice, helen, told):
    asked = ask()
    assert (asked.old_due_on, asked.new_due_on, asked.stage, asked.outcome) == (OLD, NEW, Stage.HEAD, None)
    assert told("resolution.delay_asked") == ["Helen"]
    assert is_decision("resolution.delay_asked")


def test_a_head_who_asks_and_a_department_without_one_go_on_to_the_supervisor(
    ask, resolution, helen, sue, told, make_resolution
):
    assert ask(actor=helen).stage == Stage.SUPERVISOR
    helen.left_at = clock.now()
    assert ask(of=make_resolution()).stage == Stage.SUPERVISOR
    assert told("resolution.delay_asked") == ["Sue", "Sue"]


def test_who_stands_in_for_the_head_is_told_and_decides_or_asks_as_the_head(ask, helen, bob, stand_in, told):
    stand_in(helen, bob)
    delays.decide(bob, ask(), True)
    assert told("resolution.delay_asked") == ["Bob", "Helen"]


@pytest.mark.parametrize("name", ["carl", "sue", "leo", "olive", "rosa", "bob"])
def test_others_do_not_ask(ask, request, name):
    with pytest.raises(NotAllowed):
        ask(actor=request.getfixturevalue(name))


def test_it_is_asked_for_on_the_last_day_and_no_later(ask):
    with clock.standing_at(at(0, 10, days=15)), pytest.raises(DomainError, match="until Dec 7, 2026"):
        ask()
    with clock.standing_at(at(23, 50, days=14)):
        ask()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"new_due_on": OLD}, "new_due_on"), ({"reason": " "}, "reason"), ({"progress": ""}, "progress")],
)
def test_it_takes_a_day_after_the_old_one_a_reason_and_the_progress(ask, values, field):
    with pytest.raises(DomainError) as refusal:
        ask(**values)
    assert refusal.value.field == field


def test_of_what_is_paused_closed_or_not_issued_none_is_asked(ask, resolution, make_resolution, sue, close):
    nodes.pause(sue, resolution, "Winter")
    with pytest.raises(DomainError, match="paused"):
        ask()
    nodes.resume(sue, resolution)
    close(resolution)
    with pytest.raises(DomainError, match="closed"):
        ask()
    with pytest.raises(DomainError, match="not been issued"):
        ask(of=make_resolution(at_once=False))


def test_one_at_a_time_until_it_is_decided_or_taken_back(ask, alice, helen):
    first = ask()
    with pytest.raises(DomainError, match="already"):
        ask()
    with pytest.raises(NotAllowed):
        delays.withdraw(helen, first)
    delays.withdraw(alice, first)
    assert (first.outcome, ask().outcome) == (DelayOutcome.WITHDRAWN, None)
    with pytest.raises(DomainError, match="withdrawn"):
        delays.decide(helen, first, True)


# --- Deciding ---


@pytest.mark.parametrize(
    ("stage", "names"), [(Stage.HEAD, ["Helen"]), (Stage.SUPERVISOR, ["Sue"]), (Stage.LEADER, ["Leo"])]
)
def test_at_each_stage_those_whose_turn_it_is_decide(ask, cast, stage, names):
    asked = ask()
    stand(asked, stage)
    assert deciders(asked, cast) == names


def test_where_nobody_heads_or_supervises_the_next_decides(ask, cast, helen, sue):
    asked = ask()
    helen.left_at = clock.now()
    assert deciders(asked, [one for one in cast if one is not helen]) == ["Sue"]
    sue.left_at = clock.now()
    assert deciders(asked, [one for one in cast if one.is_active]) == ["Leo"]


def test_nobody_decides_what_they_ask_for_or_own(ask, cast, resolution, sue, works):
    asked = ask()
    stand(asked, Stage.SUPERVISOR)
    resolution.owner = sue
    db.session.commit()
    assert deciders(asked, cast) == ["Leo"]


def test_of_a_secret_meeting_those_who_keep_its_record_decide_and_its_chair_as_the_leader(
    ask, cast, meeting, oscar, rosa
):
    meeting.confidentiality = Confidentiality.SECRET
    asked = ask()
    stand(asked, Stage.SUPERVISOR)
    assert deciders(asked, [*cast, oscar]) == ["Rosa", "Oscar"]
    next(one for one in meeting.attendees if one.person == rosa).part = Part.CHAIR
    stand(asked, Stage.LEADER)
    assert deciders(asked, [*cast, oscar]) == ["Rosa"]


def test_an_instruction_goes_to_the_leader_who_gave_it_at_last(ask, sue, leo, alice, works, told):
    duty = commands.Duty(text="Count chairs", department_id=works.id, owner_id=alice.id, due_on=OLD)
    asked = ask(of=commands.instruct(sue, leo, duty))
    delays.decide(sue, asked, True)
    assert (asked.stage, told("resolution.delay_asked")) == (Stage.LEADER, ["Leo", "Sue"])
    delays.decide(leo, asked, True)
    assert asked.outcome == DelayOutcome.GRANTED


def test_granted_at_the_last_stage_the_day_moves_and_the_original_one_stays(
    ask, resolution, helen, sue, leo, by_leader, told
):
    asked, sequence = ask(), resolution.sequence
    delays.decide(helen, asked, True)
    delays.decide(sue, asked, True, "Once")
    assert (resolution.due_on, asked.outcome) == (OLD, None)
    delays.decide(leo, asked, True)
    assert (resolution.due_on, resolution.original_due_on, resolution.extensions) == (NEW, OLD, 1)
    assert (asked.outcome, resolution.sequence) == (DelayOutcome.GRANTED, sequence + 1)
    assert [(one.stage, one.decided_by.name, one.words) for one in asked.decisions] == [
        ("head", "Helen", ""), ("supervisor", "Sue", "Once"), ("leader", "Leo", "")
    ]
    step = db.session.query(Step).filter_by(event=Event.EXTENDED).one()
    assert (step.by, step.words) == (leo, "2026-12-07 → 2026-12-21. The paint is late")
    assert told("resolution.delay_granted") == ["Alice"]


def test_the_report_that_is_expected_moves_with_the_day_but_a_missed_one_stays_missed(ask, make_resolution, sue):
    made = make_resolution(rhythm=Rhythm.WEEKLY, due_on=date(2026, 11, 27))
    assert made.report_by == date(2026, 11, 27)
    asked = ask(of=made)
    stand(asked, Stage.SUPERVISOR)
    with clock.standing_at(at(9, days=9)):
        delays.decide(sue, asked, True)
    assert made.report_by == date(2026, 11, 30)


def test_refused_at_any_stage_the_day_stays_and_the_asker_learns_why(ask, resolution, helen, sue, told):
    asked = ask()
    delays.decide(helen, asked, True)
    with pytest.raises(DomainError, match="say why"):
        delays.decide(sue, asked, False, " ")
    delays.decide(sue, asked, False, "Not twice")
    assert (asked.outcome, resolution.due_on, resolution.extensions) == (DelayOutcome.REFUSED, OLD, 0)
    assert told("resolution.delay_refused") == ["Alice"]
    with pytest.raises(DomainError, match="already"):
        delays.decide(sue, asked, True)


def test_while_it_waits_past_the_day_the_light_is_red_and_it_may_still_be_granted(ask, resolution, helen, sue):
    asked = ask()
    with clock.standing_at(at(9, days=16)):
        assert resolution.light(date(2026, 12, 9)) == Light.RED
        delays.decide(helen, asked, True)
        delays.decide(sue, asked, True)
        assert resolution.light(date(2026, 12, 9)) == Light.GREEN


def test_what_has_ended_meanwhile_waits_for_nobody(ask, resolution, helen, sue):
    asked = ask()
    nodes.withdraw(sue, resolution, "Torn down")
    with pytest.raises(DomainError, match="was withdrawn"):
        delays.decide(helen, asked, True)
    assert db.session.scalars(delay_queries.to_decide(helen)).all() == []


def test_what_is_due_on_another_day_meanwhile_has_to_be_asked_for_anew(ask, resolution, helen, sue):
    asked = ask()
    stand(asked, Stage.SUPERVISOR)
    resolution.due_on, resolution.extensions = date(2026, 12, 9), 1
    with pytest.raises(DomainError, match="made anew"):
        delays.decide(sue, asked, True)


def test_two_who_decide_at_once_decide_once(app, ask, helen, sue, add_person, works, resolution):
    hugo = add_person("Hugo", *[grant.role for grant in helen.grants], department=works)
    asked = ask()
    refused = at_once(
        app, done_by(delays.decide, helen, asked, True), done_by(delays.decide, hugo, asked, False, "No")
    )
    assert len([one for one in refused if one]) == 1
    assert len(asked.decisions) == 1


# --- Pages ---

FORM = {"new_due_on": "2026-12-21", "reason": "The paint is late", "progress": "Walls"}


def test_it_is_asked_for_and_decided_by_the_pages(sign_in, resolution, alice, helen, sue):
    to, page = f"/resolutions/{resolution.id}/delays", f"/resolutions/{resolution.id}"
    assert "Ask for a later day" in sign_in(alice).get(to).text
    asked = sign_in(alice).post(to, data=FORM)
    assert (asked.status_code, asked.headers["Location"]) == (303, page)
    assert "Delays that wait for you" in sign_in(helen).get("/my-day").text
    assert "Delays that wait for you" not in sign_in(sue).get("/my-day").text
    request_id = delays.waiting_request(resolution.id).id
    listed = sign_in(helen).get("/delays").text
    assert "Paint the hall" in listed
    assert f"/delays/{request_id}/decision" in listed
    granted = sign_in(helen).post(f"/delays/{request_id}/decision", data={"decision": "grant", "back": "list"})
    assert granted.headers["Location"] == "/delays"
    sign_in(sue).post(f"/delays/{request_id}/decision", data={"decision": "grant"}, headers=HTMX)
    db.session.expire_all()
    assert resolution.due_on == NEW


def test_what_is_refused_keeps_what_was_typed(sign_in, resolution, alice, helen, ask):
    to = f"/resolutions/{resolution.id}/delays"
    answer = sign_in(alice).post(to, data={**FORM, "new_due_on": "2026-12-01"}, headers=HTMX)
    assert answer.status_code == 422
    assert "after Dec 7, 2026" in answer.text
    assert "The paint is late" in answer.text
    assert "<html" not in answer.text
    decision = f"/delays/{ask().id}/decision"
    for back in ("", "list"):
        answer = sign_in(helen).post(decision, data={"decision": "refuse", "words": "", "back": back})
        assert answer.status_code == 422
        assert "Please say why." in answer.text
    assert sign_in(helen).post(decision, data={}).status_code == 422


def test_the_asker_takes_it_back_by_the_page(sign_in, ask, alice):
    asked = ask()
    assert "Take it back" in sign_in(alice).get(f"/resolutions/{asked.resolution_id}/delays").text
    assert sign_in(alice).post(f"/delays/{asked.id}/withdrawal").status_code == 303
    assert sign_in(alice).post(f"/delays/{asked.id}/withdrawal").status_code == 422


def test_strangers_see_none_of_it_and_who_may_see_it_only_reads(sign_in, ask, bob, carl):
    asked = ask()
    to = f"/resolutions/{asked.resolution_id}/delays"
    decision = {"decision": "grant"}
    assert sign_in(bob).get(to).status_code == sign_in(bob).post(to, data=FORM).status_code == 404
    assert sign_in(bob).post(f"/delays/{asked.id}/decision", data=decision).status_code == 404
    assert sign_in(carl).get(to).status_code == 200
    assert sign_in(carl).post(to, data=FORM).status_code == 403
    for verb in ("decision", "withdrawal"):
        assert sign_in(carl).post(f"/delays/{asked.id}/{verb}", data=decision).status_code == 403


def test_the_list_takes_the_same_statements_however_much_waits(sign_in, ask, make_resolution, helen, statements):
    browser = sign_in(helen)
    ask()
    with statements() as few:
        assert "Paint the hall" in browser.get("/delays").text
    for _ in range(4):
        ask(of=make_resolution())
    with statements() as many:
        assert browser.get("/delays").text.count("delay-words-") >= 5
    assert len(many) == len(few)

