"""Reading a profile from TOML, laid over its base; whatever is wrong is said exactly, with where it stands."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
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
Table = Mapping[str, Any]


class BadProfile(DomainError):
    """The text is no profile. `faults` are sentences, each naming the place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults), "source")
        self.faults = tuple(faults)


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
                return kind()
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(_("“%(name)s” is not of the right kind; expected: %(kind)s.", name=name, kind=kind.__name__))
            return default if default is not None else kind()
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words, empty if it is not there."""
        values = self.get(name, list, [])
        if not all(isinstance(value, str) for value in values):
            self.fault(_("“%(name)s” is not of the right kind; expected: %(kind)s.", name=name, kind="list[str]"))
            return ()
        return tuple(values)

    def one_of(self, name: str, values: type[StrEnum]) -> Any:
        """One of the values, or nothing if it is not there."""
        value = self.get(name, str, "")
        if value and value not in set(values):
            self.fault(_("“%(value)s” is not known as “%(name)s”; known: %(known)s.", value=value, name=name,
                         known=", ".join(values)))
            return None
        return values(value) if value else None

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
    except tomllib.TOMLDecodeError as error:
        raise BadProfile([_("This is no TOML: %(why)s", why=str(error))]) from None


def read(source: str, number: int, base: str | None = None) -> Profile:
    """The profile that the text describes, laid over the text of its base; raises BadProfile with all that is wrong."""
    tables, faults = dict(parse(source)), list[str]()
    if base is not None:
        tables = _over(dict(parse(base)), tables)
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
    if faults:
        raise BadProfile(faults)
    return profile


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The base with what the profile says itself: lines of the same key are filled in, others are added."""
    laid = {**base, **own}
    for name in ("figures", "retention"):
        laid[name] = {**base.get(name, {}), **own.get(name, {})}
    for name in ("requirement", "sight", "task"):
        lines = {line.get("key"): line for line in base.get(name, [])}
        for line in own.get(name, []):
            lines[line.get("key")] = {**lines.get(line.get("key"), {}), **line}
        laid[name] = list(lines.values())
    return laid


def _each(top: _Reading, name: str, make: Callable[[_Reading], Any]) -> tuple[Any, ...]:
    made = []
    for place, table in enumerate(top.get(name, list, []), 1):
        one = _Reading(table, f"{name} {place}", top.faults)
        if "key" in table or "id" in table:
            one.where = f"{name} {place} ({table.get('key') or table.get('id')})"
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
        _clause(number, _Reading(table, table.get("id", f"clause {place}"), one.faults))
        for place, table in enumerate(one.get("clause", list, []), 1)
    ]
    return Chapter(number, one.text("title"), tuple(clauses))


def _clause(chapter: int, one: _Reading) -> Clause:
    clause = Clause(
        id=one.get("id", str), chapter=chapter, title=one.text("title"), demand=one.text("demand"),
        phase=one.one_of("phase", Phase) or Phase.GOVERN, record=one.get("record", str),
        is_of_house=one.get("scope", str, "meeting") == "organisation", when=one.get("when", str, ""),
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
