"""Reading a profile from TOML, laid over its base; whatever is wrong is said exactly, with where it stands."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.regulations.profiles import (
    Act,
    Chapter,
    Clause,
    Duty,
    FieldRule,
    FormLine,
    Phase,
    Profile,
    Requirement,
    Sight,
    Step,
    Text,
)

LOCALES = ("en", "zh_Hans", "zh_Hant")
LISTS = ("chapter", "step", "field", "requirement", "task", "form_line", "sight")
# Of these, a profile's own line fills in the base's of the same key.
LAID_OVER = ("requirement", "sight", "task")
TABLES = ("figures", "retention")
# What no profile takes over from its base.
OWN = ("key", "dated", *(f"title_{locale}" for locale in LOCALES))
SCOPES = ("meeting", "organisation")
KINDS = {
    str: _l("words in quotes"), int: _l("a whole number"), bool: _l("true or false"), list: _l("a list"),
    dict: _l("a table"), date: _l("a day such as 2026-11-21"),
}
Table = Mapping[str, Any]


class BadProfile(DomainError):
    """The text is no profile. `faults` are sentences, each naming the place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults), "source")
        self.faults = tuple(faults)


def _nothing(kind: type) -> Any:
    """What stands for a value that is missing, so that the rest can be read."""
    return date.min if kind is date else kind()


def unknown(name: str, value: str, known: Iterable[str]) -> str:
    """What is said of a value that is none of those known."""
    return _("“%(value)s” is not known as “%(name)s”; known: %(known)s.", value=value, name=name,
             known=", ".join(known))


def place_of(name: str, table: Table, number: int) -> str:
    """Where a fault is: a line by its key or id, else by its number."""
    key = table.get("key") or table.get("id")
    return f"{name} “{key}”" if isinstance(key, str) else f"{name} {number}"


class _Reading:
    """One table of the text, and where it stands; collects what is wrong with it."""

    def __init__(self, table: Table, where: str, faults: list[str]) -> None:
        self.table, self.where, self.faults = table, where, faults
        self.read: set[str] = set()

    def fault(self, words: str) -> None:
        self.faults.append(f"{self.where}: {words}")

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        """The value of that name and kind; without a default it has to be there."""
        self.read.add(name)
        value = self.table.get(name)
        if value is None:
            if default is None:
                self.fault(_("“%(name)s” is missing.", name=name))
                return _nothing(kind)
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(_("“%(name)s” is not of the right kind; expected: %(kind)s.", name=name, kind=KINDS[kind]))
            return default if default is not None else _nothing(kind)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words, empty if it is not there."""
        values = self.get(name, list, [])
        if not all(isinstance(value, str) for value in values):
            self.fault(_("“%(name)s” is not of the right kind; expected: %(kind)s.", name=name,
                         kind=_("a list of words in quotes")))
            return ()
        return tuple(values)

    def known(self, name: str, values: Iterable[str], default: str | None = "") -> str:
        """One of the values; without a default it has to be there."""
        value = str(self.get(name, str, default))
        if value and value not in (known := list(values)):
            self.fault(unknown(name, value, known))
            return ""
        return value

    def one_of(self, name: str, values: type[StrEnum], default: str | None = "") -> Any:
        """One of the values, or None if it is not there."""
        value = self.known(name, values, default)
        return values(value) if value else None

    def tables(self, name: str) -> list[Table]:
        """A list of tables, empty if it is not there."""
        values = self.get(name, list, [])
        if not all(isinstance(value, dict) for value in values):
            self.fault(_("“%(name)s” is not of the right kind; expected: %(kind)s.", name=name,
                         kind=_("a list of tables")))
        return [value for value in values if isinstance(value, dict)]

    def text(self, name: str) -> Text:
        """The words of that name in each language."""
        return Text(**{locale: self.get(f"{name}_{locale}", str) for locale in LOCALES})

    def finish(self) -> None:
        """Nothing that is misspelt is passed over in silence."""
        for name in sorted(set(self.table) - self.read):
            self.fault(_("“%(name)s” is not known here.", name=name))


def parse(source: str) -> Table:
    """The text as tables; raises BadProfile, naming line and column, if it is no TOML."""
    try:
        return tomllib.loads(source)
    # What the reader of TOML refuses by itself is a ValueError too: numbers too long, and tables too deep for Python.
    except (ValueError, RecursionError) as error:
        raise BadProfile([_("This is no TOML: %(why)s", why=str(error))]) from None


def read(source: str, number: int, base: str | None = None) -> Profile:
    """The profile that the text describes, laid over the text of its base; raises BadProfile with all that is wrong."""
    profile, faults = read_all(source, number, base)
    if faults:
        raise BadProfile(faults)
    return profile


def read_all(source: str, number: int, base: str | None = None) -> tuple[Profile, list[str]]:
    """As much of the profile as can be read, and what is wrong with it; raises BadProfile only for what is no TOML."""
    faults = list[str]()
    tables = _shaped(parse(source), faults)
    if base is not None:
        tables = _over(_shaped(parse(base), []), tables)
    top = _Reading(tables, _("At the top"), faults)
    top.get("extends", str, "")
    profile = Profile(
        key=top.get("key", str), title=top.text("title"), number=number, dated=top.get("dated", date),
        chapters=_each(top, "chapter", _chapter), steps=_each(top, "step", _step), submits=top.get("submits", str, ""),
        fields=_each(top, "field", _field), requirements=_each(top, "requirement", _requirement),
        duties=_each(top, "task", _duty), form_lines=_each(top, "form_line", _form_line),
        figures=_numbers(top, "figures"), retention=_numbers(top, "retention"), sights=_each(top, "sight", _sight),
    )
    top.finish()
    return profile, faults


def _shaped(tables: Table, faults: list[str]) -> dict[str, Any]:
    """The same with lists of tables and tables only where there have to be such; no key twice in one list."""
    top = _Reading(tables, _("At the top"), faults)
    shaped = dict(tables)
    shaped.update({name: top.tables(name) for name in LISTS})
    shaped.update({name: dict(top.get(name, dict, {})) for name in TABLES})
    for name in LAID_OVER:
        keys = [line["key"] for line in shaped[name] if isinstance(line.get("key"), str)]
        for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
            top.fault(_("There are several of “%(name)s” with the key “%(key)s”.", name=name, key=key))
    return shaped


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The base with what the profile says itself: lines of the same key are filled in, others are added."""
    laid = {**{name: value for name, value in base.items() if name not in OWN}, **own}
    for name in TABLES:
        laid[name] = {**base[name], **own[name]}
    for name in LAID_OVER:
        lines = {str(line.get("key")): line for line in base[name]}
        for line in own[name]:
            key = str(line.get("key"))
            lines[key] = {**lines.get(key, {}), **line}
        laid[name] = list(lines.values())
    return laid


