"""Areas, rooms, bookings and holds. That no resource is held twice at a time is kept by the database."""

import re
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base

OVERLAP = "hold_overlap"
LONGEST = timedelta(days=1)
LONGEST_TITLE = 200
# How long after its start a booking may still be made.
LATE = timedelta(minutes=30)
# For how long a cancellation can be taken back.
UNDO = timedelta(minutes=10)


class Kind(StrEnum):
    """What a claim on a room is for: somebody's own business, or that the room cannot be used."""

    BOOKING = "booking"
    CLOSURE = "closure"


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
    policy: Mapped["BookingPolicy | None"] = relationship(back_populates="area")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class BookingPolicy(Base):
    """What bookings of an area's rooms have to keep to; what is not set is not limited."""

    __tablename__ = "booking_policy"
    __table_args__ = (
        CheckConstraint("shortest_minutes > 0", name="shortest_positive"),
        CheckConstraint("longest_minutes > 0", name="longest_positive"),
        CheckConstraint("shortest_minutes <= longest_minutes", name="length_order"),
        CheckConstraint("days_ahead >= 0", name="days_ahead_positive"),
        CheckConstraint("lead_minutes >= 0", name="lead_positive"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 60", name="slot_known"),
        CheckConstraint("most_ahead > 0", name="most_ahead_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), unique=True)
    shortest_minutes: Mapped[int | None]
    longest_minutes: Mapped[int | None]
    # A booking may begin so many days from today, on the area's calendar.
    days_ahead: Mapped[int | None]
    # How long before its start a booking has to be made.
    lead_minutes: Mapped[int | None]
    # Start and end lie on multiples of it after midnight, on the area's clock.
    slot_minutes: Mapped[int | None]
    # How many bookings ahead a person may have in the area's rooms.
    most_ahead: Mapped[int | None]

    area: Mapped[Area] = relationship(back_populates="policy")


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
    # How to get there, in the words of whoever looks after it.
    directions: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    retired_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship(back_populates="rooms")

    @property
    def feature_names(self) -> list[str]:
        """The features one by one, as they are written in the table: between commas or semicolons of any script."""
        return [name for part in re.split("[,;，；、]", self.features) if (name := part.strip())]

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012


class Room(Resource):
    """A place where people meet."""

    __mapper_args__ = {"polymorphic_identity": "room"}  # noqa: RUF012


class Visibility(StrEnum):
    """Who may read what a booking is for: the whole house, or only those whom it concerns."""

    HOUSE = "house"
    PRIVATE = "private"


class Booking(Base):
    """Somebody's claim on a time, from starts_at up to but not including ends_at, with all that it holds."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
        CheckConstraint("kind IN ('booking', 'closure')", name="kind_known"),
        CheckConstraint("visibility IN ('house', 'private')", name="visibility_known"),
        Index("booking_owner_idx", "owner_id", "starts_at"),
        Index(
            "booking_booked_by_idx", "booked_by_id", "starts_at",
            sqlite_where=text("booked_by_id IS NOT NULL"), postgresql_where=text("booked_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    # A closure holds its room day by day, for a hold lasts a day at most; its title is the reason.
    kind: Mapped[Kind] = mapped_column(String(10), default=Kind.BOOKING, server_default="booking")
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Who booked it for the owner; nobody if the owner did it themself, or the portal by a file.
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    visibility: Mapped[Visibility] = mapped_column(String(7), default=Visibility.HOUSE, server_default="house")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # RFC 5545 §3.8.7.4: rises with each change of time, room or standing, never for anything else.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    booked_by: Mapped[Person | None] = relationship(foreign_keys=booked_by_id)
    holds: Mapped[list["Hold"]] = relationship(back_populates="booking", order_by="Hold.id")

    @property
    def room(self) -> Resource:
        return self.holds[0].resource

    @property
    def is_closure(self) -> bool:
        return self.kind == Kind.CLOSURE

    @property
    def is_standing(self) -> bool:
        return self.cancelled_at is None

    def may_be_restored_at(self, now: datetime) -> bool:
        """Whether it was cancelled so lately that this can be taken back."""
        return self.undo_until is not None and now < self.undo_until

    @property
    def undo_until(self) -> datetime | None:
        """Until when a cancellation can be taken back."""
        return self.cancelled_at + UNDO if self.cancelled_at else None

    @property
    def version(self) -> str:
        """Another one after each change: what a form that edits the booking was filled from."""
        return f"{self.sequence}/{self.changed_at.timestamp():.0f}/{self.visibility}/{self.title}"


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
