"""Meetings, their agenda and the people in them."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.rooms.models import Booking


class Part(StrEnum):
    """What an attendee is in a meeting."""

    CHAIR = "chair"
    RECORDER = "recorder"
    REQUIRED = "required"
    OPTIONAL = "optional"


class Answer(StrEnum):
    """What an attendee said; the values are those of RFC 5545 §3.2.12 (PARTSTAT) in lower case."""

    NONE = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class Phase(StrEnum):
    """Where a meeting is in its life; computed, never stored."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"


class Meeting(Base):
    """People who come together at a time, in the room of a booking."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
        Index("meeting_time_idx", "starts_at"),
        Index("meeting_organizer_idx", "organizer_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # RFC 7986 §5.3: a random UUID made once, the same in every feed, file and mail.
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    organizer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    # The booking's times, kept here too: a meeting may be held where nothing is booked. `rooms` tells of moves.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    location: Mapped[str] = mapped_column(String(250), default="")
    # RFC 5546 §2.1.4: rises with time, room and cancellation only.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    booking: Mapped[Booking | None] = relationship()
    organizer: Mapped[Person] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(
        order_by="AgendaItem.position", cascade="all, delete-orphan", back_populates="meeting"
    )
    attendees: Mapped[list["Attendee"]] = relationship(
        order_by="Attendee.id", cascade="all, delete-orphan", back_populates="meeting"
    )

    @property
    def version(self) -> str:
        """Another one after each change of its words: what a form that edits them was filled from."""
        words = "\n".join([self.subject, self.purpose, *(item.title for item in self.agenda)])
        return sha256(words.encode()).hexdigest()[:16]

    def phase(self, now: datetime) -> Phase:
        if self.cancelled_at is not None:
            return Phase.CANCELLED
        if self.announced_at is None:
            return Phase.DRAFT
        if now < self.starts_at:
            return Phase.ANNOUNCED
        return Phase.RUNNING if now < self.ends_at else Phase.HELD


class AgendaItem(Base):
    """One line of a meeting's agenda."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("agenda_item_meeting_idx", "meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")


class Attendee(Base):
    """One person's part in one meeting, and their answer."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("part IN ('chair', 'recorder', 'required', 'optional')", name="part_known"),
        CheckConstraint("answer IN ('needs-action', 'accepted', 'declined', 'tentative')", name="answer_known"),
        CheckConstraint("(answer = 'needs-action') = (answered_at IS NULL)", name="answer_dated"),
        Index("attendee_person_idx", "person_id", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[Part] = mapped_column(String(10), default=Part.REQUIRED)
    invited_at: Mapped[datetime | None]
    answer: Mapped[Answer] = mapped_column(String(12), default=Answer.NONE)
    comment: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="attendees")
    person: Mapped[Person] = relationship()
