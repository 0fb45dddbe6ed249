"""Saved groups of people, rules of eligibility, notices and their templates, and what urged the silent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.core.db import Base
from portal.meetings.models import Meeting, MeetingKind, Part, one_of


class PeopleGroup(Base):
    """People who are asked together again and again; its owner's alone, or everybody's to use."""

    __tablename__ = "people_group"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    shared_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    owner: Mapped[Person] = relationship()
    members: Mapped[list["GroupMember"]] = relationship(cascade="all, delete-orphan", order_by="GroupMember.person_id")


class GroupMember(Base):
    """One person in a group, and as what they are usually asked."""

    __tablename__ = "group_member"
    __table_args__ = (CheckConstraint(one_of("part", Part), name="part_known"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("people_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    part: Mapped[Part] = mapped_column(String(10), default=Part.REQUIRED)

    person: Mapped[Person] = relationship()


class Trait(StrEnum):
    """What a rule of eligibility looks at."""

    POST = "post"
    UNIT = "unit"
    RANK = "rank"


class EligibilityRule(Base):
    """Who may take a part in meetings of a kind, or in one meeting: those whose trait is among the values."""

    __tablename__ = "eligibility_rule"
    __table_args__ = (
        CheckConstraint("(kind_id IS NULL) <> (meeting_id IS NULL)", name="of_kind_or_meeting"),
        CheckConstraint(one_of("part", Part), name="part_known"),
        CheckConstraint(one_of("trait", Trait), name="trait_known"),
        Index("eligibility_rule_kind_idx", "kind_id"),
        Index("eligibility_rule_meeting_idx", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    # Nothing is every part but staff.
    part: Mapped[Part | None] = mapped_column(String(10))
    trait: Mapped[Trait] = mapped_column(String(4))
    values: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300))

    kind: Mapped[MeetingKind | None] = relationship()


class Layout(StrEnum):
    """How a notice is laid out: the formal Chinese 会议通知, plain English, or both one after the other."""

    FORMAL = "formal"
    ENGLISH = "english"
    BILINGUAL = "bilingual"


class NoticeTemplate(Base):
    """Words for notices, with fields in braces such as {subject} that each meeting fills in."""

    __tablename__ = "notice_template"
    __table_args__ = (CheckConstraint(one_of("layout", Layout), name="layout_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id"))
    layout: Mapped[Layout] = mapped_column(String(9), default=Layout.FORMAL)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    # The English half of a bilingual notice.
    english_subject: Mapped[str] = mapped_column(String(200), default="")
    english_body: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    kind: Mapped[MeetingKind | None] = relationship()


class MeetingNotice(Base):
    """The words in which one meeting is announced; without it the portal's own words are used."""

    __tablename__ = "meeting_notice"
    __table_args__ = (CheckConstraint(one_of("layout", Layout), name="layout_known"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    layout: Mapped[Layout] = mapped_column(String(9))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    english_subject: Mapped[str] = mapped_column(String(200), default="")
    english_body: Mapped[str] = mapped_column(Text, default="")
    # Values of fields that the template has and the meeting does not know, such as a contact.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship()


class Urge(Base):
    """The silent of a meeting were reminded: by somebody, or by the clock at one of the kind's days."""

    __tablename__ = "urge"
    __table_args__ = (
        # Two workers at once urge once.
        UniqueConstraint("meeting_id", "days_before"),
        CheckConstraint("(by_id IS NULL) = (days_before IS NOT NULL)", name="by_person_or_clock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    days_before: Mapped[int | None]
    people: Mapped[int]

    by: Mapped[Person | None] = relationship()
