"""The registration page of a meeting, and who registered there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Attendee, Meeting, one_of


class Registration(Base):
    """The page of one meeting: open from when it is opened until it closes, with the fields that the office chose."""

    __tablename__ = "registration"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    # What its address ends with; unguessable, since the meeting may be for few.
    key: Mapped[str] = mapped_column(String(32), unique=True)
    intro: Mapped[str] = mapped_column(Text, default="")
    # A list of `fields.OwnField` as mappings, in their order; those that were removed are kept for what was answered.
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    needs_vetting: Mapped[bool] = mapped_column(default=True)
    most: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()


class Decision(StrEnum):
    """What the office said to somebody who registered."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Registrant(Base):
    """Somebody who filled the page in; the address counts once the link in the mail is followed and confirmed."""

    __tablename__ = "registrant"
    __table_args__ = (
        UniqueConstraint("meeting_id", "email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name="locale_known"),
        CheckConstraint(one_of("decision", Decision), name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("decided_at IS NULL OR confirmed_at IS NOT NULL", name="decided_after_confirmed"),
        Index("registrant_meeting_idx", "meeting_id", "id"),
        Index("registrant_address_idx", "address", "registered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("registration.meeting_id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100), default="")
    post: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(10))
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Of the network it came from, kept for a day: no more than so many come from one in an hour.
    address: Mapped[str] = mapped_column(String(45), default="", server_default=text("''"))
    registered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    # Nobody where the page asks for no vetting.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[Decision | None] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(500), default="")
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"), unique=True)

    registration: Mapped[Registration] = relationship()
    attendee: Mapped[Attendee | None] = relationship()
    decided_by: Mapped[Person | None] = relationship()
