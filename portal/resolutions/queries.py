"""Reading resolutions: the board, those of a meeting, mine."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.accounts.models import Person
from portal.core.db import db
from portal.meetings import seeing
from portal.meetings.models import Attendee, Confidentiality, Meeting
from portal.resolutions import policy
from portal.resolutions.models import Light, ProgressReport, Resolution, due_spans
from portal.web.addresses import record_number

OPEN, ANY = "open", "any"
LIGHTS = (OPEN, *Light, ANY)
WHOSE = ("all", "mine", "department")


@dataclass(frozen=True)
class Wanted:
    """What the board is asked for; what makes no sense is as if it had not been asked."""

    whose: str = "all"
    light: str = OPEN
    department_id: int | None = None

    @classmethod
    def from_address(cls, arguments: Any) -> "Wanted":
        whose, light = arguments.get("whose", ""), arguments.get("light", "")
        return cls(
            whose if whose in WHOSE else "all",
            light if light in LIGHTS else OPEN,
            arguments.get("department", type=record_number),
        )


def shines(light: str, today: date) -> ColumnElement[bool]:
    """`Resolution.light` in SQL, by the same spans; also `open` (every light but grey) and `any`."""
    if light == ANY:
        return true()
    if light == Light.GREY:
        return Resolution.closed_at.is_not(None)
    is_open = Resolution.closed_at.is_(None)
    if light == OPEN:
        return is_open
    return and_(is_open, Resolution.due_on.between(*due_spans(today)[Light(light)]))


def seen_by(actor: Person) -> ColumnElement[bool]:
    """`policy.may_see` in SQL."""
    of_department = Resolution.department_id == actor.department_id
    no_secret = Resolution.meeting_id.in_(select(Meeting.id).where(Meeting.confidentiality != Confidentiality.SECRET))
    return or_(
        no_secret if policy.may_see_all(actor) else and_(no_secret, of_department),
        Resolution.owner_id == actor.id,
        Resolution.created_by_id == actor.id,
        *([of_department] if policy.heads(actor, actor.department_id) else []),
        Resolution.meeting_id.in_(select(Meeting.id).where(Meeting.organizer_id == actor.id)),
        Resolution.meeting_id.in_(_meetings_told_to(actor)),
    )


def hidden_from(actor: Person, resolution_ids: Iterable[int]) -> set[int]:
    """Which of these are of a secret meeting and not for the actor, so that the log tells them nothing. One statement.

    Overseers read the log of what they may not see.
    """
    secret = select(Meeting.id).where(Meeting.confidentiality == Confidentiality.SECRET)
    hidden = select(Resolution.id).where(
        Resolution.id.in_(list(resolution_ids)), Resolution.meeting_id.in_(secret),
        Resolution.id.not_in(select(Resolution.id).where(seen_by(actor))),
    )
    return set(db.session.scalars(hidden))


def hidden_meetings(actor: Person, resolutions: Iterable[Resolution]) -> set[int]:
    """The ids of the secret meetings of these that the actor may not know of. One statement at most."""
    secret = {resolution.meeting_id for resolution in resolutions if resolution.meeting.is_secret}
    return seeing.hidden_from(actor, secret) if secret else set()


def _meetings_told_to(actor: Person) -> Select[int]:
    return select(Attendee.meeting_id).where(Attendee.person_id == actor.id, Attendee.invited_at.is_not(None))


def _belongs(actor: Person, wanted: Wanted) -> ColumnElement[bool]:
    """What the actor may see of what was asked for, in any light."""
    found = [seen_by(actor)]
    if wanted.whose == "mine":
        found.append(Resolution.owner_id == actor.id)
    if wanted.whose == "department":
        found.append(Resolution.department_id == actor.department_id)
    if wanted.department_id is not None and policy.may_see_all(actor):
        found.append(Resolution.department_id == wanted.department_id)
    return and_(*found)


def board(actor: Person, wanted: Wanted, today: date) -> Select[Resolution]:
    """What was asked for, with meeting, department and owner, by due day; of what is done the last first."""
    due = Resolution.due_on.desc() if wanted.light == Light.GREY else Resolution.due_on
    return (
        select(Resolution)
        .options(joinedload(Resolution.meeting, innerjoin=True), *_named())
        .where(_belongs(actor, wanted), shines(wanted.light, today))
        .order_by(due, Resolution.id)
    )


def _named() -> tuple[ORMOption, ORMOption]:
    return joinedload(Resolution.department, innerjoin=True), joinedload(Resolution.owner, innerjoin=True)


def light_counts(actor: Person, wanted: Wanted, today: date) -> dict[Light, int]:
    """How many of each light there are of what was asked for, most urgent first. One statement."""
    lights = (*due_spans(today), Light.GREY)
    counts = db.session.execute(
        select(*(func.count().filter(shines(light, today)) for light in lights))
        .select_from(Resolution)
        .where(_belongs(actor, wanted))
    ).one()
    return dict(zip(lights, counts, strict=True))


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
        .options(*_named())
        .where(Resolution.meeting_id == meeting_id)
        .order_by(Resolution.id)
    ).all()


def owed_by(actor: Person, limit: int) -> Sequence[Resolution]:
    """Open resolutions that the actor owns, and those of the department that the actor heads. One statement.

    The order of due days is that of the lights: red, yellow, green.
    """
    owes: ColumnElement[bool] = Resolution.owner_id == actor.id
    if policy.heads(actor, actor.department_id):
        owes = or_(owes, Resolution.department_id == actor.department_id)
    return db.session.scalars(
        select(Resolution)
        .options(*_named())
        .where(owes, Resolution.closed_at.is_(None))
        .order_by(Resolution.due_on, Resolution.id)
        .limit(limit)
    ).all()


def with_facts() -> tuple[ORMOption, ...]:
    """What the page of one resolution names, to be loaded along with it."""
    return (
        *_named(),
        joinedload(Resolution.meeting, innerjoin=True),
        joinedload(Resolution.agenda_item),
        joinedload(Resolution.created_by, innerjoin=True),
        joinedload(Resolution.closed_by),
    )


def reports_of(resolution_id: int) -> Sequence[ProgressReport]:
    """How it went, the newest report first, with who wrote it. One statement."""
    return db.session.scalars(
        select(ProgressReport)
        .options(joinedload(ProgressReport.reporter, innerjoin=True))
        .where(ProgressReport.resolution_id == resolution_id)
        .order_by(ProgressReport.id.desc())
    ).all()
