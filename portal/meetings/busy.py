"""When meetings keep people busy."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, case, select

from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Confidentiality, Meeting
from portal.rooms.busy import Busy
from portal.rooms.models import LONGEST

UNSURE = (Answer.TENTATIVE, Answer.WAITING)

_meeting, _attendee = Meeting.__table__.c, Attendee.__table__.c
# Announced and standing, at that time; a meeting lasts no longer than its booking.
_STANDS = (
    _meeting.starts_at < bindparam("ends_at"), _meeting.starts_at > bindparam("a_day_before"),
    _meeting.ends_at > bindparam("starts_at"), _meeting.cancelled_at.is_(None), _meeting.postponed_at.is_(None),
    _meeting.announced_at.is_not(None),
)
# `rooms` says it to nobody but the person who attends, who may know; of a secret meeting not even that is asked.
_TITLE = case((_meeting.confidentiality != Confidentiality.SECRET, _meeting.subject))
_ATTENDED = (
    select(_attendee.person_id, _meeting.starts_at, _meeting.ends_at, _TITLE, _attendee.answer)
    .select_from(Attendee.__table__.join(Meeting.__table__, _attendee.meeting_id == _meeting.id))
    .where(
        _attendee.person_id.in_(bindparam("person_ids", expanding=True)), _attendee.invited_at.is_not(None),
        _attendee.answer.not_in([Answer.DECLINED, Answer.DELEGATED]), *_STANDS,
    )
)


def attended(person_ids: Collection[int], starts_at: datetime, ends_at: datetime) -> Iterable[Busy]:
    """The announced meetings that these people were told of and have not declined. One statement.

    Who only organizes a meeting is busy by its booking.
    """
    span = {"starts_at": starts_at, "a_day_before": starts_at - LONGEST, "ends_at": ends_at}
    rows = db.session.execute(_ATTENDED, {**span, "person_ids": list(person_ids)})
    return [Busy(*row[:4], is_tentative=row.answer in UNSURE) for row in rows]
