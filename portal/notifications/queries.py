"""Reading inboxes and the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, null, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import UtcDateTime, db
from portal.notifications.models import (
    USUAL_DIGEST_HOUR,
    USUAL_URGENT_HOURS,
    Digest,
    Group,
    Manner,
    Notice,
    NoticePreference,
    OutgoingMail,
    OutgoingPost,
    OutsideNotice,
    Webhook,
)


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


# --- How what was told fares ---


class Fate(StrEnum):
    """What became of a notice outside the inbox."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    INBOX = "inbox"  # its reader wants no mail of such


class Told(NamedTuple):
    """The newest notice of one recipient about a record: how it fares by mail, and when it was read."""

    notice_id: int
    kind: str
    told_at: datetime
    fate: Fate
    sent_at: datetime | None
    reason: str
    read_at: datetime | None


def states_of(record_kind: str, record_id: int, kind: str | None = None) -> dict[int, Told]:
    """By recipient's id, how the newest notice about the record fares, or the newest of that `kind`. One statement.

    QUEUED is also what waits for quiet hours to end or for a digest; `reason` is why the last try failed, if one did.
    """
    own, gathered = aliased(OutgoingMail), aliased(OutgoingMail)
    about = [Notice.record_kind == record_kind, Notice.record_id == record_id]
    if kind is not None:
        about.append(Notice.kind == kind)
    newest = select(func.max(Notice.id)).where(*about).group_by(Notice.recipient_id)
    query = (
        select(
            Notice.recipient_id, Notice.id, Notice.kind, Notice.created_at, Notice.read_at, Notice.digest_due_at,
            func.coalesce(own.id, gathered.id).label("mail_id"),
            func.coalesce(own.sent_at, gathered.sent_at, type_=UtcDateTime()).label("sent_at"),
            func.coalesce(own.given_up_at, gathered.given_up_at, type_=UtcDateTime()).label("given_up_at"),
            func.coalesce(own.last_error, gathered.last_error, "").label("reason"),
        )
        .outerjoin(own, own.notice_id == Notice.id)
        .outerjoin(gathered, gathered.digest_id == Notice.digest_id)
        .where(Notice.id.in_(newest))
    )
    return {
        row.recipient_id: Told(row.id, row.kind, row.created_at, _fate(row), row.sent_at, row.reason, row.read_at)
        for row in db.session.execute(query)
    }


def outside_states_of(record_kind: str, record_id: int) -> dict[int, Told]:
    """The same for people without an account, by their `party_id`. One statement."""
    about = (OutsideNotice.record_kind == record_kind, OutsideNotice.record_id == record_id)
    newest = select(func.max(OutsideNotice.id)).where(*about).group_by(OutsideNotice.party_id)
    query = (
        select(
            OutsideNotice.party_id, OutsideNotice.id, OutsideNotice.kind, OutsideNotice.created_at,
            null().label("digest_due_at"), OutgoingMail.id.label("mail_id"), OutgoingMail.sent_at,
            OutgoingMail.given_up_at, func.coalesce(OutgoingMail.last_error, "").label("reason"),
        )
        .outerjoin(OutgoingMail, OutgoingMail.outside_notice_id == OutsideNotice.id)
        .where(OutsideNotice.id.in_(newest))
    )
    return {
        row.party_id: Told(row.id, row.kind, row.created_at, _fate(row), row.sent_at, row.reason, None)
        for row in db.session.execute(query)
    }


def given_up_mail(record_kind: str, record_id: int, person_id: int | None, party_id: int) -> OutgoingMail | None:
    """The newest mail about the record that was given up: to that person, or to that party without an account."""
    mails = select(OutgoingMail).where(OutgoingMail.given_up_at.is_not(None)).order_by(OutgoingMail.id.desc())
    if person_id is not None:
        mails = mails.join(OutgoingMail.notice).where(
            Notice.record_kind == record_kind, Notice.record_id == record_id, Notice.recipient_id == person_id
        )
    else:
        mails = mails.join(OutgoingMail.outside_notice).where(
            OutsideNotice.record_kind == record_kind, OutsideNotice.record_id == record_id,
            OutsideNotice.party_id == party_id,
        )
    return db.session.scalars(mails.limit(1)).first()


