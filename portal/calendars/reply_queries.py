"""Reading replies and proposals for the pages that list them."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.calendars.models import CalendarReply, ReplyOutcome
from portal.core.db import db
from portal.meetings.models import Attendee, Meeting


def replies(*, only_uncounted: bool, meeting_id: int | None = None) -> Select[CalendarReply]:
    """Replies with their meetings and people, latest first: to one meeting, or to all and to none."""
    query = (
        select(CalendarReply)
        .outerjoin(CalendarReply.meeting)
        .options(
            contains_eager(CalendarReply.meeting), joinedload(CalendarReply.dropped_by),
            joinedload(CalendarReply.decided_by),
            joinedload(CalendarReply.attendee).options(joinedload(Attendee.person), joinedload(Attendee.guest)),
        )
        .order_by(CalendarReply.id.desc())
    )
    if meeting_id is not None:
        query = query.where(CalendarReply.meeting_id == meeting_id)
    return query.where(CalendarReply.outcome != ReplyOutcome.COUNTED) if only_uncounted else query


def reply_to(meeting: Meeting, reply_id: int) -> CalendarReply | None:
    return db.session.scalars(
        select(CalendarReply).where(CalendarReply.id == reply_id, CalendarReply.meeting_id == meeting.id)
    ).one_or_none()


def uncounted(meeting: Meeting) -> int:
    """How many replies to the meeting did not count. One statement."""
    return db.session.scalar(
        select(func.count()).where(
            CalendarReply.meeting_id == meeting.id, CalendarReply.outcome != ReplyOutcome.COUNTED
        )
    ) or 0