def _each(top: _Reading, name: str, make: Callable[[_Reading], Any]) -> tuple[Any, ...]:
    made = []
    for number, table in enumerate(top.tables(name), 1):
        one = _Reading(table, place_of(name, table, number), top.faults)
        made.append(make(one))
        one.finish()
    return tuple(made)


def _numbers(top: _Reading, name: str) -> Mapping[str, int]:
    table = top.get(name, dict, {})
    one = _Reading(table, name, top.faults)
    return {key: one.get(key, int) for key in table}


def _chapter(one: _Reading) -> Chapter:
    number = one.get("number", int)
    clauses = [
        _clause(number, _Reading(table, place_of("clause", table, place), one.faults))
        for place, table in enumerate(one.tables("clause"), 1)
    ]
    return Chapter(number, one.text("title"), tuple(clauses))


def _clause(chapter: int, one: _Reading) -> Clause:
    clause = Clause(
        id=one.get("id", str), chapter=chapter, title=one.text("title"), demand=one.text("demand"),
        phase=one.one_of("phase", Phase, None) or Phase.GOVERN, record=one.get("record", str),
        is_of_house=one.known("scope", SCOPES) == "organisation", when=one.get("when", str, ""),
        check=one.get("check", str, ""), arg=one.get("arg", str, ""), sign_off=one.get("sign_off", str, ""),
        proof=one.get("proof", str, ""), later=one.get("later", str, ""),
    )
    if bool(clause.check) == bool(clause.sign_off):
        one.fault(_("A clause has either a “check” or a “sign_off”."))
    one.finish()
    return clause


def _step(one: _Reading) -> Step:
    return Step(
        title=one.text("title"), seats=one.words("seats"), rule=one.get("rule", str, "all"),
        days=one.get("days", int, 0) or None, clause=one.get("clause", str, ""), when=one.get("when", str, ""),
    )


def _field(one: _Reading) -> FieldRule:
    return FieldRule(one.get("name", str), one.get("clause", str, ""), one.get("when", str, ""))


def _requirement(one: _Reading) -> Requirement:
    return Requirement(
        key=one.get("key", str), title=one.text("title"), days=one.get("days", int), clause=one.get("clause", str, ""),
        gates=one.one_of("gates", Act), late=one.one_of("late", Act), waiver=one.words("waiver"),
        when=one.get("when", str, ""),
    )


def _duty(one: _Reading) -> Duty:
    return Duty(
        key=one.get("key", str), title=one.text("title"), clauses=one.words("clauses"), owner=one.get("owner", str),
        days=one.get("days", int), minutes=one.get("minutes", int, 0), proof=one.get("proof", str, "none"),
        needs=one.words("needs"), when=one.get("when", str, ""),
    )


def _form_line(one: _Reading) -> FormLine:
    return FormLine(
        form=one.get("form", str), key=one.get("key", str), title=one.text("title"),
        is_required=one.get("required", bool, True), clauses=one.words("clauses"),
    )


def _sight(one: _Reading) -> Sight:
    return Sight(one.get("key", str), one.text("title"), one.words("seen_by"))
