"""Meetings of their kinds, their agenda and the people in them."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import randbelow
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Department, Person
from portal.bodies.models import Body
from portal.core.db import Base
from portal.rooms.models import Booking


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition that a column holds one of these values."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Part(StrEnum):
    """What an attendee is in a meeting, in the order of its lists."""

    CHAIR = "chair"
    RECORDER = "recorder"
    SPEAKER = "speaker"
    REQUIRED = "required"
    OPTIONAL = "optional"
    OBSERVER = "observer"
    STAFF = "staff"


class Answer(StrEnum):
    """What an attendee said; the values are those of RFC 5545 §3.2.12 (PARTSTAT) in lower case, but for WAITING.

    WAITING would come, but the meeting is full. DELEGATED sends somebody else.
    """

    NONE = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"
    WAITING = "waiting"


class Phase(StrEnum):
    """Where a meeting is in its life; computed, never stored."""

    DRAFT = "draft"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    RUNNING = "running"
    HELD = "held"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Confidentiality(StrEnum):
    """Who may know of a meeting, from the whole house to nobody but those named in it."""

    INTERNAL = "internal"
    DEPARTMENT = "department"
    INVITED = "invited"
    SECRET = "secret"  # noqa: S105  (a degree, not a password)


class Format(StrEnum):
    """Where people meet."""

    ROOM = "room"
    OUTSIDE = "outside"
    ONLINE = "online"
    HYBRID = "hybrid"


class ItemKind(StrEnum):
    """What a line of the agenda is for."""

    REPORT = "report"
    DISCUSSION = "discussion"
    DECISION = "decision"


class NeedKind(StrEnum):
    """What somebody needs in order to take part."""

    DIET = "diet"
    ACCESS = "access"
    INTERPRETER = "interpreter"
    PARKING = "parking"
    OVERNIGHT = "overnight"


class MeetingKind(Base):
    """A kind of meeting and what holds for all of it. The figures are the organisation's own choice."""

    __tablename__ = "meeting_kind"
    __table_args__ = (
        CheckConstraint(one_of("confidentiality", Confidentiality), name="confidentiality_known"),
        CheckConstraint("quorum_percent BETWEEN 1 AND 100", name="quorum_percent_range"),
        CheckConstraint("answer_days BETWEEN 0 AND 90", name="answer_days_range"),
        CheckConstraint("lead_days BETWEEN 0 AND 90", name="lead_days_range"),
        CheckConstraint("check_in_minutes BETWEEN 0 AND 600", name="check_in_minutes_range"),
        CheckConstraint("late_minutes BETWEEN 0 AND 240", name="late_minutes_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    # What its meetings' numbers begin with.
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    confidentiality: Mapped[Confidentiality] = mapped_column(String(10), default=Confidentiality.INVITED)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # Whoever cannot come asks the chair or the office, instead of just declining.
    leave_needs_approval: Mapped[bool] = mapped_column(default=False)
    substitute_needs_approval: Mapped[bool] = mapped_column(default=False)
    # Of those who are asked to vote or required; nothing is no quorum.
    quorum_percent: Mapped[int | None]
    # Answers are due so many days before the meeting; nothing is until it begins.
    answer_days: Mapped[int | None]
    # On which days before the answers are due the silent are urged, as "3,1".
    urge_days: Mapped[str] = mapped_column(String(40), default="")
    # The notice goes out so many working days before the meeting.
    lead_days: Mapped[int] = mapped_column(default=0)
    check_in_minutes: Mapped[int] = mapped_column(default=60)
    late_minutes: Mapped[int] = mapped_column(default=10)
    has_check_out: Mapped[bool] = mapped_column(default=False)
    # Whether its minutes keep votes.
    has_votes: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What it resolves is issued once a leader or the chair has approved it.
    resolutions_need_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A later day for what it resolved is decided by a leader at last.
    delay_needs_leader: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The key of the regulation's profile that holds for its meetings; empty is none.
    profile: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    retired_at: Mapped[datetime | None]


class MeetingNumber(Base):
    """The last number given in a year to meetings whose numbers begin alike."""

    __tablename__ = "meeting_number"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Meeting(Base):
    """People who come together at a time: in the room of a booking, elsewhere, or online."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
        CheckConstraint(one_of("format", Format), name="format_known"),
        CheckConstraint(one_of("confidentiality", Confidentiality), name="confidentiality_known"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("quorum > 0", name="quorum_positive"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_by_somebody"),
        CheckConstraint("announced_at IS NULL OR number IS NOT NULL", name="announced_with_number"),
        CheckConstraint("closed_at IS NULL OR announced_at IS NOT NULL", name="closed_after_notice"),
        CheckConstraint("ended_at IS NULL OR started_at IS NOT NULL", name="ended_after_start"),
        Index("meeting_time_idx", "starts_at"),
        Index("meeting_organizer_idx", "organizer_id", "starts_at"),
        Index("meeting_kind_idx", "kind_id", "starts_at"),
        Index(
            "meeting_body_idx", "body_id", "starts_at", sqlite_where=text("body_id IS NOT NULL"),
            postgresql_where=text("body_id IS NOT NULL"),
        ),
        CheckConstraint("(series_id IS NULL) = (recurrence_id IS NULL)", name="recurrence_of_series"),
        # Of those in a series only: else SQLite would take it to look for all that are in none.
        Index(
            "meeting_recurrence_key", "series_id", "recurrence_id", unique=True,
            sqlite_where=text("series_id IS NOT NULL"), postgresql_where=text("series_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # RFC 7986 §5.3: a random UUID made once, the same in every feed, file and mail.
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    # Of a recurring meeting: what it recurs in, and when the rule has it begin (RFC 5545 §3.8.4.4), wherever it moved.
    series_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_series.id"))
    recurrence_id: Mapped[datetime | None]
    organizer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Given once, when the meeting leaves its draft: per beginning and year, without gaps.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    # Nothing is an ordinary meeting, to which `kinds.ORDINARY` applies.
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id"), active_history=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), active_history=True)
    # The body that meets, if one does.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    subject: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    confidentiality: Mapped[Confidentiality] = mapped_column(
        String(10), default=Confidentiality.INVITED, server_default=Confidentiality.INVITED
    )
    format: Mapped[Format] = mapped_column(String(8), default=Format.ROOM, server_default=Format.ROOM)
    venue: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    online_url: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    # Where its clock stands, for forms and for notices to those who have none; nothing is the organisation's zone.
    timezone: Mapped[str | None] = mapped_column(String(60))
    # The booking's times, kept here too: a meeting may be held where nothing is booked. `rooms` tells of moves.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    location: Mapped[str] = mapped_column(String(250), default="")
    # RFC 5546 §2.1.4: rises with time, room and cancellation only.
    sequence: Mapped[int] = mapped_column(default=0)
    # As many as may accept; who comes later waits. Nothing is without limit.
    capacity: Mapped[int | None]
    # As many as must be there; nothing is what the kind's percentage makes of those who are asked.
    quorum: Mapped[int | None]
    answer_by: Mapped[datetime | None]
    # The secret behind the codes that people scan; made when they are first shown.
    check_in_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    postponed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    # Those who were missed have been asked why; they are asked once.
    absences_asked_at: Mapped[datetime | None]
    # Why it was postponed or cancelled, as its people are told.
    off_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))

    booking: Mapped[Booking | None] = relationship()
    series: Mapped["MeetingSeries | None"] = relationship()
    organizer: Mapped[Person] = relationship(foreign_keys=organizer_id)
    approved_by: Mapped[Person | None] = relationship(foreign_keys=approved_by_id)
    kind: Mapped[MeetingKind | None] = relationship()
    department: Mapped[Department | None] = relationship()
    body: Mapped[Body | None] = relationship()
    # The lines that stand. One that was removed is kept for what refers to it: resolutions, papers, topics.
    agenda: Mapped[list["AgendaItem"]] = relationship(
        primaryjoin="and_(Meeting.id == AgendaItem.meeting_id, AgendaItem.removed_at.is_(None))",
        order_by="AgendaItem.position", cascade="all", back_populates="meeting",
    )
    attendees: Mapped[list["Attendee"]] = relationship(
        order_by="Attendee.id", cascade="all, delete-orphan", back_populates="meeting"
    )

    @property
    def version(self) -> str:
        """Another one after each change of what the form that changes it holds."""
        held = (
            self.subject, self.purpose, self.outcome, self.kind_id, self.department_id, str(self.confidentiality),
            self.venue, self.online_url, self.timezone, self.capacity, self.quorum, self.answer_by,
        )
        return sha256(repr(held).encode()).hexdigest()[:16]

    @property
    def is_secret(self) -> bool:
        return self.confidentiality == Confidentiality.SECRET

    def phase(self, now: datetime) -> Phase:
        for phase, since in (
            (Phase.CANCELLED, self.cancelled_at), (Phase.CLOSED, self.closed_at), (Phase.POSTPONED, self.postponed_at)
        ):
            if since is not None:
                return phase
        if self.announced_at is None:
            return Phase.DRAFT if self.approved_at is None else Phase.APPROVED
        if now >= self.ends_at or self.ended_at is not None:
            return Phase.HELD
        return Phase.RUNNING if now >= self.starts_at or self.started_at is not None else Phase.ANNOUNCED


class MeetingSeries(Base):
    """What the dates of a recurring meeting have in common for calendars. It never changes but for its SEQUENCE.

    Each date is a meeting of its own, with its own number, agenda and answers; in calendars they are one series under
    one UID. `rule` is that of the bookings when the meetings were made: what moves later is an override.
    """

    __tablename__ = "meeting_series"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("sequence >= 0", name="sequence_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    # The value of RRULE (§3.3.10), always with COUNT or UNTIL, the latter in UTC.
    rule: Mapped[str] = mapped_column(String(500))
    timezone: Mapped[str] = mapped_column(String(60))
    # The first instance that the rule gives (DTSTART).
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    # Rises when a date leaves the series or joins it.
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Veil(Base):
    """A record of another kind that a secret meeting has taken place on, and whose log may still name it.

    It stays when the meeting moves elsewhere; it covers as long as the meeting is secret.
    """

    __tablename__ = "veil"

    record_kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)


class AgendaItem(Base):
    """One line of a meeting's agenda. While the meeting runs, one line at most has started and not ended."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint(one_of("kind", ItemKind), name="kind_known"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_range"),
        CheckConstraint("ended_at IS NULL OR started_at IS NOT NULL", name="ended_after_start"),
        Index("agenda_item_meeting_idx", "meeting_id", "position"),
        Index("agenda_item_presenter_idx", "presenter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ItemKind] = mapped_column(
        String(10), default=ItemKind.DISCUSSION, server_default=ItemKind.DISCUSSION
    )
    minutes: Mapped[int | None]
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Somebody from outside.
    presenter_name: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")
    presenter: Mapped[Person | None] = relationship()


class Guest(Base):
    """Somebody from outside, known to one meeting only."""

    __tablename__ = "guest"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale IN ('en', 'zh_Hans', 'zh_Hant')", name="locale_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100), default="")
    post: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(10))


