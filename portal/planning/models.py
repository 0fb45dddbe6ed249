"""The annual plan: a year, what its departments plan in it, and each version that was submitted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base, Money
from portal.meetings.models import Meeting, MeetingKind


class AnnualPlan(Base):
    """The plan of one year. Its entries are drafts until a version with them is approved."""

    __tablename__ = "annual_plan"
    __table_args__ = (CheckConstraint("year BETWEEN 2000 AND 2199", name="year_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Departments enter until then.
    entries_by: Mapped[date | None]

    opened_by: Mapped[Person] = relationship()
    entries: Mapped[list["PlanEntry"]] = relationship(order_by="PlanEntry.planned_on", back_populates="plan")
    versions: Mapped[list["PlanVersion"]] = relationship(order_by="PlanVersion.number", back_populates="plan")


class PlanEntry(Base):
    """A meeting that a department plans: about when, on what, with whom."""

    __tablename__ = "plan_entry"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("budget >= 0", name="budget_positive"),
        CheckConstraint("(dropped_at IS NULL) = (drop_reason = '')", name="dropped_with_reason"),
        Index("plan_entry_plan_idx", "plan_id", "planned_on"),
        Index("plan_entry_department_idx", "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("annual_plan.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id"))
    theme: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    planned_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    participants: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    size: Mapped[int | None]
    budget: Mapped[Decimal | None] = mapped_column(Money)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))

    plan: Mapped[AnnualPlan] = relationship(back_populates="entries")
    department: Mapped[Department] = relationship()
    kind: Mapped[MeetingKind | None] = relationship()
    entered_by: Mapped[Person] = relationship()
    meetings: Mapped[list["PlannedMeeting"]] = relationship(cascade="all, delete-orphan", back_populates="entry")


class PlanVersion(Base):
    """The plan as it was submitted for approval. The database refuses to change or remove one."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("number = 1 OR reason <> ''", name="again_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("annual_plan.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    content: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    plan: Mapped[AnnualPlan] = relationship(back_populates="versions")
    made_by: Mapped[Person] = relationship()


class PlannedMeeting(Base):
    """A meeting that was drawn from an entry of the plan."""

    __tablename__ = "planned_meeting"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("plan_entry.id"), index=True)

    entry: Mapped[PlanEntry] = relationship(back_populates="meetings")
    meeting: Mapped[Meeting] = relationship()
