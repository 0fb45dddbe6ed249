"""Resolutions, their way through the eight nodes, and the reports of their progress. The light is never stored."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ColumnElement, ForeignKey, Index, String, Table, Text, and_, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base
from portal.meetings.models import AgendaItem, Meeting, one_of
from portal.resolutions.lights import Light, Standing, light_of

HEADING_LENGTH = 120


class Origin(StrEnum):
    """Where a resolution comes from."""

    MEETING = "meeting"
    INSTRUCTION = "instruction"  # a leader's word (批示)
    IMPROVEMENT = "improvement"  # what an inspection or an incident calls for (整改)


class Node(StrEnum):
    """How far a resolution has come on its way, in order."""

    REGISTERED = "registered"
    APPROVED = "approved"
    ISSUED = "issued"
    SIGNED_FOR = "signed_for"
    WORKED_ON = "worked_on"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    CLOSED = "closed"


class Priority(StrEnum):
    """How much it presses."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Rhythm(StrEnum):
    """How often it is reported on."""

    NONE = "none"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MILESTONES = "milestones"


class Event(StrEnum):
    """What happened to a resolution. The first eight reach the node of the same name."""

    REGISTERED = "registered"
    APPROVED = "approved"
    ISSUED = "issued"
    SIGNED_FOR = "signed_for"
    WORKED_ON = "worked_on"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    REFUSED = "refused"  # not signed for: given back to those who issued it
    RETURNED = "returned"  # the report that it is done was poor
    REOPENED = "reopened"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    HANDED_OVER = "handed_over"
    SPLIT = "split"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    EVALUATED = "evaluated"


def heading_of(text: str) -> str:
    """The first line of a resolution's text, cut short: what lists, titles and mails call it."""
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= HEADING_LENGTH else line[: HEADING_LENGTH - 1].rstrip() + "…"


# The departments that help the responsible one.
resolution_assistance = Table(
    "resolution_assistance",
    Base.metadata,
    Column("resolution_id", ForeignKey("resolution.id", ondelete="CASCADE"), primary_key=True),
    Column("department_id", ForeignKey("department.id"), primary_key=True),
    Index("resolution_assistance_department_idx", "department_id"),
)


