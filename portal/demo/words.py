"""The demonstration organisation's words in one language, read from the .toml file beside this one."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MeetingWords:
    subject: str
    purpose: str
    agenda: Sequence[str]


@dataclass(frozen=True)
class ResolutionWords:
    """What was decided, and how its report goes."""

    text: str
    done: str = ""
    problems: str = ""
    next: str = ""


@dataclass(frozen=True)
class TopicWords:
    """What a department proposes, and why the office declined it if it did."""

    title: str
    reason: str
    declined: str = ""


@dataclass(frozen=True)
class RegistrationWords:
    """What a registration page says and asks, and who registered: the usual four facts, and both answers.

    `diet` is what is asked, then the choices.
    """

    intro: str
    diet: Sequence[str]
    question: str
    declined: str
    people: Sequence[Sequence[str]]


@dataclass(frozen=True)
class CrowdWords:
    """A large meeting outside the house: why its chair must be a leader, duties, units of guests, and three groups."""

    subject: str
    purpose: str
    agenda: Sequence[str]
    venue: str
    rule: str
    duties: Sequence[str]
    units: Sequence[str]
    groups: Sequence[str]


@dataclass(frozen=True)
class FollowUpWords:
    """What no meeting resolved, and what is said about things decided until they are true."""

    instructions: Sequence[ResolutionWords]
    improvement: ResolutionWords
    paused: ResolutionWords
    pause_reason: str
    weekly: ResolutionWords
    measure: str
    milestones: Sequence[str]
    delay_reason: str
    delay_progress: str
    delayed: ResolutionWords
    urging: str
    bulletin: str
    comment: str
    vote: str


@dataclass(frozen=True)
class MinutesWords:
    """The minutes of a meeting: for each line of the agenda what was said, and what was concluded."""

    opening: str
    closing: str
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True)
class ProposalWords:
    """A meeting under a regulation and its proposal; the risks are those of site, people and information."""

    subject: str
    purpose: str
    outcome: str
    agenda: Sequence[str]
    theme: str
    circle: str
    publicity: str
    notable: str
    risks: Sequence[str]
    venue: str
    lessons: str


@dataclass(frozen=True)
class RegulatedWords:
    """Kinds and meetings in the order of the profiles, the annual plan, and an inspection with what it found."""

    kinds: Sequence[str]
    comments: Sequence[str]
    plan_entries: Sequence[str]
    plan_places: Sequence[str]
    plan_participants: str
    inspection: str
    verdict: str
    finding: str
    cause: str
    measure: str
    violation: str
    sanction: str
    waiver: str
    proof: str
    review_verdict: str
    meetings: Sequence[ProposalWords]


@dataclass(frozen=True)
class Words:
    """Names come with their Latin spelling, areas with the pattern of their rooms' names, papers with their text.

    Equipment comes with its number, vehicles with their seats, interpreters with their languages.
    """

    name: str
    surnames: Sequence[tuple[str, str]]
    given: Sequence[tuple[str, str]]
    departments: Sequence[str]
    head: str
    deputy: str
    posts: Sequence[str]
    leaders: Sequence[str]
    areas: Sequence[tuple[str, str]]
    features: Sequence[str]
    between: str
    equipment: Sequence[tuple[str, int]]
    vehicles: Sequence[tuple[str, int]]
    interpreters: Sequence[tuple[str, str]]
    titles: Sequence[str]
    own: Sequence[str]
    declines: Sequence[str]
    maybes: Sequence[str]
    accepts: Sequence[str]
    kinds: Sequence[str]
    leave_kind: str
    leave_no: str
    needs: Sequence[tuple[str, str]]
    outsider: str
    papers: Sequence[tuple[str, str]]
    topics: Sequence[TopicWords]
    meetings: Sequence[MeetingWords]
    resolutions: Sequence[ResolutionWords]
    follow_up: FollowUpWords
    minutes: Sequence[MinutesWords]
    registration: RegistrationWords
    crowd: CrowdWords
    regulated: RegulatedWords


def words_in(locale: str) -> Words:
    """The words in that language, one of `core.i18n.LOCALES`."""
    raw = tomllib.loads((Path(__file__).parent / f"{locale}.toml").read_text("utf-8"))
    raw["meetings"] = [MeetingWords(**one) for one in raw["meetings"]]
    raw["resolutions"] = [ResolutionWords(**one) for one in raw["resolutions"]]
    raw["topics"] = [TopicWords(**one) for one in raw["topics"]]
    raw["follow_up"] = _follow_up(raw["follow_up"])
    raw["minutes"] = [MinutesWords(**one) for one in raw["minutes"]]
    raw["registration"] = RegistrationWords(**raw["registration"])
    raw["crowd"] = CrowdWords(**raw["crowd"])
    regulated = raw["regulated"]
    regulated["meetings"] = [ProposalWords(**one) for one in regulated["meetings"]]
    raw["regulated"] = RegulatedWords(**regulated)
    return Words(**raw)


def _follow_up(raw: dict[str, Any]) -> FollowUpWords:
    for name in ("improvement", "paused", "weekly", "delayed"):
        raw[name] = ResolutionWords(**raw[name])
    raw["instructions"] = [ResolutionWords(**one) for one in raw["instructions"]]
    return FollowUpWords(**raw)
