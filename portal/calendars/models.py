"""Calendar feeds: their secrets, revisions and octets as last built; and replies and proposals that came by mail."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.core.db import Base
from portal.meetings.models import Attendee, Meeting, MeetingKind
from portal.rooms.models import Resource


class Shows(StrEnum):
    """What a feed is of."""

    MINE = "mine"
    ROOM = "room"
    DEPARTMENT = "department"
    KIND = "kind"  # of meeting
    DUTIES = "duties"  # the resolutions that a person owes
    DEPARTMENT_DUTIES = "department_duties"


class Client(StrEnum):
    """Which program asks for a feed: they differ in what they can show."""

    APPLE = "apple"
    GOOGLE = "google"
    OUTLOOK = "outlook"
    THUNDERBIRD = "thunderbird"
    ANDROID = "android"
    OTHER = "other"


class DutiesAs(StrEnum):
    """How a feed shows resolutions: as to-dos (VTODO), or as days for the many programs that show no to-dos."""

    NONE = "none"
    TASKS = "tasks"
    DAYS = "days"


class Feed(Base):
    """A calendar that one secret address answers with, to the person who made it and as that person may see it.

    `revision` rises in the transaction of every change that the feed shows. The stored octets hold for
    `built_revision` and `built_on`, the day whose window they cover; a poll compares and need not build. `contents`
    says which component stands where in them and with which stamp, so that a build makes anew only what has changed.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="revision_positive"),
        CheckConstraint(
            "shows IN ('mine', 'room', 'department', 'kind', 'duties', 'department_duties')", name="shows_known"
        ),
        CheckConstraint("(shows = 'room') = (resource_id IS NOT NULL)", name="of_room"),
        CheckConstraint(
            "(shows IN ('department', 'department_duties')) = (department_id IS NOT NULL)", name="of_department"
        ),
        CheckConstraint("shows = 'kind' OR meeting_kind_id IS NULL", name="of_kind"),
        CheckConstraint(
            "client IN ('apple', 'google', 'outlook', 'thunderbird', 'android', 'other')", name="client_known"
        ),
        CheckConstraint("duties_as IN ('none', 'tasks', 'days')", name="duties_as_known"),
        CheckConstraint("alarm_minutes BETWEEN 0 AND 10080", name="alarm_minutes_range"),
        Index("feed_person_idx", "person_id"),
        Index("feed_resource_idx", "resource_id"),
        Index("feed_department_idx", "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shows: Mapped[Shows] = mapped_column(String(20), default=Shows.MINE, server_default=Shows.MINE)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="CASCADE"))
    # Of a feed of one kind of meeting; nothing there means ordinary meetings.
    meeting_kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id", ondelete="CASCADE"))
    # What its owner calls it, such as the device that asks for it.
    label: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    client: Mapped[Client] = mapped_column(String(12), default=Client.OTHER, server_default=Client.OTHER)
    duties_as: Mapped[DutiesAs] = mapped_column(String(5), default=DutiesAs.NONE, server_default=DutiesAs.NONE)
    with_bookings: Mapped[bool] = mapped_column(default=True, server_default=true())
    with_declined: Mapped[bool] = mapped_column(default=False, server_default=false())
    with_cancelled: Mapped[bool] = mapped_column(default=True, server_default=true())
    # How long before each event its reader is to be reminded; nothing is never.
    alarm_minutes: Mapped[int | None]
    # SHA-256 of the secret in the address; the secret itself is shown once and not kept. None: revoked.
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    renewed_at: Mapped[datetime]
    # To the hour: a poll that changes nothing is to write nothing.
    last_used_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    # When the revision rose, and when the octets last became others.
    changed_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    built_revision: Mapped[int | None]
    built_on: Mapped[date | None]
    etag: Mapped[str] = mapped_column(String(40), default="")
    octets: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    contents: Mapped[str | None] = mapped_column(Text, deferred=True)

    person: Mapped[Person] = relationship()
    resource: Mapped[Resource | None] = relationship()
    department: Mapped[Department | None] = relationship()
    meeting_kind: Mapped[MeetingKind | None] = relationship()


class ReplyOutcome(StrEnum):
    """What became of a calendar reply."""

    COUNTED = "counted"
    OUTDATED = "outdated"  # to a time or place that has changed since
    REFUSED = "refused"  # from somebody else than it says, or of what we do not know


class ReplyMethod(StrEnum):
    """What somebody sent: an answer, or another time that they propose (RFC 5546 §3.2.3, §3.2.7)."""

    REPLY = "reply"
    COUNTER = "counter"


class Decision(StrEnum):
    """What the organizer made of a proposed time."""

    TAKEN = "taken"
    DECLINED = "declined"


class CalendarReply(Base):
    """One reply or proposal that came by mail or as a file, what it said, and what became of it.

    A proposal that counts waits for the organizer's decision.
    """

    __tablename__ = "calendar_reply"
    __table_args__ = (
        CheckConstraint("outcome IN ('counted', 'outdated', 'refused')", name="outcome_known"),
        CheckConstraint("method IN ('reply', 'counter')", name="method_known"),
        CheckConstraint("decision IN ('taken', 'declined')", name="decision_known"),
        CheckConstraint("proposed_starts_at < proposed_ends_at", name="proposed_order"),
        CheckConstraint("(decision IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        Index("calendar_reply_meeting_idx", "meeting_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What the mail calls itself, or a hash of it: a mail that is read twice counts once.
    message_id: Mapped[str] = mapped_column(String(250), unique=True)
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(254))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(String(12), default="")
    sequence: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    outcome: Mapped[ReplyOutcome] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")
    method: Mapped[ReplyMethod] = mapped_column(
        String(7), default=ReplyMethod.REPLY, server_default=ReplyMethod.REPLY
    )
    # Who put it in as a file; nobody if it came by mail.
    dropped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    decision: Mapped[Decision | None] = mapped_column(String(8))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting | None] = relationship()
    attendee: Mapped[Attendee | None] = relationship()
    dropped_by: Mapped[Person | None] = relationship(foreign_keys=dropped_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