class Resolution(Base):
    """Something decided that must become true by a day.

    `due_on` is the day that counts, `original_due_on` the one that was set when it was issued, which a trigger keeps.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
        CheckConstraint(one_of("origin", Origin), name="origin_known"),
        CheckConstraint(one_of("node", Node), name="node_known"),
        CheckConstraint(one_of("priority", Priority), name="priority_known"),
        CheckConstraint(one_of("rhythm", Rhythm), name="rhythm_known"),
        CheckConstraint("origin <> 'meeting' OR meeting_id IS NOT NULL", name="of_a_meeting"),
        CheckConstraint("(source_kind IS NULL) = (source_id IS NULL)", name="source_whole"),
        CheckConstraint("(extensions = 0) = (due_on = original_due_on)", name="extended_by_extensions"),
        CheckConstraint("due_on >= original_due_on", name="extended_forward"),
        CheckConstraint("(issued_at IS NULL) = (node IN ('registered', 'approved'))", name="issued_at_node"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed_by_somebody"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("(closed_at IS NULL) = (node <> 'closed')", name="closed_at_node"),
        CheckConstraint(
            "closed_at IS NULL OR (percent = 100 AND reported_at IS NOT NULL AND reviewed_at IS NOT NULL)",
            name="closed_when_reviewed",
        ),
        CheckConstraint("closed_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint("(paused_at IS NULL) = (pause_reason = '')", name="paused_with_reason"),
        CheckConstraint("parent_id <> id", name="parent_another"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        Index("resolution_department_idx", "department_id", "due_on"),
        Index("resolution_owner_idx", "owner_id", "due_on"),
        Index("resolution_due_idx", "due_on", "id"),
        Index("resolution_meeting_idx", "meeting_id"),
        Index("resolution_agenda_item_idx", "agenda_item_id"),
        Index("resolution_parent_idx", "parent_id"),
        Index("resolution_merged_into_idx", "merged_into_id"),
        Index("resolution_report_by_idx", "report_by"),
        Index("resolution_source_idx", "source_kind", "source_id"),
        Index(
            "resolution_open_idx", "due_on",
            sqlite_where=sql("closed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # RFC 5546 §2.1.5: a to-do's own UID, not its meeting's.
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    # Given once, when it is registered.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    origin: Mapped[Origin] = mapped_column(String(12), default=Origin.MEETING, server_default=Origin.MEETING)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    # What calls for it, if that is no meeting: any record by (kind, id), as `core.records` knows them.
    source_kind: Mapped[str | None] = mapped_column(String(40))
    source_id: Mapped[int | None]
    # The leader whose instruction it is.
    instructed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Of one without a meeting; else its meeting says so.
    is_confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    text: Mapped[str] = mapped_column(Text)
    # By what one sees that it is done.
    measure: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))
    # Whoever had it before sees it leave their calendar.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), active_history=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), active_history=True)
    starts_on: Mapped[date | None]
    due_on: Mapped[date]
    original_due_on: Mapped[date]
    extensions: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    priority: Mapped[Priority] = mapped_column(String(8), default=Priority.NORMAL, server_default=Priority.NORMAL)
    rhythm: Mapped[Rhythm] = mapped_column(String(10), default=Rhythm.NONE, server_default=Rhythm.NONE)
    # By when the next report is expected, by the rhythm; nothing if none is.
    report_by: Mapped[date | None]
    # The last signed report's, kept here so that lists need not look for it.
    percent: Mapped[int] = mapped_column(default=0)
    node: Mapped[Node] = mapped_column(String(12), default=Node.REGISTERED)
    sequence: Mapped[int] = mapped_column(default=0)
    # What it was split off.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    # When the report that it is done was signed; taken back with that report.
    reported_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # It ended otherwise than by being done: taken back, or merged into another.
    withdrawn_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(String(500), default="", server_default=sql("''"))
    # When somebody is to look whether it had the effect that was meant.
    evaluate_on: Mapped[date | None]

    meeting: Mapped[Meeting | None] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()
    department: Mapped[Department] = relationship()
    assisting: Mapped[list[Department]] = relationship(secondary=resolution_assistance, order_by=Department.id)
    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    created_by: Mapped[Person] = relationship(foreign_keys=created_by_id)
    instructed_by: Mapped[Person | None] = relationship(foreign_keys=instructed_by_id)
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=reviewed_by_id)
    closed_by: Mapped[Person | None] = relationship(foreign_keys=closed_by_id)
    parent: Mapped["Resolution | None"] = relationship(foreign_keys=parent_id, remote_side="Resolution.id")
    merged_into: Mapped["Resolution | None"] = relationship(foreign_keys=merged_into_id, remote_side="Resolution.id")
    milestones: Mapped[list["Milestone"]] = relationship(
        order_by="Milestone.due_on, Milestone.id", cascade="all, delete-orphan", back_populates="resolution"
    )
    reports: Mapped[list["ProgressReport"]] = relationship(
        order_by="ProgressReport.id.desc()", back_populates="resolution"
    )

    @staticmethod
    def stands() -> ColumnElement[bool]:
        """The condition that a resolution is neither closed nor withdrawn."""
        return and_(Resolution.closed_at.is_(None), Resolution.withdrawn_at.is_(None))

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.withdrawn_at is None

    @property
    def is_secret(self) -> bool:
        """Whether only those concerned may know of it."""
        return self.meeting.is_secret if self.meeting else bool(self.is_confidential)

    @property
    def standing(self) -> Standing:
        """What its light follows from."""
        return Standing(self.due_on, self.report_by, self.paused_at is not None, not self.is_open)

    def light(self, today: date) -> Light:
        """How it stands on that day."""
        return light_of(self.standing, today)

    @property
    def heading(self) -> str:
        """What lists, titles and mails call it."""
        return heading_of(self.text)

    @property
    def details(self) -> str:
        """What the text says beyond its heading: the other lines, or all of it if the heading is cut short."""
        first, _line_end, others = self.text.strip().partition("\n")
        return others.strip() if len(first.strip()) <= HEADING_LENGTH else self.text.strip()


class Step(Base):
    """One thing that happened to a resolution: who, when, and in which words."""

    __tablename__ = "resolution_step"
    __table_args__ = (
        CheckConstraint(one_of("event", Event), name="event_known"),
        Index("resolution_step_resolution_idx", "resolution_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    event: Mapped[Event] = mapped_column(String(12))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")

    resolution: Mapped[Resolution] = relationship()
    by: Mapped[Person] = relationship()


class Milestone(Base):
    """A part of a resolution that is to be done by a day of its own."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("(reached_at IS NULL) = (reached_by_id IS NULL)", name="reached_by_somebody"),
        Index("milestone_resolution_idx", "resolution_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    reached_at: Mapped[datetime | None]
    reached_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    resolution: Mapped[Resolution] = relationship(back_populates="milestones")
    reached_by: Mapped[Person | None] = relationship()


class ResolutionLink(Base):
    """Two resolutions that have to do with each other; the lower number first."""

    __tablename__ = "resolution_link"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="order"),
        Index("resolution_link_other_idx", "other_id"),
    )

    one_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"), primary_key=True)


class ReportState(StrEnum):
    """How a report stands; computed, never stored."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    RETURNED = "returned"


class ProgressReport(Base):
    """How far a resolution has come, in the words of those who owe it. It counts from its signature on."""

    __tablename__ = "progress_report"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
        CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signed_by_somebody"),
        CheckConstraint("(returned_at IS NULL) = (return_words = '')", name="returned_with_words"),
        CheckConstraint("signed_at IS NULL OR returned_at IS NULL", name="signed_or_returned"),
        Index("progress_report_resolution_idx", "resolution_id", "id"),
        # One at a time waits for its signature.
        Index(
            "progress_report_waiting_key", "resolution_id", unique=True,
            sqlite_where=sql("signed_at IS NULL AND returned_at IS NULL"),
            postgresql_where=sql("signed_at IS NULL AND returned_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    percent: Mapped[int]
    done: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    # Said in one click: nothing has changed since the last one.
    is_unchanged: Mapped[bool] = mapped_column(default=False, server_default=false())
    reported_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    return_words: Mapped[str] = mapped_column(String(500), default="", server_default=sql("''"))

    resolution: Mapped[Resolution] = relationship(back_populates="reports")
    reporter: Mapped[Person] = relationship(foreign_keys=reporter_id)
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)
    files: Mapped[list["ReportFile"]] = relationship(order_by="ReportFile.id", cascade="all, delete-orphan")

    @property
    def state(self) -> ReportState:
        if self.signed_at is not None:
            return ReportState.SIGNED
        return ReportState.DRAFTED if self.returned_at is None else ReportState.RETURNED


class ReportFile(Base):
    """A file that bears a report out."""

    __tablename__ = "report_file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_positive"),
        Index("report_file_report_idx", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_report.id", ondelete="CASCADE"))
    # The name in `core.files`: SHA-256 of what is in it.
    content_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
