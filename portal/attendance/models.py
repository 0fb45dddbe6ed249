"""Marks of who was there, and why others were not."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Attendee, one_of


class Way(StrEnum):
    """How a mark was made."""

    CODE = "code"  # by scanning the projected code
    LINK = "link"  # by a guest, from their own page
    DESK = "desk"  # by name, at the desk
    BADGE = "badge"  # by scanning a badge at the desk
    PAPER = "paper"  # from a paper list, later
    OWN = "own"  # by the attendee on the meeting's page, where it is online


class CheckIn(Base):
    """Somebody was there from then on. A wrong mark is voided with its reason, never changed."""

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint(one_of("way", Way), name="way_known"),
        CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="order"),
        CheckConstraint("(voided_at IS NULL) = (voided_by_id IS NULL)", name="voided_by_somebody"),
        # Two who mark at once make one mark.
        Index(
            "check_in_standing_idx", "attendee_id", unique=True,
            sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL"),
        ),
        Index("check_in_attendee_idx", "attendee_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    way: Mapped[Way] = mapped_column(String(5))
    # Who marked it: the attendee, or somebody at the desk; nobody for a guest's own page.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    attendee: Mapped[Attendee] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=by_id)
    voided_by: Mapped[Person | None] = relationship(foreign_keys=voided_by_id)


class AbsenceNote(Base):
    """Why somebody was late or absent, and what was done about it."""

    __tablename__ = "absence_note"
    __table_args__ = (
        CheckConstraint("(followed_up_at IS NULL) = (followed_up_by_id IS NULL)", name="followed_up_by_somebody"),
    )

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    follow_up: Mapped[str] = mapped_column(String(500), default="")
    followed_up_at: Mapped[datetime | None]
    followed_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    attendee: Mapped[Attendee] = relationship()
    noted_by: Mapped[Person] = relationship(foreign_keys=noted_by_id)
    followed_up_by: Mapped[Person | None] = relationship(foreign_keys=followed_up_by_id)
