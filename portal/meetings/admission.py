"""Who may be given a part: higher slices object, and the editor of a meeting may give a reason to admit them anyway."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from portal.accounts.models import Person
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.meetings.models import Meeting, Part


class Invitee(NamedTuple):
    """Somebody of the house who is to have a part."""

    person: Person
    part: Part = Part.REQUIRED
    duty: str = ""


class Objection(NamedTuple):
    """Why somebody may not have a part, as a sentence."""

    person: Person
    words: str


# A constant number of statements, however many people.
Guard = Callable[[Meeting, Sequence[Invitee]], Iterable[Objection]]
_guards: dict[str, Guard] = {}


class Ineligible(DomainError):
    """Rules keep some of them out; `objections` say whom and why. A waiver admits them."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        first = objections[0]
        super().__init__(_("%(person)s cannot be added: %(why)s", person=first.person.name, why=first.words))
        self.objections = objections


def add_guard(name: str, guard: Guard) -> None:
    _guards[name] = guard


def objections_to(meeting: Meeting, invitees: Sequence[Invitee]) -> list[Objection]:
    """What speaks against these parts, in the order of the people."""
    return [objection for guard in _guards.values() for objection in guard(meeting, invitees)] if invitees else []


def admit(meeting: Meeting, invitees: Sequence[Invitee], waiver: str) -> set[int]:
    """The ids of those whom only the waiver admits; raises Ineligible if there are such and no waiver."""
    objections = objections_to(meeting, invitees)
    if objections and not waiver:
        raise Ineligible(objections)
    return {objection.person.id for objection in objections}
