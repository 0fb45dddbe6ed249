"""How the organisation keeps its regulations: the meetings of a period counted by clause, department and kind."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Person
from portal.compliance import policy
from portal.compliance.judging import Judged, Judgement, judge, judge_house
from portal.compliance.queries import batch_of
from portal.compliance.verdicts import State
from portal.core.db import db
from portal.meetings.models import Meeting, MeetingKind
from portal.regulations.profiles import Clause, Profile
from portal.resolutions.today import midnight
from portal.supervision.periods import Period

MOST_MEETINGS = 500
ONE_DAY = timedelta(days=1)


class Scope(NamedTuple):
    """Which meetings are counted."""

    period: Period
    department_id: int | None = None
    profile: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """As the arguments of an address."""
        first, last = self.period
        return {
            "from": first.isoformat(), "until": last.isoformat(), "department": self.department_id,
            "profile": self.profile or None,
        }


@dataclass
class Tally:
    """How often each state was found of one clause, department or kind; `query` leads to what was counted."""

    name: str
    query: dict[str, Any]
    clause: Clause | None = None
    counts: Counter[State] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        """How often it had to be kept."""
        return self.counts[State.MET] + self.counts[State.OPEN] + self.counts[State.LATE]

    @property
    def share(self) -> int | None:
        """Of a hundred times that it had to be kept, how often it was; nothing if it never had to."""
        return 100 * self.counts[State.MET] // self.judged if self.judged else None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Worst first."""
        share = self.share
        return -self.counts[State.LATE], 100 if share is None else share, -self.counts[State.OPEN]


@dataclass
class Findings:
    """What was found of the meetings that the reader may see, and whether there are more than were looked at."""

    scope: Scope
    judgements: list[Judgement]
    own: list[tuple[Profile, list[Judged]]]
    is_cut: bool

    @property
    def total(self) -> Counter[State]:
        return sum(self.counts, Counter[State]())

    @cached_property
    def counts(self) -> list[Counter[State]]:
        """Of each meeting, what was found of the clauses that are asked of meetings."""
        return [
            Counter(line.state for line in one.lines if not line.clause.is_of_house) for one in self.judgements
        ]

    def by_clause(self) -> list[Tally]:
        """Of each clause that is asked of meetings, worst first."""
        tallies: dict[str, Tally] = {}
        for one in self.judgements:
            for line in one.lines:
                if not line.clause.is_of_house:
                    key = line.clause.id
                    tally = tallies.get(key) or tallies.setdefault(key, Tally(key, {"clause": key}, line.clause))
                    tally.counts[line.state] += 1
        return _ranked(tallies)

    def by_department(self, without: str) -> list[Tally]:
        """Of each department; `without` is what meetings of none are called."""
        def whose(meeting: Meeting) -> tuple[int, str]:
            department = meeting.department or meeting.organizer.department
            return (department.id, department.name) if department else (0, without)

        return self._by(whose, "of")

    def by_kind(self) -> list[Tally]:
        """Of each kind of meeting."""
        def which(meeting: Meeting) -> tuple[int, str]:
            assert meeting.kind is not None, "it is under a profile"
            return meeting.kind.id, meeting.kind.name

        return self._by(which, "kind")

    def _by(self, key: Callable[[Meeting], tuple[int, str]], name: str) -> list[Tally]:
        tallies: dict[int, Tally] = {}
        for one, counts in zip(self.judgements, self.counts, strict=True):
            number, called = key(one.dossier.meeting)
            tallies.setdefault(number, Tally(called, {name: number})).counts.update(counts)
        return _ranked(tallies)


def _ranked(tallies: Mapping[Any, Tally]) -> list[Tally]:
    return sorted(tallies.values(), key=lambda tally: (*tally.rank, tally.name))


def find(actor: Person, scope: Scope) -> Findings:
    """Judge the meetings that the actor may see, and the organisation's own clauses for who reads them.

    The number of statements depends neither on the meetings nor on what belongs to them.
    """
    meetings = db.session.scalars(meetings_of(actor, scope).limit(MOST_MEETINGS + 1)).all()
    batch = batch_of(meetings[:MOST_MEETINGS])
    profiles = [one for one in policy.in_force().values() if scope.profile in ("", one.key)]
    found = judge_house(batch, profiles)
    own = [(one, [line for line in found if one.clause(line.clause.id) is line.clause]) for one in profiles]
    return Findings(scope, judge(batch), [(one, lines) for one, lines in own if lines], len(meetings) > MOST_MEETINGS)


def meetings_of(actor: Person, scope: Scope) -> Select[Meeting]:
    """The meetings of the period under a profile that the actor may see judged, the latest first."""
    query = (
        select(Meeting)
        .join(Meeting.kind)
        .options(
            contains_eager(Meeting.kind), joinedload(Meeting.organizer).joinedload(Person.department),
            joinedload(Meeting.department),
        )
        .where(
            policy.judged_for(actor), Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= midnight(scope.period.first),
            Meeting.starts_at < midnight(scope.period.last + ONE_DAY),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )
    if scope.department_id is not None:
        query = query.where(policy.department_of_meeting() == scope.department_id)
    return query.where(MeetingKind.profile == scope.profile) if scope.profile else query


class Row(NamedTuple):
    """One clause of one meeting behind a number."""

    meeting: Meeting
    judged: Judged


def behind(
    findings: Findings, *, clause: str = "", state: State | None = None, kind_id: int | None = None,
    of_department: int | None = None,
) -> Sequence[Row]:
    """What a number counts; 0 as a department is none."""
    return [
        Row(one.dossier.meeting, line)
        for one in findings.judgements if _is_of(one.dossier.meeting, kind_id, of_department)
        for line in one.lines
        if not line.clause.is_of_house and clause in ("", line.clause.id) and state in (None, line.state)
    ]


def _is_of(meeting: Meeting, kind_id: int | None, of_department: int | None) -> bool:
    department_id = meeting.department_id or meeting.organizer.department_id or 0
    return kind_id in (None, meeting.kind_id) and of_department in (None, department_id)
