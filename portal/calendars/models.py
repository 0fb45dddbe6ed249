"""A person's calendar feed: its secret, its revision, and the octets as last built; and replies that came by mail."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.meetings.models import Attendee, Meeting


class Feed(Base):
    """The calendar that one person's secret address answers with.

    `revision` rises in the transaction of every change that the feed shows. The stored octets hold for
    `built_revision` and `built_on`, the day whose window they cover; a poll compares and need not build.
    """

    __tablename__ = "feed"
    __table_args__ = (CheckConstraint("revision >= 0", name="revision_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    # SHA-256 of the secret in the address; the secret itself is shown once and not kept.
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    renewed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    built_revision: Mapped[int | None]
    built_on: Mapped[date | None]
    etag: Mapped[str] = mapped_column(String(40), default="")
    octets: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class ReplyOutcome(StrEnum):
    """What became of a calendar reply."""

    COUNTED = "counted"
    OUTDATED = "outdated"  # to a time or place that has changed since
    REFUSED = "refused"  # from somebody else than it says, or of what we do not know


class CalendarReply(Base):
    """One reply that came by mail (RFC 5546 §3.2.3), what it said, and what became of it."""

    __tablename__ = "calendar_reply"
    __table_args__ = (
        CheckConstraint("outcome IN ('counted', 'outdated', 'refused')", name="outcome_known"),
        Index("calendar_reply_meeting_idx", "meeting_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What the mail calls itself, or a hash of it: a mail that is read twice counts once.
    message_id: Mapped[str] = mapped_column(String(250), unique=True)
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(254))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(String(12), default="")
    sequence: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    outcome: Mapped[ReplyOutcome] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")

    meeting: Mapped[Meeting | None] = relationship()
    attendee: Mapped[Attendee | None] = relationship()
