"""Replies as they arrive: by mail, read by the worker, or as a file that somebody puts in."""

import logging
import uuid
from collections.abc import Iterator
from itertools import islice

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.accounts.models import Person
from portal.calendars import imap, maildir
from portal.calendars.envelopes import (
    HEAD_OCTETS,
    MOST_OCTETS,
    Envelope,
    calendar_of,
    is_vouched_for,
    known_by_content,
    opened,
)
from portal.calendars.judging import Brought, judged, meant
from portal.calendars.mailboxes import Mailbox, MailboxAway
from portal.calendars.models import CalendarReply
from portal.calendars.replies import Unreadable, reply_in
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.settings import Settings
from portal.meetings.models import Meeting

AT_ONCE = 200

log = logging.getLogger("portal.replies")


# --- By mail ---


def receive(mail: bytes, *, is_whole: bool = True) -> list[CalendarReply]:
    """Let one mail count as the reply that it is, and note what became of it at each meeting that it is to.

    Nothing if it is known. It raises only that the database is away: whatever else happens is noted too. One that is
    not whole was too large to be fetched.
    """
    envelope = Envelope(known_by_content(mail), "")
    is_whole = is_whole and len(mail) <= MOST_OCTETS
    try:
        envelope, message = opened(mail if is_whole else mail[:HEAD_OCTETS])
        if _is_known(envelope.message_id):
            return []
        if not is_whole:
            raise Unreadable(_("The mail is larger than a reply can be."))
        authserv = _settings().reply_authserv
        is_vouched = not authserv or is_vouched_for(message, authserv)
        brought = Brought(envelope.message_id, envelope.sender, is_vouched)
        return _kept(judged(reply_in(calendar_of(message), envelope.sender), brought))
    except Unreadable as fault:
        why = str(fault)
    except OperationalError:
        raise  # The mail can wait for the database.
    except Exception:
        db.session.rollback()
        log.exception("a mail could not be read")
        why = _("The mail cannot be read.")
    return _kept([Brought(*envelope).refused(why)])


def _is_known(message_id: str) -> bool:
    known = select(CalendarReply.id).where(CalendarReply.message_id == message_id)
    return db.session.scalars(known).first() is not None


def _kept(notes: list[CalendarReply]) -> list[CalendarReply]:
    try:
        with db.session.begin_nested():
            db.session.add_all(notes)
    except IntegrityError:  # another worker read it at the same time
        db.session.rollback()
        return []
    return notes


def read_mailboxes() -> int:
    """Receive what is new in the mailboxes, a transaction for each mail; answers how many were new. For the worker."""
    return sum(_read(mailbox) for mailbox in _mailboxes())


def _mailboxes() -> Iterator[Mailbox]:
    settings = _settings()
    if settings.replies is not None:
        yield maildir.opened(settings.replies)
    if settings.reply_imap is not None:
        yield imap.opened(settings.reply_imap)


def _read(mailbox: Mailbox) -> int:
    """A mail is put away only when what became of it is kept; until then it is read again."""
    read = 0
    try:
        with mailbox as mails:
            for mail in islice(mails, AT_ONCE):
                read += bool(receive(mail.octets, is_whole=mail.is_whole))
                db.session.commit()
                mail.put_away()
    except MailboxAway as failure:
        log.warning("a mailbox cannot be read now: %s", failure)
    return read


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


# --- As a file ---


def drop(actor: Person, octets: bytes, meeting: Meeting | None = None) -> list[CalendarReply]:
    """Let a calendar file count as the reply that it is, for the actor or whom the actor may answer for.

    `meeting` is the one that the actor looks at; a file about another one is refused. Answers the notes, one at least.
    Raises DomainError for a file that is no reply.
    """
    try:
        reply = reply_in(octets)
        if meeting is not None and meeting not in meant(reply):
            raise DomainError(_("This file is about another meeting."), "file")
        brought = Brought(f"file {uuid.uuid4()}", reply.email[:254], actor=actor)
        notes = judged(reply, brought)
    except Unreadable as fault:
        raise DomainError(str(fault), "file") from None
    db.session.add_all(notes)
    db.session.flush()
    return notes
