"""What a proposal adds to what is signed of its meeting, and how it is read out of a snapshot again."""

from decimal import Decimal
from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.meetings.kinds import is_regulated, kind_of
from portal.meetings.models import Meeting
from portal.proposals.models import Heading, Proposal
from portal.proposals.names import BESIDE, BUDGET, HEADINGS, OWN
from portal.proposals.records import proposal_of
from portal.regulations.profiles import PROFILES
from portal.regulations.queries import packaged_profiles

Budget = dict[Heading, Decimal]


class _Title:
    """What the reader of the moment calls a regulation."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __str__(self) -> str:
        return str(packaged_profiles()[self.key].title)


LABELS = {
    "profile": _l("Regulation"), "profile_version": _l("Version of the regulation"), **OWN, **BESIDE, **BUDGET,
    "heading": _l("Heading"), "amount": _l("Amount"), "words": _l("For what"), "total": _l("Total"),
}
TERMS = {
    **{f"profile.{key}": _Title(key) for key in PROFILES},
    **{f"budget.{heading}": words for heading, words in HEADINGS.items()},
}


def facts(meeting: Meeting) -> list[list[Any]]:
    """All that the proposal says; nothing of a meeting under no regulation."""
    if not is_regulated(meeting):
        return []
    proposal = proposal_of(meeting)
    of_profile: list[list[Any]] = [["profile", {"term": f"profile.{kind_of(meeting).profile}"}]]
    return of_profile if proposal is None else [*of_profile, *_said(proposal)]


def _said(proposal: Proposal) -> list[list[Any]]:
    own = [[name, getattr(proposal, name)] for name in OWN]
    beside = [[name, getattr(proposal, name)] for name in BESIDE]
    return [["profile_version", proposal.profile_version], *own, *beside, *_of_budget(proposal)]


def _of_budget(proposal: Proposal) -> list[list[Any]]:
    lines = {line.heading: line for line in proposal.budget}
    rows = [
        [{"term": f"budget.{heading}"}, {"money": f"{lines[heading].amount:.2f}"}, lines[heading].words]
        for heading in Heading if heading in lines
    ]
    return [
        ["budget", {"table": rows, "head": ["heading", "amount", "words"]}],
        ["total", {"money": f"{proposal.total:.2f}"}],
    ]


def budget_in(snapshot: dict[str, Any]) -> Budget:
    """The amounts by heading that a snapshot holds."""
    table = dict(snapshot["facts"]).get("budget") or {"table": []}
    return {Heading(row[0]["term"].removeprefix("budget.")): Decimal(row[1]["money"]) for row in table["table"]}


def fact_in(snapshot: dict[str, Any], name: str) -> Any:
    """One value of a snapshot; nothing if it holds none of that name."""
    return dict(snapshot["facts"]).get(name)