class Attendee(Base):
    """The part of one person, or of one guest, in one meeting, and their answer."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("(person_id IS NULL) <> (guest_id IS NULL)", name="person_or_guest"),
        CheckConstraint(one_of("part", Part), name="part_known"),
        CheckConstraint(one_of("answer", Answer), name="answer_known"),
        CheckConstraint("(answer = 'needs-action') = (answered_at IS NULL)", name="answer_dated"),
        CheckConstraint("substitutes_id <> id", name="substitutes_another"),
        Index("attendee_person_idx", "person_id", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id"), unique=True)
    part: Mapped[Part] = mapped_column(String(10), default=Part.REQUIRED)
    # What staff are there for.
    duty: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    # Why somebody is in the meeting whom its rules of eligibility do not admit.
    waiver: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    # In whose place this one comes.
    substitutes_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"), unique=True)
    # Rises to end the signed links that were sent before. It begins anywhere: SQLite gives the number of an attendee
    # who was taken off to the next one, whom the old links are not to lead to.
    link_version: Mapped[int] = mapped_column(default=lambda: randbelow(2**30), server_default=text("0"))
    invited_at: Mapped[datetime | None]
    answer: Mapped[Answer] = mapped_column(String(12), default=Answer.NONE)
    comment: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    # Who wrote the answer down for somebody who gave it by word of mouth.
    noted_by: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))

    meeting: Mapped[Meeting] = relationship(back_populates="attendees")
    person: Mapped[Person | None] = relationship()
    guest: Mapped[Guest | None] = relationship()
    substitutes: Mapped["Attendee | None"] = relationship(remote_side=id)  # noqa: A003
    needs: Mapped[list["Need"]] = relationship(cascade="all, delete-orphan", order_by="Need.kind")

    @staticmethod
    def has_address(email: str) -> ColumnElement[bool]:
        """The condition that an attendee, person or guest, has that address."""
        return or_(
            Attendee.person_id.in_(select(Person.id).where(Person.email == email)),
            Attendee.guest_id.in_(select(Guest.id).where(Guest.email == email)),
        )

    @property
    def party(self) -> Person | Guest:
        """Whoever it is: both have a name, a post and an address."""
        party = self.person or self.guest
        assert party is not None, "the database sees to it"
        return party

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def post(self) -> str:
        return self.party.post

    @property
    def unit(self) -> str:
        """The department of a person, or where a guest comes from."""
        if self.guest is not None:
            return self.guest.unit
        department = self.person.department if self.person else None
        return department.name if department else ""


class Need(Base):
    """What an attendee needs in order to take part; seen by those who arrange it only."""

    __tablename__ = "need"
    __table_args__ = (CheckConstraint(one_of("kind", NeedKind), name="kind_known"),)

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[NeedKind] = mapped_column(String(12), primary_key=True)
    words: Mapped[str] = mapped_column(String(300), default="")


class MeetingTemplate(Base):
    """What a new meeting may begin with: words, agenda and people of one held before, as `templates.py` writes them."""

    __tablename__ = "meeting_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_kind.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    kind: Mapped[MeetingKind | None] = relationship()
