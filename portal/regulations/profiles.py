"""A profile as data: clauses, steps of approval, what is required by when, checklists, forms, retention, who sees what.

The figures (days, months, years, percent) are the organisation's own choice; the regulations give none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.core.i18n import reader

BASE = "base"
PROFILES = ("operations", "high_end", "agency", "foreign")

# What a profile may ask for by a last moment, require of a proposal, make depend on, have filled in and proven.
REQUIREMENTS = (
    "submission", "approval", "room", "chair", "agenda", "notice", "papers", "recorder", "equipment_test",
    "venue_acceptance", "readiness", "minutes", "resolutions",
)
FIELDS = (
    "agenda", "budget", "circle", "guest_risk", "information_risk", "outcome", "people_risk", "place", "publicity",
    "purpose", "site_risk", "size", "theme", "time", "unplanned_reason", "venue_reason", "lessons",
)
CONDITIONS = (
    "has_budget", "has_catering", "has_equipment", "has_guests", "has_hire", "has_joint_resolutions", "has_lodging",
    "has_measures", "has_needs", "has_papers", "has_recording", "has_registration", "has_resolutions", "has_room",
    "has_substitutes", "has_transport", "is_on_site", "is_sensitive", "notable_guests", "secret_matter",
    "has_notable_guests",
)
FORMS = ("equipment_test", "venue_acceptance")
PROOFS = ("none", "photo", "number", "signature", "file", "words")
# Who somebody is to one meeting; besides, there are the roles of the portal and the bodies.
PARTS = ("organizer", "chair", "recorder", "owner", "head", "office", "staff")


class Phase(StrEnum):
    """In which part of a meeting's life a clause asks for something."""

    GOVERN = "govern"
    PLAN = "plan"
    PREPARE = "prepare"
    RUN = "run"
    FOLLOW_UP = "follow_up"
    IMPROVE = "improve"
    ARCHIVE = "archive"


class Act(StrEnum):
    """What can be refused as long as something required is missing, or once its last moment is past."""

    SUBMIT = "submit"
    ANNOUNCE = "announce"
    START = "start"
    CLOSE = "close"


@dataclass(frozen=True)
class Text:
    """Words in each language of the portal; the regulations themselves are in simplified Chinese."""

    en: str
    zh_Hans: str  # noqa: N815  (the locale's own name)
    zh_Hant: str  # noqa: N815

    def __str__(self) -> str:
        """In the reader's language."""
        return str(getattr(self, reader().locale, self.en))

    @property
    def other(self) -> str:
        """In the other script, to be shown beside: English to who reads Chinese, and the original to all others."""
        return self.en if reader().locale.startswith("zh") else self.zh_Hans

    @property
    def by_locale(self) -> dict[str, str]:
        return {"en": self.en, "zh_Hans": self.zh_Hans, "zh_Hant": self.zh_Hant}


@dataclass(frozen=True)
class Clause:
    """One demand of a regulation, and what shows that it was kept: a check over records, or somebody's name."""

    id: str
    chapter: int
    title: Text
    demand: Text
    phase: Phase
    record: str
    # Answered for each meeting, or once for the organisation.
    is_of_house: bool = False
    # The condition under which it applies (`compliance.conditions`); empty is always.
    when: str = ""
    check: str = ""
    arg: str = ""
    # The role or body that puts its name to it, what it shows, and which later record will take its place.
    sign_off: str = ""
    proof: str = ""
    later: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter with its clauses, in order."""

    number: int
    title: Text
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Step:
    """One step of approval; seats are `body:<key>`, `role:<role>` or `head` (of the meeting's department)."""

    title: Text
    seats: tuple[str, ...]
    rule: str = "all"
    days: int | None = None
    clause: str = ""
    # Only if the proposal says so (`is_sensitive`, `has_notable_guests`).
    when: str = ""


@dataclass(frozen=True)
class FieldRule:
    """A field that a proposal must hold before it is submitted."""

    name: str
    clause: str = ""
    when: str = ""


@dataclass(frozen=True)
class Requirement:
    """Something that has to be reached by a last moment, in working days before (-) or after (+) the meeting.

    `gates` is refused as long as it is not reached, `late` once its last moment is past; who holds a role of `waiver`
    may let one meeting off.
    """

    key: str
    title: Text
    days: int
    clause: str = ""
    gates: Act | None = None
    late: Act | None = None
    waiver: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True)
class Duty:
    """One line of the checklist: whose it is by role, when it is due, and what proves it.

    Due `days` working days before (-) or after (+) the meeting at the end of the office's day; with 0 days `minutes`
    before (-) or after (+) its beginning.
    """

    key: str
    title: Text
    clauses: tuple[str, ...]
    owner: str
    days: int
    minutes: int = 0
    proof: str = "none"
    needs: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True)
class FormLine:
    """One line of the equipment test or the venue acceptance."""

    form: str
    key: str
    title: Text
    is_required: bool
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sight:
    """Who sees a part of a meeting under the profile, by roles."""

    key: str
    title: Text
    seen_by: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """All that holds for the meetings of a profile, with what its base adds."""

    key: str
    title: Text
    number: int
    dated: date
    chapters: tuple[Chapter, ...] = ()
    steps: tuple[Step, ...] = ()
    # Who may submit, as a seat; empty is whoever may change the meeting.
    submits: str = ""
    fields: tuple[FieldRule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    duties: tuple[Duty, ...] = ()
    form_lines: tuple[FormLine, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    # Years that each kind of record is kept.
    retention: Mapping[str, int] = field(default_factory=dict)
    sights: tuple[Sight, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(clause for chapter in self.chapters for clause in chapter.clauses)

    def clause(self, clause_id: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    def requirement(self, key: str) -> Requirement | None:
        return next((one for one in self.requirements if one.key == key), None)
