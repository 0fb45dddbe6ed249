"""Papers of meetings, and topics that departments propose."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base
from portal.meetings.models import AgendaItem, ItemKind, Meeting, one_of


class Paper(Base):
    """One version of a document of a meeting; the next version replaces it, and both stay."""

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_positive"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        CheckConstraint("(version = 1) = (replaces_id IS NULL)", name="version_follows"),
        Index("paper_meeting_idx", "meeting_id", "id"),
        Index("paper_item_idx", "agenda_item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    # Nothing is a paper of the meeting as a whole.
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    # The name in `core.files`: SHA-256 of what is in it.
    content_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), unique=True)
    # Whether mails that announce the meeting carry it.
    goes_with_notice: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    added_by: Mapped[Person] = relationship()


class TopicState(StrEnum):
    """How a topic stands; computed, never stored."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Topic(Base):
    """Something that a department wants dealt with: proposed, then taken onto an agenda, declined or withdrawn."""

    __tablename__ = "topic"
    __table_args__ = (
        CheckConstraint(one_of("kind", ItemKind), name="kind_known"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_range"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("agenda_item_id IS NULL OR decided_at IS NOT NULL", name="taken_by_somebody"),
        CheckConstraint("decided_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        Index("topic_department_idx", "department_id", "id"),
        Index("topic_meeting_idx", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    # For which meeting; nothing leaves it to the office.
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ItemKind] = mapped_column(String(10), default=ItemKind.DISCUSSION)
    minutes: Mapped[int | None]
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The line that came of it.
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"), unique=True)
    # Why it is declined; what is taken has none.
    decision_words: Mapped[str] = mapped_column(String(500), default="")
    withdrawn_at: Mapped[datetime | None]

    department: Mapped[Department] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    presenter: Mapped[Person | None] = relationship(foreign_keys=presenter_id)
    proposed_by: Mapped[Person] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)

    @property
    def state(self) -> TopicState:
        if self.withdrawn_at is not None:
            return TopicState.WITHDRAWN
        if self.decided_at is None:
            return TopicState.OPEN
        return TopicState.DECLINED if self.decision_words else TopicState.TAKEN
