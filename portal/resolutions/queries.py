"""Reading resolutions: who sees which, in which light; those of a meeting, mine."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings import seeing
from portal.meetings.models import Attendee, Confidentiality, Meeting
from portal.resolutions import policy
from portal.resolutions.lights import Light, due_spans
from portal.resolutions.models import ProgressReport, Resolution, resolution_assistance

OPEN, ANY = "open", "any"


def shines(light: str, today: date) -> ColumnElement[bool]:
    """`Resolution.light` in SQL, by the same spans; also `open` (every light but grey) and `any`."""
    if light == ANY:
        return true()
    if light == Light.GREY:
        return not_(Resolution.stands())
    if light == OPEN:
        return Resolution.stands()
    if light == Light.BLUE:
        return and_(Resolution.stands(), Resolution.paused_at.is_not(None))
    return and_(Resolution.stands(), Resolution.paused_at.is_(None), _runs_with(Light(light), today))


def _runs_with(light: Light, today: date) -> ColumnElement[bool]:
    """By its days alone, with a missed report turning green into yellow."""
    spans = due_spans(today)
    due = Resolution.due_on.between(*spans[light])
    misses = and_(Resolution.report_by.is_not(None), Resolution.report_by < today)
    if light == Light.GREEN:
        return and_(due, not_(misses))
    return or_(due, and_(Resolution.due_on.between(*spans[Light.GREEN]), misses)) if light == Light.YELLOW else due


def is_secret() -> ColumnElement[bool]:
    """`Resolution.is_secret` in SQL."""
    secret = select(Meeting.id).where(Meeting.confidentiality == Confidentiality.SECRET)
    return or_(
        and_(Resolution.meeting_id.is_not(None), Resolution.meeting_id.in_(secret)),
        and_(Resolution.meeting_id.is_(None), Resolution.is_confidential),
    )


def seen_by(actor: Person) -> ColumnElement[bool]:
    """`policy.may_see` in SQL."""
    of_department = Resolution.department_id == actor.department_id
    no_secret, headed = not_(is_secret()), policy.headed_by(actor)
    assisted = select(resolution_assistance.c.resolution_id).where(resolution_assistance.c.department_id.in_(headed))
    return or_(
        no_secret if policy.may_see_all(actor) else and_(no_secret, of_department),
        Resolution.owner_id == actor.id,
        Resolution.created_by_id == actor.id,
        Resolution.instructed_by_id == actor.id,
        *([Resolution.department_id.in_(headed), Resolution.id.in_(assisted)] if headed else []),
        *([Resolution.meeting_id.is_(None)] if actor.has_role(*policy.SUPERVISORS) else []),
        Resolution.meeting_id.in_(select(Meeting.id).where(Meeting.organizer_id == actor.id)),
        Resolution.meeting_id.in_(_meetings_told_to(actor)),
    )


def hidden_from(actor: Person, resolution_ids: Iterable[int]) -> set[int]:
    """Which of these are secret and not for the actor, so that the log tells them nothing. One statement.

    Overseers read the log of what they may not see.
    """
    hidden = select(Resolution.id).where(
        Resolution.id.in_(list(resolution_ids)), is_secret(),
        Resolution.id.not_in(select(Resolution.id).where(seen_by(actor))),
    )
    return set(db.session.scalars(hidden))


def hidden_meetings(actor: Person, resolutions: Iterable[Resolution]) -> set[int]:
    """The ids of the secret meetings of these that the actor may not know of. One statement at most."""
    secret = {one.meeting_id for one in resolutions if one.meeting_id is not None and one.is_secret}
    return seeing.hidden_from(actor, secret) if secret else set()


def _meetings_told_to(actor: Person) -> Select[int]:
    return select(Attendee.meeting_id).where(Attendee.person_id == actor.id, Attendee.invited_at.is_not(None))


def named() -> tuple[ORMOption, ORMOption]:
    """Department and owner, to be loaded along."""
    return joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True)


def last_reports(ids: Collection[int]) -> dict[int, datetime]:
    """When each of these resolutions was last reported on, if ever. One statement."""
    rows = db.session.execute(
        select(ProgressReport.resolution_id, func.max(ProgressReport.reported_at))
        .where(ProgressReport.resolution_id.in_(ids))
        .group_by(ProgressReport.resolution_id)
    )
    return {row[0]: row[1] for row in rows}


def of_meeting(meeting_id: int) -> Sequence[Resolution]:
    """What the meeting resolved, in the order of writing. One statement."""
    return db.session.scalars(
        select(Resolution)
        .options(*named())
        .where(Resolution.meeting_id == meeting_id)
        .order_by(Resolution.id)
    ).all()


def owed_by(actor: Person, limit: int) -> Sequence[Resolution]:
    """Open resolutions that the actor owns, and those of the department that the actor heads. One statement.

    The order of due days is that of the lights: red, yellow, green.
    """
    headed = policy.headed_by(actor)
    owes: ColumnElement[bool] = Resolution.owner_id == actor.id
    if headed:
        owes = or_(owes, Resolution.department_id.in_(headed))
    return db.session.scalars(
        select(Resolution)
        .options(*named())
        .where(owes, Resolution.stands(), Resolution.issued_at.is_not(None))
        .order_by(Resolution.due_on, Resolution.id)
        .limit(limit)
    ).all()


def with_facts() -> tuple[ORMOption, ...]:
    """What the page of one resolution names, to be loaded along with it."""
    return (
        *named(),
        joinedload(Resolution.meeting),
        joinedload(Resolution.agenda_item),
        joinedload(Resolution.created_by, innerjoin=True),
        joinedload(Resolution.instructed_by),
        joinedload(Resolution.reviewed_by),
        joinedload(Resolution.closed_by),
    )
