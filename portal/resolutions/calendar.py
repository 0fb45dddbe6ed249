"""Resolutions in feeds: as to-dos, or as the days by which they are due for programs that show no to-dos."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from portal.accounts.models import Department, Person
from portal.calendars import components
from portal.calendars.models import DutiesAs, Shows
from portal.calendars.sources import CANCELLED_STAYS, Component, Piece, Scope, Source, add_source, raw
from portal.core.db import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import lazy_pgettext, local, plain_day
from portal.meetings.models import Confidentiality, Meeting
from portal.meetings.seeing import seen_by as knows_meeting
from portal.resolutions.lights import Light, Standing, light_of, lit_since
from portal.resolutions.models import Origin, ProgressReport, Resolution, heading_of
from portal.resolutions.queries import seen_by
from portal.resolutions.today import midnight

resolutions, departments = Resolution.__table__.c, Department.__table__.c
meetings, reports = Meeting.__table__.c, ProgressReport.__table__.c
_owner = Person.__table__.alias("owner")

# A light is never a colour alone; RFC 5545 §3.8.1.9 has 1 for what is most urgent.
WORDS = {
    Light.RED: _l("Overdue"), Light.YELLOW: _l("Due soon"), Light.GREEN: _l("On course"),
    Light.BLUE: lazy_pgettext("resolution", "Paused"), Light.GREY: _l("Done"),
}
PRIORITIES = {Light.RED: 1, Light.YELLOW: 5}
_DUE_DAYS = UUID("5f1c2a0e-6f0b-4c59-9d1e-6f9a2f3f7b61")


def due_day_uid(uid: str) -> str:
    """The UID of a resolution's due day, which is another component than its to-do (RFC 5546 §2.1.5).

    It follows from the stored one and from nothing else, so it stays the same as if it were stored itself.
    """
    return str(uuid5(_DUE_DAYS, uid))


class Line(NamedTuple):
    """A resolution with what its component names; no meeting if the reader may not know of it."""

    id: int
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    withdrawn_at: datetime | None
    paused_at: datetime | None
    due_on: date
    original_due_on: date
    report_by: date | None
    percent: int
    text: str
    department: str
    owner: str
    origin: Origin
    meeting: str | None
    is_secret: bool
    is_known: bool

    @property
    def standing(self) -> Standing:
        """What its light follows from."""
        has_ended = self.closed_at is not None or self.withdrawn_at is not None
        return Standing(self.due_on, self.report_by, self.paused_at is not None, has_ended)


# --- What a feed holds of them ---


def _is_known(reader: Person) -> ColumnElement[bool]:
    """Whether the reader may know of the meeting that resolved it."""
    return or_(
        resolutions.meeting_id.is_(None), meetings.confidentiality != Confidentiality.SECRET, knows_meeting(reader)
    )


def _joined() -> Any:
    return (
        Resolution.__table__.join(Department.__table__, departments.id == resolutions.department_id)
        .outerjoin(Meeting.__table__, meetings.id == resolutions.meeting_id)
        .join(_owner, _owner.c.id == resolutions.owner_id)
    )


def _of_feed(scope: Scope) -> list[ColumnElement[bool]]:
    """Which of them a feed is of: those that its reader owes, or those of a department that its reader may see."""
    if scope.feed.shows == Shows.DEPARTMENT_DUTIES:
        return [resolutions.department_id == scope.feed.department_id, seen_by(scope.person)]
    return [resolutions.owner_id == scope.person.id]


def _pieces(scope: Scope, most: int) -> Sequence[Piece]:
    """All open ones however old, and closed ones for 30 days. One statement."""
    if scope.feed.duties_as == DutiesAs.NONE:
        return []
    query = (
        select(
            resolutions.id, resolutions.due_on, resolutions.report_by, resolutions.paused_at.is_not(None),
            not_(Resolution.stands()), raw(resolutions.changed_at), resolutions.sequence, departments.name,
            _owner.c.name, meetings.subject, _is_known(scope.person), meetings.confidentiality,
        )
        .select_from(_joined())
        .where(
            _stays(scope.midnight - CANCELLED_STAYS), *_of_feed(scope),
        )
        .order_by(resolutions.due_on.desc(), resolutions.id.desc())
        .limit(most)
    )
    return [_piece(scope, *row) for row in db.session.connection().execute(query)]


def _stays(since: datetime) -> ColumnElement[bool]:
    """What was issued, and has not ended before that instant."""
    ended_at = func.coalesce(resolutions.closed_at, resolutions.withdrawn_at)
    return and_(resolutions.issued_at.is_not(None), or_(Resolution.stands(), ended_at >= since))


def _piece(
    scope: Scope, number: int, due_on: date, report_by: date | None, is_paused: bool, has_ended: bool,
    changed_at: str, *facts: Any,
) -> Piece:
    light = light_of(Standing(due_on, report_by, bool(is_paused), bool(has_ended)), scope.today)
    return Piece(number, f"{due_on} 00:00:00", scope.stamp(changed_at, light, due_on, *facts))


def _build(scope: Scope, ids: Collection[int]) -> Mapping[int, Component]:
    """Two statements."""
    as_task, last = scope.feed.duties_as == DutiesAs.TASKS, _last_reports(ids)
    write = components.vtodo if as_task else components.due_day
    return {
        row.id: Component(write(_todo(row, scope.today, scope.base_url, last.get(row.id, []), as_task=as_task)))
        for row in _lines(scope.person, ids)
    }


def due_day(resolution_id: int, reader: Person, day: date, base_url: str) -> bytes:
    """The day by which one is due, for one reader as of that day: every calendar program takes it. Two statements."""
    (row,) = _lines(reader, [resolution_id])
    report = _last_reports([resolution_id]).get(resolution_id, [])
    return components.due_day(_todo(row, day, base_url, report, as_task=False))


def _lines(reader: Person, ids: Collection[int]) -> Iterable[Line]:
    query: Select[Any] = (
        select(
            resolutions.id, resolutions.uid, resolutions.sequence, resolutions.created_at, resolutions.changed_at,
            resolutions.closed_at, resolutions.withdrawn_at, resolutions.paused_at, resolutions.due_on,
            resolutions.original_due_on, resolutions.report_by, resolutions.percent, resolutions.text,
            departments.name, _owner.c.name, resolutions.origin, meetings.subject,
            func.coalesce(meetings.confidentiality == Confidentiality.SECRET, resolutions.is_confidential),
            _is_known(reader),
        )
        .select_from(_joined())
        .where(resolutions.id.in_(list(ids)))
    )
    return [Line(*row) for row in db.session.connection().execute(query).all()]


def _last_reports(ids: Collection[int]) -> Mapping[int, list[str]]:
    """What the last report on each of these says, a line for each thing. One statement."""
    last: Select[Any] = (
        select(func.max(reports.id))
        .where(reports.resolution_id.in_(list(ids)), reports.signed_at.is_not(None))
        .group_by(reports.resolution_id)
    )
    query = select(
        reports.resolution_id, reports.reported_at, reports.done, reports.problems, reports.next_step
    ).where(reports.id.in_(last))
    return {number: _said(*said) for number, *said in db.session.connection().execute(query)}


def _said(reported_at: datetime, done: str, problems: str, next_step: str) -> list[str]:
    """A report in lines."""
    said = done or _("Nothing has changed.")
    return [
        _("Last report, %(day)s: %(done)s", day=plain_day(local(reported_at).date()), done=said),
        *([_("What hinders: %(problems)s", problems=problems)] if problems else []),
        *([_("What is next: %(step)s", step=next_step)] if next_step else []),
    ]


def _todo(row: Line, day: date, base_url: str, report: list[str], *, as_task: bool) -> components.Todo:
    """A resolution as it shows on that day."""
    light, heading = light_of(row.standing, day), heading_of(row.text)
    address = f"{base_url}/resolutions/{row.id}"
    return components.Todo(
        uid=row.uid if as_task else due_day_uid(row.uid), sequence=row.sequence, created_at=row.created_at,
        changed_at=_changed_at(row, day), due_on=row.due_on, completed_at=row.closed_at, percent=row.percent,
        cancelled=row.withdrawn_at is not None, summary=_summary(light, heading, as_task=as_task),
        priority=PRIORITIES.get(light, 0), url=address,
        categories=(_("Resolution"), str(WORDS[light])), private=row.is_secret,
        description=components.description(
            [row.text if row.text.strip() != heading else "", "\n".join(_facts(row)), "\n".join(report)], address
        ),
    )


def _changed_at(row: Line, day: date) -> datetime:
    """The light has changed it too: at the beginning of the first day that has it."""
    since = lit_since(row.standing, day)
    return max(row.changed_at, midnight(since)) if since else row.changed_at


def _summary(light: Light, heading: str, *, as_task: bool) -> str:
    """A program for to-dos says by itself what is done; a calendar does not even say that something is due."""
    if as_task and light in {Light.GREEN, Light.GREY}:
        return heading
    word = _("Due") if light == Light.GREEN else str(WORDS[light])
    return _("%(word)s: %(heading)s", word=word, heading=heading)


def _facts(row: Line) -> Iterable[str]:
    yield _("Responsible: %(department)s", department=row.department)
    yield _("Owner: %(name)s", name=row.owner)
    if row.origin == Origin.MEETING:
        yield _("Resolved by: %(meeting)s", meeting=row.meeting if row.is_known else _("A confidential meeting"))
    if row.due_on != row.original_due_on:
        yield _("Originally due: %(day)s", day=plain_day(row.original_due_on))
    yield _("Progress: %(percent)s%%", percent=row.percent)


add_source("resolutions", Source(frozenset({Shows.MINE, Shows.DUTIES, Shows.DEPARTMENT_DUTIES}), _pieces, _build))
