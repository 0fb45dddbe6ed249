"""Absent with substitute: somebody else goes instead, for this meeting only."""

from portal.accounts.models import Person
from portal.answers import leave, replacing, seats
from portal.answers.models import LeaveRequest, Outcome
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings.changing import insist_not_over, insist_standing, lock
from portal.meetings.kinds import kind_of
from portal.meetings.models import Answer, Attendee, Meeting
from portal.meetings.signals import meeting_changed
from portal.notifications.commands import mark_read


def needs_approval(meeting: Meeting) -> bool:
    """Whether chair or office have a say in who goes instead; of a secret meeting nobody is told without."""
    return kind_of(meeting).substitute_needs_approval or meeting.is_secret


def send(actor: Person, meeting: Meeting, person: Person, reason: str = "") -> LeaveRequest:
    """Send the person in the actor's place, or ask for it where that needs approval.

    Raises NotAllowed for whoever was not told, and DomainError if the person is in the meeting or may not be.
    """
    absent = _own_part(actor, meeting)
    replacing.insist_can_replace(meeting, absent, person)
    if needs_approval(meeting):
        return leave.ask(meeting, absent, reason, person)
    waiting = leave.open_request(absent)
    if waiting is not None:
        leave.end_request(waiting)
    now = clock.now()
    granted = LeaveRequest(
        attendee=absent, reason=reason, substitute=person, asked_at=now, decided_at=now, outcome=Outcome.GRANTED
    )
    db.session.add(granted)
    replacing.put_in(actor, meeting, absent, person)
    mark_read(actor, "meeting", meeting.id)
    return granted


def take_back(actor: Person, meeting: Meeting) -> Attendee:
    """The actor comes after all: the substitute is taken off and told, and the actor accepts."""
    absent = _own_part(actor, meeting)
    if absent.answer != Answer.DELEGATED:
        raise DomainError(_("Nobody goes in your place."))
    replacing.take_out(actor, meeting, absent)
    absent.answer = seats.answer_for_seat(meeting, absent)
    absent.answered_at = absent.answered_at or clock.now()
    db.session.flush()
    record(actor, "meeting.answered", meeting, answer=str(absent.answer))
    meeting_changed.send(meeting, people=[actor.id])
    return absent


def _own_part(actor: Person, meeting: Meeting) -> Attendee:
    lock(meeting)
    allow(meetings.may_answer(actor, meeting))
    insist_standing(meeting)
    insist_not_over(meeting)
    part = meetings.told_part(actor, meeting)
    assert part is not None
    db.session.refresh(part)
    return part
