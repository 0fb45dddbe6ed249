"""Bodies and their members."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base


class Part(StrEnum):
    """What a member is in a body."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    MEMBER = "member"
    SECRETARY = "secretary"


class Body(Base):
    """A body that the regulations name by its key (`names.KNOWN`), or one of the organisation's own."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(30), unique=True)
    # Empty: as the regulations call it, in the reader's language.
    name: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    duties: Mapped[str] = mapped_column(String(1000), default="", server_default=text("''"))
    # The department that it acts for, if it is a reviewing one.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    department: Mapped[Department | None] = relationship()


class Membership(Base):
    """The term of a person in a body, from its first day to its last, which may be open."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("part IN ('chair', 'deputy', 'member', 'secretary')", name="part_known"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="order"),
        Index("membership_body_idx", "body_id", "starts_on"),
        Index("membership_person_idx", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[Part] = mapped_column(String(9), default=Part.MEMBER)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    body: Mapped[Body] = relationship()
    person: Mapped[Person] = relationship()
