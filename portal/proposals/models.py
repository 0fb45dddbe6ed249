"""The proposal of a meeting under a regulation: what its form does not ask of an ordinary meeting."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base, Money
from portal.meetings.models import Meeting, one_of


class Heading(StrEnum):
    """What a budget pays for."""

    VENUE = "venue"
    EQUIPMENT = "equipment"
    GUESTS = "guests"
    CATERING = "catering"
    LODGING = "lodging"
    TRANSPORT = "transport"
    PUBLICITY = "publicity"
    SECURITY = "security"
    MATERIALS = "materials"
    OTHER = "other"


class Proposal(Base):
    """What is approved of a meeting besides its own words: time, place, purpose and agenda are the meeting's."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("profile_version > 0", name="profile_version_positive"),
        CheckConstraint("(profile_version IS NULL) = (profile = '')", name="version_of_profile"),
        CheckConstraint("NOT has_notable_guests OR notable_guests <> ''", name="notable_guests_named"),
        CheckConstraint("NOT is_sensitive OR sensitive_words <> ''", name="sensitive_with_words"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    # The profile and version that hold for it from its submission on; nothing is the one of its kind in force.
    profile: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    profile_version: Mapped[int | None]
    theme: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # How many people are expected, and of which circle.
    size: Mapped[int | None]
    circle: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    publicity: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Dangers of venue, people and information, and what is done about them.
    site_risk: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    people_risk: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    information_risk: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    has_notable_guests: Mapped[bool] = mapped_column(default=False)
    notable_guests: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    guest_risk: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Secrets of the state or sensitive matters: a step more, and fewer who may look.
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    sensitive_words: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Why it is needed although no annual plan foresaw it.
    unplanned_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    # Why the room was chosen (location, access, surroundings).
    venue_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # How open measures and lessons of meetings of its kind are met this time.
    lessons: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Why the budget is higher than what was approved.
    overrun_reason: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()
    changed_by: Mapped[Person] = relationship()
    budget: Mapped[list["BudgetLine"]] = relationship(
        order_by="BudgetLine.heading", cascade="all, delete-orphan", back_populates="proposal"
    )

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.budget), Decimal(0))


class BudgetLine(Base):
    """What the proposal plans to spend under one heading, in the organisation's currency; 0 says “nil”."""

    __tablename__ = "budget_line"
    __table_args__ = (
        CheckConstraint(one_of("heading", Heading), name="heading_known"),
        CheckConstraint("amount >= 0", name="amount_positive"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("proposal.meeting_id", ondelete="CASCADE"), primary_key=True)
    heading: Mapped[Heading] = mapped_column(String(12), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    words: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))

    proposal: Mapped[Proposal] = relationship(back_populates="budget")
