"""Open items of a body at its next meeting.

A meeting may say which body meets. The body of another recurring one is its series; else it is all meetings of the same
kind and department. What its earlier meetings resolved and nobody has ended yet comes before the next one by itself.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import clock
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings import policy as meetings
from portal.meetings import seeing
from portal.meetings.models import Confidentiality, Meeting
from portal.resolutions import policy, queries
from portal.resolutions.commands import lock, take
from portal.resolutions.models import Resolution
from portal.supervision.models import CarryOver


class Item(NamedTuple):
    """One open item: what was said of it at this meeting, if anything was, and when it was last reported on."""

    resolution: Resolution
    carried: CarryOver | None
    reported_at: datetime | None


def may_carry(actor: Person, meeting: Meeting) -> bool:
    """Whoever keeps the record of the meeting."""
    return meetings.may_record(actor, meeting)


def is_noted(meeting: Meeting) -> bool:
    """Whether its open items can still be noted on: from its notice until it is closed."""
    return policy.takes_resolutions(meeting) and meeting.closed_at is None


def earlier_of(meeting: Meeting) -> ColumnElement[bool] | None:
    """The condition on earlier meetings of the same body; none if it is of no body."""
    if meeting.body_id is not None:
        same = Meeting.body_id == meeting.body_id
    elif meeting.series_id is not None:
        same = Meeting.series_id == meeting.series_id
    elif meeting.kind_id is not None:
        same = and_(
            Meeting.kind_id == meeting.kind_id, Meeting.department_id.is_not_distinct_from(meeting.department_id)
        )
    else:
        return None
    return and_(same, Meeting.starts_at < meeting.starts_at, Meeting.id != meeting.id)


def items_of(meeting: Meeting, actor: Person) -> list[Item]:
    """What of earlier meetings is open, and what was noted here already, by due day. Two statements at most.

    Of a closed meeting only what was noted at it.
    """
    earlier = earlier_of(meeting)
    if earlier is None or meeting.cancelled_at is not None:
        return []
    is_open = Resolution.stands() if meeting.closed_at is None else CarryOver.resolution_id.is_not(None)
    here = and_(CarryOver.resolution_id == Resolution.id, CarryOver.meeting_id == meeting.id)
    rows = db.session.execute(
        select(Resolution, CarryOver)
        .join(Resolution.meeting)
        .outerjoin(CarryOver, here)
        .options(
            contains_eager(Resolution.meeting), joinedload(Resolution.department, innerjoin=True),
            joinedload(Resolution.owner, innerjoin=True),
        )
        .where(earlier, or_(is_open, CarryOver.resolution_id.is_not(None)), queries.seen_by(actor))
        .order_by(Resolution.due_on, Resolution.id)
    ).all()
    reported = queries.last_reports([row[0].id for row in rows]) if rows else {}
    return [Item(row[0], row[1], reported.get(row[0].id)) for row in rows]


def carried_of(meeting_id: int, actor: Person | None = None) -> Sequence[tuple[Resolution, str]]:
    """What was put before that meeting and goes on, with what was said of it; with owner and department.

    Without an actor, what may be told to everybody who may know of the meeting: unless it is secret itself, so that
    only those know of it before whom the item was put, nothing that is secret. One statement.
    """
    is_secret = select(Meeting.id).where(
        Meeting.id == meeting_id, Meeting.confidentiality == Confidentiality.SECRET
    ).exists()
    seen = queries.seen_by(actor) if actor else or_(not_(queries.is_secret()), is_secret)
    rows = db.session.execute(
        select(Resolution, CarryOver.words)
        .join(CarryOver, CarryOver.resolution_id == Resolution.id)
        .options(joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True))
        .where(CarryOver.meeting_id == meeting_id, seen)
        .order_by(Resolution.due_on, Resolution.id)
    )
    return [(row[0], row[1]) for row in rows]


def put_before(resolution: Resolution, actor: Person) -> Sequence[CarryOver]:
    """At which later meetings it was put before, the last first, as far as the actor knows of them. One statement."""
    return db.session.scalars(
        select(CarryOver)
        .join(CarryOver.meeting)
        .options(contains_eager(CarryOver.meeting), joinedload(CarryOver.by, innerjoin=True))
        .where(CarryOver.resolution_id == resolution.id, seeing.seen_by(actor))
        .order_by(Meeting.starts_at.desc())
    ).all()


def carry_over(actor: Person, meeting: Meeting, resolution: Resolution, words: str = "") -> CarryOver:
    """Note that it was put before the meeting and goes on, or word anew what was said of it.

    Raises NotAllowed, or DomainError if it has ended, the meeting is closed, or is none of the same body.
    """
    allow(may_carry(actor, meeting))
    _insist_noted(meeting)
    take(resolution)
    _insist_of_body(meeting, resolution)
    made = db.session.get(CarryOver, (resolution.id, meeting.id))
    if made is None:
        made = CarryOver(resolution=resolution, meeting=meeting)
        db.session.add(made)
    made.words, made.by, made.at = words, actor, clock.now()
    db.session.flush()
    record(actor, "resolution.carried", resolution)
    return made


def take_back(actor: Person, meeting: Meeting, resolution: Resolution) -> None:
    """It was not put before the meeting after all. Raises NotAllowed, or DomainError if the meeting is closed."""
    allow(may_carry(actor, meeting))
    _insist_noted(meeting)
    lock(resolution)
    made = db.session.get(CarryOver, (resolution.id, meeting.id))
    if made is None:
        return
    db.session.delete(made)
    db.session.flush()
    record(actor, "resolution.not_carried", resolution)


def _insist_noted(meeting: Meeting) -> None:
    # So that it is not closed meanwhile.
    db.session.refresh(meeting, with_for_update={"key_share": True})
    if not is_noted(meeting):
        raise DomainError(_("Open items are noted from the notice of a meeting until it is closed."))


def _insist_of_body(meeting: Meeting, resolution: Resolution) -> None:
    earlier = earlier_of(meeting)
    is_of_body = earlier is not None and db.session.scalar(
        select(Meeting.id).where(earlier, Meeting.id == resolution.meeting_id)
    )
    if not is_of_body:
        raise DomainError(_("This was not resolved at an earlier meeting of the same body."))
