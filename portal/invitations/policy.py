"""Who may do what with groups of people and rules of eligibility."""

from portal.accounts.models import Person, Role
from portal.invitations.models import PeopleGroup
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting, MeetingKind


def may_keep_rules(actor: Person, owner: Meeting | MeetingKind) -> bool:
    """Of one meeting whoever may edit it, of a kind who keeps kinds."""
    return meetings.may_edit(actor, owner) if isinstance(owner, Meeting) else meetings.may_keep_kinds(actor)


def may_see_group(actor: Person, group: PeopleGroup) -> bool:
    """Its owner, and everybody once it is shared."""
    return actor.id == group.owner_id or group.shared_at is not None


def may_edit_group(actor: Person, group: PeopleGroup) -> bool:
    """Its owner; the meeting office too once it is shared."""
    return actor.id == group.owner_id or (group.shared_at is not None and may_share_groups(actor))


def may_share_groups(actor: Person) -> bool:
    """What everybody sees is the meeting office's business."""
    return actor.has_role(Role.MEETING_OFFICE)
