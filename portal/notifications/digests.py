"""Digests: what is new for a person since the last, in one mail at the hour they chose."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from flask import current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import contains_eager

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import day_and_time, ngettext, speaking_to
from portal.core.i18n import gettext as _
from portal.core.records import kind_of
from portal.core.settings import Settings
from portal.notifications.commands import new_mail
from portal.notifications.models import Digest, Notice, NoticePreference, OutgoingMail
from portal.web.addresses import absolute_address

PEOPLE_AT_ONCE = 200  # so that the first mails need not wait until all are written


def build_due_digests() -> int:
    """Write the digests that are due, for up to PEOPLE_AT_ONCE people, and answer how many; the caller commits.

    Who has read everything meanwhile, or has left, gets none. A person is dealt with by one worker at a time.
    """
    due = (Notice.digest_due_at <= clock.now(),)
    waiting = select(Notice.recipient_id).where(*due).distinct().limit(PEOPLE_AT_ONCE)
    claimed = db.session.scalars(
        select(NoticePreference.person_id)
        .where(NoticePreference.person_id.in_(waiting))
        .with_for_update(skip_locked=True)
    ).all()
    notices = db.session.scalars(
        select(Notice).join(Notice.recipient).options(contains_eager(Notice.recipient))
        .where(Notice.recipient_id.in_(claimed), *due)
        .order_by(Notice.recipient_id, Notice.record_kind, Notice.record_id, Notice.id)
    ).all()
    written = [_write(list(told)) for _recipient, told in groupby(notices, key=lambda notice: notice.recipient_id)]
    digests = [digest for digest in written if digest]
    db.session.flush()
    if digests:
        now = clock.now()
        mails = [{"digest_id": digest.id, **new_mail(digest.recipient, now)} for digest in digests]
        db.session.execute(insert(OutgoingMail), mails)
    return len(digests)


def _write(notices: Sequence[Notice]) -> Digest | None:
    """One person's digest of what they have not read, or nothing; none of it waits any longer."""
    settings: Settings = current_app.config["PORTAL"]
    recipient = notices[0].recipient
    unread = [notice for notice in notices if notice.read_at is None and recipient.is_active]
    digest = None
    if unread:
        with speaking_to(recipient.locale or settings.locale, recipient.zone_or(settings.timezone)):
            subject, body = words(unread)
        digest = Digest(recipient=recipient, subject=subject, body=body, created_at=clock.now())
    for notice in notices:
        notice.digest_due_at = None
    for notice in unread:
        notice.digest = digest
    return digest


def words(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and body of a digest of these notices, which are sorted by record."""
    subject = ngettext("One new notice", "%(num)s new notices", len(notices))
    first = _("What is new since %(time)s:", time=day_and_time(min(notice.created_at for notice in notices)))
    records = groupby(notices, key=lambda notice: (notice.record_kind, notice.record_id))
    parts = [_part(kind, list(told)) for (kind, _id), told in records]
    last = _("How you are told is up to you: %(address)s", address=absolute_address("notifications.settings"))
    return subject, "\n\n".join([first, *parts, last])


def _part(record_kind: str, told: Sequence[Notice]) -> str:
    """What was told of one record, and where the newest of it can be read in full."""
    lines = [f"{day_and_time(notice.created_at)}  {notice.subject}" for notice in told]
    address = absolute_address("notifications.notice", notice_id=told[-1].id)
    return "\n".join([*_heading(record_kind), *lines, address])


def _heading(record_kind: str) -> Iterable[str]:
    try:
        return [kind_of(record_kind).label()]
    except Missing:
        return []
