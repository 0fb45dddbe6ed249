"""Checks of approval: the steps that agreed and in which order, what was signed, and what had to wait for it."""

from portal.accounts.models import Role
from portal.approvals.models import ApprovalCase, ApprovalSeat, ApprovalStep, State
from portal.approvals.models import Verdict as Said
from portal.approvals.snapshots import digest_of
from portal.compliance.checks import cases
from portal.compliance.checks.bodies import serves
from portal.compliance.checks.helping import body, lacking, named, on_clock, organizer, page, role, submitter
from portal.compliance.checks.proposals import FOREIGN_OFFICE, proposal_page
from portal.compliance.dossier import Dossier
from portal.compliance.registry import checks
from portal.compliance.verdicts import Evidence, Verdict, due, late, met, not_applicable, open_
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.proposals.facts import budget_in
from portal.regulations.profiles import Clause

LEADING_GROUP = "leading_group"
REVIEWS = ("review_hr", "review_finance", "review_security", "review_it", "review_publicity")


def case_page(dossier: Dossier, case: ApprovalCase | None) -> Evidence:
    return page(_("Approval"), "approvals.case", case_id=case.id) if case else proposal_page(dossier)


def _seats_for(dossier: Dossier, key: str) -> list[ApprovalSeat]:
    """The body's seats in the case that is in force, or else in the last round."""
    return cases.seats_of(cases.effective(dossier) or cases.last(dossier), key)


def _has_agreed(dossier: Dossier, seat: ApprovalSeat) -> bool:
    """Whether a member of the body agreed in it, with words."""
    if seat.verdict != Said.AGREED or seat.decided_at is None or not seat.comment.strip():
        return False
    day = on_clock(dossier, seat.decided_at)
    return any(serves(dossier.batch, seat.key, who, day) for who in (seat.decided_for_id, seat.decided_by_id) if who)


def _silent(dossier: Dossier, keys: tuple[str, ...]) -> list[str]:
    """Which of these bodies have not agreed with words, as a reader calls them."""
    return [body(key) for key in keys if not any(_has_agreed(dossier, seat) for seat in _seats_for(dossier, key))]


@checks("approval.body_reviewed", _l("What the reviewing body said in the approval"))
def body_reviewed(dossier: Dossier, clause: Clause) -> Verdict:
    if not any(f"body:{clause.arg}" in step.seats for step in dossier.profile.steps):
        return not_applicable(_("The route of this regulation has no seat for it."))
    silent = _silent(dossier, (clause.arg,))
    if not silent:
        return met(_("%(body)s agreed, with words.", body=body(clause.arg)), case_page(dossier, cases.last(dossier)))
    words = _("%(body)s has not agreed with words yet.", body=silent[0])
    return due(dossier.has_begun, words, silent[0], case_page(dossier, cases.last(dossier)))


@checks("approval.joint_review", _l("What each of the five reviewing bodies said"))
def joint_review(dossier: Dossier, clause: Clause) -> Verdict:
    silent = _silent(dossier, REVIEWS)
    words = _("Have not agreed with words yet: %(names)s.", names=named(silent))
    return lacking([words] if silent else [], dossier.has_begun, named(silent), case_page(dossier, cases.last(dossier)),
                   kept=_("All five agreed, each with words."))


@checks("approval.leading_group", _l("The decision of the leading group, after the five reviews"))
def leading_group(dossier: Dossier, clause: Clause) -> Verdict:
    case, turn = cases.effective(dossier) or cases.last(dossier), body(LEADING_GROUP)
    seats = [seat for seat in cases.seats_of(case, LEADING_GROUP) if seat.verdict == Said.AGREED and seat.decided_at]
    if not seats:
        return due(dossier.has_begun, _("The leading group has not decided yet."), turn, case_page(dossier, case))
    reviewed = [seat.decided_at for key in REVIEWS for seat in cases.seats_of(case, key) if seat.verdict == Said.AGREED]
    decided = min(seat.decided_at for seat in seats if seat.decided_at)
    if len(reviewed) < len(REVIEWS) or max(at for at in reviewed if at) > decided:
        return late(_("It was decided before all five reviews had agreed."), turn, case_page(dossier, case))
    return met(_("The leading group agreed after all five reviews."), case_page(dossier, case))


@checks("approval.office_draft_first", _l("Who submitted the proposal, and when the reviews began"))
def office_draft_first(dossier: Dossier, clause: Clause) -> Verdict:
    case, turn = cases.last(dossier), body(FOREIGN_OFFICE)
    if case is None:
        return due(dossier.has_begun, _("The proposal has not been submitted yet."), turn, proposal_page(dossier))
    day = on_clock(dossier, case.submitted_at)
    if not serves(dossier.batch, FOREIGN_OFFICE, case.submitted_by_id, day):
        words = _("%(name)s submitted it, who did not belong to the office.", name=case.submitted_by.name)
        return late(words, turn, case_page(dossier, case))
    return met(_("%(name)s of the office submitted the draft before any review.", name=case.submitted_by.name),
               case_page(dossier, case))


