"""Telling people something, so that it is neither lost nor told before it is true."""

import uuid
from collections.abc import Callable, Iterable

from flask import current_app
from sqlalchemy import insert, update

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import Base, db
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications.models import Notice, OutgoingMail

Words = Callable[[], tuple[str, str]]


def tell(people: Iterable[Person], kind: str, record_kind: str, record: Base, words: Words) -> int:
    """Put a notice into each person's inbox and a mail on its way, in the transaction of what it is about.

    `words` answers subject and body; it is called once for each language and zone among the people, in which it
    then speaks. `kind` is `record.event` (`meeting.invitation`). Answers how many were told. Three statements
    for each thousand people, not for each person.
    """
    settings: Settings = current_app.config["PORTAL"]
    said: dict[tuple[str, str], tuple[str, str]] = {}
    now = clock.now()
    notices, mails = [], []
    host = settings.mail_from.rpartition("@")[2]
    for person in people:
        zone = person.zone_or(settings.timezone)
        language = (person.locale or settings.locale, zone.key)
        if language not in said:
            with speaking_to(language[0], zone):
                said[language] = words()
        subject, body = said[language]
        notices.append(
            {
                "recipient_id": person.id, "kind": kind, "record_kind": record_kind,
                "record_id": record.id,  # type: ignore[attr-defined]
                "subject": subject, "body": body, "created_at": now,
            }
        )
        mails.append({"address": person.email, "message_id": f"<{uuid.uuid4()}@{host}>", "due_at": now})
    if notices:
        ids = db.session.scalars(insert(Notice).returning(Notice.id, sort_by_parameter_order=True), notices)
        db.session.execute(
            insert(OutgoingMail),
            [{**mail, "notice_id": notice_id, "attempts": 0, "last_error": ""} for mail, notice_id in zip(mails, ids, strict=True)],
        )
    return len(notices)


def mark_read(actor: Person, record_kind: str, record_id: int) -> None:
    """The actor has seen what the notices about this record tell."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.recipient_id == actor.id, Notice.record_kind == record_kind, Notice.record_id == record_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )
