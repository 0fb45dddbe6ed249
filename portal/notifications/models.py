"""Notices in people's inboxes, and the mails that carry them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base


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

    recipient: Mapped[Person] = relationship()


class OutgoingMail(Base):
    """A mail on its way: queued until sent, or given up after the last try."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_positive"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        Index(
            "outgoing_mail_due_idx", "due_at",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
        Index(
            "outgoing_mail_given_up_idx", "id",
            sqlite_where=text("given_up_at IS NOT NULL"), postgresql_where=text("given_up_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    # Made once, so that a mail sent twice by a crash is recognised as the same (RFC 5322 §3.6.4).
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    # When it may next be tried; a worker that takes it moves this ahead, so that no other takes it meanwhile.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")

    notice: Mapped[Notice] = relationship()
