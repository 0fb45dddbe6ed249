"""What holds for a meeting by its kind."""

from portal.core.i18n import gettext as _
from portal.meetings.models import Confidentiality, Meeting, MeetingKind

# An ordinary meeting has no kind of its own; this is never stored.
ORDINARY = MeetingKind(
    name="", prefix="M", confidentiality=Confidentiality.INVITED, needs_approval=False, leave_needs_approval=False,
    substitute_needs_approval=False, quorum_percent=None, answer_days=None, urge_days="", lead_days=0,
    check_in_minutes=60, late_minutes=10, has_check_out=False,
    has_votes=False, resolutions_need_approval=False, delay_needs_leader=False, profile="",
)


def kind_of(meeting: Meeting) -> MeetingKind:
    """The kind whose settings apply to the meeting."""
    return meeting.kind or ORDINARY


def is_regulated(meeting: Meeting) -> bool:
    """Whether a regulation holds for the meeting."""
    return bool(kind_of(meeting).profile)


def needs_approval(meeting: Meeting) -> bool:
    """Whether its kind asks for approval, or a regulation does."""
    return kind_of(meeting).needs_approval or is_regulated(meeting)


def kind_name(kind: MeetingKind | None) -> str:
    """What a reader calls the kind."""
    return kind.name if kind and kind.name else _("Ordinary meeting")
