"""What the pages of a proposal read: where its approval stands, and what was approved before."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.approvals import queries as cases
from portal.approvals.models import ApprovalCase, State
from portal.meetings.approving import KIND
from portal.meetings.models import Meeting
from portal.proposals.conditions import applies
from portal.proposals.facts import Budget, budget_in, fact_in
from portal.proposals.models import Proposal
from portal.regulations.profiles import Profile, Step


class Approved(NamedTuple):
    """The budget that was approved last, and the reason that was approved along with it."""

    budget: Budget
    reason: str


def cases_of(meeting: Meeting) -> Sequence[ApprovalCase]:
    """All rounds of its approval, the last first. Four statements."""
    return cases.cases_of(KIND, meeting.id)


def approved_in(rounds: Sequence[ApprovalCase]) -> Approved | None:
    """What the last round approved that passed all its steps, whether or not it has lapsed since."""
    for case in rounds:
        if case.steps and all(step.passed_at is not None for step in case.steps):
            return Approved(budget_in(case.snapshot), fact_in(case.snapshot, "overrun_reason") or "")
    return None


def standing(rounds: Sequence[ApprovalCase]) -> ApprovalCase | None:
    """The round that waits or is in force; what is changed now undoes it."""
    return next((case for case in rounds[:1] if case.state in {State.OPEN, State.EFFECTIVE}), None)


def steps_ahead(meeting: Meeting, proposal: Proposal, profile: Profile) -> list[Step]:
    """The steps by which it would go if it were submitted now."""
    return [step for step in profile.steps if applies(step.when, meeting, proposal)]
