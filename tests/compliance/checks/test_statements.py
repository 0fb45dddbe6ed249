"""However many people and meetings there are, judging all clauses takes as many statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import current_app
from sqlalchemy import select

from portal.accounts.models import Person
from portal.compliance.judging import judge
from portal.compliance.queries import batch_of, with_facts
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting, MeetingKind
from portal.readiness.models import Form
from portal.regulations.profiles import PROFILES
from tests.compliance.checks.arranging import needy, register, registrant, stored, whole_proposal
from tests.compliance.checks.world import REVIEWS, World

Statements = Callable[[], AbstractContextManager[list[str]]]


def add_people(world: World, people: int) -> None:
    """So many people, with what belongs to each."""
    for _ in range(people):
        number = next(world.numbers)
        person = Person(login=f"p{number}", name=f"P{number}", email=f"p{number}@example.org", created_at=clock.now())
        world.mark(world.come(person))
        world.task("FOR-8.9.b")
        world.resolve()
        world.measure()
        world.told("meeting.invitation", "meeting", world.meeting.id)


def fill(world: World) -> None:
    """Something of all kinds, and three people, one of whom came after the notice."""
    add_people(world, 2)
    whole_proposal(world)
    world.case(REVIEWS, ("leading_group",))
    world.form(Form.VENUE_ACCEPTANCE)
    world.minute(final=False, discussion="Much")
    needy(world)
    stored(world)
    register()(world)
    registrant()(world)
    world.announce()
    add_people(world, 1)


def fill_another(world: World, hour: int) -> None:
    world.meeting = world.meet(hour)
    fill(world)


def run_for(statements: Statements, meetings: list[int]) -> dict[str, list[str]]:
    """The statements that judging these takes under each regulation, from nothing read yet."""
    kind = db.session.query(MeetingKind).one()
    found = {}
    for profile in PROFILES:
        kind.profile = profile
        db.session.commit()
        with current_app.app_context():  # and so in another session
            read = db.session.scalars(select(Meeting).options(*with_facts()).where(Meeting.id.in_(meetings))).all()
            with statements() as found[profile]:
                assert len(judge(batch_of(read))) == len(meetings)
    return found


def test_statements_do_not_grow(world: World, statements: Statements, caplog: pytest.LogCaptureFixture) -> None:
    fill(world)
    meetings = [world.meeting.id]
    fill_another(world, 11)
    meetings.append(world.meeting.id)
    few = run_for(statements, meetings)
    add_people(world, 20)
    fill_another(world, 13)
    meetings.append(world.meeting.id)
    many = run_for(statements, meetings)
    assert {profile: len(run) for profile, run in many.items()} == {profile: len(run) for profile, run in few.items()}
    assert not caplog.records, "a check failed"
