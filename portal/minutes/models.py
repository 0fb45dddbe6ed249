"""Minutes of a meeting: lines beside those of the agenda, votes, comments, versions, addenda, copies, files.

Triggers keep final minutes, and every version and addendum, as they are.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import AgendaItem, Meeting, one_of


class State(StrEnum):
    """How far the minutes are; computed, never stored."""

    DRAFT = "draft"
    REVIEW = "review"
    FINAL = "final"


class Minutes(Base):
    """The record of one meeting. What it says of time, place and people comes from the meeting until it is final."""

    __tablename__ = "minutes"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="revision_positive"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_by_id IS NULL)", name="submitted_by_somebody"),
        CheckConstraint("(final_at IS NULL) = (final_by_id IS NULL)", name="final_by_somebody"),
        CheckConstraint("(final_at IS NULL) = (number IS NULL)", name="final_with_number"),
        CheckConstraint("final_at IS NULL OR submitted_at IS NOT NULL", name="final_after_review"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    # Given once, when they become final.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    # What was said before and beside the lines.
    opening: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # What the chair said at the end: results and what follows.
    closing: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Rises with each change of `opening` and `closing`; each line has its own.
    revision: Mapped[int] = mapped_column(default=0)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Why they were given back to the recorder, if they were.
    return_words: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    final_at: Mapped[datetime | None]
    final_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()
    changed_by: Mapped[Person] = relationship(foreign_keys=changed_by_id)
    opened_by: Mapped[Person] = relationship(foreign_keys=opened_by_id)
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=submitted_by_id)
    final_by: Mapped[Person | None] = relationship(foreign_keys=final_by_id)
    lines: Mapped[list["MinutesLine"]] = relationship(
        order_by="MinutesLine.position, MinutesLine.id", back_populates="minutes"
    )

    @property
    def state(self) -> State:
        if self.final_at is not None:
            return State.FINAL
        return State.DRAFT if self.submitted_at is None else State.REVIEW


class MinutesLine(Base):
    """What was said and concluded on one line of the agenda."""

    __tablename__ = "minutes_line"
    __table_args__ = (
        UniqueConstraint("minutes_id", "agenda_item_id"),
        CheckConstraint("revision >= 0", name="revision_positive"),
        Index("minutes_line_item_idx", "agenda_item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    # Nothing is a line that was on no agenda.
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    discussion: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    conclusion: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Rises with each change: who saves over an older one is shown both.
    revision: Mapped[int] = mapped_column(default=0)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]

    minutes: Mapped[Minutes] = relationship(back_populates="lines")
    item: Mapped[AgendaItem | None] = relationship()
    changed_by: Mapped[Person] = relationship()
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.id", cascade="all, delete-orphan", back_populates="line")


class Vote(Base):
    """How a question was voted on."""

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name="counts_positive"),
        CheckConstraint("entitled >= in_favour + against + abstained", name="counts_fit"),
        CheckConstraint("quorum IS NULL OR quorum > 0", name="quorum_positive"),
        CheckConstraint("is_secret = false OR names = ''", name="secret_without_names"),
        Index("vote_line_idx", "line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("minutes_line.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(300))
    is_secret: Mapped[bool] = mapped_column(default=False)
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    # How many had a vote and were there, and how many had to be.
    entitled: Mapped[int]
    quorum: Mapped[int | None]
    is_adopted: Mapped[bool]
    # Who voted how, where it was open and is to be kept.
    names: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]

    line: Mapped[MinutesLine] = relationship(back_populates="votes")
    noted_by: Mapped[Person] = relationship()

    @property
    def had_quorum(self) -> bool:
        return self.quorum is None or self.entitled >= self.quorum


class MinutesComment(Base):
    """What a reviewer says of a line, or of the whole."""

    __tablename__ = "minutes_comment"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        Index("minutes_comment_minutes_idx", "minutes_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_line.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    line: Mapped[MinutesLine | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    settled_by: Mapped[Person | None] = relationship(foreign_keys=settled_by_id)


class Why(StrEnum):
    """Why a version was kept."""

    KEPT = "kept"  # because somebody wanted it so
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FINAL = "final"


class MinutesVersion(Base):
    """The whole minutes as they were at a moment, with all that they took from the meeting. Never changed."""

    __tablename__ = "minutes_version"
    __table_args__ = (
        UniqueConstraint("minutes_id", "number"),
        CheckConstraint(one_of("why", Why), name="why_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    number: Mapped[int]
    why: Mapped[Why] = mapped_column(String(9))
    # As `contents.py` writes it.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    made_by: Mapped[Person] = relationship()


class Addendum(Base):
    """What was corrected or added after the minutes were final. Never changed."""

    __tablename__ = "addendum"
    __table_args__ = (UniqueConstraint("minutes_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()


class MinutesCopy(Base):
    """Whom the final minutes were handed out to, and when they opened them."""

    __tablename__ = "minutes_copy"
    __table_args__ = (UniqueConstraint("minutes_id", "person_id"), Index("minutes_copy_person_idx", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    sent_by: Mapped[Person] = relationship(foreign_keys=sent_by_id)


class FileSort(StrEnum):
    """What a file of the minutes is."""

    PAPER = "paper"
    RECORDING = "recording"
    OTHER = "other"


class MinutesFile(Base):
    """A file that belongs to the minutes: a paper that was handed round, a recording."""

    __tablename__ = "minutes_file"
    __table_args__ = (
        CheckConstraint(one_of("sort", FileSort), name="sort_known"),
        CheckConstraint("size >= 0", name="size_positive"),
        Index("minutes_file_minutes_idx", "minutes_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    sort: Mapped[FileSort] = mapped_column(String(9), default=FileSort.PAPER)
    title: Mapped[str] = mapped_column(String(200))
    # The name in `core.files`: SHA-256 of what is in it.
    content_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    added_by: Mapped[Person] = relationship()
