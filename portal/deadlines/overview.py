"""The next last moments of all meetings under a regulation, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.deadlines import queries
from portal.deadlines.calendar import Line, State, calendars
from portal.deadlines.warnings import AROUND
from portal.meetings.models import Meeting
from portal.meetings.seeing import seen_by

# As many meetings are looked at, those that are soonest.
MOST = 400
# Days ahead that may be asked for.
SPANS = (3, 7, 14, 30)
USUAL = 7
URGENT = (State.MISSED, State.NEAR, State.AHEAD)


@dataclass(frozen=True)
class Row:
    """A meeting with what of it is missed or comes next, in order."""

    meeting: Meeting
    lines: Sequence[Line]

    @property
    def missed(self) -> int:
        return sum(line.state == State.MISSED for line in self.lines)


def rows(actor: Person, days: int) -> list[Row]:
    """Meetings that the actor may know of with something missed, or due within so many days: most missed first.

    A constant number of statements.
    """
    now = clock.now()
    found = db.session.scalars(
        queries.running(
            Meeting.starts_at > now - AROUND, Meeting.starts_at < now + AROUND, seen_by(actor),
            or_(Meeting.announced_at.is_not(None), Meeting.starts_at > now),
        ).limit(MOST)
    ).all()
    until, lines = now + timedelta(days=days), calendars(found)
    made = [
        Row(one, [line for line in lines[one.id] if line.state in URGENT and line.due_at <= until])
        for one in found if one.id in lines
    ]
    return sorted((row for row in made if row.lines), key=_worst_first)


def _worst_first(row: Row) -> tuple[int, datetime, int]:
    return -row.missed, row.lines[0].due_at, row.meeting.id
