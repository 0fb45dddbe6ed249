"""A meeting that runs: which line is on, and since when. Every step names the line that its actor saw as current.

So a key pressed twice, or on two devices, is one step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.accounts.models import Person
from portal.agenda import policy, queries
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import gettext as _
from portal.meetings import phases
from portal.meetings.changing import insist_standing, lock
from portal.meetings.models import AgendaItem, Meeting

NOTHING = timedelta()


@dataclass(frozen=True)
class Course:
    """How far a meeting is at an instant."""

    items: Sequence[AgendaItem]
    now: datetime

    @property
    def current(self) -> AgendaItem | None:
        """The line that is on."""
        return next((item for item in self.items if item.started_at and not item.ended_at), None)

    @property
    def next(self) -> AgendaItem | None:
        """What comes after it: the next that was not on yet; at the end what was left out before."""
        ahead = [item for item in self.items if item.started_at is None]
        after = [item for item in ahead if self.current is None or item.position > self.current.position]
        return next(iter(after or ahead), None)

    @property
    def last(self) -> AgendaItem | None:
        """The line that was on before the current one."""
        over = [item for item in self.items if item.ended_at]
        return max(over, key=lambda item: (item.ended_at, item.started_at, item.position), default=None)

    def used(self, item: AgendaItem) -> timedelta:
        """How long the line has been on."""
        return (item.ended_at or self.now) - item.started_at if item.started_at else NOTHING

    def left(self, item: AgendaItem) -> timedelta | None:
        """What it has left, below zero when it runs over; None if nobody said how long it takes."""
        return timedelta(minutes=item.minutes) - self.used(item) if item.minutes else None

    @property
    def expected_end(self) -> datetime:
        """When it will be over if each line ahead takes its minutes."""
        ahead = sum((timedelta(minutes=item.minutes or 0) for item in self.items if item.started_at is None), NOTHING)
        left = self.left(self.current) if self.current else None
        return self.now + max(left or NOTHING, NOTHING) + ahead

    @property
    def done(self) -> int:
        return sum(1 for item in self.items if item.ended_at)


def course_of(meeting: Meeting) -> Course:
    """How far the meeting is now. One statement."""
    return Course(queries.lines_of(meeting.id), clock.now())


def start_line(actor: Person, meeting: Meeting, item_id: int, *, current: int | None) -> Course:
    """Go to that line; the one that is on ends. One that was on before keeps the time that it has used.

    The first line that begins starts the meeting. Raises NotAllowed, Missing, or DomainError as `phases.start` does.
    """

    def step(course: Course) -> None:
        item = next((one for one in course.items if one.id == item_id), None)
        if item is None:
            raise Missing(_("There is no such line any more."))
        _end(course)
        _begin(actor, meeting, item, course)

    return _step(actor, meeting, current, step)


def next_line(actor: Person, meeting: Meeting, *, current: int | None) -> Course:
    """End the line that is on, and begin the next if there is one; the first starts the meeting."""

    def step(course: Course) -> None:
        following = course.next
        _end(course)
        if following is not None:
            _begin(actor, meeting, following, course)
        elif course.items:
            record(actor, "meeting.lines_done", meeting)
        elif meeting.started_at is None:
            phases.start(actor, meeting)

    return _step(actor, meeting, current, step)


def back(actor: Person, meeting: Meeting, *, current: int | None) -> Course:
    """Go back to the line before, as if it had never ended: its clock goes on from when it began."""

    def step(course: Course) -> None:
        now_on, before = course.current, course.last
        if now_on is not None:
            now_on.started_at = None
        if before is not None:
            before.ended_at = None
        if now_on is not None or before is not None:
            record(actor, "meeting.line_back", meeting, line=before.title if before else "")

    return _step(actor, meeting, current, step)


def finish(actor: Person, meeting: Meeting, *, current: int | None) -> Course:
    """End the line that is on, and with it the meeting."""

    def step(course: Course) -> None:
        _end(course)
        db.session.flush()
        phases.end(actor, meeting)

    return _step(actor, meeting, current, step)


def end_line(actor: Person, meeting: Meeting, *, current: int | None) -> Course:
    """End the line that is on, and begin none: for a break."""

    def step(course: Course) -> None:
        on = course.current
        _end(course)
        if on is not None:
            record(actor, "meeting.line_ended", meeting, line=on.title)

    return _step(actor, meeting, current, step)


def _step(actor: Person, meeting: Meeting, current: int | None, step: Callable[[Course], None]) -> Course:
    """Take the step under the meeting's lock, unless another line is on than its actor saw."""
    allow(policy.may_run(actor, meeting))
    lock(meeting)
    insist_standing(meeting)
    if meeting.ended_at is not None:
        raise DomainError(_("This meeting has ended already."))
    course = Course(queries.lines_anew(meeting.id), clock.now())
    on = course.current
    if (on.id if on else None) == current:
        step(course)
        db.session.flush()
        db.session.expire(meeting, ["agenda"])
    return course


def _end(course: Course) -> None:
    for item in course.items:
        if item.started_at and not item.ended_at:
            item.ended_at = course.now


def _begin(actor: Person, meeting: Meeting, item: AgendaItem, course: Course) -> None:
    if meeting.started_at is None:
        phases.start(actor, meeting)
    item.started_at, item.ended_at = course.now - course.used(item), None
    record(actor, "meeting.line_started", meeting, line=item.title)
