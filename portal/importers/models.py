"""What people have elsewhere: calendars of theirs that the portal may know, so that it does not take them for free."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base


class Overlay(Base):
    """A calendar file that somebody brought along. The same name again replaces what it held."""

    __tablename__ = "overlay"
    __table_args__ = (Index("overlay_person_name_key", "person_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    imported_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    times: Mapped[list["BusyTime"]] = relationship(
        order_by="BusyTime.starts_at", cascade="all, delete-orphan", passive_deletes=True
    )


class BusyTime(Base):
    """A time at which its person has something that is no matter of the portal's. The title is for that person only."""

    __tablename__ = "busy_time"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("busy_time_person_idx", "person_id", "starts_at"),
        Index("busy_time_overlay_key", "overlay_id", "uid", "starts_at", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    overlay_id: Mapped[int] = mapped_column(ForeignKey("overlay.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