def _fate(row: Any) -> Fate:
    if row.given_up_at:
        return Fate.FAILED
    if row.sent_at:
        return Fate.SENT
    return Fate.QUEUED if row.mail_id or row.digest_due_at else Fate.INBOX


# --- The outbox ---

STATES = ("given-up", "queued", "sent")
Kind = type[OutgoingMail] | type[OutgoingPost]


def _in_state(kind: Kind, state: str) -> ColumnElement[bool]:
    if state == "given-up":
        return kind.given_up_at.is_not(None)
    if state == "sent":
        return kind.sent_at.is_not(None)
    return and_(kind.sent_at.is_(None), kind.given_up_at.is_(None))


def mails_with_content() -> Select[OutgoingMail]:
    """Mails with the notice or digest that each carries, and whom it is for."""
    told, gathered_for = aliased(Person), aliased(Person)
    return (
        select(OutgoingMail)
        .outerjoin(OutgoingMail.notice).outerjoin(Notice.recipient.of_type(told))
        .outerjoin(OutgoingMail.digest).outerjoin(Digest.recipient.of_type(gathered_for))
        .options(
            contains_eager(OutgoingMail.notice).contains_eager(Notice.recipient.of_type(told)),
            contains_eager(OutgoingMail.digest).contains_eager(Digest.recipient.of_type(gathered_for)),
            joinedload(OutgoingMail.outside_notice),
        )
    )


def outbox(state: str | None) -> Select[OutgoingMail]:
    """The mails of one of STATES, or all, newest first, with whom they are for."""
    query = mails_with_content().order_by(OutgoingMail.id.desc())
    return query.where(_in_state(OutgoingMail, state)) if state in STATES else query


def posts(state: str | None) -> Select[OutgoingPost]:
    """The posts of one of STATES, or all, newest first, with their webhooks."""
    query = (
        select(OutgoingPost)
        .join(OutgoingPost.webhook).options(contains_eager(OutgoingPost.webhook)).order_by(OutgoingPost.id.desc())
    )
    return query.where(_in_state(OutgoingPost, state)) if state in STATES else query


class Tally(NamedTuple):
    """How many are in each state (of those sent, only of the last day), and since when the oldest waits."""

    given_up: int
    queued: int
    sent: int
    oldest_at: datetime | None


def tally(kind: Kind) -> Tally:
    """How mails or posts fare on the whole. One statement, by indexes of just what is counted."""
    written_at = func.coalesce(
        Notice.created_at, Digest.created_at, OutsideNotice.created_at, type_=UtcDateTime()
    )
    oldest = select(OutgoingPost.created_at).where(_in_state(OutgoingPost, "queued")).order_by(OutgoingPost.id)
    if kind is OutgoingMail:
        oldest = (
            select(written_at)
            .select_from(OutgoingMail).outerjoin(OutgoingMail.notice).outerjoin(OutgoingMail.digest)
            .outerjoin(OutgoingMail.outside_notice)
            .where(_in_state(OutgoingMail, "queued")).order_by(OutgoingMail.id)
        )
    day = clock.now() - timedelta(days=1)
    counted = ([_in_state(kind, "given-up")], [_in_state(kind, "queued")], [kind.sent_at > day])
    counts = [select(func.count(kind.id)).where(*which).scalar_subquery() for which in counted]
    row: Any = db.session.execute(select(*counts, oldest.limit(1).scalar_subquery())).one()
    return Tally(*row)


def webhooks() -> Sequence[tuple[Webhook, int]]:
    """All webhooks by name, each with how many posts to it were given up. One statement."""
    lost = (
        select(func.count(OutgoingPost.id))
        .where(OutgoingPost.webhook_id == Webhook.id, OutgoingPost.given_up_at.is_not(None))
        .scalar_subquery()
    )
    return [(webhook, count) for webhook, count in db.session.execute(select(Webhook, lost).order_by(Webhook.name))]


def preference_of(person_id: int) -> NoticePreference:
    """What the person chose, or what holds for those who chose nothing (which is not in the database)."""
    return db.session.get(NoticePreference, person_id) or NoticePreference(
        person_id=person_id, digest_hour=USUAL_DIGEST_HOUR, urgent_hours=USUAL_URGENT_HOURS,
        **{group.value: Manner.MAIL for group in Group},
    )
