"""Taking words back that were told of something which has become a secret since."""

from collections.abc import Collection, Iterable

from flask import current_app
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import contains_eager, joinedload

from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.notifications.commands import said_to
from portal.notifications.models import Notice, OutgoingMail, OutgoingPost, OutsideNotice
from portal.notifications.words import LONGEST_SUBJECT, Words, shorten


def withhold(
    record_kind: str, record_ids: Iterable[int], readers: Collection[int], words: Words,
    outsiders: Collection[int] = (),
) -> None:
    """Let notices of these records say `words` instead to everybody but those readers, and so what still carries them.

    `readers` are ids of persons, `outsiders` the `party_id` of those outside who read on. A mail that has left is
    beyond reach. Four statements, and one for all changes.
    """
    ids = list(record_ids)
    notices = db.session.scalars(
        select(Notice)
        .join(Notice.recipient)
        .options(contains_eager(Notice.recipient), joinedload(Notice.digest))
        .where(
            Notice.record_kind == record_kind, Notice.record_id.in_(ids), Notice.recipient_id.not_in(list(readers))
        )
        .order_by(Notice.id)
    ).all()
    said = said_to({notice.recipient for notice in notices}, words)
    for notice in notices:
        subject, body = said[notice.recipient_id]
        if notice.digest is not None:
            notice.digest.body = notice.digest.body.replace(notice.subject, subject)
        notice.subject, notice.body = shorten(subject, LONGEST_SUBJECT), body
    _strip(OutgoingMail.notice_id.in_([notice.id for notice in notices]))
    _withhold_outside(record_kind, ids, outsiders, words)
    _withhold_posts(record_kind, ids, words)
    db.session.flush()


def _strip(which: ColumnElement[bool]) -> None:
    """Mails that wait, for quiet hours or another try, do not take along what went with the old words."""
    db.session.execute(
        update(OutgoingMail).where(which, OutgoingMail.sent_at.is_(None)).values(attachments=None, layout=None)
    )


def _withhold_outside(record_kind: str, record_ids: list[int], outsiders: Collection[int], words: Words) -> None:
    """Nor do mails to people outside say more; those that have left are kept as they were."""
    settings: Settings = current_app.config["PORTAL"]
    waiting = db.session.scalars(
        select(OutsideNotice)
        .join(OutgoingMail, OutgoingMail.outside_notice_id == OutsideNotice.id)
        .where(
            OutsideNotice.record_kind == record_kind, OutsideNotice.record_id.in_(record_ids),
            OutsideNotice.party_id.not_in(list(outsiders)), OutgoingMail.sent_at.is_(None),
        )
    ).all()
    for notice in waiting:
        with speaking_to(notice.locale, settings.timezone):
            notice.subject, notice.body = words()
    if waiting:
        _strip(OutgoingMail.outside_notice_id.in_([notice.id for notice in waiting]))


def _withhold_posts(record_kind: str, record_ids: list[int], words: Words) -> None:
    """What goes to a webhook says nothing more either; nobody answers for who reads there."""
    posts = select(OutgoingPost).join(OutgoingPost.webhook).options(contains_eager(OutgoingPost.webhook))
    settings: Settings = current_app.config["PORTAL"]
    for post in db.session.scalars(
        posts.where(OutgoingPost.record_kind == record_kind, OutgoingPost.record_id.in_(record_ids))
    ):
        with speaking_to(post.webhook.locale, settings.timezone):
            post.subject, post.body = words()
