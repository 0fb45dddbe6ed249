"""What is found of a clause: kept, open, late, waived or not applicable; what shows it, and whose turn it is."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a clause stands, worst first."""

    LATE = "late"
    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Evidence:
    """A record that shows it: what a reader calls it, and where it is."""

    label: str
    address: str


@dataclass(frozen=True)
class Verdict:
    """How a clause stands for one meeting or for the house, in the reader's language.

    `words` say why; `turn` names whose turn it is while it is open or late: names, or what a role is called.
    """

    state: State
    words: str = ""
    evidence: tuple[Evidence, ...] = ()
    turn: str = ""
    due_at: datetime | None = None

    def shown_by(self, *evidence: Evidence) -> "Verdict":
        """The same with more to show."""
        return replace(self, evidence=(*self.evidence, *evidence))


def met(words: str = "", *evidence: Evidence) -> Verdict:
    return Verdict(State.MET, words, evidence)


def open_(words: str, turn: str, *evidence: Evidence, due_at: datetime | None = None) -> Verdict:
    return Verdict(State.OPEN, words, evidence, turn, due_at)


def late(words: str, turn: str, *evidence: Evidence) -> Verdict:
    return Verdict(State.LATE, words, evidence, turn)


def not_applicable(words: str) -> Verdict:
    return Verdict(State.NOT_APPLICABLE, words)


def due(is_late: bool, words: str, turn: str, *evidence: Evidence) -> Verdict:
    """Late or still open."""
    return late(words, turn, *evidence) if is_late else open_(words, turn, *evidence)
