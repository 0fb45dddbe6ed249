"""Who sits where in a meeting."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.meetings.models import Attendee, Meeting, one_of


class Shape(StrEnum):
    """How the seats stand."""

    ROWS = "rows"
    TABLE = "table"
    U_SHAPE = "u-shape"


class SeatPlan(Base):
    """The seats of one meeting: rows × columns; of a table or a U, `columns` at its head and `rows` along each side."""

    __tablename__ = "seat_plan"
    __table_args__ = (
        CheckConstraint(one_of("shape", Shape), name="shape_known"),
        CheckConstraint('"rows" BETWEEN 1 AND 60', name="rows_range"),
        CheckConstraint("columns BETWEEN 1 AND 60", name="columns_range"),
        CheckConstraint("version >= 0", name="version_positive"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    shape: Mapped[Shape] = mapped_column(String(7))
    rows: Mapped[int]
    columns: Mapped[int]
    # After how many columns an aisle is left free; nothing is none.
    aisle_after: Mapped[int | None]
    # Rises with each change, so that two who move people do not overwrite each other.
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship()
    seats: Mapped[list["Seat"]] = relationship(cascade="all, delete-orphan", order_by="Seat.place")


class Seat(Base):
    """One attendee's place, counted from 0 in the order of the plan's shape."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("meeting_id", "place"), CheckConstraint("place >= 0", name="place_positive"))

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("seat_plan.meeting_id", ondelete="CASCADE"))
    place: Mapped[int]

    attendee: Mapped[Attendee] = relationship()
