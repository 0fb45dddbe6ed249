"""A meeting's proposal, and the version of its profile that holds for it."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.db import db
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.proposals.models import Proposal
from portal.regulations.profiles import Profile
from portal.regulations.queries import profile_as_of, profile_in_force

TEXTS = (
    "theme", "circle", "publicity", "site_risk", "people_risk", "information_risk", "notable_guests", "guest_risk",
    "sensitive_words", "unplanned_reason", "venue_reason", "lessons", "overrun_reason",
)


def proposal_of(meeting: Meeting) -> Proposal | None:
    """What the meeting proposes, with its budget, as the database has it now. Two statements at most."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.meeting_id == meeting.id)
        .options(selectinload(Proposal.budget))
        .execution_options(populate_existing=True)
    ).one_or_none()


def blank() -> Proposal:
    """What a meeting proposes that has said nothing yet; never stored."""
    said = dict.fromkeys(TEXTS, "")
    return Proposal(**said, profile="", size=None, has_notable_guests=False, is_sensitive=False, budget=[])


def profile_for(meeting: Meeting, proposal: Proposal | None) -> Profile:
    """The version that was in force when it was submitted; until then the one in force today.

    The caller has asked whether a regulation holds for the meeting at all. Two statements at most.
    """
    key = kind_of(meeting).profile
    if proposal is not None and proposal.profile_version is not None and proposal.profile == key:
        return profile_as_of(key, proposal.profile_version)
    return profile_in_force(key)


def is_sensitive(meeting: Meeting, proposal: Proposal | None) -> bool:
    """Whether secrets or sensitive matters are touched: a step more, and fewer who may look."""
    return meeting.is_secret or (proposal is not None and proposal.is_sensitive)
