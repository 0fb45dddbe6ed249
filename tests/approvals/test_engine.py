"""Whoever does what in whatever order: nothing is effective without every required step, and nobody is two voices."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import Delegation, Role
from portal.approvals import asking, commands
from portal.approvals.models import Rule, State, Verdict
from portal.approvals.queries import cases_of, last_case
from portal.approvals.snapshots import digest_of
from portal.approvals.subjects import of_body, of_role
from portal.bodies.models import Membership
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from tests.approvals.conftest import THING, contents, step, voices
from tests.conftest import NOW

NAMES = ("ann", "ben", "cal", "dot", "eve")
SEATS = st.sampled_from([*NAMES, "body 0", "body 1", "body 2", "role supervisor", "role leader"])
STEPS = st.lists(
    st.tuples(st.sampled_from(list(Rule)), st.lists(SEATS, min_size=1, max_size=3)), min_size=1, max_size=3
)
MEMBERS = st.lists(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3), min_size=3, max_size=3)
LENT = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=3)
AGREE, RETURN, WITHDRAW, CHANGE, LAPSE, AGAIN, LATER, STALE = (
    "agree", "return", "withdraw", "change", "lapse", "again", "later", "agree to what was shown before",
)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from([AGREE] * 6 + [RETURN, WITHDRAW, CHANGE, LAPSE, AGAIN, LATER, STALE])
    ),
    min_size=1, max_size=14,
)


class World:
    """A thing that goes through rounds of the same steps, and what each who decided was shown."""

    def __init__(self, thing, people, plans, members, lent):
        self.thing, self.people, self.day = thing, people, 0
        self.plans = [step(*map(self.seat, seats), rule=rule, days=1) for rule, seats in plans]
        self.members, self.lent = members, {pair for pair in lent if pair[0] != pair[1]}
        self.shown: dict[int, str] = {}
        self.first_digest = ""

    def seat(self, name):
        word, _, which = name.partition(" ")
        if word == "body":
            return of_body(f"b{which}")
        return of_role(Role(which)) if word == "role" else self.people[name]

    def case(self):
        return last_case(THING, self.thing.id)

    def do(self, name, deed):
        actor, case = self.people[name], self.case()
        if deed == AGAIN or case is None:
            commands.submit(actor, THING, self.thing, self.plans)
            self.first_digest = self.first_digest or self.case().digest
        elif deed in {AGREE, RETURN, STALE}:
            before = {seat.id for one in case.steps for seat in one.seats if seat.verdict is None}
            shown = case.snapshot["title"] if deed != STALE else "Teapot"
            seen = case.digest if deed != STALE else self.first_digest
            commands.decide(actor, case, Verdict.RETURNED if deed == RETURN else Verdict.AGREED, "Why", seen=seen)
            (filled,) = [
                seat for one in case.steps for seat in one.seats if seat.id in before and seat.verdict is not None
            ]
            self.shown[filled.id] = shown
            self.insist_held(filled)
        elif deed == WITHDRAW:
            commands.withdraw(actor, case)
        elif deed == CHANGE:
            self.thing.name += "!"
            db.session.flush()
        elif deed == LAPSE:
            commands.lapse(actor, THING, self.thing, "Another thing")
        else:
            self.day += 7
            with clock.standing_at(NOW + timedelta(days=self.day)):
                asking.escalate_due()

    def insist_held(self, seat):
        """Whoever spoke held the seat, or stood in for one who did, by what this test knows."""
        by = next(name for name, person in self.people.items() if person.id == seat.decided_by_id)
        holder = by
        if seat.decided_for_id is not None:
            holder = next(name for name, person in self.people.items() if person.id == seat.decided_for_id)
            assert (holder, by) in self.lent
        held = {
            "person": lambda: seat.person_id == self.people[holder].id,
            "body": lambda: holder in self.members[int(seat.key[1:])],
            "role": lambda: self.people[holder].has_role(Role(seat.key)),
        }[seat.holder]()
        assert held or (holder == "eve" and any(one.is_escalated for one in seat.asked))

    def holds(self):
        rounds = cases_of(THING, self.thing.id)
        for case in rounds:
            heard = voices(case)
            assert len(heard) == len(set(heard)), "nobody is two voices"
            assert case.submitted_by_id not in heard, "nobody agrees to what they submitted"
            assert digest_of(case.snapshot) == case.digest
            for one in case.steps:
                agreed = [seat.verdict == Verdict.AGREED for seat in one.seats]
                enough = all(agreed) if one.rule == Rule.ALL else any(agreed)
                assert one.passed_at is None or enough
                assert all(seat.verdict is None or self.shown[seat.id] == case.snapshot["title"] for seat in one.seats)
            passed = [one.passed_at is not None for one in case.steps]
            assert passed == sorted(passed, reverse=True), "steps come one after the other"
            assert case.state != State.EFFECTIVE or all(passed)
            said = [seat.verdict for one in case.steps for seat in one.seats]
            assert (Verdict.RETURNED in said) == (case.state == State.RETURNED)
        assert sum(case.state == State.OPEN for case in rounds) <= 1


@pytest.fixture
def people(add_person):
    roles = {"dot": [Role.SUPERVISOR], "eve": [Role.LEADER]}
    return {name: add_person(name.title(), *roles.get(name, ())) for name in NAMES}


@pytest.fixture
def bodies(add_body):
    return [add_body(f"b{number}") for number in range(3)]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(plans=STEPS, members=MEMBERS, lent=LENT, deeds=DEEDS)
def test_no_order_of_deeds_breaks_a_promise(thing, people, bodies, happened, plans, members, lent, deeds):
    for body, names in zip(bodies, members, strict=True):
        for name in names:
            db.session.add(Membership(body_id=body.id, person_id=people[name].id, starts_on=date(2020, 1, 1)))
    world = World(thing, people, plans, members, lent)
    for principal, name in sorted(world.lent):
        db.session.add(Delegation(
            principal=people[principal], delegate=people[name], starts_on=date(2020, 1, 1), ends_on=date(2030, 1, 1),
            created_at=clock.now(),
        ))
    db.session.flush()
    for name, deed in deeds:
        was = world.case()
        effective, about = was is not None and was.state == State.EFFECTIVE, contents(thing)
        try:
            with db.session.begin_nested():
                world.do(name, deed)
        except DomainError:
            continue
        world.holds()
        now = world.case()
        if now is not None and now.state == State.EFFECTIVE and not effective:
            assert now.digest == digest_of(about), "what became effective is what the record says"
    db.session.rollback()
