"""Eight departments and sixty people, eight of whom are there for signing in, one for each role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from sqlalchemy import select

from portal.accounts import commands
from portal.accounts.models import Department, Person, Role
from portal.accounts.passwords import hashed
from portal.core.db import db
from portal.demo.words import Words

PASSWORD = "portal-demo"  # noqa: S105  (printed at each start: these people are invented)
HOST = "example.org"
MEMBERS = 7

OFFICE, OPERATIONS, ENGINEERING, LEGAL, LOGISTICS = 0, 3, 4, 5, 7
# Who of which department (0 its head, 1 the deputy) holds a role beside being an employee.
ROLES = {
    (OFFICE, 2): Role.MEETING_OFFICE, (OFFICE, 3): Role.MEETING_OFFICE,
    (LOGISTICS, 2): Role.ROOM_MANAGER, (LOGISTICS, 3): Role.ROOM_MANAGER,
    (LEGAL, 2): Role.AUDITOR, (LEGAL, 3): Role.AUDITOR,
    (OFFICE, 4): Role.SUPERVISOR, (LEGAL, 4): Role.SUPERVISOR,
    (ENGINEERING, 2): Role.ADMINISTRATOR, (ENGINEERING, 3): Role.ADMINISTRATOR,
}
LOGINS = {
    (OPERATIONS, 2): "employee", (OPERATIONS, 0): "head", (OFFICE, 2): "office", (LOGISTICS, 2): "rooms",
    (LEGAL, 2): "auditor", (ENGINEERING, 2): "admin", (OFFICE, 4): "supervisor",
}
LEADER = "leader"
SIGN_INS = {
    "employee": "employee", "head": "department head", "office": "meeting office", "rooms": "room manager",
    LEADER: "leader", "supervisor": "supervisor", "auditor": "auditor", "admin": "administrator",
}


@dataclass(frozen=True)
class Staff:
    """Everybody; `departments` hold their members, the head first."""

    leaders: Sequence[Person]
    departments: Sequence[tuple[Department, Sequence[Person]]]

    @property
    def everybody(self) -> list[Person]:
        return [*self.leaders, *(person for _, members in self.departments for person in members)]

    def known_as(self, login: str) -> Person:
        return next(person for person in self.everybody if person.login == login)

    @property
    def extras(self) -> list[Person]:
        """Those whom nobody signs in as: they may fill rooms and lists."""
        return [person for person in self.everybody if person.login not in SIGN_INS]


def engage(words: Words, rng: Random) -> Staff:
    """Add the departments and their people."""
    named = names(words, rng)
    password_hash = hashed(PASSWORD)
    leaders = [
        _add(next(named), LEADER if place == 0 else None, post, None, {Role.LEADER})
        for place, post in enumerate(words.leaders)
    ]
    staff = Staff(leaders, [_engage_department(words, named, rng, place) for place in range(len(words.departments))])
    for person in staff.everybody:
        # Hashing is slow on purpose, and it is the same password for all of them.
        person.password_hash = password_hash
    db.session.flush()
    return staff


def _engage_department(
    words: Words, names: Iterator[tuple[str, str]], rng: Random, place: int
) -> tuple[Department, Sequence[Person]]:
    department = commands.add_department(None, words.departments[place])
    members = []
    for rank in range(MEMBERS):
        role = Role.DEPARTMENT_HEAD if rank == 0 else ROLES.get((place, rank))
        post = {0: words.head, 1: words.deputy}.get(rank, rng.choice(words.posts))
        members.append(
            _add(
                next(names), LOGINS.get((place, rank)), post.format(department=department.name), department,
                {role} if role else set(),
            )
        )
    return department, members


def _add(
    name: tuple[str, str], login: str | None, post: str, department: Department | None, roles: set[Role]
) -> Person:
    shown, spelt = name
    login = login or spelt
    return commands.add_person(
        None, login=login, name=shown, email=f"{login}@{HOST}", post=post, department=department, roles=roles
    )


def names(words: Words, rng: Random) -> Iterator[tuple[str, str]]:
    """Names and how they are spelt in a login, none of either twice."""
    pairs = list(product(words.surnames, words.given))
    rng.shuffle(pairs)
    seen = set()
    for (surname, surname_spelt), (given, given_spelt) in pairs:
        spelt = f"{given_spelt}.{surname_spelt}"
        if spelt not in seen:
            seen.add(spelt)
            yield words.name.format(surname=surname, given=given), spelt


def sign_ins() -> list[tuple[str, str]]:
    """Logins of the demonstration people for signing in that this database has, and what they are."""
    emails = [f"{login}@{HOST}" for login in SIGN_INS]
    there = set(db.session.scalars(select(Person.login).where(Person.email.in_(emails))))
    return [(login, what) for login, what in SIGN_INS.items() if login in there]
