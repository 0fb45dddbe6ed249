"""What is checked of the organisation: bodies, roles, regulations, plans, inspections, violations, supervision."""

import pytest

from portal.accounts.models import Role, RoleGrant
from portal.bodies.models import Part
from portal.compliance.verdicts import State
from portal.core import clock
from portal.core.db import db
from portal.inspections.models import Scope, Violation
from portal.planning.models import AnnualPlan, PlanEntry, PlanVersion
from portal.regulations.models import RegulationReview, RegulationVersion
from portal.supervision.models import Bulletin
from tests.compliance.checks.arranging import Step, all_of, nothing
from tests.compliance.checks.conftest import find, judge
from tests.compliance.checks.test_after import ended, evaluated, the_resolution, urged
from tests.compliance.checks.world import REVIEWS, World
from tests.conftest import at

OPEN, LATE, MET, NOT = State.OPEN, State.LATE, State.MET, State.NOT_APPLICABLE
TODAY = at(0).date()
PASSED, AHEAD = at(0, days=-3).date(), at(0, days=30).date()
LAST_MONTH = at(0, days=-30).date()
SUPERVISORS = "supervisory_body"


def roles(*held: Role) -> Step:
    return lambda world: [world.keep(RoleGrant(person_id=world.rosa.id, role=role)) for role in held]


def bodies(*keys: str) -> Step:
    return lambda world: [world.seat(world.rosa, key, Part.CHAIR) for key in keys]


def leading(world: World) -> None:
    world.seat(world.rosa, "leading_group", Part.CHAIR)
    world.seat(world.tom, "leading_group")


def somebody_else_runs_it(world: World) -> None:
    world.meeting.organizer_id = world.tom.id


def version(grounds: bool = True, number: int = 2, effective_on: object = TODAY) -> Step:
    return lambda world: world.keep(RegulationVersion(
        profile="foreign", number=number, source="key", reason="Better", effective_on=effective_on, made_at=clock.now(),
        grounds=[["Review", ""]] if grounds else [], made_by=world.oscar, approved_by="Leo",
    ))


def review(**values: object) -> Step:
    return lambda world: world.keep(RegulationReview(profile="foreign", reviewer=world.rosa, **values))


def reviewed(world: World) -> None:
    review(due_on=PASSED, reviewed_at=clock.now(), reviewed_by=world.rosa, verdict="Fits")(world)
    review(due_on=AHEAD)(world)


def plan(world: World) -> None:
    world.keep(PlanEntry(
        plan=AnnualPlan(year=2026, opened_at=clock.now(), opened_by=world.oscar), department=world.works,
        theme="Halls", planned_on=TODAY, entered_by=world.oscar, entered_at=clock.now(), changed_at=clock.now(),
    ))


def plan_version(world: World) -> None:
    world.keep(PlanVersion(plan=db.session.query(AnnualPlan).one(), number=1, content=[], made_at=clock.now(),
                           made_by=world.oscar))


def look(*scopes: Scope, held: bool = True) -> Step:
    state = {"held_at": clock.now, "verdict": "Fine"} if held else {}
    return lambda world: [
        world.inspect(scope, **{name: value() if callable(value) else value for name, value in state.items()})
        for scope in scopes
    ]


def all_stages(world: World) -> None:
    look(*list(Scope)[:4])(world)


def violation(**values: object) -> Step:
    return lambda world: world.keep(Violation(
        number="VIO-1", clause="FOR-1.1", department=world.works, facts="No list", recorded_by=world.rosa,
        **{"recorded_at": clock.now(), **values},
    ))


def close_violation(world: World) -> None:
    one = db.session.query(Violation).one()
    one.sanction, one.decided_at, one.decided_by = "criticism", clock.now(), world.rosa
    one.closed_at, one.closed_by = clock.now(), world.rosa


def bulletin(world: World) -> None:
    world.keep(Bulletin(number="DB-1", starts_on=at(0, days=-60).date(), ends_on=TODAY, content={},
                        issued_by=world.oscar, issued_at=clock.now()))


def overdue_measure(world: World) -> None:
    world.measure(due_on=PASSED)


def mend_measure(world: World) -> None:
    urged(world)
    the_resolution().report_by = AHEAD


CASES: list[tuple[str, State, Step, Step]] = [
    ("access.roles_held", OPEN, roles(Role.LEADER), all_of(
        roles(*(set(Role) - {Role.EMPLOYEE, Role.LEADER})),
        bodies("leading_group", "foreign_office", *REVIEWS, SUPERVISORS))),
    ("bodies.appointed", OPEN, bodies("leading_group"), lambda w: w.seat(w.tom, "leading_group")),
    ("bodies.supervision_independent", OPEN, bodies(SUPERVISORS), roles(Role.AUDITOR)),
    ("bodies.supervision_independent", LATE, all_of(roles(Role.SUPERVISOR), lambda w: w.seat(w.oscar, SUPERVISORS),
                                                    bodies(SUPERVISORS)), all_of(
        somebody_else_runs_it, lambda w: w.keep(RoleGrant(person_id=w.oscar.id, role=Role.SUPERVISOR)))),
    ("regulation.revision_reasoned", NOT, nothing, version()),
    ("regulation.review_dated", OPEN, nothing, reviewed),
    ("regulation.review_dated", LATE, review(due_on=PASSED), reviewed),
    ("annual_plan.versioned", OPEN, plan, plan_version),
    ("annual_plan.versioned", LATE, nothing, all_of(plan, plan_version)),
    ("inspections.cover_all_stages", OPEN, look(Scope.RUNNING), all_stages),
    ("inspections.regular", OPEN, look(Scope.RUNNING), look(Scope.COSTS, held=False)),
    ("violations.handled", OPEN, violation(), close_violation),
    ("violations.handled", LATE, violation(recorded_at=at(9, days=-90)), close_violation),
    ("violations.handled", NOT, nothing, all_stages),
    ("resolutions.bulletin", NOT, nothing, bulletin),
    ("resolutions.bulletin", LATE, lambda w: w.resolve(due_on=LAST_MONTH), bulletin),
    ("resolutions.figures", NOT, nothing, lambda w: w.resolve(due_on=LAST_MONTH)),
    ("measures.watched", LATE, overdue_measure, mend_measure),
    ("measures.watched", OPEN, lambda w: w.measure(report_by=PASSED), mend_measure),
    ("measures.effect_checked", NOT, lambda w: w.measure(), all_of(ended(), evaluated)),
]


@pytest.mark.parametrize(("check", "first", "begin", "mend"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_check_finds_what_is_missing_and_then_that_it_is_kept(
    world: World, check: str, first: State, begin: Step, mend: Step,
) -> None:
    judge(world, check, first, begin, mend, of_house=True)


def test_a_version_that_is_to_come_is_open_until_its_day(world: World) -> None:
    version(effective_on=AHEAD)(world)
    assert find(world.meeting, "regulation.version_in_force", of_house=True).state == OPEN
    with clock.standing_at(at(9, days=31)):
        assert find(world.meeting, "regulation.version_in_force", of_house=True).state == MET


def test_a_version_is_announced_once_everybody_told_has_read_it_or_was_reminded(world: World) -> None:
    assert find(world.meeting, "regulation.announced", of_house=True).state == NOT
    made = version()(world)

    def state() -> State:
        return find(world.meeting, "regulation.announced", of_house=True, number=2).state

    assert state() == LATE
    first = world.told("regulation_version.published", "regulation_version", made.id)
    assert state() == OPEN
    first.read_at = clock.now()
    assert state() == MET
    first.read_at = None
    world.told("regulation_version.unread", "regulation_version", made.id)
    assert state() == MET
