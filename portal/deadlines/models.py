"""Waivers: somebody who may says why a demand of a clause is not kept for one meeting. And who was warned of what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Meeting, one_of


class Stage(StrEnum):
    """Of what a meeting's people are warned."""

    NEAR = "near"
    MISSED = "missed"


class Waiver(Base):
    """For one meeting a demand does not hold, for a reason, by somebody's word; it stands until it is taken back."""

    __tablename__ = "waiver"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="with_reason"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_somebody"),
        Index(
            "waiver_standing_key", "meeting_id", "clause", "demand", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    clause: Mapped[str] = mapped_column(String(20))
    # The key of the deadline or requirement of the profile; empty waives all that the clause asks for.
    demand: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    reason: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=revoked_by_id)


class DeadlineWarning(Base):
    """That one last moment of a meeting is near, or was missed, has been told. Moved, the meeting has other moments."""

    __tablename__ = "deadline_warning"
    __table_args__ = (CheckConstraint(one_of("stage", Stage), name="stage_known"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    requirement: Mapped[str] = mapped_column(String(60), primary_key=True)
    stage: Mapped[Stage] = mapped_column(String(6), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    at: Mapped[datetime]
