"""Areas, rooms, bookings and holds. That no resource is held twice at a time is kept by the database."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base

OVERLAP = "hold_overlap"
LONGEST = timedelta(days=1)


class Area(Base):
    """Rooms that lie together: a floor, a wing, a site. Its hours are on the clock of its own zone."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    timezone: Mapped[str] = mapped_column(String(60))
    opens_at: Mapped[time] = mapped_column(default=time(8))
    closes_at: Mapped[time] = mapped_column(default=time(20))
    position: Mapped[int] = mapped_column(default=0)

    rooms: Mapped[list["Room"]] = relationship(back_populates="area")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Resource(Base):
    """Something that one booking at a time can hold. Rooms are the first kind."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("area_id", "name"),
        CheckConstraint("kind IN ('room')", name="kind_known"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(100))
    capacity: Mapped[int | None]
    features: Mapped[str] = mapped_column(String(200), default="")
    retired_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship(back_populates="rooms")

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012


class Room(Resource):
    """A place where people meet."""

    __mapper_args__ = {"polymorphic_identity": "room"}  # noqa: RUF012


class Booking(Base):
    """Somebody's claim on a time, from starts_at up to but not including ends_at, with all that it holds."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
        Index("booking_owner_idx", "owner_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # RFC 5545 §3.8.7.4: rises with each change of time, room or standing, never for anything else.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship()
    holds: Mapped[list["Hold"]] = relationship(back_populates="booking", order_by="Hold.id")

    @property
    def room(self) -> Resource:
        return self.holds[0].resource

    @property
    def is_standing(self) -> bool:
        return self.cancelled_at is None

    @property
    def version(self) -> str:
        """Another one after each change: what a form that edits the booking was filled from."""
        return f"{self.sequence}/{self.changed_at.timestamp():.0f}/{self.title}"


class Hold(Base):
    """One resource kept for one booking. Standing holds of a resource never overlap.

    PostgreSQL refuses an overlap by an exclusion constraint, SQLite by triggers; both call it `hold_overlap`.
    A hold lasts a day at most, which bounds how far back a search for overlaps has to look.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(
            "hold_standing_idx", "resource_id", "starts_at",
            sqlite_where=text("released_at IS NULL"), postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(back_populates="holds")
    resource: Mapped[Resource] = relationship()
