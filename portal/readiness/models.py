"""Forms filled in on the spot (equipment test, venue acceptance), and the check shortly before a meeting."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Meeting, one_of
from portal.tasks.models import Task


class Form(StrEnum):
    """Which form it is; the profile says what stands on it."""

    EQUIPMENT_TEST = "equipment_test"
    VENUE_ACCEPTANCE = "venue_acceptance"


class Condition(StrEnum):
    """What was found of one line of a form."""

    OK = "ok"
    FAULTY = "faulty"
    NOT_NEEDED = "not_needed"


class Sheet(Base):
    """A form filled in for a meeting: who looked, when, and where. Signed, it is not changed any more."""

    __tablename__ = "check_sheet"
    __table_args__ = (
        CheckConstraint(one_of("form", Form), name="form_known"),
        CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signed_by_somebody"),
        Index("check_sheet_meeting_idx", "meeting_id", "form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    form: Mapped[Form] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remarks: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))

    meeting: Mapped[Meeting] = relationship()
    opened_by: Mapped[Person] = relationship(foreign_keys=opened_by_id)
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)
    lines: Mapped[list["SheetLine"]] = relationship(
        order_by="SheetLine.position", cascade="all, delete-orphan", back_populates="sheet"
    )


class SheetLine(Base):
    """One line of a form: what was looked at and how it was; a fault becomes a task."""

    __tablename__ = "check_sheet_line"
    __table_args__ = (
        UniqueConstraint("sheet_id", "key"),
        CheckConstraint(one_of("condition", Condition), name="condition_known"),
        CheckConstraint("condition IS NULL OR condition <> 'faulty' OR words <> ''", name="fault_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("check_sheet.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=True)
    condition: Mapped[Condition | None] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="SET NULL"))

    sheet: Mapped[Sheet] = relationship(back_populates="lines")
    task: Mapped[Task | None] = relationship()


class ReadinessCheck(Base):
    """Somebody signed that everything is in place (会前检查), with what the page showed then."""

    __tablename__ = "readiness_check"
    __table_args__ = (Index("readiness_check_meeting_idx", "meeting_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shown: Mapped[list[Any]] = mapped_column(JSON)
    # Something changed after it, so that it has to be done again.
    undone_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    by: Mapped[Person] = relationship()
