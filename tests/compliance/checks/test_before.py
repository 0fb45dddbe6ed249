"""What is checked before a meeting: proposal, approval, people, room, notice, papers, tasks, forms."""

import pytest

from portal.compliance.verdicts import State
from portal.core import clock
from portal.invitations.models import Urge
from portal.meetings.models import Format, ItemKind
from portal.readiness.models import Condition, Form
from portal.regulations.queries import packaged_clauses
from portal.rooms.models import Status, Vehicle
from tests.compliance.checks.arranging import (
    ROUTE,
    Step,
    all_of,
    answer_all,
    approved,
    by_office,
    carry,
    decide,
    equip,
    faulty,
    fill_in,
    finish_tasks,
    lapse,
    last_case,
    later,
    log,
    mail_of,
    met_need,
    needy,
    nothing,
    own_tasks,
    own_words,
    people,
    plan_entry,
    prove,
    register,
    registrant,
    rule,
    seats,
    send_all,
    sign_ready,
    sign_task,
    small,
    stored,
    whole_proposal,
    with_posts,
)
from tests.compliance.checks.conftest import judge
from tests.compliance.checks.world import World
from tests.conftest import at

TASK_CLAUSE = next(one.id for one in packaged_clauses().values() if one.check == "tasks")
OPEN, LATE, NOT = State.OPEN, State.LATE, State.NOT_APPLICABLE
# The check, how it first finds the meeting, what the meeting begins with, and what brings it to be kept.
CASES: list[tuple[str, State, Step, Step]] = [
    ("proposal.complete", OPEN, nothing, whole_proposal),
    ("proposal.complete", LATE, World.announce, whole_proposal),
    ("proposal.budget_headings", OPEN, nothing, whole_proposal),
    ("proposal.by_office", OPEN, whole_proposal, by_office),
    ("proposal.by_office", LATE, all_of(whole_proposal, approved), by_office),
    ("proposal.risk_assessed", OPEN, nothing, whole_proposal),
    ("proposal.guest_risk_first", OPEN, lambda w: w.propose(has_notable_guests=True, notable_guests="A"),
     all_of(lambda w: w.propose(guest_risk="Guards"), approved)),
    ("proposal.guest_risk_first", NOT, whole_proposal,
     all_of(lambda w: w.propose(has_notable_guests=True, notable_guests="A", guest_risk="Guards"), approved)),
    ("proposal.lessons_acknowledged", NOT, nothing, lambda w: setattr(w, "meeting", later(w))),
    ("proposal.lessons_acknowledged", OPEN, all_of(World.found, lambda w: setattr(w, "meeting", later(w))),
     lambda w: w.propose(lessons="Lists are kept")),
    ("proposal.lessons_acknowledged", LATE, all_of(
        lambda w: w.measure(), lambda w: setattr(w, "meeting", later(w)), World.announce),
     lambda w: w.propose(lessons="Lists are kept")),
    ("annual_plan.linked", OPEN, nothing, plan_entry),
    ("annual_plan.linked", LATE, World.announce, lambda w: w.propose(unplanned_reason="Urgent")),
    ("regulation.profile_bound", OPEN, nothing, lambda w: w.propose(profile="foreign", profile_version=1)),
    ("approval.office_draft_first", OPEN, nothing, all_of(by_office, approved)),
    ("approval.joint_review", OPEN, lambda w: w.case(*ROUTE, agreed=False), lambda w: w.agree(last_case(w))),
    ("approval.body_reviewed", LATE, World.past, approved),
    ("approval.leading_group", OPEN, nothing, approved),
    ("approval.before_execution", OPEN, nothing, all_of(approved, World.announce)),
    ("approval.history_kept", OPEN, nothing, approved),
    ("approval.snapshot_frozen", OPEN, lambda w: w.case(*ROUTE, agreed=False), lambda w: w.agree(last_case(w))),
    ("approval.budget_approved", OPEN, lambda w: w.budget(5), lambda w: approved(w, 5)),
    ("approval.budget_approved", NOT, lambda w: w.budget(), all_of(lambda w: w.budget(5), lambda w: approved(w, 9))),
    ("approval.reopened_on_increase", NOT, nothing, approved),
    ("approval.reopened_on_increase", OPEN, all_of(approved, lambda w: w.budget(5), lapse),
     lambda w: approved(w, 5)),
    ("people.named_in_full", OPEN, lambda w: w.come(), with_posts),
    ("people.roles_filled", OPEN, nothing, people),
    ("people.eligible", OPEN, people, lambda w: rule(w, "Clerk")),
    ("people.needs_answered", OPEN, needy, met_need),
    ("people.needs_answered", NOT, nothing, all_of(needy, met_need)),
    ("people.changes_told", NOT, nothing, lambda w: w.told("meeting.replaced", "meeting", w.meeting.id)),
    ("meeting.mode_set", OPEN, lambda w: setattr(w.meeting, "format", Format.HYBRID),
     lambda w: setattr(w.meeting, "online_url", "https://example.org/j")),
    ("agenda.fits_slot", OPEN, nothing, lambda w: w.line(minutes=60)),
    ("agenda.fits_slot", OPEN, lambda w: w.line(minutes=90), lambda w: setattr(w.meeting, "ends_at", at(11))),
    ("room.capacity_fits", OPEN, all_of(people, lambda w: small(w, 1)), lambda w: small(w, 9)),
    ("room.confirmed", OPEN, lambda w: setattr(w.meeting.booking, "status", Status.REQUESTED),
     lambda w: setattr(w.meeting.booking, "status", Status.CONFIRMED)),
    ("room.fits_needs", OPEN, nothing, equip),
    ("resources.booked", OPEN, nothing, carry(Vehicle, 10)),
    ("resources.under_office", OPEN, nothing, by_office),
    ("notice.delivered", OPEN, lambda w: w.come(), World.announce),
    ("notice.delivered_and_answered", OPEN, all_of(people, World.announce, lambda w: w.guest(invited_at=clock.now())),
     answer_all),
    ("notice.delivered_and_answered", LATE, all_of(lambda w: w.come(), World.past),
     lambda w: w.keep(Urge(meeting_id=w.meeting.id, at=clock.now(), by=w.oscar, people=1))),
    ("notice.required_fields", OPEN, nothing, all_of(lambda w: w.line(), World.announce)),
    ("notice.required_fields", LATE, all_of(lambda w: w.line(), lambda w: own_words(w, "{time}"), World.announce),
     lambda w: own_words(w, "{start} {place} {agenda}")),
    ("notice.lead_time", LATE, nothing, all_of(whole_proposal, lambda w: w.announce(at(9, days=-14)))),
    ("notice.changes_told", OPEN, nothing, World.announce),
    ("notice.changes_told", OPEN, all_of(World.announce, mail_of), send_all),
    ("papers.released", OPEN, lambda w: w.line(ItemKind.REPORT), all_of(lambda w: w.paper(), World.announce)),
    ("papers.released", NOT, nothing, all_of(lambda w: w.paper(), World.announce)),
    ("files.whole", NOT, nothing, stored),
    ("tasks", OPEN, nothing, lambda w: w.task(TASK_CLAUSE, **w.done())),
    ("tasks", OPEN, lambda w: w.task(TASK_CLAUSE, proof="words", **w.done()), prove),
    ("tasks", OPEN, lambda w: w.task(TASK_CLAUSE, proof="signature", **w.done()), sign_task),
    ("tasks", LATE, lambda w: w.task(TASK_CLAUSE, due_at=at(7)), finish_tasks),
    ("tasks.owned", OPEN, lambda w: w.task(owner_id=None), own_tasks),
    ("form.equipment_test", OPEN, lambda w: w.form(Form.EQUIPMENT_TEST, Condition.FAULTY),
     lambda w: w.form(Form.EQUIPMENT_TEST)),
    ("form.acceptance", OPEN, lambda w: w.form(Form.VENUE_ACCEPTANCE, keys=("sound",)),
     lambda w: w.form(Form.VENUE_ACCEPTANCE)),
    ("form.faults_settled", OPEN, faulty, finish_tasks),
    ("form.faults_settled", NOT, lambda w: [w.form(form) for form in Form], all_of(faulty, finish_tasks)),
    ("readiness.signed_off", OPEN, nothing, sign_ready),
    ("seating.assigned", OPEN, nothing, seats),
    ("registration.both_ways", OPEN, nothing, register()),
    ("registration.asks", NOT, nothing, all_of(register(), registrant())),
    ("registration.asks", LATE, all_of(register(), registrant(values={})), fill_in),
    ("registration.vetted", OPEN, all_of(register(), registrant()), decide),
    ("minutes.recorder_named", OPEN, nothing, people),
    ("check_in.both_ways", OPEN, people, log("meeting.codes_shown")),
]


@pytest.mark.parametrize(("check", "first", "begin", "mend"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_check_finds_what_is_missing_and_then_that_it_is_kept(
    world: World, check: str, first: State, begin: Step, mend: Step,
) -> None:
    judge(world, check, first, begin, mend)
