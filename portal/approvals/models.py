"""Cases that wait for approval: a frozen snapshot, steps in order, and a seat for each voice in a step."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base


class State(StrEnum):
    """How a case stands."""

    OPEN = "open"
    EFFECTIVE = "effective"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # what was approved, or waited, has become something else


class Rule(StrEnum):
    """How many seats of a step have to agree."""

    ALL = "all"
    ANY = "any"


class Verdict(StrEnum):
    """What a seat said."""

    AGREED = "agreed"
    RETURNED = "returned"


class ApprovalCase(Base):
    """One round of approval of one record. A record has one open case at most, and as many rounds as it takes.

    The database refuses to change what was submitted, and to let a case be effective whose steps are not all passed.
    """

    __tablename__ = "approval_case"
    __table_args__ = (
        UniqueConstraint("record_kind", "record_id", "round"),
        CheckConstraint("state IN ('open', 'effective', 'returned', 'withdrawn', 'lapsed')", name="state_known"),
        CheckConstraint("(ended_at IS NULL) = (state = 'open')", name="ended_at_state"),
        CheckConstraint("round > 0", name="round_positive"),
        CheckConstraint("round = 1 OR reason <> ''", name="again_with_reason"),
        Index(
            "approval_case_open_key", "record_kind", "record_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("approval_case_submitted_idx", "submitted_by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    round: Mapped[int]
    # What is signed: sections of named values, as `snapshots.py` writes them, and SHA-256 of that.
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    # Why it is approved once more, for a later round.
    reason: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    # Whether whoever submitted it may also decide on it; not where two have to see it.
    is_own_allowed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[State] = mapped_column(String(9), default=State.OPEN)
    ended_at: Mapped[datetime | None]
    # What undid it, if it lapsed.
    lapse_words: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))

    submitted_by: Mapped[Person] = relationship()
    steps: Mapped[list["ApprovalStep"]] = relationship(
        order_by="ApprovalStep.position", cascade="all, delete-orphan", back_populates="case"
    )

    @property
    def current(self) -> "ApprovalStep | None":
        """The step that waits, if the case is open."""
        if self.state != State.OPEN:
            return None
        return next((step for step in self.steps if step.passed_at is None), None)


class ApprovalStep(Base):
    """One stage of a case; its seats decide side by side."""

    __tablename__ = "approval_step"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        CheckConstraint("rule IN ('all', 'any')", name="rule_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("approval_case.id", ondelete="CASCADE"))
    position: Mapped[int]
    # In each language, as the profile or the slice whose record it is calls it.
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    rule: Mapped[Rule] = mapped_column(String(3))
    # The clause that asks for it, if one does.
    clause: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    # Working days from its opening; nothing is without a limit.
    days: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]

    case: Mapped[ApprovalCase] = relationship(back_populates="steps")
    seats: Mapped[list["ApprovalSeat"]] = relationship(
        order_by="ApprovalSeat.id", cascade="all, delete-orphan", back_populates="step"
    )


class ApprovalSeat(Base):
    """One voice in a step: of a person, of a body, of a role, or of whoever may decide on the record.

    Nobody fills two seats of one case.
    """

    __tablename__ = "approval_seat"
    __table_args__ = (
        UniqueConstraint("case_id", "decided_by_id"),
        UniqueConstraint("case_id", "decided_for_id"),
        CheckConstraint("holder IN ('person', 'body', 'role', 'record')", name="holder_known"),
        CheckConstraint("(holder = 'person') = (person_id IS NOT NULL)", name="holder_person"),
        CheckConstraint("verdict IN ('agreed', 'returned')", name="verdict_known"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided_at_verdict"),
        CheckConstraint("(verdict IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("verdict IS NULL OR verdict = 'agreed' OR comment <> ''", name="returned_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("approval_step.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("approval_case.id", ondelete="CASCADE"))
    holder: Mapped[str] = mapped_column(String(6))
    # The key of the body or the role; empty for the others.
    key: Mapped[str] = mapped_column(String(30), default="", server_default=text("''"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[Verdict | None] = mapped_column(String(8))
    comment: Mapped[str] = mapped_column(String(2000), default="", server_default=text("''"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # In whose place, if somebody away had chosen them.
    decided_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    step: Mapped[ApprovalStep] = relationship(back_populates="seats")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    decided_for: Mapped[Person | None] = relationship(foreign_keys=decided_for_id)
    asked: Mapped[list["Asked"]] = relationship(cascade="all, delete-orphan")


class Asked(Base):
    """Somebody who was asked to fill a seat: in whose inbox the case is, while the seat is empty."""

    __tablename__ = "approval_asked"
    __table_args__ = (Index("approval_asked_person_idx", "person_id"),)

    seat_id: Mapped[int] = mapped_column(ForeignKey("approval_seat.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]
    # They were asked because who should have decided did not in time, or nobody else is there.
    is_escalated: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()