@checks("approval.secrecy_step", _l("The extra step for secret or sensitive matters, and the degree of the meeting"))
def secrecy_step(dossier: Dossier, clause: Clause) -> Verdict:
    proposal, meeting = dossier.get("proposal"), dossier.meeting
    if not meeting.is_secret and not (proposal and proposal.is_sensitive):
        return not_applicable(_("The matter is neither secret nor sensitive."))
    case = cases.effective(dossier) or cases.last(dossier)
    # The steps that only such matters take.
    extra = {step.title.en for step in dossier.profile.steps if step.when in {"is_sensitive", "secret_matter"}}
    passed = [step for step in case.steps if step.names.get("en") in extra and step.passed_at] if case else []
    lacks = [
        "" if passed else _("The step for secret or sensitive matters has not agreed yet."),
        "" if meeting.is_secret else _("The meeting is not marked as secret."),
    ]
    return lacking(lacks, meeting.announced_at is not None, role(Role.LEADER), case_page(dossier, case),
                   kept=_("The extra step agreed, and the meeting is secret."))


@checks("approval.before_execution", _l("When the approval came into force, and when the meeting was announced"))
def before_execution(dossier: Dossier, clause: Clause) -> Verdict:
    """A room that is held for the plan is part of what is approved; what is carried out begins with the notice."""
    case, at = cases.last(dossier), cases.first_effect_at(dossier)
    begun = [dossier.meeting.announced_at, *(one.invited_at for one in dossier.get("people")),
             *(task.done_at for task in dossier.get("tasks"))]
    first = min((one for one in begun if one), default=None)
    if first is not None and (at is None or first < at):
        return late(_("Something was carried out before the approval came into force."), body(LEADING_GROUP),
                    case_page(dossier, case))
    if at is None:
        return open_(_("The approval is not in force yet, and nothing has been carried out."), body(LEADING_GROUP),
                     case_page(dossier, case))
    return met(_("Nobody was invited and no task was done before the approval came into force."),
               case_page(dossier, case))


# --- The budget ---


def _has_grown(dossier: Dossier, case: ApprovalCase) -> bool:
    """Whether the budget is above what was signed in the case: under a heading, or in all."""
    now, signed = dossier.get("budget"), budget_in(case.snapshot)
    above = any(amount > signed.get(heading, 0) for heading, amount in now.items())
    return above or sum(now.values()) > sum(signed.values())


@checks("approval.budget_approved", _l("The approval in force against the budget as it is now"))
def budget_approved(dossier: Dossier, clause: Clause) -> Verdict:
    if not any(dossier.get("budget").values()) and dossier.get("budget"):
        return not_applicable(_("The budget says that nothing is spent."))
    case, is_out = cases.effective(dossier), dossier.meeting.announced_at is not None
    finance = "review_finance"
    if case is None:
        turn = body(finance) if cases.last(dossier) else submitter(dossier)
        return due(is_out, _("The budget has not been approved yet."), turn, case_page(dossier, cases.last(dossier)))
    in_route = any(f"body:{finance}" in step.seats for step in dossier.profile.steps)
    if in_route and not any(seat.verdict == Said.AGREED for seat in cases.seats_of(case, finance)):
        return due(is_out, _("Finance has not agreed yet."), body(finance), case_page(dossier, case))
    if _has_grown(dossier, case):
        return due(is_out, _("The budget is above what was approved."), submitter(dossier), case_page(dossier, case))
    return met(_("The budget as it stands was approved."), case_page(dossier, case))


@checks("approval.reopened_on_increase", _l("The budget now against what was approved, and why it grew"))
def reopened_on_increase(dossier: Dossier, clause: Clause) -> Verdict:
    approved = [case for case in dossier.get("cases") if cases.effect_at(case)]
    if not approved:
        return not_applicable(_("Nothing has been approved yet."))
    case = approved[-1]
    if not _has_grown(dossier, case):
        grew = len(approved) > 1 and any(
            amount > budget_in(approved[0].snapshot).get(heading, 0) for heading,
            amount in dossier.get("budget").items()
        )
        again = _("It grew and was approved again, with the reason.")
        return met(again if grew else _("It is not above what was approved."), case_page(dossier, case))
    last = cases.last(dossier)
    turn = body(LEADING_GROUP) if last and last.state == State.OPEN else organizer(dossier)
    return due(dossier.has_begun, _("The budget is above what was approved; it waits to be approved again."), turn,
               case_page(dossier, last))


# --- What is kept ---


def _is_whole(case: ApprovalCase) -> bool:
    """Whether what was signed is still what is kept."""
    return digest_of(case.snapshot) == case.digest


@checks("approval.snapshot_frozen", _l("What was signed, and the digest that seals it"))
def snapshot_frozen(dossier: Dossier, clause: Clause) -> Verdict:
    case = cases.effective(dossier)
    if case is None:
        return open_(_("No approval is in force yet."), submitter(dossier), case_page(dossier, cases.last(dossier)))
    if not _is_whole(case):
        return late(_("What is kept is not what was signed."), body(FOREIGN_OFFICE), case_page(dossier, case))
    return met(_("What was signed is kept as it was; its digest matches."), case_page(dossier, case))


@checks("approval.history_kept", _l("All rounds of the approval with steps, words and what was signed"))
def history_kept(dossier: Dossier, clause: Clause) -> Verdict:
    rounds: list[ApprovalCase] = dossier.get("cases")
    if not rounds:
        return open_(_("The proposal has not been submitted yet."), submitter(dossier), proposal_page(dossier))
    if not all(_is_whole(case) and all(map(_is_kept, case.steps)) for case in rounds):
        return late(_("What is kept is not what was signed."), submitter(dossier), case_page(dossier, rounds[-1]))
    return met(_("Each round is kept with what was signed and what everybody said."), case_page(dossier, rounds[-1]))


def _is_kept(step: ApprovalStep) -> bool:
    """A step that was passed has its verdicts."""
    return step.passed_at is None or any(seat.verdict == Said.AGREED for seat in step.seats)
