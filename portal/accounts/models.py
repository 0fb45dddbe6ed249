"""People and what they are: department, roles, sessions, and failed sign-ins for the throttle."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.core.db import Base
from portal.core.spelling import spellings


class Role(StrEnum):
    """What a person is to the portal. Everybody is an employee; a person may be more than one thing."""

    EMPLOYEE = "employee"
    DEPARTMENT_HEAD = "department_head"
    MEETING_OFFICE = "meeting_office"
    ROOM_MANAGER = "room_manager"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


def spelling_of(name: str) -> str:
    """What is kept of how the name is spelt."""
    return "".join(f" {way}" for way in spellings(name))[:300]


class Department(Base):
    """A unit of the organisation."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class Person(Base):
    """Somebody who can be invited and, with a password, sign in."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("login = lower(login)", name="login_lower"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name="locale_known"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme_known"),
        CheckConstraint("density IN ('normal', 'compact', 'roomy')", name="density_known"),
        Index("person_badge_idx", "badge", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    # How the name is spelt on a keyboard, each way after a space: to find 张三 by “zs”.
    spelling: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    post: Mapped[str] = mapped_column(String(100), default="")
    rank: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    # What the scanner at a desk reads from the person's own card.
    badge: Mapped[str | None] = mapped_column(String(40))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(60))
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    # How close together the lines of grids and lists are.
    density: Mapped[str] = mapped_column(String(7), default="normal", server_default="normal")
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    department: Mapped[Department | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(cascade="all, delete-orphan")

    @validates("name")
    def _spell(self, _column: str, name: str) -> str:
        self.spelling = spelling_of(name)
        return name

    @property
    def roles(self) -> set[Role]:
        return {Role.EMPLOYEE} | {grant.role for grant in self.grants}

    def has_role(self, *any_of: Role) -> bool:
        return any(grant.role in any_of for grant in self.grants)

    @property
    def is_active(self) -> bool:
        return self.left_at is None

    def zone_or(self, default: ZoneInfo) -> ZoneInfo:
        return ZoneInfo(self.timezone) if self.timezone else default


class RoleGrant(Base):
    """A role that a person holds beyond being an employee."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "role IN ('department_head', 'meeting_office', 'room_manager', 'leader', 'supervisor', 'auditor',"
            " 'administrator')",
            name="role_known",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(20), primary_key=True)


class Delegation(Base):
    """From its first day to its last, the delegate may decide what the principal would: for absences."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="order"),
        CheckConstraint("principal_id <> delegate_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]

    principal: Mapped[Person] = relationship(foreign_keys=principal_id)
    delegate: Mapped[Person] = relationship(foreign_keys=delegate_id)


class SignIn(Base):
    """One browser's session; ending it here ends it, whatever the cookie says."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the random key in the cookie: a copy of the database opens no session.
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(45))
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship()


class FailedSignIn(Base):
    """A refused attempt, kept a quarter of an hour to slow down the next."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        Index("failed_sign_in_login_idx", "login", "at"),
        Index("failed_sign_in_address_idx", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(index=True)
