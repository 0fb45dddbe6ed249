"""Who writes, submits and reads the proposal of a meeting. Of what is sensitive only those whose work it is."""

from sqlalchemy import select

from portal.accounts.models import Person, Role
from portal.accounts.queries import house_today
from portal.accounts.roles import role_name
from portal.approvals.queries import records_asked
from portal.bodies.names import KNOWN
from portal.bodies.queries import bodies_of
from portal.core.db import db
from portal.meetings import policy as meetings
from portal.meetings.approving import KIND
from portal.meetings.kinds import is_regulated
from portal.meetings.models import Meeting, Part
from portal.proposals.models import Proposal
from portal.proposals.records import is_sensitive, profile_for, proposal_of
from portal.regulations.profiles import Profile

SIGHT = "proposal"


def may_write(actor: Person, meeting: Meeting, profile: Profile, proposal: Proposal | None) -> bool:
    """Who may change the meeting and, where the profile gives the drafting to a body or role, belongs to it.

    Of what is sensitive only the organizer and whoever wrote it last.
    """
    if not meetings.may_edit(actor, meeting) or not holds(actor, profile.submits):
        return False
    return not is_sensitive(meeting, proposal) or is_own(actor, meeting, proposal)


def is_own(actor: Person, meeting: Meeting, proposal: Proposal | None) -> bool:
    """Whoever organizes the meeting or wrote its proposal last."""
    return actor.id in {meeting.organizer_id, proposal.changed_by_id if proposal is not None else None}


def holds(actor: Person, seat: str) -> bool:
    """Whether somebody belongs to that body or has that role (`body:<key>`, `role:<role>`); no seat is everybody's."""
    holder, _colon, key = seat.partition(":")
    if holder == "body":
        return key in bodies_of(actor, house_today())
    return actor.has_role(Role(key)) if holder == "role" else not seat


def may_look(actor: Person, meeting: Meeting) -> bool:
    """Who writes it, whom its profile names as readers, and who is or was asked to decide on it.

    Of what is sensitive: organizer, author, those asked, and leaders who are in the meeting. No statement for a
    meeting under no regulation.
    """
    if not is_regulated(meeting) or not actor.is_active:
        return False
    proposal = proposal_of(meeting)
    if is_own(actor, meeting, proposal) or is_asked(actor, meeting):
        return True
    if is_sensitive(meeting, proposal):
        return actor.has_role(Role.LEADER) and meetings.part_in(actor, meeting) is not None
    profile = profile_for(meeting, proposal)
    return may_write(actor, meeting, profile, proposal) or sees(actor, meeting, profile, SIGHT)


def hides(actor: Person, meeting: Meeting) -> bool:
    """Whether what is approved of the meeting is sensitive, and none of the actor's business."""
    return is_regulated(meeting) and is_sensitive(meeting, proposal_of(meeting)) and not may_look(actor, meeting)


def is_asked(actor: Person, meeting: Meeting) -> bool:
    """Whether the meeting was put before the actor for approval. One statement."""
    return db.session.scalar(select(records_asked(KIND, actor.id, meeting.id).exists())) or False


def sees(actor: Person, meeting: Meeting, profile: Profile, key: str) -> bool:
    """Whether the profile names the actor, by part, role or body, as one who sees that part of the meeting."""
    names = {name for sight in profile.sights if sight.key == key for name in sight.seen_by}
    return any(_is_named(actor, meeting, name) for name in sorted(names))


def _is_named(actor: Person, meeting: Meeting, name: str) -> bool:
    if name == "organizer":
        return actor.id == meeting.organizer_id
    if name in set(Part):
        part = meetings.told_part(actor, meeting)
        return part is not None and part.part == name
    return actor.has_role(Role(name)) if name in set(Role) else name in bodies_of(actor, house_today())


def seat_name(seat: str) -> str:
    """What a reader calls a body or role (`body:<key>`, `role:<role>`)."""
    holder, _colon, key = seat.partition(":")
    return str(KNOWN.get(key, key)) if holder == "body" else role_name(key)
