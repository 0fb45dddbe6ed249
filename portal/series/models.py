"""Series: what the bookings of a recurring booking have in common. Each occurrence is a booking of its own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.rooms.models import LONGEST_TITLE, Booking, Resource, Visibility


class Series(Base):
    """A rule, and what an occurrence is unless it was changed by itself.

    `starts_at` is the first instance of the rule (DTSTART), which every instance keeps the wall-clock time of in
    `timezone`, the zone of its room, across clock changes. An instance without a standing booking is an exception
    (EXDATE). What an occurrence has otherwise than its series was changed by itself, and stays so when the series
    changes.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
        CheckConstraint("visibility IN ('house', 'private')", name="visibility_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Who booked it for the owner; nobody if the owner did it themself, or the portal by a file.
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    visibility: Mapped[Visibility] = mapped_column(String(7), default=Visibility.HOUSE)
    # The value of RRULE (§3.3.10), always with COUNT or UNTIL, the latter in UTC.
    rule: Mapped[str] = mapped_column(String(500))
    timezone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    # SEQUENCE in calendars is the sum of this and those of the occurrences: an exception changes the whole.
    sequence: Mapped[int] = mapped_column(default=0)
    # The series that this one goes on from, if "this and following" was changed (RELATED-TO).
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    # When its owner was last asked whether it still lives, since nobody came.
    asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    booked_by: Mapped[Person | None] = relationship(foreign_keys=booked_by_id)
    room: Mapped[Resource] = relationship()
    bookings: Mapped[list[Booking]] = relationship(order_by=Booking.recurrence_id, viewonly=True)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)
