"""Reading inboxes and the outbox."""

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager

from portal.core.db import db
from portal.notifications.models import Notice, OutgoingMail


def inbox_of(person_id: int) -> Select[Notice]:
    """What the person was told, newest first."""
    return select(Notice).where(Notice.recipient_id == person_id).order_by(Notice.id.desc())


def unread_count(person_id: int) -> int:
    """How many notices the person has not opened. One statement, by an index of just those."""
    return db.session.scalars(
        select(func.count()).select_from(Notice).where(Notice.recipient_id == person_id, Notice.read_at.is_(None))
    ).one()


def outbox() -> Select[OutgoingMail]:
    """All mails: those given up first, then those on their way, then those sent, newest first."""
    rank = case((OutgoingMail.given_up_at.is_not(None), 0), (OutgoingMail.sent_at.is_(None), 1), else_=2)
    return (
        select(OutgoingMail)
        .join(OutgoingMail.notice)
        .options(contains_eager(OutgoingMail.notice))
        .order_by(rank, OutgoingMail.id.desc())
    )
