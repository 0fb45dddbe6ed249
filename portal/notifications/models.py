"""Notices in people's inboxes, what carries them outside, and how each person wants to be told."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base

USUAL_DIGEST_HOUR, USUAL_URGENT_HOURS = 8, 12


class Group(StrEnum):
    """What a notice is about, as coarsely as people choose by it. Each is a column of NoticePreference and Webhook."""

    MEETINGS = "meetings"
    BOOKINGS = "bookings"
    TASKS = "tasks"
    OTHER = "other"


class Manner(StrEnum):
    """How a notice leaves the portal; into the inbox it comes in any case."""

    MAIL = "mail"
    DIGEST = "digest"
    INBOX = "inbox"


class NoticePreference(Base):
    """How one person wants to be told; whoever has none gets every mail at once. Hours are on the person's clock."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        *(CheckConstraint(f"{group} IN ('mail', 'digest', 'inbox')", name=f"{group}_known") for group in Group),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_known"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_both_or_none"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_some_time"),
        CheckConstraint("urgent_hours BETWEEN 0 AND 72", name="urgent_hours_known"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    meetings: Mapped[Manner] = mapped_column(String(6), default=Manner.MAIL)
    bookings: Mapped[Manner] = mapped_column(String(6), default=Manner.MAIL)
    tasks: Mapped[Manner] = mapped_column(String(6), default=Manner.MAIL)
    other: Mapped[Manner] = mapped_column(String(6), default=Manner.MAIL)
    digest_hour: Mapped[int] = mapped_column(default=USUAL_DIGEST_HOUR)
    # From the one until the other no mail is sent, over midnight if the first is the later.
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    # Mail about what begins within so many hours is sent all the same.
    urgent_hours: Mapped[int] = mapped_column(default=USUAL_URGENT_HOURS)


class Digest(Base):
    """What was new for one person since the last, in one mail. The words stay as they were told."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    recipient: Mapped[Person] = relationship()


class Notice(Base):
    """What one person was told about one record. The words stay as they were told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_recipient_idx", "recipient_id", "id"),
        Index(
            "notice_unread_idx", "recipient_id",
            sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL"),
        ),
        Index("notice_record_idx", "record_kind", "record_id"),
        Index(
            "notice_digest_due_idx", "digest_due_at", "recipient_id",
            sqlite_where=text("digest_due_at IS NOT NULL"), postgresql_where=text("digest_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    # When it is to go with a digest; nothing once it went, or need not go.
    digest_due_at: Mapped[datetime | None]
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))

    recipient: Mapped[Person] = relationship()
    digest: Mapped[Digest | None] = relationship()


class OutsideNotice(Base):
    """What somebody without an account was told about one record, by mail only. The words stay as they were told."""

    __tablename__ = "outside_notice"
    __table_args__ = (
        CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name="locale_known"),
        Index("outside_notice_record_idx", "record_kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    # Which of the record's people it is for, as the record's slice counts them.
    party_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Outgoing:
    """Something on its way, whatever carries it: queued until sent, or given up after a final refusal or many tries."""

    # When it may next be tried; a worker that takes it moves this ahead, so that no other takes it meanwhile.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


def _ends_of(table: str) -> tuple[Any, ...]:
    """What the tables of Outgoing share: it ends in one way, and what is looked for is found."""

    def only(condition: str) -> dict[str, Any]:
        return {"sqlite_where": text(condition), "postgresql_where": text(condition)}

    return (
        CheckConstraint("attempts >= 0", name="attempts_positive"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        Index(f"{table}_due_idx", "due_at", **only("sent_at IS NULL AND given_up_at IS NULL")),
        Index(f"{table}_given_up_idx", "id", **only("given_up_at IS NOT NULL")),
        Index(f"{table}_sent_idx", "sent_at", **only("sent_at IS NOT NULL")),
    )


class OutgoingMail(Outgoing, Base):
    """A mail that carries one notice, one digest or one notice to somebody outside."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint(
            "(notice_id IS NOT NULL AND digest_id IS NULL AND outside_notice_id IS NULL)"
            " OR (notice_id IS NULL AND digest_id IS NOT NULL AND outside_notice_id IS NULL)"
            " OR (notice_id IS NULL AND digest_id IS NULL AND outside_notice_id IS NOT NULL)",
            name="of_one",
        ),
        *_ends_of("outgoing_mail"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), unique=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"), unique=True)
    outside_notice_id: Mapped[int | None] = mapped_column(ForeignKey("outside_notice.id"), unique=True)
    # What the mail carries besides its words, as [file name, media type, name in `core.files`].
    attachments: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    # What its reader may do with one click, as [words, address].
    links: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    # How its words are laid out, one of `laying.LAYOUTS`; nothing is as plain paragraphs.
    layout: Mapped[str | None] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254))
    # Made once, so that a mail sent twice by a crash is recognised as the same (RFC 5322 §3.6.4).
    message_id: Mapped[str] = mapped_column(String(200), unique=True)

    notice: Mapped[Notice | None] = relationship()
    digest: Mapped[Digest | None] = relationship()
    outside_notice: Mapped[OutsideNotice | None] = relationship()

    @property
    def content(self) -> Notice | Digest | OutsideNotice:
        """What it says, and to whom."""
        content = self.notice or self.digest or self.outside_notice
        assert content is not None, "the database sees to it"
        return content


class Format(StrEnum):
    """What a webhook's receiver understands."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    JSON = "json"


class Webhook(Base):
    """An address outside, such as a chat group's robot, that hears of public notices."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("format IN ('wecom', 'dingtalk', 'feishu', 'json')", name="format_known"),
        CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name="locale_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    # Whoever knows the address can write to the group, so it is shown nowhere once it is saved.
    url: Mapped[str] = mapped_column(String(500))
    format: Mapped[Format] = mapped_column(String(8))
    secret: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(10))
    meetings: Mapped[bool] = mapped_column(default=False)
    bookings: Mapped[bool] = mapped_column(default=False)
    tasks: Mapped[bool] = mapped_column(default=False)
    other: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def groups(self) -> set[Group]:
        return {group for group in Group if getattr(self, group)}


class OutgoingPost(Outgoing, Base):
    """A public notice on its way to a webhook. The words stay as they were told."""

    __tablename__ = "outgoing_post"
    __table_args__ = (Index("outgoing_post_webhook_idx", "webhook_id"), *_ends_of("outgoing_post"))

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    # Made once, so that a receiver recognises what a crash sent twice.
    key: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    webhook: Mapped[Webhook] = relationship()
