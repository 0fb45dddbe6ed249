"""What people need in order to take part: seen by themselves and by those who arrange the meeting, by nobody else."""

from collections.abc import Mapping

from portal.accounts.models import Person
from portal.answers import policy
from portal.audit.commands import record
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.changing import insist_belongs, insist_not_over, insist_standing, lock
from portal.meetings.models import Attendee, Meeting, Need, NeedKind
from portal.meetings.signals import meeting_changed

LONGEST = 300


def state_needs(actor: Person, meeting: Meeting, attendee: Attendee, needs: Mapping[NeedKind, str]) -> None:
    """Say what the attendee needs, each kind with words; what is left out is not needed any more."""
    lock(meeting)
    insist_belongs(attendee, meeting)
    allow(policy.may_state_needs(actor, attendee))
    _state(actor, attendee, needs)


def state_needs_by_link(attendee: Attendee, needs: Mapping[NeedKind, str]) -> None:
    """As `state_needs`, for whoever holds the attendee's signed link."""
    lock(attendee.meeting)
    allow(attendee.invited_at is not None)
    _state(attendee.person, attendee, needs)


def _state(actor: Person | None, attendee: Attendee, needs: Mapping[NeedKind, str]) -> None:
    meeting = attendee.meeting
    insist_standing(meeting)
    insist_not_over(meeting)
    if any(len(words) > LONGEST for words in needs.values()):
        raise DomainError(_("At most %(count)s characters, please.", count=LONGEST), "needs")
    there = {need.kind: need for need in attendee.needs}
    if {kind: need.words for kind, need in there.items()} == dict(needs):
        return
    attendee.needs = [_need(there.get(kind), kind, words) for kind, words in needs.items()]
    db.session.flush()
    # Neither what it is nor its words: the log has more readers.
    record(actor, "meeting.needs_stated", meeting, person=attendee.name)
    meeting_changed.send(meeting, people=[attendee.person_id] if attendee.person_id else [])


def _need(need: Need | None, kind: NeedKind, words: str) -> Need:
    need = need or Need(kind=kind)
    need.words = words
    return need
