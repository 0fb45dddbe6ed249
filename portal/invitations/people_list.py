"""Reading the list of a meeting's people: filtered, by the page, and counted. Each read is one statement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Department, Person
from portal.core.db import db
from portal.meetings.models import Answer, Attendee, Guest, Part

UNTOLD = "untold"
OUTSIDE, WITHOUT = "outside", "without"
SAID = (*(answer.value for answer in Answer), UNTOLD)


@dataclass(frozen=True)
class Wanted:
    """Which of the people are asked for; empty is all. `department` is an id, `OUTSIDE` or `WITHOUT`."""

    words: str = ""
    part: str = ""
    answer: str = ""
    department: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        return {name: value for name, value in vars(self).items() if value}


def wanted_by(args: Any, prefix: str = "") -> Wanted:
    """What an address or a form asks for, its names behind the prefix; what cannot be is left out."""
    department = args.get(f"{prefix}department", "")
    is_known = department in {OUTSIDE, WITHOUT} or (department.isascii() and department.isdigit())
    part, answer = args.get(f"{prefix}part", ""), args.get(f"{prefix}answer", "")
    return Wanted(
        args.get(f"{prefix}words", "").replace("\0", "").strip()[:100],
        part if part in set(Part) else "",
        answer if answer in SAID else "",
        department if is_known and len(department) < 10 else "",
    )


def people_of(meeting_id: int, wanted: Wanted = Wanted()) -> Select[Attendee]:
    """The meeting's people in the order of their parts and names."""
    rank = case({part: place for place, part in enumerate(Part)}, value=Attendee.part)
    return (
        select(Attendee)
        .outerjoin(Attendee.person).outerjoin(Person.department).outerjoin(Attendee.guest)
        .options(contains_eager(Attendee.person).contains_eager(Person.department), contains_eager(Attendee.guest))
        .where(Attendee.meeting_id == meeting_id, *_conditions(wanted))
        .order_by(rank, func.coalesce(Person.name, Guest.name), Attendee.id)
    )


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.words:
        found.append(_holds(wanted.words.lower()))
    if wanted.part:
        found.append(Attendee.part == wanted.part)
    if wanted.answer == UNTOLD:
        found.append(Attendee.invited_at.is_(None))
    elif wanted.answer:
        found.append(and_(Attendee.answer == wanted.answer, Attendee.invited_at.is_not(None)))
    if wanted.department == OUTSIDE:
        found.append(Attendee.guest_id.is_not(None))
    elif wanted.department == WITHOUT:
        found.append(and_(Attendee.person_id.is_not(None), Person.department_id.is_(None)))
    elif wanted.department:
        found.append(Person.department_id == int(wanted.department))
    return found


def _holds(words: str) -> Any:
    columns = (
        Person.name, Person.login, Person.post, Department.name, Guest.name, Guest.unit, Guest.post, Attendee.duty
    )
    return or_(
        *(func.lower(column).contains(words, autoescape=True) for column in columns),
        Person.spelling.contains(" " + "".join(words.split()), autoescape=True),
    )


@dataclass
class Unit:
    """Those of one department: how many gave each answer."""

    key: str
    name: str
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.answers.total()


@dataclass(frozen=True)
class Tallies:
    """How many there are in each part, of each answer, and of each department by answer."""

    parts: Counter[str]
    answers: Counter[str]
    units: Sequence[Unit]

    @property
    def total(self) -> int:
        return self.answers.total()

    @property
    def said(self) -> list[str]:
        """The answers that somebody gave, in their order."""
        return [answer for answer in SAID if self.answers[answer]]


def tallies_of(meeting_id: int) -> Tallies:
    """The counts of the meeting's people."""
    said = case((Attendee.invited_at.is_(None), UNTOLD), else_=Attendee.answer)
    is_guest = Attendee.guest_id.is_not(None)
    columns = (is_guest, Department.id, Department.name, Attendee.part, said)
    rows = db.session.execute(
        select(*columns, func.count())
        .select_from(Attendee)
        .outerjoin(Attendee.person).outerjoin(Person.department)
        .where(Attendee.meeting_id == meeting_id)
        .group_by(*columns)
        .order_by(is_guest, Department.id.is_(None), Department.id)
    )
    parts: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    units: dict[str, Unit] = {}
    for from_outside, department_id, name, part, answer, count in rows:
        key = OUTSIDE if from_outside else str(department_id or WITHOUT)
        unit = units.setdefault(key, Unit(key, name or ""))
        unit.answers[answer] += count
        parts[part] += count
        answers[answer] += count
    return Tallies(parts, answers, list(units.values()))
