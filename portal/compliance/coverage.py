"""Which clause is served by what: a machine check that is registered, or somebody's sign-off; and the table of all."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from portal.compliance.registry import check_named
from portal.regulations.labels import CONDITIONS, LATER, person_name
from portal.regulations.profiles import Clause, Profile


class Service(StrEnum):
    """By what it is found whether a clause was kept."""

    CHECK = "machine check"
    SIGN_OFF = "sign-off"
    NONE = "unserved"


class Covered(NamedTuple):
    """How many clauses of a profile are served by what."""

    name: str
    clauses: int
    by_check: int
    by_sign_off: int
    unserved: int

    @property
    def sentence(self) -> str:
        return (
            f"{self.clauses} clauses: {self.by_check} by machine check, {self.by_sign_off} by sign-off, "
            f"{self.unserved} unserved"
        )


def service_of(clause: Clause) -> Service:
    """A check counts only if it is there and answers what the clause asks: of a meeting, or of the organisation."""
    if clause.check:
        check = check_named(clause.check)
        answers = check is not None and (check.of_house if clause.is_of_house else check.of_meeting) is not None
        return Service.CHECK if answers else Service.NONE
    return Service.SIGN_OFF if clause.sign_off else Service.NONE


def coverage(profiles: Iterable[Profile]) -> list[Covered]:
    """Of each profile, and of all together at last."""
    lines = [_covered(str(profile.title), profile.clauses) for profile in profiles]
    return [*lines, Covered("All", *(sum(numbers) for numbers in zip(*(line[1:] for line in lines), strict=True)))]


def _covered(name: str, clauses: Sequence[Clause]) -> Covered:
    found = [service_of(clause) for clause in clauses]
    return Covered(name, len(found), *(found.count(service) for service in Service))


COLUMNS = ("Clause", "Title", "标题", "Served by", "What it looks at, or what proves it", "Replaced later by")


def table(profiles: Iterable[Profile]) -> str:
    """All clauses as Markdown, in the language that is spoken."""
    profiles = list(profiles)
    parts = [
        "# Clauses and what shows that they were kept",
        "Written by `portal regulations table`; the figures are those of `portal regulations coverage`. A clause that "
        "is signed off has somebody's name, their words and perhaps a file under it; where a later part of the portal "
        "will keep the records, the last column says which.",
        f"**{coverage(profiles)[-1].sentence}**",
    ]
    for profile, covered in zip(profiles, coverage(profiles), strict=False):
        parts += [f"## {profile.title} · {profile.title.zh_Hans}", f"{covered.sentence}.", _rows(profile)]
    return "\n\n".join(parts) + "\n"


def _rows(profile: Profile) -> str:
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(clause) for clause in profile.clauses)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _row(clause: Clause) -> tuple[str, ...]:
    when = f" ({CONDITIONS[clause.when]})" if clause.when else ""
    return (
        clause.id, clause.title.en, clause.title.zh_Hans, f"{_service(clause)}{when}", _shown_by(clause),
        str(LATER[clause.later]) if clause.later else "",
    )


def _service(clause: Clause) -> str:
    whole = "of the organisation, " if clause.is_of_house else ""
    if clause.check:
        arg = f"({clause.arg})" if clause.arg else ""
        return f"{whole}{service_of(clause)} `{clause.check}{arg}`"
    return f"{whole}{service_of(clause)}: {person_name(clause.sign_off)}"


def _shown_by(clause: Clause) -> str:
    check = check_named(clause.check) if clause.check else None
    return str(check.label) if check else clause.proof
