"""Reading inspections, findings and violations: registers, and what belongs to one of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from portal.accounts.models import Person
from portal.accounts.queries import house_today
from portal.bodies.models import Body
from portal.core import clock
from portal.core.db import db
from portal.inspections import policy
from portal.inspections.models import Finding, Inspection, Violation
from portal.meetings.models import Meeting
from portal.meetings.seeing import seen_by
from portal.resolutions.models import Resolution
from portal.resolutions.policy import headed_by
from portal.resolutions.today import midnight

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """What a register is asked for: days on the organisation's calendar, empty is everything."""

    first: date | None = None
    last: date | None = None
    profile: str = ""
    department_id: int | None = None
    state: str = ""


# --- Inspections ---


def state_of(inspection: Inspection) -> str:
    """`planned`, `late`, `open` (held, with findings open) or `closed`."""
    if inspection.closed_at is not None:
        return "closed"
    if inspection.held_at is not None:
        return "open"
    return "late" if inspection.due_on < house_today() else "planned"


def _inspection_state(state: str) -> ColumnElement[bool]:
    held, today = Inspection.held_at.is_not(None), house_today()
    return {
        "closed": Inspection.closed_at.is_not(None),
        "open": and_(held, Inspection.closed_at.is_(None)),
        "late": and_(not_(held), Inspection.due_on < today),
        "planned": and_(not_(held), Inspection.due_on >= today),
    }.get(state, true())


def _seen_by(actor: Person) -> ColumnElement[bool]:
    """`policy.may_see` in SQL."""
    if policy.may_read_inspections(actor):
        return true()
    return or_(Inspection.inspector_id == actor.id, Inspection.department_id.in_(headed_by(actor)))


def inspections(actor: Person, wanted: Wanted) -> Select[Inspection]:
    """The inspections that the actor may see, the latest due first. One statement for a page, and those of policy."""
    query = (
        select(Inspection)
        .options(joinedload(Inspection.department), joinedload(Inspection.inspector, innerjoin=True))
        .where(_seen_by(actor), _inspection_state(wanted.state))
        .order_by(Inspection.due_on.desc(), Inspection.id.desc())
    )
    if wanted.first:
        query = query.where(Inspection.ends_on >= wanted.first)
    if wanted.last:
        query = query.where(Inspection.starts_on <= wanted.last)
    if wanted.profile:
        query = query.where(Inspection.profile.in_(["", wanted.profile]))
    if wanted.department_id:
        query = query.where(or_(Inspection.department_id.is_(None), Inspection.department_id == wanted.department_id))
    return query


def whole(inspection_id: int) -> Inspection | None:
    """The inspection with its lines and findings. Three statements."""
    return db.session.scalars(
        select(Inspection)
        .options(
            joinedload(Inspection.department), joinedload(Inspection.inspector, innerjoin=True),
            joinedload(Inspection.planned_by, innerjoin=True), selectinload(Inspection.lines),
            selectinload(Inspection.findings).joinedload(Finding.department, innerjoin=True),
        )
        .where(Inspection.id == inspection_id)
    ).one_or_none()


def meetings_between(actor: Person, first: date, last: date, most: int = 200) -> Sequence[Meeting]:
    """The meetings from the first day to the last that the actor may know of, the latest first. One statement."""
    return db.session.scalars(
        select(Meeting)
        .where(
            Meeting.starts_at >= midnight(first), Meeting.starts_at < midnight(last + ONE_DAY),
            Meeting.cancelled_at.is_(None), seen_by(actor),
        )
        .order_by(Meeting.starts_at.desc())
        .limit(most)
    ).all()


# --- Findings ---


def measures_of(finding_ids: Collection[int]) -> dict[int, list[Resolution]]:
    """What was laid down about each of these findings and not withdrawn. One statement, none without findings."""
    if not finding_ids:
        return {}
    rows = db.session.scalars(
        select(Resolution)
        .options(joinedload(Resolution.owner, innerjoin=True), joinedload(Resolution.department, innerjoin=True))
        .where(
            Resolution.source_kind == "finding", Resolution.source_id.in_(finding_ids),
            Resolution.withdrawn_at.is_(None),
        )
        .order_by(Resolution.id)
    )
    found: dict[int, list[Resolution]] = {}
    for one in rows:
        found.setdefault(one.source_id or 0, []).append(one)
    return found


def finding_state(finding: Finding, measures: Iterable[Resolution]) -> str:
    """What it waits for: `cause`, `measure`, `running` (until the measure is closed), `effect`; else `closed`."""
    if finding.closed_at is not None:
        return "closed"
    if not finding.cause:
        return "cause"
    standing = list(measures)
    if not standing:
        return "measure"
    return "running" if any(one.closed_at is None for one in standing) else "effect"


