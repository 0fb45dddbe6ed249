"""Requests for rooms whose keeper approves each booking, and people who wait for a taken time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.rooms.models import LONGEST_TITLE, Booking, Resource, Visibility
from portal.series.models import Series


class Outcome(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """Whose turn a request is: those who keep the room itself, then those of its area, then of the whole house."""

    RESOURCE = "resource"
    AREA = "area"
    HOUSE = "house"


class BookingRequest(Base):
    """A booking, or all of a series at once, that somebody has to approve. It holds its time meanwhile."""

    __tablename__ = "booking_request"
    __table_args__ = (
        CheckConstraint("(booking_id IS NULL) <> (series_id IS NULL)", name="of_one"),
        CheckConstraint(
            "outcome IN ('pending', 'approved', 'declined', 'expired', 'withdrawn')", name="outcome_known"
        ),
        CheckConstraint("turn IN ('resource', 'area', 'house')", name="turn_known"),
        CheckConstraint("(outcome = 'pending') = (decided_at IS NULL)", name="decided"),
        Index(
            "booking_request_pending_booking_key", "booking_id", unique=True,
            sqlite_where=text("outcome = 'pending'"), postgresql_where=text("outcome = 'pending'"),
        ),
        Index(
            "booking_request_pending_series_key", "series_id", unique=True,
            sqlite_where=text("outcome = 'pending'"), postgresql_where=text("outcome = 'pending'"),
        ),
        Index(
            "booking_request_due_idx", "decide_by",
            sqlite_where=text("outcome = 'pending'"), postgresql_where=text("outcome = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    turn: Mapped[Turn] = mapped_column(String(8))
    outcome: Mapped[Outcome] = mapped_column(String(9), default=Outcome.PENDING)
    requested_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    # Nobody, if it expired or was withdrawn.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # On whose behalf a delegate decided.
    decided_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    booking: Mapped[Booking | None] = relationship()
    series: Mapped[Series | None] = relationship()
    resource: Mapped[Resource] = relationship()
    requester: Mapped[Person] = relationship(foreign_keys=requester_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    decided_for: Mapped[Person | None] = relationship(foreign_keys=decided_for_id)

    @property
    def about(self) -> Booking | Series:
        """What has to be approved."""
        found = self.booking or self.series
        assert found is not None, "the table has one or the other"
        return found

    @property
    def starts_at(self) -> datetime:
        """When it begins; of a series, when its first occurrence does."""
        return self.about.starts_at

    @property
    def ends_at(self) -> datetime:
        about = self.about
        return about.ends_at if isinstance(about, Booking) else about.starts_at + about.length

    @property
    def is_pending(self) -> bool:
        return self.outcome == Outcome.PENDING


class Wait(Base):
    """Somebody who waits for a time of a resource that is taken.

    When it becomes free, the first in line gets it at once, or an offer: a booking that holds it until `decide_by`.
    """

    __tablename__ = "wait"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("visibility IN ('house', 'private')", name="visibility_known"),
        Index(
            "wait_standing_idx", "resource_id", "starts_at",
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "wait_due_idx", "decide_by",
            sqlite_where=text("decide_by IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("decide_by IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    visibility: Mapped[Visibility] = mapped_column(String(7), default=Visibility.HOUSE)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # Book it as soon as it is free, instead of asking first.
    takes_at_once: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # The booking that keeps it, offered or taken, and until when the offer stands.
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="SET NULL"), index=True)
    decide_by: Mapped[datetime | None]
    # Since when nobody waits any more: got it, gave up, let the offer pass, or the time came.
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    resource: Mapped[Resource] = relationship()
    booking: Mapped[Booking | None] = relationship()

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None

    @property
    def is_offered(self) -> bool:
        """Whether a booking is kept for the person until they say whether they want it."""
        return self.is_standing and self.booking_id is not None
