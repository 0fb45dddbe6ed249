"""What the page of a proposal shows, and the panel on the page of its meeting."""

from collections.abc import Sequence
from typing import Any

from portal.accounts.models import Person
from portal.approvals.models import ApprovalCase, State
from portal.approvals.policy import may_see as may_see_case
from portal.approvals.showing import stages_of
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting
from portal.proposals import lacking, policy, queries
from portal.proposals.lessons import lessons_for
from portal.proposals.models import Proposal
from portal.proposals.names import FIELDS, HEADINGS, OF_MEETING, OWN
from portal.proposals.records import blank, profile_for, proposal_of
from portal.regulations.profiles import Profile

# What stands beside its switch, wherever the profile asks for it.
BESIDE_SWITCH = "guest_risk"


def region(actor: Person, meeting: Meeting) -> dict[str, Any]:
    """What the page shows besides the form, in a constant number of statements."""
    stored = proposal_of(meeting)
    profile, rounds, lessons = profile_for(meeting, stored), queries.cases_of(meeting), lessons_for(actor, meeting)
    asked = lacking.asked_of(meeting, stored or blank(), profile, has_lessons=bool(lessons))
    by_name = {one.name: one for one in asked}
    first = [one.name for one in asked if one.name in OWN and one.name != BESIDE_SWITCH]
    return {
        "proposal": stored or blank(), "is_new": stored is None, "profile": profile, "rounds": rounds,
        "lessons": lessons, "asked": by_name, "first": first, "OF_MEETING": OF_MEETING, "FIELDS": FIELDS,
        "HEADINGS": HEADINGS,
        "more": [name for name in OWN if name not in first and name != BESIDE_SWITCH],
        "lacks": [one for one in asked if not one.is_said], "approved": queries.approved_in(rounds),
        "standing": queries.standing(rounds), "may_write": is_open(meeting) and policy.may_write(
            actor, meeting, profile, stored
        ),
        "author": "" if policy.holds(actor, profile.submits) else policy.seat_name(profile.submits),
        "submission": profile.requirement("submission"), **way(actor, meeting, profile, stored, rounds),
    }


def way(
    actor: Person, meeting: Meeting, profile: Profile, stored: Proposal | None, rounds: Sequence[ApprovalCase]
) -> dict[str, Any]:
    """Where the approval stands: the steps of the round that goes or is in force, or those that it would go by."""
    case = rounds[0] if rounds else None
    going = case if case is not None and case.state in {State.OPEN, State.EFFECTIVE} else None
    return {
        "case": case, "may_open_case": case is not None and may_see_case(actor, case),
        "stages": stages_of(going) if going is not None else [],
        "steps": [] if going is not None else queries.steps_ahead(meeting, stored or blank(), profile),
        "seat_name": lambda seat: _("Head of the department") if seat == "head" else policy.seat_name(seat),
    }


def is_open(meeting: Meeting) -> bool:
    """Whether anything may still be proposed: it is not off, and has not begun."""
    over = meeting.postponed_at is None and meeting.ends_at <= clock.now()
    return meeting.cancelled_at is None and meeting.started_at is None and not over
