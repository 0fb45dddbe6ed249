"""Reading inboxes and the outbox."""

from typing import NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import contains_eager

from portal.core.db import db
from portal.notifications.models import Notice, OutgoingMail


def inbox_of(person_id: int) -> Select[Notice]:
    """What the person was told, newest first."""
    return select(Notice).where(Notice.recipient_id == person_id).order_by(Notice.id.desc())


class Unread(NamedTuple):
    """How many notices somebody has not opened, and the newest of them."""

    number: int
    newest_id: int | None


def unread(person_id: int) -> Unread:
    """What the person has not opened. One statement, by an index of just those."""
    row = db.session.execute(
        select(func.count(), func.max(Notice.id)).where(Notice.recipient_id == person_id, Notice.read_at.is_(None))
    ).one()
    return Unread(*row)


STATES = {
    "given-up": OutgoingMail.given_up_at.is_not(None),
    "queued": and_(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None)),
    "sent": OutgoingMail.sent_at.is_not(None),
}


def outbox(state: str | None) -> Select[OutgoingMail]:
    """The mails of one of STATES, or all, newest first, with whom they are for."""
    query = (
        select(OutgoingMail)
        .join(OutgoingMail.notice)
        .join(Notice.recipient)
        .options(contains_eager(OutgoingMail.notice).contains_eager(Notice.recipient))
        .order_by(OutgoingMail.id.desc())
    )
    return query.where(STATES[state]) if state in STATES else query


def waiting() -> dict[str, int]:
    """How many mails are given up and how many are on their way. One statement, by indexes of just those."""
    states = ("given-up", "queued")
    counts = [select(func.count(OutgoingMail.id)).where(STATES[state]).scalar_subquery() for state in states]
    return dict(zip(states, db.session.execute(select(*counts)).one(), strict=True))
