"""Getting mails out: sent outside any transaction, over one connection, until they arrive."""

import logging
import threading
from datetime import timedelta

from flask import current_app

from portal.core import clock
from portal.core.db import db
from portal.core.settings import Settings
from portal.notifications.course import (
    LEASE,
    SERVER_PAUSE,
    Refused,
    ServerAway,
    note_refusal,
    note_sent,
    put_back,
    take,
)
from portal.notifications.mail import Letter, Send, compose, object_for, transport
from portal.notifications.models import Digest, OutgoingMail, OutsideNotice
from portal.notifications.queries import mails_with_content

log = logging.getLogger("portal.worker")

# Over a line that answers only just in time, one mail takes this long; none is begun with less of the lease left.
LONGEST_SENDING = timedelta(minutes=2)


def deliver_due(limit: int = 50, stop: threading.Event | None = None) -> int:
    """Try the mails that are due, oldest first, and answer how many were taken; commits by itself.

    Several workers share the work. A worker that dies with a mail in hand leaves it to be sent again when its lease
    ends, with the same Message-ID. `stop` ends it after the mail in hand; what it has not come to is due again at once.
    """
    settings: Settings = current_app.config["PORTAL"]
    last_start = clock.now() + LEASE - LONGEST_SENDING
    letters = _take(limit, settings)
    with transport(settings) as send:
        for position, letter in enumerate(letters):
            left = [other.id for other in letters[position:]]
            if clock.now() > last_start or (stop and stop.is_set()):
                put_back(OutgoingMail, left, clock.now())
                break
            try:
                _try(letter, send, settings)
            except ServerAway as reason:
                log.error("the mail server is away, %d mails wait: %s", len(left), reason)
                put_back(OutgoingMail, left, clock.now() + SERVER_PAUSE, f"the mail server is away: {reason}")
                break
    return len(letters)


def _take(limit: int, settings: Settings) -> list[Letter]:
    letters = [_letter(mail, settings) for mail in take(mails_with_content(), OutgoingMail, limit)]
    db.session.commit()
    return letters


def _letter(mail: OutgoingMail, settings: Settings) -> Letter:
    content = mail.content
    locale = content.locale if isinstance(content, OutsideNotice) else content.recipient.locale
    language = (locale or settings.locale).replace("_", "-")
    kind, record_id = ("", 0) if isinstance(content, Digest) else (content.kind, content.record_id)
    return Letter(
        mail.id, mail.address, mail.message_id, language, content.subject, content.body, content.created_at, kind,
        record_id, layout=mail.layout, links=mail.links or (), attachments=mail.attachments or (),
    )


def _try(letter: Letter, send: Send, settings: Settings) -> None:
    try:
        calendar = object_for(letter)
        # Nothing is read any more: no transaction is open while the mail is sent.
        db.session.rollback()
        send(compose(letter, settings, calendar))
    except Refused as refusal:
        note_refusal(OutgoingMail, letter.id, refusal)
    except ServerAway:
        raise
    except Exception as fault:
        # One mail that cannot even be made must not hold up all that are behind it.
        log.exception("mail %d cannot be made", letter.id)
        db.session.rollback()
        note_refusal(OutgoingMail, letter.id, Refused(f"{type(fault).__name__}: {fault}"))
    else:
        note_sent(OutgoingMail, letter.id)
