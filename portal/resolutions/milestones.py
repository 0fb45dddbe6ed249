"""Milestones: said to be reached by those who report, and taken back where that was wrong."""

from collections.abc import Collection

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.resolutions import policy
from portal.resolutions.commands import take
from portal.resolutions.models import Milestone, Resolution


def mark(actor: Person, resolution: Resolution, *, shown: Collection[int], reached: Collection[int]) -> None:
    """Let those of the shown milestones be reached that were ticked, and the others not; ids that it has not are left.

    It stands at once, unlike the report that is handed in with it: whether a milestone is reached can be seen.
    Raises NotAllowed, or DomainError for one that has ended.
    """
    allow(policy.may_report(actor, resolution))
    take(resolution)
    for milestone in resolution.milestones:
        if milestone.id in shown and (milestone.id in reached) != (milestone.reached_at is not None):
            _turn(actor, milestone, is_reached=milestone.id in reached)
    # Reading the resolution anew, as the next command does, would undo what is not written.
    db.session.flush()


def _turn(actor: Person, milestone: Milestone, *, is_reached: bool) -> None:
    milestone.reached_at, milestone.reached_by = (clock.now(), actor) if is_reached else (None, None)
    action = "resolution.milestone_reached" if is_reached else "resolution.milestone_taken_back"
    record(actor, action, milestone.resolution, milestone=milestone.title)
