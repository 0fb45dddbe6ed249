"""Telling people something, so that it is neither lost nor told before it is true."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from flask import current_app
from sqlalchemy import insert, update

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import Base, db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications import policy
from portal.notifications.models import Notice, OutgoingMail

Words = Callable[[], tuple[str, str]]
LONGEST_SUBJECT = 300


def shorten(words: str, length: int) -> str:
    """The words on one line of at most so many characters."""
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def tell(people: Iterable[Person], kind: str, record_kind: str, subject_of: Base, words: Words) -> int:
    """Put a notice into each person's inbox and a mail on its way, in the transaction of what it is about.

    `words` answers subject and body; it is called once for each language and zone among the people, in which it
    then speaks. `kind` is `record.event` (`meeting.invitation`), `subject_of` the record it is about. Answers how
    many were told: each once, and nobody who has left. The statements do not grow with the number of people, but
    for very many.
    """
    settings: Settings = current_app.config["PORTAL"]
    said: dict[tuple[str, str], tuple[str, str]] = {}
    now = clock.now()
    notices: list[dict[str, Any]] = []
    mails: dict[int, dict[str, Any]] = {}
    host = settings.mail_from.rpartition("@")[2]
    for person in {person.id: person for person in people if person.is_active}.values():
        zone = person.zone_or(settings.timezone)
        language = (person.locale or settings.locale, zone.key)
        if language not in said:
            with speaking_to(language[0], zone):
                said[language] = words()
        subject, body = said[language]
        notices.append(
            {
                "recipient_id": person.id, "kind": kind, "record_kind": record_kind,
                "record_id": subject_of.id,  # type: ignore[attr-defined]
                "subject": shorten(subject, LONGEST_SUBJECT), "body": body, "created_at": now,
            }
        )
        mails[person.id] = {
            "address": person.email, "message_id": f"<{uuid.uuid4()}@{host}>", "due_at": now, "attempts": 0,
            "last_error": "",
        }
    if notices:
        # Matched by recipient: ids in the order of the rows would cost SQLite a statement for each.
        for notice_id, person_id in db.session.execute(
            insert(Notice).returning(Notice.id, Notice.recipient_id), notices
        ):
            mails[person_id]["notice_id"] = notice_id
        db.session.execute(insert(OutgoingMail), list(mails.values()))
    return len(notices)


def open_notice(actor: Person, notice: Notice) -> None:
    """The actor has opened this notice; raises NotAllowed if it is somebody else's."""
    allow(policy.may_read(actor, notice))
    if notice.read_at is None:
        notice.read_at = clock.now()


def mark_read(actor: Person, record_kind: str, record_id: int) -> None:
    """The actor has dealt with this record: what was told of it counts as read."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.recipient_id == actor.id, Notice.record_kind == record_kind, Notice.record_id == record_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )


def mark_all_read(actor: Person, up_to: int) -> None:
    """The actor is done with all notices up to that id: with those that the page showed, not with later ones."""
    db.session.execute(
        update(Notice)
        .where(Notice.recipient_id == actor.id, Notice.id <= up_to, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )


def retry(actor: Person, mail: OutgoingMail) -> None:
    """Try a mail again that was given up; raises NotAllowed, or DomainError if it was not given up."""
    allow(policy.may_see_outbox(actor))
    if mail.given_up_at is None:
        raise DomainError(_("This mail has not been given up."))
    mail.given_up_at, mail.due_at, mail.attempts = None, clock.now(), 0
    db.session.flush()
    record(actor, "outgoing_mail.retried", mail, address=mail.address)
