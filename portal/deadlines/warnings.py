"""Warning those who prepare a meeting before a last moment has passed, and once it has: of each once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import or_, select

from portal.accounts import queries as accounts
from portal.accounts.models import Person, Role
from portal.core import clock
from portal.core.db import db
from portal.deadlines import queries, words
from portal.deadlines.calendar import Line, State, calendars
from portal.deadlines.commands import TIMETABLE
from portal.deadlines.models import DeadlineWarning, Stage
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.notifications.commands import tell

EVERY = timedelta(minutes=30)
# How far from now a meeting may be for one of its last moments to be near: twenty working days and holidays.
AROUND = timedelta(days=60)
MOST = 500  # in one round; what is left comes in the next

STAGES = {State.NEAR: Stage.NEAR, State.MISSED: Stage.MISSED}


def warn_due() -> None:
    """Tell organizers what has become near or was missed, and the meeting office what was missed.

    For the worker: the meetings are claimed, so that several may do it at once.
    """
    owed = _owed(_around())
    if not owed:
        return
    claimed = db.session.scalars(
        select(Meeting).where(Meeting.id.in_(owed)).order_by(Meeting.id)
        .with_for_update(skip_locked=True, key_share=True, of=Meeting)
    ).all()
    # Read again: another worker may have told of some while this one waited.
    office = accounts.with_role(Role.MEETING_OFFICE)
    for meeting_id, lines in _owed(claimed).items():
        _warn(lines[0].meeting, lines, office)
        _note(meeting_id, lines)
    db.session.flush()


def _around() -> Sequence[Meeting]:
    """Meetings that are prepared or were held lately; of a draft whose time has passed nothing is expected."""
    now = clock.now()
    query = queries.running(
        Meeting.starts_at > now - AROUND, Meeting.starts_at < now + AROUND,
        or_(Meeting.announced_at.is_not(None), Meeting.starts_at > now),
    )
    return db.session.scalars(query.limit(MOST)).all()


def _owed(found: Iterable[Meeting]) -> Mapping[int, list[Line]]:
    """What is near or missed and was not told of yet, by meeting."""
    late = {
        meeting_id: [line for line in lines if line.state in STAGES]
        for meeting_id, lines in calendars(found).items()
    }
    told = {
        (one.meeting_id, one.requirement, one.stage, one.due_at)
        for one in db.session.scalars(select(DeadlineWarning).where(DeadlineWarning.meeting_id.in_(late)))
    } if late else set()
    owed: dict[int, list[Line]] = defaultdict(list)
    for meeting_id, lines in late.items():
        for line in lines:
            if (meeting_id, line.requirement.key, STAGES[line.state], line.due_at) not in told:
                owed[meeting_id].append(line)
    return owed


def _warn(meeting: Meeting, lines: Sequence[Line], office: Sequence[Person]) -> None:
    tell([meeting.organizer], "timetable.warned", TIMETABLE, meeting, partial(words.warning, meeting, lines))
    missed = [line for line in lines if line.state == State.MISSED]
    others = [one for one in office if one.id != meeting.organizer_id and meetings.may_see(one, meeting)]
    if missed:
        tell(others, "timetable.missed", TIMETABLE, meeting, partial(words.warning, meeting, missed))


def _note(meeting_id: int, lines: Sequence[Line]) -> None:
    db.session.add_all(
        DeadlineWarning(
            meeting_id=meeting_id, requirement=line.requirement.key, stage=STAGES[line.state], due_at=line.due_at,
            at=clock.now(),
        )
        for line in lines
    )
