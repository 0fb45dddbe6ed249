"""Resolutions and the reports of their progress. The light is computed, never stored."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base
from portal.meetings.models import AgendaItem, Meeting

WARNING = timedelta(days=3)
DAY = timedelta(days=1)
HEADING_LENGTH = 120


class Light(StrEnum):
    """How a resolution stands, at a glance."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@lru_cache(maxsize=8)
def due_spans(today: date) -> Mapping[Light, tuple[date, date]]:
    """The first and last due day with which an open resolution shows each light today; most urgent first."""
    return {
        Light.RED: (date.min, today - DAY),
        Light.YELLOW: (today, today + WARNING),
        Light.GREEN: (today + WARNING + DAY, date.max),
    }


def light_of(due_on: date, closed_at: datetime | None, today: date) -> Light:
    """Grey when closed, red when the day is past, yellow from three days before it, green otherwise."""
    if closed_at is not None:
        return Light.GREY
    return next(light for light, (first, last) in due_spans(today).items() if first <= due_on <= last)


def lit_since(light: Light, due_on: date) -> date | None:
    """The first day on which what is due then has shown that light; none for those that do not come with a day."""
    return {Light.RED: due_on + DAY, Light.YELLOW: due_on - WARNING}.get(light)


def heading_of(text: str) -> str:
    """The first line of a resolution's text, cut short: what lists, titles and mails call it."""
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= HEADING_LENGTH else line[: HEADING_LENGTH - 1].rstrip() + "…"


class Resolution(Base):
    """Something decided that must become true by a day."""

    __tablename__ = "resolution"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at IS NULL OR percent = 100", name="closed_when_done"),
        Index("resolution_department_idx", "department_id", "due_on"),
        Index("resolution_owner_idx", "owner_id", "due_on"),
        Index("resolution_meeting_idx", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # RFC 5546 §2.1.5: a to-do's own UID, not its meeting's.
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    # Whoever had it before sees it leave their calendar.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), active_history=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), active_history=True)
    due_on: Mapped[date]
    # The last report's, kept here so that lists need not look for it.
    percent: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()
    department: Mapped[Department] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    created_by: Mapped[Person] = relationship(foreign_keys=created_by_id)
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id)
    reports: Mapped[list["ProgressReport"]] = relationship(
        order_by="ProgressReport.id.desc()", back_populates="resolution"
    )

    def light(self, today: date) -> Light:
        """How it stands on that day."""
        return light_of(self.due_on, self.closed_at, today)

    @property
    def heading(self) -> str:
        """What lists, titles and mails call it."""
        return heading_of(self.text)

    @property
    def details(self) -> str:
        """What the text says beyond its heading: the other lines, or all of it if the heading is cut short."""
        first, _line_end, others = self.text.strip().partition("\n")
        return others.strip() if len(first.strip()) <= HEADING_LENGTH else self.text.strip()


class ProgressReport(Base):
    """How far a resolution has come, in the words of those who owe it."""

    __tablename__ = "progress_report"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
        Index("progress_report_resolution_idx", "resolution_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    percent: Mapped[int]
    done: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime]

    resolution: Mapped[Resolution] = relationship(back_populates="reports")
    reporter: Mapped[Person] = relationship()
