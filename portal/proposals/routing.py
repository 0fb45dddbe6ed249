"""By which steps the approval of a meeting goes, as its profile says."""

from collections.abc import Sequence

from portal.accounts import queries as accounts
from portal.accounts.models import Role
from portal.approvals.models import Rule
from portal.approvals.subjects import SeatPlan, StepPlan, of_body, of_person, of_role
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting
from portal.proposals.conditions import applies
from portal.proposals.records import blank, profile_for, proposal_of
from portal.regulations.profiles import Step

HEAD = "head"


def route(meeting: Meeting) -> Sequence[StepPlan] | None:
    """The steps of the meeting's profile that apply to it; nothing for a meeting under no regulation.

    Raises DomainError if the head of its department has to agree and there is none.
    """
    if not is_regulated(meeting):
        return None
    proposal = proposal_of(meeting)
    steps = profile_for(meeting, proposal).steps
    return [_plan(meeting, step) for step in steps if applies(step.when, meeting, proposal or blank())]


def _plan(meeting: Meeting, step: Step) -> StepPlan:
    seats = [seat for name in step.seats for seat in _seats(meeting, name, step.clause)]
    # Any head of the department speaks for it.
    rule = Rule.ANY if step.seats == (HEAD,) else Rule(step.rule)
    return StepPlan(step.title.by_locale, tuple(seats), rule, step.days, step.clause)


def _seats(meeting: Meeting, name: str, clause: str) -> list[SeatPlan]:
    holder, _colon, key = name.partition(":")
    if holder == "body":
        return [of_body(key)]
    return [of_role(Role(key))] if holder == "role" else _heads(meeting, clause)


def _heads(meeting: Meeting, clause: str) -> list[SeatPlan]:
    """Those who head the meeting's department, or else its organizer's; not the organizer, if others do too."""
    department = meeting.department or meeting.organizer.department
    heads = accounts.heads_of(department.id) if department is not None else ()
    if department is None:
        raise DomainError(_("The head of its department has to agree (%(clause)s), but the meeting has no department. "
                            "Choose one.", clause=clause), "department_id")
    if not heads:
        raise DomainError(_("The head of its department has to agree (%(clause)s), but nobody heads %(department)s.",
                            clause=clause, department=department.name), "department_id")
    others = [head for head in heads if head.id != meeting.organizer_id]
    return [of_person(head) for head in others or heads]
