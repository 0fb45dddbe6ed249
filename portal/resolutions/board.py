"""What the board of resolutions is asked for, and what it answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import Department, Person, Role
from portal.core.db import db
from portal.core.grams import words_of
from portal.meetings.models import Attendee, Meeting, MeetingKind, Part
from portal.resolutions import policy
from portal.resolutions.lights import Light
from portal.resolutions.models import (
    Node,
    Origin,
    Priority,
    ProgressReport,
    Resolution,
    resolution_assistance,
)
from portal.resolutions.queries import ANY, OPEN, named, seen_by, shines
from portal.resolutions.search_index import holding
from portal.web.addresses import record_number

LIGHTS = (OPEN, *Light, ANY)
WHOSE = ("all", "mine", "department", "assisting")
COLUMNS = (
    "light", "number", "text", "source", "department", "owner", "original", "due", "progress", "node", "last",
    "priority",
)
USUAL = ("light", "number", "text", "source", "department", "owner", "due", "progress", "last")
LONGEST_WORDS = 100


def _rank(column: Any, values: Iterable[str]) -> ColumnElement[Any]:
    """The order in which the values are meant, which is not that of their letters."""
    return case({value: rank for rank, value in enumerate(values)}, value=column)


# By what the columns are put in order.
SORTS: dict[str, Any] = {
    "number": Resolution.id, "department": Department.name, "owner": Person.name,
    "original": Resolution.original_due_on, "due": Resolution.due_on, "progress": Resolution.percent,
    "node": _rank(Resolution.node, Node), "priority": _rank(Resolution.priority, Priority),
}
# What of the day's work waits for somebody, as other slices add it: conditions on `Resolution`.
_waits: dict[str, Callable[[Person, date], ColumnElement[bool] | None]] = {}


def add_wait(name: str, condition: Callable[[Person, date], ColumnElement[bool] | None]) -> None:
    """Let `?waits=1` find these too; adding a name twice replaces the first."""
    _waits[name] = condition


@dataclass(frozen=True)
class Wanted:
    """What the board is asked for; what makes no sense is as if it had not been asked."""

    whose: str = "all"
    light: str = OPEN
    department: int | None = None
    owner: int | None = None
    meeting: int | None = None
    node: str = ""
    origin: str = ""
    priority: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""
    waits: bool = False
    ownerless: bool = False
    sort: str = ""
    columns: tuple[str, ...] = USUAL

    @classmethod
    def from_address(cls, arguments: Any) -> "Wanted":
        """`?whose=…&light=…&department=ID&owner=ID&meeting=ID&node=…&origin=…&priority=…&since=DAY&until=DAY&q=…`,
        `&waits=1&ownerless=1&sort=[-]COLUMN&columns=COLUMN…`."""
        one_of = lambda name, known, usual="": (  # noqa: E731
            arguments[name] if arguments.get(name) in known else usual
        )
        chosen = {name for part in arguments.getlist("columns") for name in part.split(",")}
        return cls(
            whose=one_of("whose", WHOSE, "all"), light=one_of("light", LIGHTS, OPEN),
            **{name: arguments.get(name, type=record_number) for name in ("department", "owner", "meeting")},
            node=one_of("node", set(Node)), origin=one_of("origin", set(Origin)),
            priority=one_of("priority", set(Priority)),
            since=arguments.get("since", type=date.fromisoformat),
            until=arguments.get("until", type=date.fromisoformat),
            q=" ".join(arguments.get("q", "").replace("\x00", "")[:LONGEST_WORDS].split()),
            waits=arguments.get("waits") == "1", ownerless=arguments.get("ownerless") == "1",
            sort=one_of("sort", {*SORTS, *(f"-{name}" for name in SORTS)}),
            columns=tuple(name for name in COLUMNS if name in chosen or name == "text") if chosen else USUAL,
        )

    def arguments(self, **others: Any) -> dict[str, str]:
        """What an address says of it, but for what is usual; `others` instead of its own."""
        said: dict[str, str] = {}
        for field in fields(self):
            value = others.get(field.name, getattr(self, field.name))
            if value is not None and value not in (field.default, ""):
                said[field.name] = _said(value)
        return said

    def query(self, **others: Any) -> str:
        """The same, as the part of an address after its question mark."""
        return urlencode(self.arguments(**others), safe=",")

    @property
    def is_filtered(self) -> bool:
        """Whether more is asked for than whose, which light, how to show it."""
        return bool(self.arguments(whose="all", light=OPEN, sort="", columns=USUAL))

    @property
    def more(self) -> int:
        """How many of the filters are set that are out of sight at first."""
        return len(self.arguments(whose="all", light=OPEN, sort="", columns=USUAL, department=None, q=""))


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "1" if value is True else value.isoformat() if isinstance(value, date) else str(value)


def belongs(actor: Person, wanted: Wanted, today: date) -> ColumnElement[bool]:
    """What the actor may see of what was asked for, in any light."""
    found = [seen_by(actor), *_plain(wanted)]
    if wanted.whose == "mine":
        found.append(Resolution.owner_id == actor.id)
    if wanted.whose == "department":
        found.append(Resolution.department_id == actor.department_id)
    if wanted.whose == "assisting":
        found.append(_assisted_by(actor))
    if words := words_of(wanted.q):
        found.append(Resolution.id.in_(holding(words)))
    if wanted.waits:
        found.append(waits_for(actor, today))
    if wanted.ownerless:
        found.append(and_(Resolution.stands(), is_ownerless()))
    return and_(*found)


def _plain(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The filters that are one column's."""
    asked: Sequence[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = (
        (wanted.department, Resolution.department_id.__eq__), (wanted.owner, Resolution.owner_id.__eq__),
        (wanted.meeting, Resolution.meeting_id.__eq__), (wanted.node, Resolution.node.__eq__),
        (wanted.origin, Resolution.origin.__eq__), (wanted.priority, Resolution.priority.__eq__),
        (wanted.since, Resolution.due_on.__ge__), (wanted.until, Resolution.due_on.__le__),
    )
    return [condition(value) for value, condition in asked if value not in (None, "")]


def _assisted_by(actor: Person) -> ColumnElement[bool]:
    return Resolution.id.in_(
        select(resolution_assistance.c.resolution_id).where(
            resolution_assistance.c.department_id == actor.department_id
        )
    )


def is_ownerless() -> ColumnElement[bool]:
    """Whose owner has left, or has moved to another department."""
    owner = aliased(Person)
    return ~exists().where(
        owner.id == Resolution.owner_id, owner.left_at.is_(None), owner.department_id == Resolution.department_id
    )


def waits_for(actor: Person, today: date) -> ColumnElement[bool]:
    """What the actor is to do something about: sign, report, approve, issue, review, close."""
    headed = policy.headed_by(actor)
    owes = or_(Resolution.owner_id == actor.id, Resolution.department_id.in_(headed))
    others = Resolution.owner_id != actor.id
    found = [
        and_(owes, Resolution.node == Node.ISSUED, not_(_has_report_to_sign())),
        and_(owes, Resolution.report_by < today, Resolution.paused_at.is_(None)),
        and_(Resolution.department_id.in_(headed), _has_report_to_sign()),
        and_(others, Resolution.node == Node.REPORTED, _reviewed_by(actor)),
        and_(Resolution.created_by_id == actor.id, Resolution.node == Node.APPROVED),
        and_(Resolution.node == Node.REGISTERED, _approved_by(actor)),
    ]
    if actor.has_role(*policy.SUPERVISORS):
        found.append(and_(others, Resolution.node == Node.REVIEWED))
    found += [condition for wait in _waits.values() if (condition := wait(actor, today)) is not None]
    return and_(Resolution.stands(), or_(*found))


def _has_report_to_sign() -> ColumnElement[bool]:
    return Resolution.id.in_(
        select(ProgressReport.resolution_id).where(
            ProgressReport.signed_at.is_(None), ProgressReport.returned_at.is_(None)
        )
    )


def _with_part(actor: Person, *parts: Part) -> ColumnElement[bool]:
    told = select(Attendee.meeting_id).where(
        Attendee.person_id == actor.id, Attendee.part.in_(parts), Attendee.invited_at.is_not(None)
    )
    return Resolution.meeting_id.in_(told)


def _reviewed_by(actor: Person) -> ColumnElement[bool]:
    organized = Resolution.meeting_id.in_(select(Meeting.id).where(Meeting.organizer_id == actor.id))
    keeps = or_(organized, _with_part(actor, Part.CHAIR, Part.RECORDER))
    return or_(keeps, Resolution.id > 0) if actor.has_role(Role.MEETING_OFFICE) else keeps


def _approved_by(actor: Person) -> ColumnElement[bool]:
    strict = select(Meeting.id).join(MeetingKind).where(MeetingKind.resolutions_need_approval)
    needs = Resolution.meeting_id.in_(strict)
    return needs if actor.has_role(Role.LEADER) else and_(needs, _with_part(actor, Part.CHAIR))


def board(actor: Person, wanted: Wanted, today: date) -> Select[Resolution]:
    """What was asked for, with meeting, department and owner, by due day; of what is done the last first."""
    query = select(Resolution)
    if wanted.sort.removeprefix("-") in ("department", "owner"):
        query = query.join(Resolution.department).join(Resolution.owner)
    return (
        query.options(joinedload(Resolution.meeting), joinedload(Resolution.instructed_by), *named())
        .where(belongs(actor, wanted, today), shines(wanted.light, today))
        .order_by(*_order(wanted))
    )


def _order(wanted: Wanted) -> Sequence[Any]:
    sort = wanted.sort or ("-due" if wanted.light == Light.GREY else "due")
    by = SORTS[sort.removeprefix("-")]
    return (by.desc(), Resolution.id.desc()) if sort.startswith("-") else (by, Resolution.id)


def light_counts(actor: Person, wanted: Wanted, today: date) -> dict[Light, int]:
    """How many of each light there are of what was asked for, in their order. One statement."""
    lights = tuple(Light)
    counts = db.session.execute(
        select(*(func.count().filter(shines(light, today)) for light in lights))
        .select_from(Resolution)
        .where(belongs(actor, wanted, today))
    ).one()
    return dict(zip(lights, counts, strict=True))
