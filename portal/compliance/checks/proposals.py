"""Checks of proposals: what they have to hold, the budget, risks, and what earlier meetings taught."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.accounts.queries import house_today
from portal.compliance.checks import cases
from portal.compliance.checks.bodies import serves
from portal.compliance.checks.earlier import earlier
from portal.compliance.checks.helping import body, lacking, meeting_page, named, on_clock, organizer, submitter, tab
from portal.compliance.dossier import Batch, Dossier, loads
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.proposals.models import BudgetLine, Heading, Proposal
from portal.proposals.names import FIELDS, HEADINGS
from portal.regulations.profiles import Clause

FOREIGN_OFFICE = "foreign_office"
# What the clauses call otherwise than the proposal does.
OTHERWISE = {"results": "outcome", "programme": "agenda"}


@loads("proposal", lambda: None)
def _proposals(batch: Batch) -> Mapping[int, Proposal]:
    found = db.session.scalars(select(Proposal).where(Proposal.meeting_id.in_(batch.ids)))
    return {proposal.meeting_id: proposal for proposal in found}


@loads("budget", dict)
def _budgets(batch: Batch) -> Mapping[int, dict[Heading, Decimal]]:
    """What each proposal plans to spend under each heading of which it says something."""
    found: dict[int, dict[Heading, Decimal]] = {}
    rows = db.session.execute(
        select(BudgetLine.meeting_id, BudgetLine.heading, BudgetLine.amount)
        .where(BudgetLine.meeting_id.in_(batch.ids))
    )
    for meeting_id, heading, amount in rows:
        found.setdefault(meeting_id, {})[Heading(heading)] = amount
    return found


def proposal_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Proposal"), "proposals.proposal")


def is_laid_before(dossier: Dossier) -> bool:
    """Whether the proposal was submitted, or the meeting announced: it should be complete by then."""
    meeting = dossier.meeting
    return bool(meeting.announced_at or meeting.submitted_at or dossier.get("cases"))


def holds(dossier: Dossier, name: str) -> bool:
    """Whether that field of the proposal, or of the meeting itself, says something."""
    meeting, proposal = dossier.meeting, dossier.get("proposal")
    of_meeting = {
        "time": meeting.postponed_at is None, "place": bool(meeting.location or meeting.venue or meeting.online_url),
        "purpose": bool(meeting.purpose.strip()), "outcome": bool(meeting.outcome.strip()),
        "agenda": bool(dossier.get("agenda")), "budget": bool(dossier.get("budget")),
    }
    name = OTHERWISE.get(name, name)
    if name in of_meeting:
        return of_meeting[name]
    value = getattr(proposal, name, None)
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _empty(names: Iterable[str], words: Mapping[Any, Any] = FIELDS) -> list[str]:
    missing = [str(words[OTHERWISE.get(name, name)]) for name in names]
    return [_("Still empty: %(names)s.", names=named(missing))] if missing else []


@checks("proposal.complete", _l("What the proposal has to say, field by field"))
def complete(dossier: Dossier, clause: Clause) -> Verdict:
    empty = [name for name in clause.arg.split(",") if not holds(dossier, name)]
    return lacking(_empty(empty), is_laid_before(dossier), submitter(dossier), proposal_page(dossier),
                   kept=_("The proposal says all of it."))


@checks("proposal.budget_headings", _l("The headings of the budget, each with an amount or nil"))
def budget_headings(dossier: Dossier, clause: Clause) -> Verdict:
    wanted = [name for name in clause.arg.split(",") if name] or list(Heading)
    said = dossier.get("budget")
    empty = [name for name in wanted if (not holds(dossier, name) if name == "size" else Heading(name) not in said)]
    return lacking(_empty(empty, {**HEADINGS, "size": FIELDS["size"]}), is_laid_before(dossier), submitter(dossier),
                   proposal_page(dossier), kept=_("Each heading has an amount or says nil."))


@checks("proposal.by_office", _l("Who wrote and submitted the proposal, and what it holds"))
def by_office(dossier: Dossier, clause: Clause) -> Verdict:
    proposal, last, turn = dossier.get("proposal"), cases.last(dossier), body(FOREIGN_OFFICE)
    if proposal is None:
        return due(is_laid_before(dossier), _("There is no proposal yet."), turn, meeting_page(dossier))
    author = last.submitted_by_id if last else proposal.changed_by_id
    day = on_clock(dossier, last.submitted_at) if last else house_today()
    if not serves(dossier.batch, FOREIGN_OFFICE, author, day):
        words = _("It was written by somebody who does not belong to the office.")
        return due(last is not None, words, turn, proposal_page(dossier))
    empty = [name for name in clause.arg.split(",") if not holds(dossier, name)]
    return lacking(_empty(empty), False, turn, proposal_page(dossier),
                   kept=_("A member of the office drew it up, with all its parts."))


@checks("proposal.risk_assessed", _l("The assessment of dangers in the proposal"))
def risk_assessed(dossier: Dossier, clause: Clause) -> Verdict:
    empty = [f"{name}_risk" for name in clause.arg.split(",") if not holds(dossier, f"{name}_risk")]
    is_late = bool(dossier.meeting.announced_at or cases.effective(dossier))
    return lacking(_empty(empty), is_late, body("review_security"), proposal_page(dossier),
                   kept=_("The dangers are assessed, with what is done about them."))


@checks("proposal.guest_risk_first", _l("Notable guests, the assessment of their risks, and the first invitation"))
def guest_risk_first(dossier: Dossier, clause: Clause) -> Verdict:
    proposal, turn = dossier.get("proposal"), body("review_security")
    if proposal is None or not proposal.has_notable_guests:
        return not_applicable(_("No notable guests are expected."))
    asked = [one.invited_at for one in dossier.get("people") if one.is_guest and one.invited_at]
    approved_at = cases.first_effect_at(dossier)
    if asked and (approved_at is None or min(asked) < approved_at):
        return late(_("Guests were invited before the assessment was approved."), turn, proposal_page(dossier))
    if not proposal.guest_risk.strip():
        return due(bool(asked), _("What such guests call for has not been assessed."), turn, proposal_page(dossier))
    if approved_at is None:
        return open_(_("The assessment waits for its approval."), turn, proposal_page(dossier))
    return met(_("The assessment was approved before any guest was invited."), proposal_page(dossier))


@checks("proposal.lessons_acknowledged", _l("Open measures of earlier meetings, and how the proposal meets them"))
def lessons_acknowledged(dossier: Dossier, clause: Clause) -> Verdict:
    before, proposal = set(earlier(dossier)), dossier.get("proposal")
    if not _has_lessons(dossier, before):
        if not before:
            return not_applicable(_("No earlier meeting of its kind taught anything."))
        return met(_("Earlier meetings left no open measure."), proposal_page(dossier))
    if proposal is not None and proposal.lessons.strip():
        return met(_("The proposal says how open measures are met."), proposal_page(dossier))
    words = _("The proposal does not say yet how open measures of earlier meetings are met.")
    return due(is_laid_before(dossier), words, organizer(dossier), proposal_page(dossier))


def _has_lessons(dossier: Dossier, before: set[int]) -> bool:
    """Whether a measure or a finding from one of these meetings, or for the body that meets, is open."""
    body_id = dossier.meeting.body_id
    return any(one.meeting_id in before for one in dossier.house("open_measures")) or any(
        meeting_id in before or (body_id is not None and shown_to == body_id)
        for meeting_id, shown_to in dossier.house("open_findings")
    )
