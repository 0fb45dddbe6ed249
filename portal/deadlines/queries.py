"""Which waivers stand, and which meetings are under a profile."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.deadlines.models import Waiver
from portal.meetings.models import Meeting, MeetingKind


def waivers_of(meeting_ids: Iterable[int]) -> Mapping[int, Sequence[Waiver]]:
    """The waivers that stand, with who gave them, by meeting. One statement."""
    found: dict[int, list[Waiver]] = defaultdict(list)
    query = _waivers(list(meeting_ids)).where(Waiver.revoked_at.is_(None))
    for waiver in db.session.scalars(query):
        found[waiver.meeting_id].append(waiver)
    return found


def all_waivers(meeting_id: int) -> Sequence[Waiver]:
    """Those that were taken back, too. One statement."""
    return db.session.scalars(_waivers([meeting_id])).all()


def _waivers(meeting_ids: Sequence[int]) -> Select[Waiver]:
    return (
        select(Waiver)
        .options(joinedload(Waiver.by, innerjoin=True), joinedload(Waiver.revoked_by))
        .where(Waiver.meeting_id.in_(meeting_ids))
        .order_by(Waiver.id)
    )


def running(*conditions: ColumnElement[bool]) -> Select[Meeting]:
    """Meetings under a profile that are neither closed nor called off nor postponed, the soonest first."""
    return (
        select(Meeting)
        .join(Meeting.kind)
        .options(joinedload(Meeting.kind), joinedload(Meeting.organizer, innerjoin=True))
        .where(
            MeetingKind.profile != "", Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None),
            Meeting.closed_at.is_(None), *conditions,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )


def kinds_under_profiles() -> Sequence[MeetingKind]:
    """The kinds in use for whose meetings a regulation holds, by name. One statement."""
    return db.session.scalars(
        select(MeetingKind)
        .where(MeetingKind.profile != "", MeetingKind.retired_at.is_(None))
        .order_by(MeetingKind.name)
    ).all()
