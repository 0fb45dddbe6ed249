"""Lines of an agenda as people type or paste them: `title | minutes | presenter`."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from portal.accounts.models import Person
from portal.accounts.naming import label_of
from portal.agenda import queries
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.meetings.models import ItemKind

BARS = re.compile(r"\s*[|｜\t]\s*")
NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[.)、．](?!\d)|[一二三四五六七八九十]{1,3}、|[-*•])\s*")
MINUTES = re.compile(r"^(\d{1,4})\s*(?:min|minutes?|分钟?|分鐘?|['′])?$", re.IGNORECASE)
LONGEST_TITLE = 200
LONGEST_NAME = 100
MOST_MINUTES = 1440


class Line(NamedTuple):
    """One line of an agenda as it was typed; `presenter` is anything that may name a person."""

    title: str
    kind: ItemKind = ItemKind.DISCUSSION
    minutes: int | None = None
    presenter: str = ""


class Presenter(NamedTuple):
    """A person of the house, or the name of somebody from outside, or nobody."""

    person: Person | None = None
    name: str = ""


def lines_in(text: str, kind: ItemKind = ItemKind.DISCUSSION) -> list[Line]:
    """The lines of a pasted agenda, without the numbers it may carry. Raises DomainError naming the line at fault."""
    rows = [row for row in (NUMBERED.sub("", row).strip() for row in text.splitlines()) if row]
    return [_line(row, kind) for row in rows]


def _line(row: str, kind: ItemKind) -> Line:
    title, *more = BARS.split(row)
    if len(more) > 2:
        raise DomainError(_("Too many bars in “%(line)s”: title | minutes | presenter.", line=row[:80]), "lines")
    minutes = None
    if more and more[0]:
        found = MINUTES.match(more[0])
        if not found:
            raise DomainError(_("“%(words)s” is no number of minutes.", words=more[0][:40]), "lines")
        minutes = int(found[1])
    return Line(title, kind, minutes, more[1] if len(more) > 1 else "")


def check(line: Line, field: str | None = None) -> None:
    """Raise DomainError for what the agenda cannot hold, beside `field` or the field of the form that it belongs to."""
    if not line.title:
        raise DomainError(_("A line of the agenda needs a title."), field or "title")
    if len(line.title) > LONGEST_TITLE:
        raise DomainError(_("An item of the agenda has at most %(count)s characters.", count=LONGEST_TITLE),
                          field or "title")
    if line.minutes is not None and not 1 <= line.minutes <= MOST_MINUTES:
        raise DomainError(_("A line takes 1 to %(count)s minutes.", count=MOST_MINUTES), field or "minutes")
    if len(line.presenter) > LONGEST_NAME:
        raise DomainError(_("A name has at most %(count)s characters.", count=LONGEST_NAME), field or "presenter")


def presenters(words: Iterable[str], field: str) -> Mapping[str, Presenter]:
    """Whom each of the words means. One statement at most.

    `name · login` is a person, and so is a name or login that one person has; any other is somebody from outside.
    Raises DomainError for what several are called, and for a login that nobody has.
    """
    wanted = {text: text.strip() for text in words if text.strip()}
    people = queries.people_called({text.rpartition("·")[2].strip() for text in wanted.values()}) if wanted else []
    return {text: _meant(name, people, field) for text, name in wanted.items()}


def _meant(words: str, people: Iterable[Person], field: str) -> Presenter:
    name, bar, login = (part.strip() for part in words.rpartition("·"))
    by_login = [person for person in people if person.login == login.lower()]
    if bar and by_login:
        return Presenter(by_login[0])
    if bar and name and re.fullmatch(r"[a-z0-9._-]+", login):
        raise DomainError(_("Nobody here is called that."), field)
    meant = [person for person in people if words.lower() in {person.name.lower(), person.login}]
    if len(meant) > 1:
        names = pgettext("between names", ", ").join(label_of(person) for person in meant)
        raise DomainError(_("Whom do you mean: %(names)s?", names=names), field)
    return Presenter(meant[0]) if meant else Presenter(name=words)
