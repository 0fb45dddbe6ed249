"""The backward calendar: the last moment of each requirement of a meeting's profile, and how it stands.

Days are working days on the organisation's clock, with the holidays of its settings. A last moment is the end of the
office's day; with 0 days it is the meeting's beginning. The figures are the organisation's own choice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import current_app

from portal.core import clock, workdays
from portal.core.settings import Settings
from portal.core.workdays import last_moment
from portal.deadlines import queries
from portal.deadlines.milestones import LOOKS, Reached, Records, is_needed
from portal.deadlines.models import Waiver
from portal.deadlines.rules import profiles_of
from portal.meetings.kinds import kind_of
from portal.meetings.models import Meeting
from portal.regulations.profiles import Act, Clause, Profile, Requirement

NOTICE = "notice"


class State(StrEnum):
    """How a requirement stands, worst first."""

    MISSED = "missed"
    NEAR = "near"
    AHEAD = "ahead"
    REACHED = "reached"
    WAIVED = "waived"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Line:
    """One requirement of one meeting."""

    meeting: Meeting
    requirement: Requirement
    # Nothing is what no regulation asks for: the organisation's own rule.
    clause: Clause | None
    days: int
    due_at: datetime
    state: State
    reached: Reached | None = None
    waiver: Waiver | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was reached after its last moment."""
        return self.reached is not None and self.reached.at is not None and self.reached.at > self.due_at

    def refuses(self, act: Act) -> bool:
        """Whether the act must not be done as things stand."""
        if self.state in {State.WAIVED, State.NOT_NEEDED}:
            return False
        if self.requirement.gates == act and self.reached is None:
            return True
        is_past = self.state == State.MISSED or self.is_late
        return self.requirement.late == act and is_past


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def days_of(requirement: Requirement, lead_days: int) -> int:
    """In working days from the meeting; for the notice the kind may ask for more than the profile does."""
    return min(requirement.days, -lead_days) if requirement.key == NOTICE else requirement.days


def is_near(due_at: datetime, today: date) -> bool:
    """Whether no more than the days of warning are left until then."""
    settings = _settings()
    due_on = due_at.astimezone(settings.timezone).date()
    return today >= workdays.before(due_on, settings.warn_days, settings.holidays)


def calendars(meetings: Iterable[Meeting], acts: Collection[Act] = ()) -> dict[int, list[Line]]:
    """The lines of each of these meetings that is under a profile, by their last moments.

    With `acts` only those that may refuse one of them.

    The number of statements is that of the kinds of record looked at, however many meetings there are.
    """
    profiles = profiles_of(meetings := list(meetings))
    under = [meeting for meeting in meetings if meeting.id in profiles]
    if not under:
        return {}
    records, waivers = Records(under), queries.waivers_of(profiles)
    return {
        meeting.id: _lines(meeting, profiles[meeting.id], records, waivers.get(meeting.id, ()), acts)
        for meeting in under
    }


def calendar_of(meeting: Meeting) -> list[Line]:
    """The lines of one meeting; none if it is under no profile."""
    return calendars([meeting]).get(meeting.id, [])


def _lines(
    meeting: Meeting, profile: Profile, records: Records, waivers: Sequence[Waiver], acts: Collection[Act]
) -> list[Line]:
    lines = [
        _line(meeting, profile, requirement, records, waivers) for requirement in profile.requirements
        if not acts or {requirement.gates, requirement.late}.intersection(acts)
    ]
    return sorted(lines, key=lambda line: line.due_at)


def _line(
    meeting: Meeting, profile: Profile, requirement: Requirement, records: Records, waivers: Sequence[Waiver]
) -> Line:
    days = days_of(requirement, kind_of(meeting).lead_days)
    due_at = last_moment(meeting.starts_at, days)
    look = LOOKS.get(requirement.key)
    reached = look(records, meeting) if look else None
    waiver = next((one for one in waivers if waives(one, requirement)), None)
    is_wanted = reached is not None or waiver is not None or is_needed(records, meeting, requirement.when)
    state = _state(due_at, reached, waiver) if is_wanted else State.NOT_NEEDED
    clause = profile.clause(requirement.clause) if requirement.clause else None
    return Line(meeting, requirement, clause, days, due_at, state, reached, waiver)


def waives(waiver: Waiver, requirement: Requirement) -> bool:
    """Whether the waiver lets the meeting off that requirement, by itself or with all that its clause asks for."""
    if waiver.clause != requirement.clause:
        return False
    return waiver.demand == requirement.key or bool(not waiver.demand and requirement.clause)


def _state(due_at: datetime, reached: Reached | None, waiver: Waiver | None) -> State:
    if waiver is not None:
        return State.WAIVED
    if reached is not None:
        return State.REACHED
    now = clock.now()
    if now > due_at:
        return State.MISSED
    return State.NEAR if is_near(due_at, now.astimezone(_settings().timezone).date()) else State.AHEAD
