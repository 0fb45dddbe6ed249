"""How somebody stands on the day: computed from mark, answer and clock inside the database, never stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_

from portal.answers.models import LeaveRequest, Outcome
from portal.attendance.models import CheckIn
from portal.attendance.policy import MUST_COME
from portal.core.epochs import epoch
from portal.meetings.kinds import ORDINARY
from portal.meetings.models import Answer, Attendee, Meeting, MeetingKind


class State(StrEnum):
    """What can be said of somebody, in the order of lists."""

    PRESENT = "present"
    LATE = "late"
    EXPECTED = "expected"
    EXCUSED = "excused"  # absent with leave, with a reason, or by a substitute
    ABSENT = "absent"  # absent without leave
    SPARED = "spared"  # did not have to come, and did not


HERE = frozenset({State.PRESENT, State.LATE})

IS_MARK = and_(CheckIn.attendee_id == Attendee.id, CheckIn.voided_at.is_(None))
IS_LATE = epoch(CheckIn.arrived_at) > epoch(Meeting.starts_at) + 60 * func.coalesce(
    MeetingKind.late_minutes, ORDINARY.late_minutes
)
HAS_LEAVE = exists().where(LeaveRequest.attendee_id == Attendee.id, LeaveRequest.outcome == Outcome.GRANTED)
# Where leave is granted or refused, a reason alone excuses nobody.
GAVE_REASON = and_(
    Attendee.answer == Answer.DECLINED, Attendee.comment != "",
    or_(MeetingKind.id.is_(None), MeetingKind.leave_needs_approval.is_(False)),
)
MUST = Attendee.part.in_(MUST_COME)


def is_over(now: datetime) -> ColumnElement[bool]:
    return or_(Meeting.ended_at.is_not(None), Meeting.ends_at <= now)


def state_at(now: datetime) -> ColumnElement[str]:
    """The `State`, where Attendee, Meeting, its kind if any, and the standing mark if any, are joined."""
    stays_away = or_(Attendee.answer == Answer.DECLINED, is_over(now))
    return case(
        (and_(CheckIn.id.is_not(None), IS_LATE), literal(State.LATE)),
        (CheckIn.id.is_not(None), literal(State.PRESENT)),
        (or_(Attendee.answer == Answer.DELEGATED, HAS_LEAVE, GAVE_REASON), literal(State.EXCUSED)),
        (Attendee.answer == Answer.WAITING, literal(State.SPARED)),
        (and_(stays_away, MUST), literal(State.ABSENT)),
        (stays_away, literal(State.SPARED)),
        else_=literal(State.EXPECTED),
    )
