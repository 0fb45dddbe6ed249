"""Fields in the words of notices: `{subject}` is filled in, `{{` and `}}` are braces, all else stays as it is."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

# What the meeting says, the same for all of its people.
SHARED = {
    "subject": _l("What the meeting is called"), "number": _l("Its number"), "kind": _l("Its kind"),
    "time": _l("Day and time, from when until when"), "start": _l("When it begins"), "end": _l("When it ends"),
    "zone": _l("The time zone of these"), "place": _l("Where it is"), "online": _l("Its online address"),
    "organizer": _l("Who organizes it"), "department": _l("The department that holds it"),
    "chair": _l("Who takes the chair"), "recorder": _l("Who writes the minutes"),
    "agenda": _l("The lines of the agenda"), "people": _l("Who takes part"), "purpose": _l("What it is for"),
    "outcome": _l("What is to come of it"), "answer_by": _l("Until when to answer"),
    "contact": _l("Whom to ask"), "today": _l("The day on which the notice is sent"),
    "organisation": _l("The organisation"),
}
# What is said of each recipient.
PERSONAL = {
    "name": _l("The recipient’s name"), "post": _l("The recipient’s post"),
    "unit": _l("The recipient’s department or unit"), "part": _l("What the recipient is in the meeting"),
}
FIELDS = {**SHARED, **PERSONAL}


class Piece(NamedTuple):
    """Some words, and a field after them unless that is empty."""

    words: str
    field: str


class Line(NamedTuple):
    """One line of the text."""

    pieces: tuple[Piece, ...]

    @property
    def fields(self) -> set[str]:
        return {piece.field for piece in self.pieces if piece.field}


@lru_cache(maxsize=256)
def compiled(text: str) -> tuple[Line, ...]:
    """The lines of the text with their fields; raises ValueError for braces that do not match."""
    return tuple(Line(tuple(_pieces(line))) for line in text.splitlines())


def _pieces(line: str) -> list[Piece]:
    pieces = []
    for words, field, form, conversion in Formatter().parse(line):
        if form or conversion:
            raise ValueError(f"{field} is formatted")
        if field == "":
            raise ValueError("a field without a name")
        pieces.append(Piece(words, field or ""))
    return pieces


def check(text: str, field: str) -> None:
    """Raise DomainError beside that field of the form if the text names a field that there is not."""
    try:
        named = {name for line in compiled(text) for name in line.fields}
    except ValueError:
        raise DomainError(
            _("A brace is missing or too many. Fields are written {subject}, braces themselves {{ and }}."), field
        ) from None
    unknown = sorted(named - FIELDS.keys())
    if unknown:
        raise DomainError(_("There is no field {%(name)s}.", name=unknown[0]), field)


def prepared(lines: Iterable[Line], values: Mapping[str, str]) -> list[str | Line]:
    """The lines that name nobody filled in already, the others as they are: what all recipients share is done once."""
    done: list[str | Line] = []
    for line in lines:
        filled = line if line.fields & PERSONAL.keys() else _filled(line, values)
        if filled is not None:
            done.append(filled)
    return done


def finished(lines: Iterable[str | Line], values: Mapping[str, str]) -> str:
    """The whole text with its fields filled in; a line whose fields are all empty is left out, and no gap stays.

    Values are taken as they are: braces in them mean nothing.
    """
    kept: list[str] = []
    for line in lines:
        filled = line if isinstance(line, str) else _filled(line, values)
        if filled is not None and (filled or (kept and kept[-1])):
            kept.append(filled)
    return "\n".join(kept).strip()


def _filled(line: Line, values: Mapping[str, str]) -> str | None:
    """One line, or nothing if it has fields and all of them are empty."""
    named = [values[piece.field] for piece in line.pieces if piece.field]
    if named and not any(named):
        return None
    return "".join(piece.words + (values[piece.field] if piece.field else "") for piece in line.pieces)
