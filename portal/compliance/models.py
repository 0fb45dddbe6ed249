"""What people put their name to where no record proves that a clause was kept."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Meeting, one_of


class Said(StrEnum):
    """What somebody says of a clause under their name."""

    KEPT = "kept"
    NOT_APPLICABLE = "not_applicable"


class SignOff(Base):
    """Somebody says that a clause was kept, with proof: for one meeting, or for the organisation if there is none."""

    __tablename__ = "clause_sign_off"
    __table_args__ = (
        CheckConstraint(one_of("said", Said), name="said_known"),
        CheckConstraint("words <> ''", name="with_words"),
        CheckConstraint("(content_hash IS NULL) = (file_name = '')", name="file_named"),
        CheckConstraint("size >= 0", name="size_positive"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_somebody"),
        Index(
            "clause_sign_off_meeting_key", "meeting_id", "clause", unique=True,
            sqlite_where=text("revoked_at IS NULL AND meeting_id IS NOT NULL"),
            postgresql_where=text("revoked_at IS NULL AND meeting_id IS NOT NULL"),
        ),
        Index(
            "clause_sign_off_house_key", "clause", unique=True,
            sqlite_where=text("revoked_at IS NULL AND meeting_id IS NULL"),
            postgresql_where=text("revoked_at IS NULL AND meeting_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    clause: Mapped[str] = mapped_column(String(20))
    said: Mapped[Said] = mapped_column(String(14), default=Said.KEPT)
    # What proves it, or why the clause does not apply.
    words: Mapped[str] = mapped_column(String(1000))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    media_type: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    size: Mapped[int] = mapped_column(default=0)
    # For the organisation: until which day it holds.
    valid_until: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=revoked_by_id)
