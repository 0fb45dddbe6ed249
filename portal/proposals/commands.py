"""A proposal is written, as long as it takes; submitted when nothing is lacking; and approved again once it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.core.i18n import gettext as _
from portal.meetings.approving import lapse
from portal.meetings.changing import changed, insist_not_over, insist_standing, lock
from portal.meetings.kinds import is_regulated, kind_of
from portal.meetings.models import Meeting
from portal.proposals import lacking, policy, queries
from portal.proposals.facts import Budget
from portal.proposals.lessons import lessons_for
from portal.proposals.models import BudgetLine, Heading, Proposal
from portal.proposals.overrun import is_over
from portal.proposals.records import TEXTS, blank, profile_for, proposal_of
from portal.regulations.profiles import Act, Profile

OVERRUN_CHECK = "approval.reopened_on_increase"
LONGEST = {"unplanned_reason": 500, "overrun_reason": 1000}
LONGEST_TEXT, LONGEST_BUDGET_WORDS = 5000, 300
LARGEST = Decimal("999999999999.99")
MOST_PEOPLE = 100_000


@dataclass(frozen=True)
class Draft:
    """All that a proposal says; each heading of the budget an amount and for what, or it is not among them."""

    theme: str = ""
    size: int | None = None
    circle: str = ""
    publicity: str = ""
    site_risk: str = ""
    people_risk: str = ""
    information_risk: str = ""
    has_notable_guests: bool = False
    notable_guests: str = ""
    guest_risk: str = ""
    is_sensitive: bool = False
    sensitive_words: str = ""
    unplanned_reason: str = ""
    venue_reason: str = ""
    lessons: str = ""
    overrun_reason: str = ""
    budget: Mapping[Heading, tuple[Decimal, str]] = field(default_factory=dict)

    @property
    def amounts(self) -> Budget:
        return {heading: amount for heading, (amount, _words) in self.budget.items()}


def version_of(proposal: Proposal | None) -> str:
    """Another one after each change: what the form that changes it was filled from."""
    if proposal is None:
        return "new"
    held = [getattr(proposal, name) for name in (*TEXTS, "size", "has_notable_guests", "is_sensitive")]
    lines = sorted((str(line.heading), f"{line.amount:.2f}", line.words) for line in proposal.budget)
    return sha256(repr((held, lines)).encode()).hexdigest()[:16]


def save_proposal(actor: Person, meeting: Meeting, draft: Draft, seen: str | None = None) -> Proposal:
    """Write down what the meeting proposes, complete or not.

    What waits for approval or has it is undone, if anything is another than what was signed, and has to be submitted
    again. A budget above the approved one needs a reason, which is another than the one that was approved with it.
    Raises NotAllowed, or DomainError naming the field, or if somebody was quicker.
    """
    lock(meeting)
    insist_author(actor, meeting)
    insist_standing(meeting)
    insist_not_over(meeting)
    if meeting.started_at is not None:
        raise DomainError(_("This meeting has started already."))
    proposal = proposal_of(meeting)
    if seen not in (None, version_of(proposal)):
        raise DomainError(_("Somebody else has changed this meanwhile. Look at it again before you save."))
    _check(draft)
    why = _insist_reason(meeting, draft, profile_for(meeting, proposal))
    proposal = _write(actor, meeting, proposal, draft)
    changed(meeting)
    record(actor, "meeting.proposal_saved", meeting)
    lapse(actor, meeting, why, reopens=True)
    return proposal


def insist_author(actor: Person, meeting: Meeting) -> None:
    """Raise NotAllowed, naming the clause, for who may change the meeting but not write its proposal."""
    allow(is_regulated(meeting))
    proposal = proposal_of(meeting)
    profile = profile_for(meeting, proposal)
    if not policy.holds(actor, profile.submits):
        asked = profile.requirement("submission")
        raise NotAllowed(
            _("By the regulation (%(clause)s) this is written and submitted by: %(who)s.",
              clause=asked.clause if asked else profile.key, who=policy.seat_name(profile.submits))
        )
    allow(policy.may_write(actor, meeting, profile, proposal))


def _check(draft: Draft) -> None:
    for name in TEXTS:
        most = LONGEST.get(name, LONGEST_TEXT)
        if len(getattr(draft, name)) > most:
            raise DomainError(_("At most %(count)s characters, please.", count=most), name)
    if draft.size is not None and not 1 <= draft.size <= MOST_PEOPLE:
        raise DomainError(_("Please give a number from 1 to %(most)s.", most=MOST_PEOPLE), "size")
    if draft.has_notable_guests and not draft.notable_guests.strip():
        raise DomainError(_("Please name the guests of note."), "notable_guests")
    if draft.is_sensitive and not draft.sensitive_words.strip():
        raise DomainError(_("Please say what is secret or sensitive."), "sensitive_words")
    for heading, (amount, words) in draft.budget.items():
        if not 0 <= amount <= LARGEST:
            raise DomainError(_("An amount is 0 (nil) or more, and below %(most)s.", most="10¹²"), f"amount_{heading}")
        if len(words) > LONGEST_BUDGET_WORDS:
            raise DomainError(_("At most %(count)s characters, please.", count=LONGEST_BUDGET_WORDS),
                              f"words_{heading}")


def _insist_reason(meeting: Meeting, draft: Draft, profile: Profile) -> str:
    """Why it has to be approved again: the reason for a higher budget; otherwise the engine says what changed."""
    approved = queries.approved_in(queries.cases_of(meeting))
    if approved is None or not is_over(approved.budget, draft.amounts, profile.figures.get("overrun_percent", 0)):
        return ""
    reason = draft.overrun_reason.strip()
    if not reason or reason == approved.reason:
        clause = lacking.clause_with(profile, OVERRUN_CHECK)
        raise DomainError(
            _("The budget is higher than what was approved. Say why; it has to be approved again (%(clause)s).",
              clause=clause.id if clause else _("the house's own rule")),
            "overrun_reason",
        )
    return _("The budget is higher than what was approved: %(reason)s", reason=reason)


def _write(actor: Person, meeting: Meeting, proposal: Proposal | None, draft: Draft) -> Proposal:
    if proposal is None:
        proposal = blank()
        proposal.meeting_id = meeting.id
    for name in TEXTS:
        setattr(proposal, name, getattr(draft, name).strip())
    proposal.size, proposal.changed_at, proposal.changed_by = draft.size, clock.now(), actor
    proposal.has_notable_guests, proposal.is_sensitive = draft.has_notable_guests, draft.is_sensitive
    db.session.add(proposal)
    _plan_budget(proposal, draft)
    db.session.flush()
    return proposal


def _plan_budget(proposal: Proposal, draft: Draft) -> None:
    lines = {line.heading: line for line in proposal.budget}
    for heading in lines.keys() - draft.budget.keys():
        proposal.budget.remove(lines[heading])
    for heading, (amount, words) in draft.budget.items():
        line = lines.get(heading)
        if line is None:
            line = BudgetLine(heading=heading)
            proposal.budget.append(line)
        line.amount, line.words = amount, words.strip()


def let_submit(actor: Person, meeting: Meeting, act: Act) -> None:
    """The gate of a submission: refuses whom the profile does not let submit, and what lacks a field, by clause.

    From then on that version of the profile holds which is in force now; after the notice the one that held for it.
    """
    if act != Act.SUBMIT or not is_regulated(meeting):
        return
    insist_author(actor, meeting)
    proposal = proposal_of(meeting)
    if meeting.announced_at is None and proposal is not None:
        bind(proposal, None)
    profile = profile_for(meeting, proposal)
    asked = lacking.asked_of(
        meeting, proposal or blank(), profile, has_lessons=bool(lessons_for(actor, meeting))
    )
    if lacks := [one for one in asked if not one.is_said]:
        raise DomainError(lacking.words_of(lacks))
    if proposal is None:
        proposal = _write(actor, meeting, None, Draft())
    bind(proposal, profile)


def bind(proposal: Proposal, profile: Profile | None) -> None:
    """Let that version hold for the proposal, or whichever is in force."""
    proposal.profile, proposal.profile_version = (profile.key, profile.number) if profile else ("", None)
    db.session.flush()


def unbind_changed_kind(meeting: Meeting) -> None:
    """A meeting of another kind goes by the profile of that one. One statement, none under no regulation."""
    if is_regulated(meeting):
        db.session.execute(
            update(Proposal)
            .where(Proposal.meeting_id == meeting.id, Proposal.profile.not_in(["", kind_of(meeting).profile]))
            .values(profile="", profile_version=None)
        )
