"""Reading who is there. Each question is one statement, however many people are in the meeting."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import Person
from portal.answers.quorum import Quorum, quorum_of
from portal.attendance.codes import is_code
from portal.attendance.models import AbsenceNote, CheckIn
from portal.attendance.policy import is_open
from portal.attendance.standing import HERE, IS_MARK, State, state_at
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Attendee, Guest, Meeting, MeetingKind, Part
from portal.meetings.queries import DAY

PARTS_RANKED = case({part: place for place, part in enumerate(Part)}, value=Attendee.part)


class Line(NamedTuple):
    """One of the meeting's people on the day: the mark that stands, if there is one, and what follows from it."""

    attendee: Attendee
    mark: CheckIn | None
    state: State

    @property
    def is_here(self) -> bool:
        """Whether they are in the meeting now."""
        return self.mark is not None and self.mark.left_at is None


@dataclass(frozen=True)
class Counts:
    """How many stand how, and whether enough of those with a vote are there."""

    by_state: Counter[str]
    quorum: Quorum | None

    @property
    def here(self) -> int:
        """How many have come; some may have left."""
        return sum(self.by_state[state] for state in HERE)

    @property
    def awaited(self) -> int:
        """How many are there or may still come."""
        return self.here + self.by_state[State.EXPECTED]


def _with_marks(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.join(Meeting, Meeting.id == Attendee.meeting_id)
        .outerjoin(MeetingKind, MeetingKind.id == Meeting.kind_id)
        .outerjoin(CheckIn, IS_MARK)
    )


def lines_of(meeting: Meeting, *where: Any) -> list[Line]:
    """The meeting's people with their marks, in the order of parts and names. One statement."""
    query = (
        _with_marks(select(Attendee, CheckIn, state_at(clock.now())).select_from(Attendee))
        .outerjoin(Attendee.person).outerjoin(Person.department).outerjoin(Attendee.guest)
        .options(
            contains_eager(Attendee.person).contains_eager(Person.department), contains_eager(Attendee.guest),
            joinedload(CheckIn.by),
        )
        .where(Attendee.meeting_id == meeting.id, *where)
        .order_by(PARTS_RANKED, func.coalesce(Person.name, Guest.name), Attendee.id)
    )
    return [Line(attendee, mark, State(state)) for attendee, mark, state in db.session.execute(query)]


def line_of(meeting: Meeting, attendee_id: int) -> Line | None:
    """One of them; nobody if they are of another meeting."""
    return next(iter(lines_of(meeting, Attendee.id == attendee_id)), None)


def counts_in(meeting: Meeting, lines: Iterable[Line]) -> Counts:
    """What these lines, which are all of the meeting's, come to."""
    lines = list(lines)
    here = {line.attendee.id for line in lines if line.is_here}
    quorum = quorum_of(meeting, [line.attendee for line in lines], lambda attendee: attendee.id in here)
    return Counts(Counter(line.state for line in lines), quorum)


def counts_of(meeting: Meeting) -> Counts:
    """The same without reading who they are. One statement."""
    return counts_and_marks(meeting)[0]


def counts_and_marks(meeting: Meeting) -> tuple[Counts, dict[int, datetime]]:
    """The counts, and since when each attendee who is marked has been there, by id. One statement."""
    query = _with_marks(
        select(
            Attendee.id, Attendee.part, Attendee.answer, state_at(clock.now()).label("state"), CheckIn.arrived_at,
            (CheckIn.id.is_not(None) & CheckIn.left_at.is_(None)).label("is_here"),
        ).select_from(Attendee)
    ).where(Attendee.meeting_id == meeting.id)
    rows = db.session.execute(query).all()
    # The rule looks at part and answer only, which these rows have.
    quorum = quorum_of(meeting, cast(list[Attendee], rows), lambda row: row.is_here)  # type: ignore[attr-defined]
    marked = {row.id: row.arrived_at for row in rows if row.arrived_at}
    return Counts(Counter(row.state for row in rows), quorum), marked


class Arrival(NamedTuple):
    """Somebody who came, for the wall."""

    name: str
    unit: str
    arrived_at: datetime


def latest_arrivals(meeting_id: int, most: int = 8) -> list[Arrival]:
    """Who came last, the latest first."""
    rows = db.session.scalars(
        select(CheckIn)
        .join(CheckIn.attendee).outerjoin(Attendee.person).outerjoin(Attendee.guest).outerjoin(Person.department)
        .options(
            contains_eager(CheckIn.attendee).contains_eager(Attendee.person).contains_eager(Person.department),
            contains_eager(CheckIn.attendee).contains_eager(Attendee.guest),
        )
        .where(Attendee.meeting_id == meeting_id, CheckIn.voided_at.is_(None))
        .order_by(CheckIn.arrived_at.desc(), CheckIn.id.desc())
        .limit(most)
    ).all()
    return [Arrival(row.attendee.name, row.attendee.unit, row.arrived_at) for row in rows]


