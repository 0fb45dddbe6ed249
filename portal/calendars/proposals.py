"""Another time that somebody invited proposes (RFC 5546 §3.2.7): noted, shown, taken or declined."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.audit.commands import record
from portal.calendars import reply_words as words
from portal.calendars.models import CalendarReply, Decision, ReplyMethod, ReplyOutcome
from portal.calendars.replies import Reply
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import changing, moving
from portal.meetings import policy as meetings
from portal.meetings.details import check_time
from portal.meetings.models import Attendee, Meeting
from portal.meetings.telling import tell_attendees
from portal.notifications.commands import tell
from portal.rooms import commands as rooms
from portal.rooms import policy as rooms_policy
from portal.rooms.models import Booking


def propose(
    noted: CalendarReply, meeting: Meeting, attendee: Attendee, reply: Reply, actor: Person | None = None
) -> None:
    """Put the time on the note, and tell those who may take it; neither meeting nor answer changes.

    `actor` put it in as a file. Raises DomainError for a time that cannot be, or a meeting that cannot be moved.
    """
    assert reply.starts_at is not None, "was read"
    assert reply.ends_at is not None, "was read"
    changing.lock(meeting)
    changing.insist_standing(meeting)
    changing.insist_not_over(meeting)
    if meeting.postponed_at is not None:
        raise DomainError(_("The meeting is postponed."))
    check_time(reply.starts_at, reply.ends_at)
    if reply.starts_at < clock.now():
        raise DomainError(_("That time is past."))
    if (reply.starts_at, reply.ends_at) == (meeting.starts_at, meeting.ends_at):
        raise DomainError(_("That is when the meeting is anyway."))
    noted.proposed_starts_at, noted.proposed_ends_at = reply.starts_at, reply.ends_at
    record(
        actor or attendee.person, "meeting.time_proposed", meeting, person=attendee.name, comment=reply.comment,
        starts_at=reply.starts_at, ends_at=reply.ends_at,
    )
    to_decide = [person for person in _editors(meeting) if actor is None or person.id != actor.id]
    said = words.Proposal(attendee.name, reply.starts_at, reply.ends_at, reply.comment)
    tell(to_decide, "proposal.made", "meeting", meeting, lambda: words.proposed(meeting, said))


def _editors(meeting: Meeting) -> list[Person]:
    """The organizer, and those of the meeting office who may move the meeting too."""
    office = [one for one in accounts.with_role(Role.MEETING_OFFICE) if meetings.may_edit(one, meeting)]
    return [meeting.organizer, *(one for one in office if one.id != meeting.organizer_id)]


def open_proposals(meeting: Meeting) -> list[CalendarReply]:
    """What waits for a decision, oldest first: of each person the last one, to the meeting as it stands. One statement.
    """
    if meeting.cancelled_at is not None or meeting.postponed_at is not None or meeting.ends_at <= clock.now():
        return []
    found: Sequence[CalendarReply] = db.session.scalars(
        select(CalendarReply)
        .where(
            CalendarReply.meeting_id == meeting.id, CalendarReply.method == ReplyMethod.COUNTER,
            CalendarReply.outcome == ReplyOutcome.COUNTED, CalendarReply.attendee_id.is_not(None),
            CalendarReply.sequence == meeting.sequence,
        )
        .options(
            joinedload(CalendarReply.attendee).options(joinedload(Attendee.person), joinedload(Attendee.guest))
        )
        .order_by(CalendarReply.stamped_at, CalendarReply.id)
    ).all()
    last = {proposal.attendee_id: proposal for proposal in found}
    return [proposal for proposal in last.values() if proposal.decision is None]


def take(actor: Person, proposal: CalendarReply) -> None:
    """Move the meeting to the time that was proposed, with its booking if it has one; its people are asked again.

    Raises NotAllowed, RoomTaken, or DomainError for what was decided on or cannot be moved there.
    """
    meeting, booking = _locked(actor, proposal)
    if booking is not None and not rooms_policy.may_change(actor, booking):
        raise DomainError(_("%(person)s booked the room and has to move it.", person=booking.owner.name))
    starts_at, ends_at = proposal.proposed_starts_at, proposal.proposed_ends_at
    assert starts_at is not None, "a proposal that counts has a time"
    assert ends_at is not None, "a proposal that counts has a time"
    _decide(actor, proposal, Decision.TAKEN)
    record(
        actor, "meeting.proposal_taken", meeting, person=_name(proposal), starts_at=starts_at, ends_at=ends_at
    )
    if booking is not None:
        rooms.move(actor, booking, booking.room.id, booking.title, starts_at, ends_at)
    else:
        moving.move_meeting(
            actor, meeting, starts_at, ends_at, venue=meeting.venue, online_url=meeting.online_url
        )


def decline(actor: Person, proposal: CalendarReply) -> None:
    """Leave the meeting where it is, and tell the proposer, also in their calendar (DECLINECOUNTER, §3.2.8).

    Raises NotAllowed, or DomainError for what was decided on.
    """
    meeting, _booking = _locked(actor, proposal)
    _decide(actor, proposal, Decision.DECLINED)
    starts_at, ends_at = proposal.proposed_starts_at, proposal.proposed_ends_at
    record(
        actor, "meeting.proposal_declined", meeting, person=_name(proposal), starts_at=starts_at, ends_at=ends_at
    )
    if proposal.attendee is not None and starts_at is not None and ends_at is not None:
        said = words.Proposal(proposal.attendee.name, starts_at, ends_at)
        tell_attendees(
            meeting, [proposal.attendee], "proposal.declined", lambda: words.declined(meeting, said)
        )


def _locked(actor: Person, proposal: CalendarReply) -> tuple[Meeting, Booking | None]:
    """Booking and meeting, in the order in which all others lock them, if the proposal still is to be decided on."""
    meeting = proposal.meeting
    assert meeting is not None, "a proposal that counts is to a meeting"
    booking = moving.lock_booking(meeting.booking_id)
    changing.take(actor, meeting)
    db.session.expire(proposal)  # whoever decided on it meanwhile has held the same lock
    if proposal.id not in {one.id for one in open_proposals(meeting)}:
        raise DomainError(_("This proposal was decided on already, or the meeting has changed since."))
    return meeting, booking


def _decide(actor: Person, proposal: CalendarReply, decision: Decision) -> None:
    proposal.decision, proposal.decided_at, proposal.decided_by = decision, clock.now(), actor
    db.session.flush()


def _name(proposal: CalendarReply) -> str:
    return proposal.attendee.name if proposal.attendee else proposal.sender
