"""What the shape of a profile cannot say: whether what it names is there, and whether its figures can be meant."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from portal.accounts.models import Role
from portal.bodies.names import KNOWN as BODIES
from portal.core.i18n import gettext as _
from portal.regulations.labels import check_label
from portal.regulations.profiles import (
    BASE,
    CONDITIONS,
    FIELDS,
    FORMS,
    PARTS,
    PROOFS,
    REQUIREMENTS,
    Duty,
    Profile,
)
from portal.regulations.queries import packaged_clauses, packaged_profile, source_in_force
from portal.regulations.reading import BadProfile, read_all, unknown

RULES = ("all", "any")
LONGEST_CLAUSE, LONGEST_KEY = 20, 60
# Working days, minutes of a day, years; a figure in months or of another kind.
MOST_DAYS, MOST_MINUTES, MOST_YEARS, MOST_MONTHS, MOST_OF_OTHER = 365, 1440, 100, 120, 1000
ROLES = tuple(role.value for role in Role if role is not Role.EMPLOYEE)
PEOPLE = (*PARTS, *ROLES, *BODIES)
SEATS = ("head", *(f"role:{role}" for role in ROLES), *(f"body:{key}" for key in BODIES))
Thing = TypeVar("Thing")


def checked(key: str, source: str, number: int, base: str | None = None) -> Profile:
    """The profile that the text describes, if nothing at all is wrong with it; raises BadProfile with all that is.

    It is laid over `base`, by default the one in force; a base is laid over nothing.
    """
    over = None if key == BASE else base if base is not None else source_in_force(BASE)
    profile, faults = read_all(source, number, over)
    if profile.key and profile.key != key:
        faults.append(_("At the top: “key” has to be “%(key)s”.", key=key))
    faults += [fault for check in CHECKS for fault in check(profile)]
    if faults:
        raise BadProfile(faults)
    return profile


def _twice(name: str, keys: Iterable[Hashable]) -> Iterator[str]:
    for key, count in Counter(keys).items():
        if key and count > 1:
            yield _("There are several of “%(name)s” with the key “%(key)s”.", name=name, key=key)


def _names(profile: Profile) -> Iterator[str]:
    """Each name stands once, and fits where it is kept."""
    yield from _twice("clause", (clause.id for clause in profile.clauses))
    yield from _twice("chapter", (chapter.number for chapter in profile.chapters))
    yield from _twice("field", (field.name for field in profile.fields))
    yield from _twice("form_line", (f"{line.form}.{line.key}" for line in profile.form_lines if line.key))
    lengths = [("clause", clause.id, LONGEST_CLAUSE) for clause in profile.clauses]
    lengths += [("task", duty.key, LONGEST_KEY) for duty in profile.duties]
    lengths += [("form_line", line.key, LONGEST_KEY) for line in profile.form_lines]
    for name, key, longest in lengths:
        if len(key) > longest:
            yield _("%(name)s “%(key)s”: at most %(count)s characters, please.", name=name, key=key, count=longest)


def _each(name: str, things: Sequence[Thing], key_of: Callable[[Thing], str]) -> Iterator[tuple[str, Thing]]:
    for number, thing in enumerate(things, 1):
        key = key_of(thing)
        yield (f"{name} “{key}”" if key else f"{name} {number}"), thing


def _places(profile: Profile) -> Iterator[tuple[str, object]]:
    """All lines, with where they stand."""
    yield from _each("clause", profile.clauses, lambda clause: clause.id)
    yield from _each("step", profile.steps, lambda step: "")
    yield from _each("field", profile.fields, lambda field: field.name)
    yield from _each("requirement", profile.requirements, lambda one: one.key)
    yield from _each("task", profile.duties, lambda duty: duty.key)
    yield from _each("form_line", profile.form_lines, lambda line: line.key)
    yield from _each("sight", profile.sights, lambda sight: sight.key)


# What may stand in which attribute of a line, and what the text calls it.
ALLOWED: Mapping[str, tuple[str, Sequence[str]]] = {
    "when": ("when", CONDITIONS), "seats": ("seats", SEATS), "rule": ("rule", RULES), "owner": ("owner", PEOPLE),
    "proof": ("proof", PROOFS), "form": ("form", FORMS), "waiver": ("waiver", PEOPLE), "seen_by": ("seen_by", PEOPLE),
    "sign_off": ("sign_off", PEOPLE),
}


def _values(profile: Profile) -> Iterator[str]:
    """What is named is known."""
    for where, line in _places(profile):
        for attribute, (name, known) in ALLOWED.items():
            if attribute == "proof" and not isinstance(line, Duty):
                continue
            for value in _several(getattr(line, attribute, "")):
                if value not in known:
                    yield f"{where}: {unknown(name, value, known)}"
    for kind, known, keys in (
        ("requirement", REQUIREMENTS, [one.key for one in profile.requirements]),
        ("field", FIELDS, [one.name for one in profile.fields]),
        ("submits", SEATS, _several(profile.submits)),
    ):
        yield from (unknown(kind, key, known) for key in keys if key and key not in known)


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) and value else ()


def _clauses(profile: Profile) -> Iterator[str]:
    """Clauses that are named are there, and so are the checks that they name."""
    ids = {clause.id for clause in profile.clauses}
    for where, line in _places(profile):
        for named in (*_several(getattr(line, "clause", "")), *_several(getattr(line, "clauses", ()))):
            if named not in ids:
                yield _("%(where)s: there is no clause “%(clause)s”.", where=where, clause=named)
    packaged = {clause.check for clause in packaged_clauses().values()}
    for clause in profile.clauses:
        if clause.check and clause.check not in packaged and check_label(clause.check) is None:
            yield _("clause “%(clause)s”: no check is called “%(check)s”.", clause=clause.id, check=clause.check)


def _steps(profile: Profile) -> Iterator[str]:
    if profile.key != BASE and not any(not step.when for step in profile.steps):
        yield _("At the top: a “step” without “when” is missing, so nobody would have to approve.")
    for number, step in enumerate(profile.steps, 1):
        if not step.seats:
            yield _("step %(number)s: it needs at least one of “seats”.", number=number)
        if step.days is not None:
            yield from _range(f"step {number}", "days", step.days, 1, MOST_DAYS)


def _needs(profile: Profile) -> Iterator[str]:
    """Each task that another needs is there, and none waits for itself by a chain of others."""
    needs = {duty.key: duty.needs for duty in profile.duties}
    for key, wanted in needs.items():
        for need in wanted:
            if need not in needs:
                yield _("task “%(key)s”: there is no task “%(need)s”.", key=key, need=need)
        if key in _reached(needs, key):
            yield _("task “%(key)s” waits for itself by way of what it needs.", key=key)


def _reached(needs: Mapping[str, Sequence[str]], key: str) -> set[str]:
    reached: set[str] = set()
    waiting = list(needs[key])
    while waiting:
        need = waiting.pop()
        if need not in reached:
            reached.add(need)
            waiting += needs.get(need, ())
    return reached


def _forms(profile: Profile) -> Iterator[str]:
    """A form that has to be signed has something on it."""
    known = {line.form for line in profile.form_lines}
    for requirement in profile.requirements:
        if profile.key != BASE and requirement.key in FORMS and requirement.key not in known:
            yield _("requirement “%(key)s”: no “form_line” stands on this form, so nobody could fill it in.",
                    key=requirement.key)


def _figures(profile: Profile) -> Iterator[str]:
    """Figures are such as the portal knows, and can be meant."""
    base = packaged_profile(BASE)
    for name, given, known in (
        ("figures", profile.figures, base.figures), ("retention", profile.retention, base.retention)
    ):
        for key, value in given.items():
            if key not in known:
                yield f"{name}: {unknown(name, key, known)}"
            elif name == "retention":
                yield from _range(name, key, value, 1, MOST_YEARS)
            elif key.endswith("_months"):
                yield from _range(name, key, value, 1, MOST_MONTHS)
            else:
                yield from _range(name, key, value, 0, MOST_OF_OTHER)
    for where, line in _places(profile):
        if isinstance(days := getattr(line, "days", None), int) and not where.startswith("step"):
            yield from _range(where, "days", days, -MOST_DAYS, MOST_DAYS)
        if isinstance(minutes := getattr(line, "minutes", None), int):
            yield from _range(where, "minutes", minutes, -MOST_MINUTES, MOST_MINUTES)


def _range(where: str, name: str, value: int, least: int, most: int) -> Iterator[str]:
    if not least <= value <= most:
        yield _("%(where)s: “%(name)s” has to be from %(least)s to %(most)s.", where=where, name=name, least=least,
                most=most)


CHECKS: Sequence[Callable[[Profile], Iterable[str]]] = (
    _names, _values, _clauses, _steps, _needs, _forms, _figures,
)
