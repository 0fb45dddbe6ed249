"""Requests to be excused from a meeting, with or without somebody who goes instead."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Attendee, one_of


class Outcome(StrEnum):
    """How a request to be excused ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class LeaveRequest(Base):
    """An attendee cannot come (请假), and says why and who goes instead; open until it is decided or withdrawn."""

    __tablename__ = "leave_request"
    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_with_outcome"),
        Index(
            "leave_request_open_idx", "attendee_id", unique=True,
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
        Index("leave_request_attendee_idx", "attendee_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    # Nobody where the kind asks for no decision.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[Outcome | None] = mapped_column(String(9))
    words: Mapped[str] = mapped_column(String(500), default="")

    attendee: Mapped[Attendee] = relationship()
    substitute: Mapped[Person | None] = relationship(foreign_keys=substitute_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
