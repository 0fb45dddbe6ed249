"""Getting mails out: taken by one worker at a time, sent outside any transaction, tried again until they arrive."""

import logging
import random
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager

from portal.core import clock
from portal.core.db import db
from portal.core.settings import Settings
from portal.notifications.mail import Letter, Refused, Send, ServerAway, compose, transport
from portal.notifications.models import Notice, OutgoingMail

log = logging.getLogger("portal.worker")

# How long a worker may keep what it took before another takes it for dead.
LEASE = timedelta(minutes=5)
# Over a line that answers only just in time, one mail takes this long; none is begun with less of the lease left.
LONGEST_SENDING = timedelta(minutes=2)
# When the server itself cannot be reached: no mail's fault, so no try is counted.
SERVER_PAUSE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
TRIES = 10


def deliver_due(limit: int = 50, stop: threading.Event | None = None) -> int:
    """Try the mails that are due, oldest first, and answer how many were taken; commits by itself.

    Several workers share the work: each mail is taken by one, for the span of LEASE. A worker that dies with a
    mail in hand leaves it to be sent again after that, with the same Message-ID. `stop` ends it after the mail
    in hand; what it has not come to is due again at once.
    """
    settings: Settings = current_app.config["PORTAL"]
    last_start = clock.now() + LEASE - LONGEST_SENDING
    letters = _take(limit, settings)
    with transport(settings) as send:
        for position, letter in enumerate(letters):
            if clock.now() > last_start or (stop and stop.is_set()):
                _put_back(letters[position:], clock.now())
                break
            try:
                _try(letter, send, settings)
            except ServerAway as reason:
                log.error("the mail server is away, %d mails wait: %s", len(letters) - position, reason)
                _put_back(letters[position:], clock.now() + SERVER_PAUSE, f"the mail server is away: {reason}"[:1000])
                break
    return len(letters)


def _take(limit: int, settings: Settings) -> list[Letter]:
    now = clock.now()
    mails = db.session.scalars(
        select(OutgoingMail)
        .join(OutgoingMail.notice)
        .join(Notice.recipient)
        .options(contains_eager(OutgoingMail.notice).contains_eager(Notice.recipient))
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None), OutgoingMail.due_at <= now)
        .order_by(OutgoingMail.due_at, OutgoingMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutgoingMail)
    ).all()
    for mail in mails:
        mail.due_at = now + LEASE
        mail.attempts += 1
    letters = [_letter(mail, settings) for mail in mails]
    db.session.commit()
    return letters


def _letter(mail: OutgoingMail, settings: Settings) -> Letter:
    notice = mail.notice
    language = (notice.recipient.locale or settings.locale).replace("_", "-")
    return Letter(mail.id, mail.address, mail.message_id, language, notice.subject, notice.body, notice.created_at)


def _try(letter: Letter, send: Send, settings: Settings) -> None:
    try:
        send(compose(letter, settings))
    except Refused as refusal:
        _note_refusal(letter.id, refusal)
    except ServerAway:
        raise
    except Exception as fault:
        # One mail that cannot even be made must not hold up all that are behind it.
        log.exception("mail %d cannot be made", letter.id)
        _note_refusal(letter.id, Refused(f"{type(fault).__name__}: {fault}"))
    else:
        mail = db.session.get_one(OutgoingMail, letter.id)
        mail.sent_at, mail.given_up_at, mail.last_error = clock.now(), None, ""
        db.session.commit()


def _note_refusal(mail_id: int, refusal: Refused) -> None:
    mail = db.session.get_one(OutgoingMail, mail_id)
    mail.last_error = str(refusal)[:1000]
    log.warning("mail %d was refused at try %d: %s", mail_id, mail.attempts, mail.last_error)
    if refusal.is_final or mail.attempts >= TRIES:
        mail.given_up_at = clock.now()
    else:
        mail.due_at = clock.now() + pause_after(mail.attempts)
    db.session.commit()


def pause_after(attempts: int) -> timedelta:
    """How long to wait before the next try: twice as long each time, with jitter, so that no herd comes back."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, TRIES), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311  (no secret hangs on it)


def _put_back(letters: Sequence[Letter], due_at: datetime, reason: str | None = None) -> None:
    """These were taken but not tried: that counts as no try of theirs."""
    values = {"due_at": due_at, "attempts": OutgoingMail.attempts - 1}
    if reason is not None:
        values["last_error"] = reason
    ids = [letter.id for letter in letters]
    db.session.execute(update(OutgoingMail).where(OutgoingMail.id.in_(ids)).values(values))
    db.session.commit()
