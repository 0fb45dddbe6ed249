"""What the page of a meeting shows of each clause, and what its reader may do there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from portal.accounts.models import Person
from portal.compliance import policy
from portal.compliance.holders import ROLES, Hand, hand_of, of_house
from portal.compliance.judging import Judged, Judgement
from portal.compliance.verdicts import Evidence, State
from portal.core.records import hidden_among
from portal.meetings import policy as meetings
from portal.meetings.models import Meeting
from portal.regulations.labels import person_name
from portal.regulations.profiles import Chapter, Phase

WAITING = (State.LATE, State.OPEN)
# Which records stand at which addresses, for what a reader may not even see named.
_RECORDS = re.compile(r"/(meetings|resolutions|tasks)/(\d+)(?:[/?#]|$)")
_KINDS = {"meetings": "meeting", "resolutions": "resolution", "tasks": "task"}


@dataclass(frozen=True)
class Line:
    """One clause as a reader sees it."""

    judged: Judged
    evidence: tuple[Evidence, ...]
    is_mine: bool
    may_sign: bool
    may_set_aside: bool
    may_revoke: bool

    @property
    def state(self) -> State:
        return self.judged.state

    @property
    def waits(self) -> bool:
        return self.state in WAITING


class Wanted(NamedTuple):
    """Which clauses are asked for; what is empty asks for all."""

    state: State | None = None
    phase: Phase | None = None
    is_mine: bool = False

    @classmethod
    def from_address(cls, arguments: MultiDict[str, str]) -> "Wanted":
        """By `?state=&phase=&whose=mine`; what nobody knows asks for nothing."""
        state, phase = arguments.get("state"), arguments.get("phase")
        return cls(
            State(state) if state in set(State) else None, Phase(phase) if phase in set(Phase) else None,
            arguments.get("whose") == "mine",
        )

    @property
    def query(self) -> dict[str, str]:
        """As the arguments of an address."""
        given = {"state": self.state or "", "phase": self.phase or "", "whose": "mine" if self.is_mine else ""}
        return {name: str(value) for name, value in given.items() if value}

    def takes(self, line: Line) -> bool:
        return (
            self.state in (None, line.state) and self.phase in (None, line.judged.clause.phase)
            and (not self.is_mine or line.is_mine)
        )


def lines_of(judgement: Judgement, actor: Person) -> list[Line]:
    """Every clause of the meeting for that reader, in the order of the regulation."""
    meeting, hand = judgement.dossier.meeting, hand_of(actor)
    stands = meeting.cancelled_at is None
    mine = _names_of(hand, meeting)
    return [
        _line(judged, hand, meeting, mine, stands) for judged in _shown(judgement, actor)
    ]


def _line(judged: Judged, hand: Hand, meeting: Meeting, mine: Sequence[str], stands: bool) -> Line:
    clause, actor = judged.clause, hand.person
    where = None if clause.is_of_house else meeting
    key = of_house(clause.sign_off) if clause.is_of_house else clause.sign_off
    waits = judged.state in WAITING and stands
    is_mine = waits and (
        hand.holds(key, where) if clause.sign_off else any(name in judged.verdict.turn for name in mine)
    )
    is_free = judged.sign_off is None and stands and judged.waiver is None
    may_sign = judged.state in WAITING and is_free and policy.may_sign(hand, clause, where)
    return Line(
        judged, judged.verdict.evidence, is_mine, may_sign,
        waits and is_free and policy.may_set_aside(actor, clause),
        judged.sign_off is not None and where is not None and policy.may_revoke(actor, judged.sign_off),
    )


def _names_of(hand: Hand, meeting: Meeting) -> list[str]:
    """By what the reader is called where records say whose turn it is."""
    keys = [key for key in (*ROLES, "organizer", "chair", "recorder", *hand.bodies) if hand.holds(key, meeting)]
    return [hand.person.name, *dict.fromkeys(person_name(key) for key in keys)]


def _shown(judgement: Judgement, actor: Person) -> list[Judged]:
    """The lines, without links to records that the reader may not know of. A few statements, however many lines."""
    meeting = judgement.dossier.meeting
    if not meetings.may_see(actor, meeting):
        return [_without(line, lambda evidence: False) for line in judgement.lines]
    named = {
        (_KINDS[kind], int(number))
        for line in judgement.lines for evidence in line.verdict.evidence
        for kind, number in _RECORDS.findall(evidence.address)
    } - {("meeting", meeting.id)}
    hidden = hidden_among(actor, named) if named else set()
    return [_without(line, lambda evidence: not _leads_to(evidence, hidden)) for line in judgement.lines]


def _leads_to(evidence: Evidence, records: set[tuple[str, int]]) -> bool:
    return any((_KINDS[kind], int(number)) in records for kind, number in _RECORDS.findall(evidence.address))


def _without(line: Judged, keeps: "object") -> Judged:
    shown = tuple(filter(keeps, line.verdict.evidence))  # type: ignore[call-overload]
    return line if shown == line.verdict.evidence else line._replace(verdict=replace(line.verdict, evidence=shown))


class Group(NamedTuple):
    """The clauses of one chapter that are asked for."""

    chapter: Chapter
    lines: list[Line]


def by_chapter(judgement: Judgement, lines: Sequence[Line]) -> list[Group]:
    """The lines below their chapters; of each chapter what waits for the reader comes first."""
    groups = [
        Group(chapter, sorted((line for line in lines if line.judged.clause.chapter == chapter.number),
                              key=lambda line: not line.is_mine))
        for chapter in judgement.dossier.profile.chapters
    ]
    return [group for group in groups if group.lines]


def digest_of(lines: Sequence[Line]) -> str:
    """Another one as soon as anything that is shown of the clauses has changed."""
    said = [(line.judged.clause.id, line.judged.verdict, line.is_mine, line.may_sign) for line in lines]
    return sha256(repr(said).encode()).hexdigest()[:16]
