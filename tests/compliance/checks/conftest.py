"""A meeting under each regulation, and how one check finds it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.accounts.models import Department, Person
from portal.compliance.checks import all as every_check  # noqa: F401  (registers them)
from portal.compliance.dossier import Batch
from portal.compliance.registry import check_named
from portal.compliance.verdicts import State, Verdict
from portal.core.db import db
from portal.meetings.models import Meeting
from portal.regulations.profiles import Clause, Phase, Text
from portal.regulations.queries import packaged_clauses, packaged_profiles
from tests.compliance.checks.arranging import Step
from tests.compliance.checks.world import World
from tests.resolutions.conftest import oscar, rosa, tom  # noqa: F401  (fixtures)

NO_WORDS = Text("", "", "")


def find(meeting: Meeting, name: str, arg: str | None = None, *, of_house: bool = False, number: int = 1) -> Verdict:
    """What the check of that name finds, as the first clause that names it asks."""
    db.session.flush()
    profiles = {key: replace(one, number=number) for key, one in packaged_profiles().items()}
    batch = Batch([meeting], profiles)
    named = [one for one in packaged_clauses().values() if one.check == name and one.is_of_house == of_house]
    first = named[0]
    clause = Clause(first.id, 1, NO_WORDS, NO_WORDS, Phase.RUN, "", arg=first.arg if arg is None else arg)
    check = check_named(name)
    assert check is not None
    assert meeting.kind is not None
    if of_house:
        assert check.of_house is not None
        return check.of_house(batch, profiles[meeting.kind.profile], clause)
    assert check.of_meeting is not None
    return check.of_meeting(batch.dossiers()[0], clause)


def judge(world: World, check: str, first: State, begin: Step, mend: Step, *, of_house: bool = False) -> None:
    """Let the check look at what begins like that, and once more at what was mended: that it finds kept."""
    begin(world)
    before = find(world.meeting, check, of_house=of_house)
    assert (before.state, before.words) == (first, before.words)
    assert before.words
    assert bool(before.turn) == (first in {State.OPEN, State.LATE})
    mend(world)
    after = find(world.meeting, check, of_house=of_house)
    assert (after.state, after.words) == (State.MET, after.words)


@pytest.fixture
def world(
    oscar: Person, rosa: Person, tom: Person, works: Department,  # noqa: F811
    make_booking: Callable[..., Any],
) -> World:
    return World(oscar, rosa, tom, works, make_booking)
