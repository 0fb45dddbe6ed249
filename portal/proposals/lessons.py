"""What earlier meetings left to be done better: slices above name it, and a proposal says how it is met."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from portal.accounts.models import Person
from portal.meetings.models import Meeting


def _nowhere() -> str:
    return ""


class Lesson(NamedTuple):
    """An open measure or a finding, in words, and where it stands: asked for by pages only."""

    words: str
    address: Callable[[], str] = _nowhere


Lessons = Callable[[Person, Meeting], Iterable[Lesson]]
_sources: dict[str, Lessons] = {}


def add_lessons(name: str, lessons: Lessons) -> None:
    """Let `lessons(reader, meeting)` name what the reader may know of earlier meetings of its kind or body, in a
    constant number of statements."""
    _sources[name] = lessons


def lessons_for(reader: Person, meeting: Meeting) -> list[Lesson]:
    """All that has been named, for this reader."""
    return [lesson for lessons in _sources.values() for lesson in lessons(reader, meeting)]
