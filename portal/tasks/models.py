"""Tasks, what they wait for, and their proofs."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base

# How long whoever did a task may take that back.
UNDONE_WITHIN = timedelta(days=1)


class Proof(StrEnum):
    """What shows that a task was done."""

    NONE = "none"
    WORDS = "words"
    NUMBER = "number"
    PHOTO = "photo"
    FILE = "file"
    SIGNATURE = "signature"  # somebody else confirms it under their own name


# What has to be done before another can be.
task_dependency = Table(
    "task_dependency",
    Base.metadata,
    Column("task_id", ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("needs_id", ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    CheckConstraint("task_id <> needs_id", name="needs_another"),
    Index("task_dependency_needs_idx", "needs_id"),
)


class Task(Base):
    """A duty about a record (kind, id): who does it by when, and what proves it."""

    __tablename__ = "task"
    __table_args__ = (
        # From a checklist: once for each record.
        UniqueConstraint("record_kind", "record_id", "key"),
        CheckConstraint("proof IN ('none', 'words', 'number', 'photo', 'file', 'signature')", name="proof_known"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        CheckConstraint("done_at IS NULL OR dropped_at IS NULL", name="one_end"),
        CheckConstraint("(dropped_at IS NULL) = (drop_reason = '')", name="dropped_with_reason"),
        Index("task_owner_idx", "owner_id", "due_at"),
        Index("task_record_idx", "record_kind", "record_id", "due_at"),
        Index(
            "task_open_idx", "due_at",
            sqlite_where=text("done_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    # That of the checklist's line; nothing for a task of its own.
    key: Mapped[str | None] = mapped_column(String(60))
    # By language (`en`, `zh_Hans`, `zh_Hant`); one that somebody typed is the same in each.
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(2000), default="", server_default=text("''"))
    # The clauses that ask for it.
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    # The role or body that owns it by the checklist, for when nobody holds it.
    owner_role: Mapped[str] = mapped_column(String(30), default="", server_default=text("''"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    due_at: Mapped[datetime]
    proof: Mapped[Proof] = mapped_column(String(9), default=Proof.NONE)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Not needed after all.
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))

    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    department: Mapped[Department | None] = relationship()
    created_by: Mapped[Person | None] = relationship(foreign_keys=created_by_id)
    done_by: Mapped[Person | None] = relationship(foreign_keys=done_by_id)
    needs: Mapped[list["Task"]] = relationship(
        secondary=task_dependency, primaryjoin="Task.id == task_dependency.c.task_id",
        secondaryjoin="Task.id == task_dependency.c.needs_id", order_by="Task.due_at",
    )
    proofs: Mapped[list["TaskProof"]] = relationship(
        order_by="TaskProof.id", cascade="all, delete-orphan", back_populates="task"
    )

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    def is_undoable_at(self, now: datetime) -> bool:
        return self.done_at is not None and now <= self.done_at + UNDONE_WITHIN

    @property
    def blockers(self) -> list["Task"]:
        """What has to be done first and is not."""
        return [need for need in self.needs if need.is_open]


class TaskProof(Base):
    """What somebody gave to show that a task was done: words, a number, a file, or their name."""

    __tablename__ = "task_proof"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_positive"),
        CheckConstraint("(content_hash IS NULL) = (file_name = '')", name="file_named"),
        CheckConstraint("words <> '' OR content_hash IS NOT NULL OR signed_by_id IS NOT NULL", name="something"),
        CheckConstraint("signed_at IS NULL OR signed_by_id IS NOT NULL", name="signed_by_somebody"),
        CheckConstraint("signed_by_id <> by_id", name="signed_by_another"),
        Index("task_proof_task_idx", "task_id"),
        Index("task_proof_signer_idx", "signed_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    media_type: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    size: Mapped[int] = mapped_column(default=0)
    # Who is asked to confirm it by name, being somebody else than whoever did it, and when they did.
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    task: Mapped[Task] = relationship(back_populates="proofs")
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)
    by: Mapped[Person] = relationship(foreign_keys=by_id)
