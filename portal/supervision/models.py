"""What supervision adds to resolutions: delays asked for, urging, evaluations, bulletins, views, later meetings."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base
from portal.meetings.models import Meeting, one_of
from portal.resolutions.models import Resolution


class Stage(StrEnum):
    """Who decides on a delay, in order; the leader only where the kind of meeting says so."""

    HEAD = "head"
    SUPERVISOR = "supervisor"
    LEADER = "leader"


class DelayOutcome(StrEnum):
    """How a request for a delay ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class DelayRequest(Base):
    """Somebody asks, before the day, for a later one. One at a time for each resolution."""

    __tablename__ = "delay_request"
    __table_args__ = (
        CheckConstraint("new_due_on > old_due_on", name="later"),
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint(one_of("outcome", DelayOutcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_with_outcome"),
        Index("delay_request_resolution_idx", "resolution_id", "id"),
        Index(
            "delay_request_waiting_key", "resolution_id", unique=True,
            sqlite_where=text("outcome IS NULL"), postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    # How far it has come.
    progress: Mapped[str] = mapped_column(Text)
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    # Who is to decide next.
    stage: Mapped[Stage] = mapped_column(String(10))
    outcome: Mapped[DelayOutcome | None] = mapped_column(String(9))
    ended_at: Mapped[datetime | None]

    resolution: Mapped[Resolution] = relationship()
    asked_by: Mapped[Person] = relationship()
    decisions: Mapped[list["DelayDecision"]] = relationship(order_by="DelayDecision.id", back_populates="request")


class DelayDecision(Base):
    """What was said of a delay at one stage."""

    __tablename__ = "delay_decision"
    __table_args__ = (
        UniqueConstraint("request_id", "stage"),
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint("is_granted OR words <> ''", name="refused_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("delay_request.id", ondelete="CASCADE"))
    stage: Mapped[Stage] = mapped_column(String(10))
    is_granted: Mapped[bool]
    words: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    request: Mapped[DelayRequest] = relationship(back_populates="decisions")
    decided_by: Mapped[Person] = relationship()


class Letter(StrEnum):
    """How hard somebody is urged: by hand with words, or by the clock, each harder than the one before."""

    HAND = "hand"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


class Urging(Base):
    """Those who owe a resolution were urged. The clock sends each letter once for each day that was missed."""

    __tablename__ = "urging"
    __table_args__ = (
        CheckConstraint(one_of("letter", Letter), name="letter_known"),
        CheckConstraint("(letter = 'hand') = (by_id IS NOT NULL)", name="by_hand_or_clock"),
        Index("urging_resolution_idx", "resolution_id", "id"),
        Index(
            "urging_letter_key", "resolution_id", "letter", "missed_on", unique=True,
            sqlite_where=text("letter <> 'hand'"), postgresql_where=text("letter <> 'hand'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    letter: Mapped[Letter] = mapped_column(String(6))
    # The day that was missed: the due day, or that of a report.
    missed_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(1000), default="")
    # Whom it went to, by name.
    recipients: Mapped[str] = mapped_column(Text, default="")

    resolution: Mapped[Resolution] = relationship()
    by: Mapped[Person | None] = relationship()


class Effect(StrEnum):
    """Whether what was done had the effect that was meant."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Evaluation(Base):
    """Somebody looked, some time after the closing, what had come of it."""

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint(one_of("effect", Effect), name="effect_known"),
        Index("evaluation_resolution_idx", "resolution_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    effect: Mapped[Effect] = mapped_column(String(7))
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    resolution: Mapped[Resolution] = relationship()
    by: Mapped[Person] = relationship()


class Bulletin(Base):
    """How the departments stood at the end of a period, as it was issued (督办通报)."""

    __tablename__ = "bulletin"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # Nothing is all departments.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    # The figures as they were, as `bulletins.py` writes them.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]

    department: Mapped[Department | None] = relationship()
    issued_by: Mapped[Person] = relationship()


class CarryOver(Base):
    """An open resolution was put before a later meeting of the same body, and goes on, with what was said of it."""

    __tablename__ = "carry_over"
    __table_args__ = (Index("carry_over_meeting_idx", "meeting_id"),)

    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[str] = mapped_column(String(1000), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    resolution: Mapped[Resolution] = relationship()
    meeting: Mapped[Meeting] = relationship()
    by: Mapped[Person] = relationship()
