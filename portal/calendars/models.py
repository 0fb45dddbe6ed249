"""A person's calendar feed: its secret, its revision, and the octets as last built."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


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