def marks_of(attendee_id: int) -> Sequence[CheckIn]:
    """All marks that were ever made of somebody, the latest first, with who made and who voided them."""
    voider = aliased(Person)
    return db.session.scalars(
        select(CheckIn)
        .outerjoin(CheckIn.voided_by.of_type(voider))
        .options(joinedload(CheckIn.by), contains_eager(CheckIn.voided_by.of_type(voider)))
        .where(CheckIn.attendee_id == attendee_id)
        .order_by(CheckIn.id.desc())
    ).all()


def standing_mark(attendee_id: int, *, lock: bool = False) -> CheckIn | None:
    """The mark that stands; with `lock` nobody else voids or changes it until the end of this transaction."""
    query = (
        select(CheckIn)
        .where(CheckIn.attendee_id == attendee_id, CheckIn.voided_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def attendee_in(meeting_id: int, attendee_id: int) -> Attendee | None:
    """Somebody of that meeting, with person and guest. One statement."""
    return db.session.scalars(
        select(Attendee)
        .options(joinedload(Attendee.person), joinedload(Attendee.guest))
        .where(Attendee.id == attendee_id, Attendee.meeting_id == meeting_id)
    ).one_or_none()


def guest_with(meeting_id: int, email: str) -> Attendee | None:
    """The guest of that meeting who is written to at that address; nobody if two are."""
    found = db.session.scalars(
        select(Attendee)
        .join(Attendee.guest)
        .options(contains_eager(Attendee.guest))
        .where(Attendee.meeting_id == meeting_id, Guest.email == email.strip().lower(), Guest.email != "")
    ).all()
    return found[0] if len(found) == 1 else None


def meeting_with_code(code: str) -> Meeting | None:
    """The meeting on whose wall that code stands. One statement; few meetings have a wall at the same time."""
    now = clock.now()
    near = db.session.scalars(
        select(Meeting)
        .options(joinedload(Meeting.kind))
        .where(
            Meeting.check_in_key.is_not(None), Meeting.starts_at > now - 2 * DAY, Meeting.starts_at < now + DAY,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at)
    )
    return next(
        (meeting for meeting in near if is_open(meeting, now) and is_code(meeting.check_in_key, meeting.id, code, now)),
        None,
    )


def note_of(attendee_id: int) -> AbsenceNote | None:
    return db.session.get(AbsenceNote, attendee_id)


def notes_in(meeting_id: int) -> dict[int, AbsenceNote]:
    """What was written down of those who were late or absent, by attendee. One statement."""
    follower = aliased(Person)
    notes = db.session.scalars(
        select(AbsenceNote)
        .join(AbsenceNote.attendee)
        .outerjoin(AbsenceNote.followed_up_by.of_type(follower))
        .options(
            joinedload(AbsenceNote.noted_by), contains_eager(AbsenceNote.followed_up_by.of_type(follower)),
        )
        .where(Attendee.meeting_id == meeting_id)
    )
    return {note.attendee_id: note for note in notes}


def person_with_badge(meeting_id: int, badge: str) -> Attendee | None:
    """Whose own card this is, if they are in the meeting."""
    return db.session.scalars(
        select(Attendee)
        .join(Attendee.person)
        .options(contains_eager(Attendee.person))
        .where(Attendee.meeting_id == meeting_id, Person.badge == badge)
    ).one_or_none()


def absences_to_ask_about(now: datetime, most: int) -> Sequence[int]:
    """Meetings that are closed, or over for a day, where people were marked and those missing were not asked why."""
    marked = (
        select(CheckIn.id).join(Attendee, Attendee.id == CheckIn.attendee_id)
        .where(Attendee.meeting_id == Meeting.id, CheckIn.voided_at.is_(None)).exists()
    )
    return db.session.scalars(
        select(Meeting.id)
        .where(
            Meeting.starts_at > now - 14 * DAY, Meeting.ends_at <= now, Meeting.absences_asked_at.is_(None),
            Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None), Meeting.announced_at.is_not(None),
            or_(Meeting.closed_at.is_not(None), Meeting.ends_at <= now - DAY), marked,
        )
        .order_by(Meeting.id)
        .limit(most)
    ).all()