def findings(actor: Person, wanted: Wanted) -> Select[Finding]:
    """The findings that the actor may see, the latest first; `state` is `open`, `closed` or empty."""
    mine = or_(_seen_by(actor), Finding.department_id.in_(headed_by(actor)))
    query = (
        select(Finding)
        .join(Finding.inspection)
        .options(
            joinedload(Finding.inspection, innerjoin=True), joinedload(Finding.department, innerjoin=True),
            joinedload(Finding.body),
        )
        .where(mine)
        .order_by(Finding.closed_at.is_not(None), Finding.id.desc())
    )
    if wanted.state in ("open", "closed"):
        query = query.where(Finding.closed_at.is_(None) if wanted.state == "open" else Finding.closed_at.is_not(None))
    if wanted.profile:
        query = query.where(Inspection.profile.in_(["", wanted.profile]))
    if wanted.department_id:
        query = query.where(Finding.department_id == wanted.department_id)
    return query.where(*_within(Finding.found_at, wanted))


def _within(column: InstrumentedAttribute[datetime], wanted: Wanted) -> list[ColumnElement[bool]]:
    first = [column >= midnight(wanted.first)] if wanted.first else []
    last = [column < midnight(wanted.last + ONE_DAY)] if wanted.last else []
    return [*first, *last]


def open_of_body(body_id: int) -> Sequence[Finding]:
    """What is to be shown at the next meeting of that body, the oldest first. One statement."""
    return db.session.scalars(
        select(Finding)
        .options(joinedload(Finding.inspection, innerjoin=True), joinedload(Finding.department, innerjoin=True))
        .where(Finding.body_id == body_id, Finding.closed_at.is_(None))
        .order_by(Finding.id)
    ).all()


def is_next_of_body(meeting: Meeting) -> bool:
    """Whether it is the next meeting of its body that is not over. One statement at most."""
    now = clock.now()
    if meeting.body_id is None or meeting.cancelled_at is not None or meeting.ends_at <= now:
        return False
    earlier = select(Meeting.id).where(
        Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, Meeting.cancelled_at.is_(None),
        Meeting.ends_at > now, Meeting.starts_at < meeting.starts_at,
    )
    return not db.session.scalar(select(exists(earlier)))


def showing_bodies() -> Sequence[Body]:
    """At whose meetings findings can be shown. One statement."""
    return db.session.scalars(select(Body).where(Body.retired_at.is_(None)).order_by(Body.id)).all()


# --- Violations ---


def violation_state(violation: Violation) -> str:
    """`recorded`, `decided` or `closed`."""
    if violation.closed_at is not None:
        return "closed"
    return "decided" if violation.decided_at is not None else "recorded"


def _violation_state(state: str) -> ColumnElement[bool]:
    return {
        "closed": Violation.closed_at.is_not(None),
        "decided": and_(Violation.decided_at.is_not(None), Violation.closed_at.is_(None)),
        "recorded": Violation.decided_at.is_(None),
    }.get(state, true())


def violations_seen_by(actor: Person) -> ColumnElement[bool]:
    """`policy.may_see_violation` in SQL."""
    if policy.may_read_violations(actor):
        return true()
    return or_(
        Violation.person_id == actor.id, Violation.recorded_by_id == actor.id,
        Violation.department_id.in_(headed_by(actor)),
    )


def violations(actor: Person, wanted: Wanted, prefixes: Sequence[str] = ()) -> Select[Violation]:
    """The violations that the actor may see, the latest first; `prefixes` are those of the profile's clauses."""
    query = (
        select(Violation)
        .options(joinedload(Violation.department, innerjoin=True), joinedload(Violation.person))
        .where(violations_seen_by(actor), _violation_state(wanted.state), *_within(Violation.recorded_at, wanted))
        .order_by(Violation.id.desc())
    )
    if prefixes:
        query = query.where(or_(*(Violation.clause.startswith(prefix, autoescape=True) for prefix in prefixes)))
    if wanted.department_id:
        query = query.where(Violation.department_id == wanted.department_id)
    return query


def hidden_violations(actor: Person, ids: Iterable[int]) -> set[int]:
    """Which of these the actor may not read. One statement."""
    return set(db.session.scalars(
        select(Violation.id).where(Violation.id.in_(list(ids)), not_(violations_seen_by(actor)))
    ))


def violations_of_finding(finding_id: int) -> Sequence[Violation]:
    """What was written down as a violation for that finding. One statement."""
    return db.session.scalars(
        select(Violation).where(Violation.finding_id == finding_id).order_by(Violation.id)
    ).all()
