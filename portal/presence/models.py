"""Who checked a booking in, and what became of one at which nobody did."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.rooms.models import Booking


class Way(StrEnum):
    """How a check-in came."""

    PAGE = "page"
    CODE = "code"
    DOOR = "door"


class Presence(Base):
    """What is known of whether a booking took place: one line, made by the first that is known.

    A line with `asked_at` and without `checked_in_at` is a no-show, once the booking has ended. If the rest of its
    time was given back for that, by the clock or by its people, `freed_at` says when; the booking and its holds end
    then. One that ended before that could be done has no `freed_at`. A booking whose people had checked in, or were
    never asked, and who gave back the rest, is no no-show: it only ends earlier. A booking without a line is not
    known to have been missed.
    """

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("way IN ('page', 'code', 'door')", name="way_known"),
        CheckConstraint("(checked_in_at IS NULL) = (way IS NULL)", name="way_of_check_in"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    checked_in_at: Mapped[datetime | None]
    # Nobody, if it was done at the door's display, which asks nobody to sign in.
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    way: Mapped[Way | None] = mapped_column(String(4))
    # When its people were asked whether they still come, and when the rest of its time was given back.
    asked_at: Mapped[datetime | None]
    freed_at: Mapped[datetime | None] = mapped_column(index=True)

    booking: Mapped[Booking] = relationship()
    checked_in_by: Mapped[Person | None] = relationship()

    @property
    def is_unanswered(self) -> bool:
        """Its people were asked, and nobody has said that they are there."""
        return self.asked_at is not None and self.checked_in_at is None
