"""What tells the calendar of whoever proposed another time that the time stays (DECLINECOUNTER, RFC 5546 §3.2.8)."""

from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.calendars import components
from portal.calendars.meetings import ROLES, partstat
from portal.calendars.models import CalendarReply, Decision
from portal.calendars.objects import organizers
from portal.calendars.text import instant, lines, text
from portal.core.db import db
from portal.core.settings import Settings
from portal.meetings.models import Attendee, Meeting


def declined_counter(kind: str, meeting_id: int, email: str, stamp: datetime) -> tuple[str, bytes] | None:
    """METHOD and octets of what a notice about a proposal carries to that address; `stamp` is when it is sent.

    It names the revision that the proposal was to, and of a series the date, but no times (§3.2.8). As with
    invitations, nothing goes to the organizer's own address.
    """
    proposal = _declined(meeting_id, email) if kind == "proposal.declined" else None
    if proposal is None or proposal.meeting is None or proposal.attendee is None:
        return None
    meeting, attendee = proposal.meeting, proposal.attendee
    settings: Settings = current_app.config["PORTAL"]
    if email in organizers(meeting):
        return None
    uid, of_date, zone = _name_of(meeting, email)
    content = [
        "BEGIN:VEVENT", "UID:" + text(uid), f"SEQUENCE:{proposal.sequence or 0}", "DTSTAMP:" + instant(stamp), *of_date,
        "SUMMARY:" + text(meeting.subject),
        components.organizer(
            meeting.organizer.name, settings.reply_address or meeting.organizer.email, settings.mail_from
        ),
        components.attendee(
            attendee.name, email, ROLES.get(attendee.part, "REQ-PARTICIPANT"), partstat(attendee.answer)
        ),
        "END:VEVENT",
    ]
    return "DECLINECOUNTER", components.stream("DECLINECOUNTER", [lines(content)], [zone])


def _declined(meeting_id: int, email: str) -> CalendarReply | None:
    """The last of theirs that was declined."""
    return db.session.scalars(
        select(CalendarReply)
        .join(CalendarReply.attendee)
        .where(
            CalendarReply.meeting_id == meeting_id, CalendarReply.decision == Decision.DECLINED,
            Attendee.has_address(email),
        )
        .options(joinedload(CalendarReply.meeting).options(joinedload(Meeting.organizer), joinedload(Meeting.series)))
        .order_by(CalendarReply.decided_at.desc(), CalendarReply.id.desc())
        .limit(1)
    ).first()


def _name_of(meeting: Meeting, email: str) -> tuple[str, list[str], str]:
    """UID, RECURRENCE-ID if the reader has more than this date of a series, and the zone that it is in."""
    series = meeting.series
    if series is None or meeting.recurrence_id is None:
        return meeting.uid, [], ""
    dates = (
        select(func.count())
        .select_from(Attendee)
        .join(Attendee.meeting)
        .where(
            Meeting.series_id == series.id, Meeting.announced_at.is_not(None), Meeting.cancelled_at.is_(None),
            Attendee.invited_at.is_not(None), Attendee.has_address(email),
        )
    )
    if db.session.scalar(dates) == 1:
        return series.uid, [], ""
    return series.uid, [components.moment("RECURRENCE-ID", meeting.recurrence_id, series.timezone)], series.timezone
