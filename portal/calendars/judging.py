"""What a reply or proposal does: it counts at most once, and only for whoever was invited and sent it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from portal.accounts.models import Person
from portal.answers import commands as answers
from portal.answers import policy as answers_policy
from portal.calendars import proposals
from portal.calendars.models import CalendarReply, ReplyMethod, ReplyOutcome
from portal.calendars.objects import sequence_to
from portal.calendars.replies import Reply, Unreadable
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import Attendee, Meeting, MeetingSeries


class Brought(NamedTuple):
    """By what way a reply came: by mail from `sender`, or as a file that `actor` put in."""

    message_id: str
    sender: str
    is_vouched_for: bool = True
    actor: Person | None = None

    def refused(self, why: str) -> CalendarReply:
        """The note of it if it changes nothing."""
        return CalendarReply(
            message_id=self.message_id, sender=self.sender, received_at=clock.now(), answer="", comment="",
            reason=why[:300], outcome=ReplyOutcome.REFUSED, method=ReplyMethod.REPLY, dropped_by=self.actor,
        )


def judged(reply: Reply, brought: Brought) -> list[CalendarReply]:
    """A note for each meeting that the reply is to, at least one, with what became of it there.

    It is refused unless it comes from the address that was invited to that UID (RFC 6047 §3); one to an older SEQUENCE
    changes nothing (RFC 5546 §2.1.4), and of two to the same the later DTSTAMP counts (§2.1.5). Nobody writes later
    than now: what says so would outlast all that the same person answers after it.
    """
    if reply.stamped_at is not None:
        reply = reply._replace(stamped_at=min(reply.stamped_at, clock.now()))
    meetings = meant(reply)
    if not meetings:
        return [_note(reply, brought, _unknown())]
    if len(meetings) > 1:
        # All before the first: an answer may change the series that they share, for which who holds a later one waits.
        ids = [meeting.id for meeting in meetings]
        db.session.execute(
            select(Meeting.id).where(Meeting.id.in_(ids)).order_by(Meeting.id).with_for_update(key_share=True)
        )
    return [_judged(reply, brought, meeting, number) for number, meeting in enumerate(meetings)]


def meant(reply: Reply) -> Sequence[Meeting]:
    """The meeting of that UID, or one date of the series, or without RECURRENCE-ID all that lie ahead of the sender.

    In the order in which they are to be locked. Raises Unreadable for a proposal that is about all of them.
    """
    if reply.recurrence_id is None and (single := _meetings(Meeting.uid == reply.uid)):
        return single
    of_series = Meeting.series_id.in_(select(MeetingSeries.id).where(MeetingSeries.uid == reply.uid))
    if reply.recurrence_id is not None:
        return _meetings(of_series, Meeting.recurrence_id == reply.recurrence_id)
    theirs = select(Attendee.meeting_id).where(Attendee.invited_at.is_not(None), Attendee.has_address(reply.email))
    ahead = Meeting.cancelled_at.is_(None), Meeting.ends_at > clock.now()
    dates = _meetings(of_series, *ahead, Meeting.id.in_(theirs))
    if len(dates) > 1 and reply.method == ReplyMethod.COUNTER:
        raise Unreadable(_("Another time can be proposed for one date of a series, not for all of them."))
    return dates


def _meetings(*conditions: ColumnElement[bool]) -> Sequence[Meeting]:
    return db.session.scalars(select(Meeting).where(*conditions).order_by(Meeting.id)).all()


def _judged(reply: Reply, brought: Brought, meeting: Meeting, number: int) -> CalendarReply:
    attendee = _invited(meeting, reply.email)
    noted = _note(reply, brought, "", number)
    noted.meeting, noted.attendee = meeting, attendee
    if attendee is None:
        noted.reason = _unknown()
    elif why_not := _not_from(attendee, reply, brought):
        noted.reason = why_not
    elif why_outdated := _outdated(meeting, attendee, reply):
        noted.outcome, noted.reason = ReplyOutcome.OUTDATED, why_outdated
    else:
        _count(noted, meeting, attendee, reply, brought.actor)
    return noted


def _note(reply: Reply, brought: Brought, why: str, number: int = 0) -> CalendarReply:
    """Of a mail that is to several dates, each has a note; the first is known by what the mail calls itself."""
    noted = brought.refused(why)
    noted.message_id = f"{brought.message_id[:240]} {number}" if number else brought.message_id
    noted.method, noted.answer, noted.comment = reply.method, reply.answer.value if reply.answer else "", reply.comment
    noted.sequence, noted.stamped_at = reply.sequence, reply.stamped_at
    return noted


def _unknown() -> str:
    return _("Nobody with this address was invited to such a meeting.")


def _invited(meeting: Meeting, email: str) -> Attendee | None:
    invited = select(Attendee).where(
        Attendee.meeting_id == meeting.id, Attendee.invited_at.is_not(None), Attendee.has_address(email)
    )
    return db.session.scalars(invited.order_by(Attendee.id)).first() if email else None


def _not_from(attendee: Attendee, reply: Reply, brought: Brought) -> str:
    """Why it is not from the attendee, or from somebody who may answer for them; nothing if it is."""
    if brought.actor is not None:
        may = attendee.person_id == brought.actor.id or answers_policy.may_answer_for(brought.actor, attendee.meeting)
        return "" if may else _("You may not answer for this person.")
    if brought.sender != reply.email:
        return _("It was sent from another address than that of the person it answers for.")
    return "" if brought.is_vouched_for else _("The mail server does not vouch for its sender.")


def _outdated(meeting: Meeting, attendee: Attendee, reply: Reply) -> str:
    """Why something else has come since; nothing if not."""
    if reply.sequence < sequence_to(meeting, reply.email):
        return _("Answered before the meeting was moved or changed.")
    return _("The same person has answered later.") if _has_later(attendee, reply) else ""


def _has_later(attendee: Attendee, reply: Reply) -> bool:
    """Whether the same person has said something later: by a reply that counted, or on the portal."""
    if reply.stamped_at is None:
        return False
    counted = select(CalendarReply.id).where(
        CalendarReply.attendee_id == attendee.id, CalendarReply.outcome == ReplyOutcome.COUNTED,
        CalendarReply.method == reply.method,
    )
    later = counted.where(
        CalendarReply.sequence == attendee.meeting.sequence, CalendarReply.stamped_at > reply.stamped_at
    )
    if db.session.scalars(later).first() is not None:
        return True
    answered_at = attendee.answered_at
    if reply.method == ReplyMethod.COUNTER or answered_at is None or answered_at <= reply.stamped_at:
        return False
    return db.session.scalars(counted.where(CalendarReply.received_at == answered_at)).first() is None


def _count(noted: CalendarReply, meeting: Meeting, attendee: Attendee, reply: Reply, actor: Person | None) -> None:
    """From then on the note has the meeting's own SEQUENCE: a forged high one must not outlast the next move."""
    try:
        with db.session.begin_nested():
            if reply.method == ReplyMethod.COUNTER:
                proposals.propose(noted, meeting, attendee, reply, actor)
            else:
                _answer(meeting, attendee, reply, actor)
                noted.received_at = max(noted.received_at, attendee.answered_at or noted.received_at)
        noted.outcome, noted.sequence = ReplyOutcome.COUNTED, meeting.sequence
    except DomainError as refusal:
        noted.reason = str(refusal)[:300]


def _answer(meeting: Meeting, attendee: Attendee, reply: Reply, actor: Person | None) -> None:
    assert reply.answer is not None, "was read"
    if actor is None:
        answers.answer_by_mail(attendee, reply.answer, reply.comment, seen=meeting.sequence)
    elif attendee.person_id == actor.id:
        answers.answer(actor, meeting, reply.answer, reply.comment, seen=meeting.sequence)
    else:
        answers.answer_for(actor, meeting, attendee, reply.answer, reply.comment)
