"""The versions of profiles that the administrator made, and the reviews of the rules. The first version of each comes
with the package and is not in the database."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base


class RegulationVersion(Base):
    """A profile as somebody changed it. The database refuses to change or remove one."""

    __tablename__ = "regulation_version"
    __table_args__ = (
        UniqueConstraint("profile", "number"),
        # 1 is the package's own.
        CheckConstraint("number > 1", name="number_range"),
        CheckConstraint("reason <> ''", name="with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    # The whole profile as TOML, as it was typed.
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(1000))
    # What brought it about: meetings, findings and clauses, as words with addresses.
    grounds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    effective_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Who had the right to decide on it, as the change was made known.
    approved_by: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))

    made_by: Mapped[Person] = relationship()


class RegulationReview(Base):
    """A look at whether a profile still fits: due on a day, by somebody, and with a verdict once it is done."""

    __tablename__ = "regulation_review"
    __table_args__ = (
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed_by_somebody"),
        CheckConstraint("(reviewed_at IS NULL) = (verdict = '')", name="reviewed_with_verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str] = mapped_column(String(20), index=True)
    due_on: Mapped[date]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reminded_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str] = mapped_column(String(2000), default="", server_default=text("''"))

    reviewer: Mapped[Person] = relationship(foreign_keys=reviewer_id)
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=reviewed_by_id)
