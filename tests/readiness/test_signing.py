"""Somebody signs that a meeting is ready."""

import pytest

from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.deadlines.models import Waiver
from portal.proposals.records import profile_for, proposal_of
from portal.readiness.items import Item, State, _sources, add_items, items_of
from portal.readiness.queries import checks_of, state_of
from portal.readiness.signing import sign_off
from portal.regulations.queries import packaged_profiles
from portal.rooms import commands as rooms
from portal.tasks.commands import add_task, reopen
from tests.conftest import at


def test_as_long_as_anything_fails_it_is_refused_by_clause_with_the_list_and_who_may_let_it_off(approved, alice):
    with pytest.raises(DomainError) as refusal:
        sign_off(alice, approved)
    words = str(refusal.value)
    assert words.startswith("OPS-2.10: ")
    for named in ("Chair named (OPS-2.5)", "Notice sent (OPS-2.3)", "Equipment tested", "Tasks due before the meeting"):
        assert named in words
    assert "Leader" in words


def test_once_all_is_in_place_it_is_signed_with_what_was_shown(complete, alice, helen, leo):
    with pytest.raises(NotAllowed):
        sign_off(leo, complete)
    made = sign_off(helen, complete)
    shown = {one["key"]: one for one in made.shown}
    assert {"room", "chair", "recorder", "notice", "equipment_test", "tasks"} <= set(shown)
    assert all(one["state"] == "ready" for one in made.shown)
    assert shown["room"]["clause"] == "OPS-2.2"
    with pytest.raises(DomainError, match="Helen has signed it already"):
        sign_off(alice, complete)


@pytest.mark.parametrize("change", ["task reopened", "task added", "moved", "cancelled"])
def test_what_changes_afterwards_undoes_it(complete, alice, bob, tasks, move, change):
    sign_off(alice, complete)
    db.session.commit()
    if change == "task reopened":
        reopen(alice, tasks()["operations_early_check"])
    elif change == "task added":
        add_task(alice, "meeting", complete.id, title="Fetch the flag", owner=bob, due_at=at(8, days=20))
    elif change == "moved":
        move(11, 21)
    else:
        rooms.cancel(alice, complete.booking)
    assert state_of([complete.id])[complete.id].check is None
    assert checks_of(complete.id)[0].undone_at is not None


def test_slices_above_say_more_of_an_item(complete, approved, fill, alice):
    fill(sound="It hums")
    with pytest.raises(DomainError, match="Equipment"):
        sign_off(alice, complete)
    items = [Item("equipment_test", "Equipment", State.WAIVED), Item("tasks", "Tasks", State.READY)]
    add_items("test", lambda looked: items)
    try:
        assert sign_off(alice, complete)
    finally:
        del _sources["test"]


def test_what_was_waived_does_not_fail_and_says_why(complete, fill, leo, alice):
    fill(sound="It hums")
    clause = packaged_profiles()["operations"].requirement("equipment_test").clause
    db.session.add(
        Waiver(meeting_id=complete.id, clause=clause, demand="equipment_test", reason="Open air", by=leo, at=at(9))
    )
    db.session.commit()
    with pytest.raises(DomainError) as refusal:
        sign_off(alice, complete)
    assert "Equipment" not in str(refusal.value)
    proposal = proposal_of(complete)
    items = items_of(complete, profile_for(complete, proposal), proposal, state_of([complete.id])[complete.id])
    [waived] = [item for item in items if item.state == State.WAIVED]
    assert (waived.key, waived.words) == ("equipment_test", "Open air")
