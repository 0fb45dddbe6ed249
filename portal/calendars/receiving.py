"""What replies that came by mail do: each counts at most once, and only for whoever sent it."""

import logging
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.answers import commands as answers
from portal.calendars.models import CalendarReply, ReplyOutcome
from portal.calendars.replies import MOST_OCTETS, Envelope, Reply, Unreadable, is_vouched_for, opened, reply_in
from portal.core import clock
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.meetings.models import Attendee, Meeting

AT_ONCE = 200

log = logging.getLogger("portal.replies")


class _Found(NamedTuple):
    meeting: Meeting | None = None
    attendee: Attendee | None = None


def receive(mail: bytes) -> CalendarReply | None:
    """Let one mail count as the reply that it is, and note it with what became of it; nothing if it is known.

    A reply is refused unless it comes from the address that was invited to that UID (RFC 6047 §3); one to an older
    SEQUENCE changes nothing (RFC 5546 §2.1.4), and of two to the same the later DTSTAMP counts (§2.1.5).
    """
    envelope, message = opened(mail)
    if db.session.scalars(select(CalendarReply.id).where(CalendarReply.message_id == envelope.message_id)).first():
        return None
    noted = CalendarReply(
        message_id=envelope.message_id, sender=envelope.sender, received_at=clock.now(), answer="", reason="",
        outcome=ReplyOutcome.REFUSED,
    )
    try:
        _judge(noted, envelope, message, len(mail))
    except Unreadable as fault:
        noted.reason = str(fault)
    try:
        with db.session.begin_nested():
            db.session.add(noted)
    except IntegrityError:  # another worker read it at the same time
        db.session.rollback()
        return None
    return noted


def _judge(noted: CalendarReply, envelope: Envelope, message: EmailMessage, size: int) -> None:
    """Say on the note what the mail is, and let it count if it may; raises Unreadable."""
    reply = reply_in(message, size)
    noted.answer, noted.sequence, noted.stamped_at = reply.answer.value, reply.sequence, reply.stamped_at
    found = _whose(reply)
    noted.meeting, noted.attendee = found
    settings: Settings = current_app.config["PORTAL"]
    if found.meeting is None or found.attendee is None:
        noted.reason = _("Nobody with this address was invited to such a meeting.")
    elif envelope.sender != reply.email:
        noted.reason = _("It was sent from another address than that of the person it answers for.")
    elif settings.reply_authserv and not is_vouched_for(message, settings.reply_authserv):
        noted.reason = _("The mail server does not vouch for its sender.")
    elif reply.sequence < found.meeting.sequence or _has_later(found.attendee, reply):
        noted.outcome, noted.reason = ReplyOutcome.OUTDATED, _("It answers what has changed since.")
    else:
        _count(noted, found.meeting, found.attendee, reply)


def _whose(reply: Reply) -> _Found:
    meeting = db.session.scalars(select(Meeting).where(Meeting.uid == reply.uid)).one_or_none()
    if meeting is None:
        return _Found()
    invited = select(Attendee).where(
        Attendee.meeting_id == meeting.id, Attendee.invited_at.is_not(None), Attendee.has_address(reply.email)
    )
    return _Found(meeting, db.session.scalars(invited).first())


def _has_later(attendee: Attendee, reply: Reply) -> bool:
    """Whether a reply of the same person to the same revision counted that was written later."""
    later = select(CalendarReply.id).where(
        CalendarReply.attendee_id == attendee.id, CalendarReply.outcome == ReplyOutcome.COUNTED,
        CalendarReply.sequence == reply.sequence, CalendarReply.stamped_at > reply.stamped_at,
    )
    return reply.stamped_at is not None and db.session.scalars(later).first() is not None


def _count(noted: CalendarReply, meeting: Meeting, attendee: Attendee, reply: Reply) -> None:
    try:
        answers.answer_by_mail(attendee, reply.answer, reply.comment, seen=meeting.sequence)
        noted.outcome = ReplyOutcome.COUNTED
    except DomainError as refusal:
        noted.reason = str(refusal)[:300]


def read_mailbox() -> int:
    """Receive what is new in the mailbox, a transaction for each mail; answers how many were new. For the worker."""
    settings: Settings = current_app.config["PORTAL"]
    folder = settings.replies / "new" if settings.replies else None
    if folder is None or not folder.is_dir():
        return 0
    read = 0
    for file in sorted(folder.iterdir())[:AT_ONCE]:
        # Another worker may have put it away meanwhile.
        with suppress(FileNotFoundError):
            with file.open("rb") as mail:
                read += _received(mail.read(MOST_OCTETS + 1), file.name)
            _put_away(file)
    return read


def _received(mail: bytes, name: str) -> bool:
    """Receive one mail of anybody's; one that nothing can be made of is put away too, else it would bar the others."""
    try:
        is_new = receive(mail) is not None
        db.session.commit()
    except OperationalError:
        raise  # The mail can wait for the database.
    except Exception:
        db.session.rollback()
        log.exception("a mail could not be read: %s", name)
        return False
    return is_new


def _put_away(file: Path) -> None:
    """Mark the mail as seen, as a maildir does: by its name and folder."""
    seen = file.parent.parent / "cur"
    seen.mkdir(exist_ok=True)
    file.rename(seen / (file.name.partition(":")[0] + ":2,S"))
