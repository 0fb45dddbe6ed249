"""The last moments of a meeting that does not exist yet: what is too late already, and the earliest day possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app

from portal.accounts.queries import house_today
from portal.core import clock, workdays
from portal.core.settings import Settings
from portal.core.workdays import last_moment
from portal.deadlines.calendar import days_of, is_near
from portal.meetings.models import MeetingKind
from portal.regulations.profiles import Clause, Profile, Requirement
from portal.regulations.queries import profile_in_force

# When a meeting begins of which only the day is known.
MORNING = time(9)
FURTHEST = 366


@dataclass(frozen=True)
class Outlook:
    """One requirement of a meeting of that kind on that day."""

    requirement: Requirement
    clause: Clause | None
    days: int
    due_at: datetime
    is_past: bool
    is_near: bool


@dataclass(frozen=True)
class Preview:
    """The last moments before a meeting on that day, and the first day on which none of them is past."""

    kind: MeetingKind
    profile: Profile
    day: date
    lines: Sequence[Outlook]
    earliest: date | None

    @property
    def late(self) -> list[Outlook]:
        return [line for line in self.lines if line.is_past]


def preview(kind: MeetingKind, day: date) -> Preview:
    """What holds for a meeting of a kind under a profile. One statement."""
    profile = profile_in_force(kind.profile)
    before = [one for one in profile.requirements if one.days <= 0]
    today, now = house_today(), clock.now()
    lines = []
    for one in before:
        days = days_of(one, kind.lead_days)
        due_at = last_moment(_begins(day), days)
        clause = profile.clause(one.clause) if one.clause else None
        lines.append(Outlook(one, clause, days, due_at, now > due_at, is_near(due_at, today)))
    lines.sort(key=lambda line: line.due_at)
    return Preview(kind, profile, day, lines, _earliest(min((line.days for line in lines), default=0)))


def _earliest(days: int) -> date | None:
    """The first working day whose longest lead is not over yet."""
    today, now, country = house_today(), clock.now(), _settings().holidays
    following = (today + timedelta(days=count) for count in range(1, FURTHEST))
    worked = (day for day in following if workdays.is_worked(day, country))
    return next((day for day in worked if last_moment(_begins(day), days) >= now), None)


def _begins(day: date) -> datetime:
    return datetime.combine(day, MORNING, _settings().timezone).astimezone(UTC)


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings
