"""Who is meant by the lines of a list. Names that differ by spaces or width are the same; scripts are kept apart."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.core.db import db
from portal.invitations.lists import Line

MOST_CANDIDATES = 8


class State(StrEnum):
    """What became of a line."""

    FOUND = "found"
    DOUBT = "doubt"
    UNKNOWN = "unknown"
    TWICE = "twice"
    THERE = "there"


@dataclass(frozen=True)
class Match:
    """A line and who is meant: one person if found, several in doubt; `earlier` is the row that named them already."""

    line: Line
    state: State
    people: Sequence[Person] = ()
    earlier: int | None = None

    @property
    def person(self) -> Person:
        return self.people[0]


def key_of(name: str) -> str:
    """The name as it is compared."""
    return "".join(unicodedata.normalize("NFKC", name).lower().split())


class Directory:
    """Those of the house that any of the lines may mean, with departments. One statement."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._by_login: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}
        self._by_badge: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        for person in _candidates(list(lines)):
            self._by_login[person.login] = self._by_email[person.email] = person
            self._by_name[key_of(person.name)].append(person)
            if person.badge:
                self._by_badge[person.badge] = person

    def meant_by(self, line: Line) -> tuple[State, list[Person]]:
        """By login, e-mail or badge, else by name and department; in doubt if these do not agree."""
        sure = [
            person for person in (
                self._by_login.get(_login(line)), self._by_email.get(line.email.lower()), self._by_badge.get(line.badge)
            ) if person
        ]
        named = self._by_name.get(key_of(line.name or line.anything), [])
        if sure:
            # A slip in a number would add a stranger: what else the list says must fit.
            people = list(dict.fromkeys([*sure, *(named if line.name else [])]))
            agree = len(set(sure)) == 1 and (not line.name or key_of(line.name) == key_of(sure[0].name))
            return (State.FOUND, sure[:1]) if agree else (State.DOUBT, people[:MOST_CANDIDATES])
        if not named:
            return State.UNKNOWN, []
        here = [one for one in named if not line.department or _unit(one) == key_of(line.department)]
        # Somebody of that name, but not under that login or address, may be another one.
        if len(here) == 1 and not (line.login or line.email or line.badge):
            return State.FOUND, here
        return State.DOUBT, (here or named)[:MOST_CANDIDATES]


def _login(line: Line) -> str:
    """The login as it is written, or behind the dot of a name as the portal shows it."""
    return (line.login or line.anything.rpartition("·")[2]).strip().lower()


def _unit(person: Person) -> str:
    return key_of(person.department.name) if person.department else ""


def _candidates(lines: Sequence[Line]) -> Sequence[Person]:
    names = {line.name or line.anything for line in lines} - {""}
    # Databases know no more than plain letters' cases: the name as it is written too.
    keys = {key_of(name) for name in names} | {"".join(name.split()) for name in names}
    without_spaces = func.replace(func.replace(Person.name, " ", ""), "\u3000", "")
    return db.session.scalars(
        select(Person)
        .options(joinedload(Person.department))
        .where(
            Person.left_at.is_(None),
            or_(
                Person.login.in_({_login(line) for line in lines} - {""}),
                Person.email.in_({line.email.lower() for line in lines} - {""}),
                Person.badge.in_({line.badge for line in lines} - {""}),
                func.lower(without_spaces).in_(keys), without_spaces.in_(keys),
            ),
        )
        .order_by(Person.id)
    ).all()


def match(lines: Sequence[Line], there: Iterable[int] = ()) -> list[Match]:
    """What became of each line; `there` are the ids of those who need not be added. One statement."""
    directory, known = Directory(lines), set(there)
    earlier: dict[int, int] = {}
    found = []
    for line in lines:
        state, people = directory.meant_by(line)
        before = None
        if state == State.FOUND:
            before = earlier.setdefault(people[0].id, line.number)
            if people[0].id in known:
                state = State.THERE
            elif before != line.number:
                state = State.TWICE
        found.append(Match(line, state, people, before if state == State.TWICE else None))
    return found
