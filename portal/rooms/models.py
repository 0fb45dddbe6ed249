"""Areas, resources, bookings and holds. That nothing is held twice at a time is kept by the database."""

import re
from collections import Counter
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
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


class Status(StrEnum):
    """How firm a booking is. Whatever it is, it holds its time."""

    CONFIRMED = "confirmed"
    # Waits for whoever keeps the room to approve it; TENTATIVE in calendars (RFC 5545 §3.8.1.11).
    REQUESTED = "requested"
    # Kept for the first of a waiting list until they say whether they still want it.
    OFFERED = "offered"


class Sort(StrEnum):
    """What can be booked."""

    ROOM = "room"
    EQUIPMENT = "equipment"
    VEHICLE = "vehicle"
    INTERPRETER = "interpreter"


class Area(Base):
    """Rooms that lie together: a floor, a wing, a site. Its hours are on the clock of its own zone."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    site: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    building: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    floor: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    timezone: Mapped[str] = mapped_column(String(60))
    # The usual hours; those of single weekdays stand in `hours`.
    opens_at: Mapped[time] = mapped_column(default=time(8))
    closes_at: Mapped[time] = mapped_column(default=time(20))
    # Whose public holidays it keeps: a country (ISO 3166-1, such as CN), or none.
    holidays: Mapped[str] = mapped_column(String(2), default="", server_default=text("''"))
    position: Mapped[int] = mapped_column(default=0)

    rooms: Mapped[list["Resource"]] = relationship(back_populates="area")
    policy: Mapped["BookingPolicy | None"] = relationship(back_populates="area")
    hours: Mapped[list["WeekdayHours"]] = relationship(cascade="all, delete-orphan")
    keepers: Mapped[list["Keeper"]] = relationship(cascade="all, delete-orphan")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class WeekdayHours(Base):
    """When an area, or one of its rooms by itself, is open on a weekday (0 is Monday), on the area's clock.

    Both times empty: closed that day. A weekday without a line keeps the area's usual hours, and a room without
    any keeps the area's.
    """

    __tablename__ = "weekday_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
        CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="both_or_none"),
        CheckConstraint("opens_at < closes_at", name="order"),
        CheckConstraint("(area_id IS NULL) <> (resource_id IS NULL)", name="of_one"),
        UniqueConstraint("area_id", "weekday"),
        UniqueConstraint("resource_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]


class Keeper(Base):
    """Somebody who looks after an area or a single resource without being a room manager of the whole house."""

    __tablename__ = "keeper"
    __table_args__ = (
        CheckConstraint("(area_id IS NULL) <> (resource_id IS NULL)", name="of_one"),
        UniqueConstraint("person_id", "area_id"),
        UniqueConstraint("person_id", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), index=True)

    person: Mapped[Person] = relationship()


class Right(Base):
    """Somebody, or a department, who may book a resource that not everyone may book."""

    __tablename__ = "booking_right"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (department_id IS NULL)", name="of_one"),
        UniqueConstraint("resource_id", "person_id"),
        UniqueConstraint("resource_id", "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="CASCADE"))

    person: Mapped[Person | None] = relationship()
    department: Mapped[Department | None] = relationship()


class BookingPolicy(Base):
    """What bookings of an area's rooms, or of one room, have to keep to.

    What is not set for a room is as its area says; what is not set there is not limited. See `portal.rooms.rules`.
    """

    __tablename__ = "booking_policy"
    __table_args__ = (
        CheckConstraint("(area_id IS NULL) <> (resource_id IS NULL)", name="of_one"),
        CheckConstraint("shortest_minutes > 0", name="shortest_positive"),
        CheckConstraint("longest_minutes > 0", name="longest_positive"),
        CheckConstraint("shortest_minutes <= longest_minutes", name="length_order"),
        CheckConstraint("days_ahead >= 0", name="days_ahead_positive"),
        CheckConstraint("lead_minutes >= 0", name="lead_positive"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 60", name="slot_known"),
        CheckConstraint("most_ahead > 0", name="most_ahead_positive"),
        CheckConstraint("most_at_once > 0", name="most_at_once_positive"),
        CheckConstraint("week_minutes_person > 0", name="week_minutes_person_positive"),
        CheckConstraint("week_minutes_department > 0", name="week_minutes_department_positive"),
        CheckConstraint("longest_series > 0", name="longest_series_positive"),
        CheckConstraint("decide_minutes > 0", name="decide_minutes_positive"),
        CheckConstraint("check_in_minutes BETWEEN 5 AND 120", name="check_in_minutes_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), unique=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), unique=True)
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
    # How many bookings a person may have at the same moment, in any room.
    most_at_once: Mapped[int | None]
    # How long a person or a department may book in the area's rooms in one week, Monday to Sunday.
    week_minutes_person: Mapped[int | None]
    week_minutes_department: Mapped[int | None]
    # Only while the area is open, and not on its holidays.
    within_hours: Mapped[bool | None]
    allows_series: Mapped[bool | None]
    # How many occurrences a series may have.
    longest_series: Mapped[int | None]
    # Whoever keeps the room approves each booking, within so many minutes of being asked.
    needs_approval: Mapped[bool | None]
    decide_minutes: Mapped[int | None]
    # So long after its start, a booking at which nobody has checked in is asked about, and then frees the room.
    check_in_minutes: Mapped[int | None]

    area: Mapped[Area | None] = relationship(back_populates="policy")


class Resource(Base):
    """Something that can be booked. One booking at a time holds it, or each of its units if it has several."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("area_id", "name"),
        CheckConstraint("kind IN ('room', 'equipment', 'vehicle', 'interpreter')", name="kind_known"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_known"),
        CheckConstraint("setup_minutes BETWEEN 0 AND 240", name="setup_minutes_known"),
        CheckConstraint("cleanup_minutes BETWEEN 0 AND 240", name="cleanup_minutes_known"),
        Index("resource_door_hash_key", "door_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Sort] = mapped_column(String(20))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(100))
    capacity: Mapped[int | None]
    # How many units there are of it, numbered from 0; each can be held by itself.
    quantity: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    # How long before and after each booking it is kept for getting it ready and putting it in order.
    setup_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cleanup_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    features: Mapped[str] = mapped_column(String(200), default="")
    # How to get there, in the words of whoever looks after it.
    directions: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # SHA-256 of the photo's octets, as `portal.core.files` stores it.
    photo: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    # Only those named in `booking_right`, and whoever keeps it, may book it.
    is_restricted: Mapped[bool] = mapped_column(default=False, server_default=false())
    # SHA-256 of the secret in the address of the display at its door.
    door_hash: Mapped[str | None] = mapped_column(String(64))
    retired_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship(back_populates="rooms")
    policy: Mapped[BookingPolicy | None] = relationship()
    hours: Mapped[list[WeekdayHours]] = relationship(cascade="all, delete-orphan")
    keepers: Mapped[list[Keeper]] = relationship(cascade="all, delete-orphan")
    rights: Mapped[list[Right]] = relationship(cascade="all, delete-orphan")
    layouts: Mapped[list["Layout"]] = relationship(order_by="Layout.id", cascade="all, delete-orphan")

    @property
    def feature_names(self) -> list[str]:
        """The features one by one, as they are written in the table: between commas or semicolons of any script."""
        return [name for part in re.split("[,;，；、]", self.features) if (name := part.strip())]

    def kept_from(self, starts_at: datetime) -> datetime:
        """From when on it is held for a booking that begins then."""
        return starts_at - timedelta(minutes=self.setup_minutes)

    def kept_until(self, ends_at: datetime) -> datetime:
        """Until when it is held for a booking that ends then."""
        return ends_at + timedelta(minutes=self.cleanup_minutes)

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012


class Room(Resource):
    """A place where people meet."""

    __mapper_args__ = {"polymorphic_identity": Sort.ROOM}  # noqa: RUF012


class Equipment(Resource):
    """What is carried to where it is needed; there may be several units of it."""

    __mapper_args__ = {"polymorphic_identity": Sort.EQUIPMENT}  # noqa: RUF012


class Vehicle(Resource):
    """What people are driven in."""

    __mapper_args__ = {"polymorphic_identity": Sort.VEHICLE}  # noqa: RUF012


class Interpreter(Resource):
    """Somebody who interprets; features are the languages."""

    __mapper_args__ = {"polymorphic_identity": Sort.INTERPRETER}  # noqa: RUF012


class Layout(Base):
    """A way in which a room can be furnished, and for how many."""

    __tablename__ = "layout"
    __table_args__ = (
        UniqueConstraint("resource_id", "name"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int | None]


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
        CheckConstraint("status IN ('confirmed', 'requested', 'offered')", name="status_known"),
        CheckConstraint("people > 0", name="people_positive"),
        CheckConstraint("recurrence_id IS NULL OR series_id IS NOT NULL", name="recurrence_of_series"),
        Index("booking_owner_idx", "owner_id", "starts_at"),
        Index(
            "booking_booked_by_idx", "booked_by_id", "starts_at",
            sqlite_where=text("booked_by_id IS NOT NULL"), postgresql_where=text("booked_by_id IS NOT NULL"),
        ),
        # Of those in a series only: else SQLite would take it to look for all that are in none.
        Index(
            "booking_recurrence_key", "series_id", "recurrence_id", unique=True,
            sqlite_where=text("series_id IS NOT NULL"), postgresql_where=text("series_id IS NOT NULL"),
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
    status: Mapped[Status] = mapped_column(String(10), default=Status.CONFIRMED, server_default="confirmed")
    # How many people are expected, and how the room is to be furnished; nobody has to say.
    people: Mapped[int | None]
    layout_id: Mapped[int | None] = mapped_column(ForeignKey("layout.id"))
    # Of an occurrence: its series, and when the series' rule has it begin (RFC 5545 §3.8.4.4), wherever it was moved.
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    recurrence_id: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # RFC 5545 §3.8.7.4: rises with each change of time, room or standing, never for anything else.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    booked_by: Mapped[Person | None] = relationship(foreign_keys=booked_by_id)
    layout: Mapped[Layout | None] = relationship()
    holds: Mapped[list["Hold"]] = relationship(back_populates="booking", order_by="Hold.id")

    @property
    def room(self) -> Resource:
        """What it is booked for first of all: a room, or another resource that is booked alone."""
        return self.holds[0].resource

    @property
    def quantity(self) -> int:
        """How many units it holds of that."""
        return sum(hold.resource_id == self.room.id for hold in self.holds)

    @property
    def extras(self) -> dict[Resource, int]:
        """What it holds besides, and how many units of each."""
        return Counter(hold.resource for hold in self.holds if hold.resource_id != self.room.id)

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
        return version_of(self.sequence, self.changed_at.timestamp(), self.visibility, self.title)


def version_of(sequence: int, changed: float, visibility: str, title: str) -> str:
    """A booking's version, for rows that are no `Booking`; `changed` in seconds since 1970."""
    return f"{sequence}/{changed:.0f}/{visibility}/{title}"


class Hold(Base):
    """One unit of a resource kept for one booking. Standing holds of a unit never overlap.

    PostgreSQL refuses an overlap by an exclusion constraint, SQLite by triggers; both call it `hold_overlap`.
    A hold lasts a day at most, which bounds how far back a search for overlaps has to look. It begins and ends as
    its booking does, but for the time that the resource needs before and after.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("unit BETWEEN 0 AND 98", name="unit_known"),
        Index(
            "hold_standing_idx", "resource_id", "starts_at",
            sqlite_where=text("released_at IS NULL"), postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), active_history=True)
    unit: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(back_populates="holds")
    resource: Mapped[Resource] = relationship()
