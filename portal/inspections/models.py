"""Inspections, their findings, and violations of the regulations."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.bodies.models import Body
from portal.core.db import Base
from portal.meetings.models import Meeting, one_of


class Scope(StrEnum):
    """What an inspection looks into (AGY-10.2)."""

    PREPARATION = "preparation"
    RUNNING = "running"
    WRAP_UP = "wrap_up"
    COMPLIANCE = "compliance"
    COSTS = "costs"
    ARCHIVE = "archive"


class Sanction(StrEnum):
    """What follows from a violation, by degrees (AGY-10.4)."""

    CRITICISM = "criticism"
    CORRECTION = "correction"
    DISCIPLINE = "discipline"


class Result(StrEnum):
    """What was found of one line of an inspection's form."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"
    NOT_SEEN = "not_seen"


class Inspection(Base):
    """The supervisor looks into how the rules were kept over a period: planned, held, closed."""

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint(one_of("scope", Scope), name="scope_known"),
        CheckConstraint("starts_on <= ends_on", name="order"),
        CheckConstraint("(held_at IS NULL) = (verdict = '')", name="held_with_verdict"),
        CheckConstraint("closed_at IS NULL OR held_at IS NOT NULL", name="closed_after_held"),
        Index("inspection_due_idx", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    scope: Mapped[Scope] = mapped_column(String(12))
    # The regulation that it goes by; empty for all.
    profile: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    # The period looked into, and by when it is held.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    due_on: Mapped[date]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    inspector_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    planned_at: Mapped[datetime]
    # The next one is planned so many months after this; nothing is once.
    repeat_months: Mapped[int | None]
    held_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    closed_at: Mapped[datetime | None]

    department: Mapped[Department | None] = relationship()
    inspector: Mapped[Person] = relationship(foreign_keys=inspector_id)
    planned_by: Mapped[Person] = relationship(foreign_keys=planned_by_id)
    lines: Mapped[list["InspectionLine"]] = relationship(
        order_by="InspectionLine.position", cascade="all, delete-orphan", back_populates="inspection"
    )
    findings: Mapped[list["Finding"]] = relationship(order_by="Finding.id", back_populates="inspection")


class InspectionLine(Base):
    """One line of an inspection's form."""

    __tablename__ = "inspection_line"
    __table_args__ = (
        CheckConstraint(one_of("result", Result), name="result_known"),
        Index("inspection_line_inspection_idx", "inspection_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id", ondelete="CASCADE"))
    position: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    clause: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    result: Mapped[Result | None] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))

    inspection: Mapped[Inspection] = relationship(back_populates="lines")


class Finding(Base):
    """What an inspection found wrong: with its cause, a measure (a resolution whose source it is), and its end.

    It is closed once its effect has been verified by somebody else than the measure's owner.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at IS NULL OR (cause <> '' AND effect <> '')", name="closed_with_effect"),
        Index("finding_body_idx", "body_id"),
        Index("finding_inspection_idx", "inspection_id"),
        Index("finding_meeting_idx", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    clause: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    # At whose next meeting it is shown.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    words: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    found_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime]
    # What was seen when its measure had been carried out.
    effect: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    inspection: Mapped[Inspection] = relationship(back_populates="findings")
    meeting: Mapped[Meeting | None] = relationship()
    department: Mapped[Department] = relationship()
    body: Mapped[Body | None] = relationship()
    found_by: Mapped[Person] = relationship(foreign_keys=found_by_id)
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id)


class Violation(Base):
    """A clause was broken: what happened, by which department, what follows from it, and its end."""

    __tablename__ = "violation"
    __table_args__ = (
        CheckConstraint(one_of("sanction", Sanction), name="sanction_known"),
        CheckConstraint("clause <> ''", name="of_a_clause"),
        CheckConstraint("(sanction IS NULL) = (decided_at IS NULL)", name="decided_with_sanction"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at IS NULL OR decided_at IS NOT NULL", name="closed_after_sanction"),
        Index("violation_meeting_idx", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    clause: Mapped[str] = mapped_column(String(20))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sanction: Mapped[Sanction | None] = mapped_column(String(10))
    sanction_words: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closing_words: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))

    finding: Mapped[Finding | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    department: Mapped[Department] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    recorded_by: Mapped[Person] = relationship(foreign_keys=recorded_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id)
