"""People out of a table: `login,name,email,department,post,rank,badge,roles,locale`."""

import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from portal.accounts import commands
from portal.accounts.models import Department, Person, Role
from portal.core.db import db
from portal.core.i18n import LOCALES
from portal.importers.tables import Row, Table, checked, read_table, too_long

REQUIRED = ("login", "name", "email")
OPTIONAL = ("department", "post", "rank", "badge", "roles", "locale")
LONGEST = {"login": 80, "name": 100, "email": 254, "department": 100, "post": 100, "rank": 40, "badge": 40}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def read_people(file: Path) -> Table:
    """Every row that can be added, and a sentence for each that cannot. Four statements."""
    table = read_table(file, REQUIRED, OPTIONAL)
    logins = dict.fromkeys(db.session.scalars(select(Person.login)), "in the portal")
    emails = dict.fromkeys(db.session.scalars(select(Person.email)), "in the portal")
    worn = db.session.scalars(select(Person.badge).where(Person.badge.is_not(None)))
    badges = dict.fromkeys((badge for badge in worn if badge), "in the portal")

    def examine(row: Row) -> Iterable[str]:
        yield from faults_of(row.cells)
        for column, seen in (("login", logins), ("email", emails), ("badge", badges)):
            # Badges are what a scanner reads, letter for letter.
            value = row.cells[column] if column == "badge" else row.cells[column].lower()
            if not value:
                continue
            if value in seen:
                yield f"somebody {seen[value]} has the {column} “{value}” already."
            seen.setdefault(value, f"on line {row.line}")

    return checked(table, examine)


def faults_of(cells: dict[str, str]) -> Iterable[str]:
    """A sentence for each cell that is wrong by itself, whoever else there is."""
    for column in REQUIRED:
        if not cells[column]:
            yield f"the {column} is missing."
    yield from too_long(cells, LONGEST)
    if cells["email"] and not EMAIL.fullmatch(cells["email"]):
        yield f"“{cells['email']}” is not an e-mail address."
    for word in _role_words(cells.get("roles", "")):
        if word not in list(Role):
            yield f"“{word}” is not a role. Roles are: {', '.join(Role)}."
    locale = cells.get("locale", "")
    if locale and locale not in LOCALES:
        yield f"“{locale}” is none of the languages {', '.join(LOCALES)}."


def _role_words(cell: str) -> list[str]:
    """`leader; auditor` or `leader|auditor` as the names of roles; hyphens and spaces as good as underscores."""
    return [re.sub(r"[\s-]+", "_", word.strip().lower()) for word in re.split(r"[;；|]", cell) if word.strip()]


def add_people(table: Table) -> int:
    """Add the good rows with the departments they name; answers how many. The caller commits."""
    departments = {department.name: department for department in db.session.scalars(select(Department))}
    for row in table.good:
        cells = row.cells
        name = cells["department"]
        if name and name not in departments:
            departments[name] = commands.add_department(None, name)
        commands.add_person(
            None, login=cells["login"], name=cells["name"], email=cells["email"], post=cells["post"],
            department=departments.get(name), roles={Role(word) for word in _role_words(cells["roles"])},
            locale=cells["locale"] or None, rank=cells["rank"], badge=cells["badge"] or None,
        )
    return len(table.good)
