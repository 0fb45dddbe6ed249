"""When each line of an agenda is due, how the whole fits the meeting's time, and versions for editors who meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from portal.meetings.models import AgendaItem, Meeting

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Plan:
    """What the lines ask for against what the meeting has, all in minutes."""

    total: int
    length: int
    # Lines that say nothing of their length.
    open_ended: int

    @property
    def over(self) -> int:
        """How many minutes too many; below zero so many are left."""
        return self.total - self.length


def plan_of(meeting: Meeting, items: Sequence[AgendaItem]) -> Plan:
    total = sum(item.minutes or 0 for item in items)
    length = int((meeting.ends_at - meeting.starts_at) / MINUTE)
    return Plan(total, length, sum(1 for item in items if item.minutes is None))


def starts_of(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[int, datetime]:
    """When each line is due to begin, by its id; none after the first that says nothing of its length."""
    due: dict[int, datetime] = {}
    at: datetime | None = meeting.starts_at
    for item in items:
        if at is None:
            break
        due[item.id] = at
        at = at + item.minutes * MINUTE if item.minutes else None
    return due


def version_of(item: AgendaItem) -> str:
    """Another one after each change of the line: what a form that changes it was filled from."""
    said = (item.title, str(item.kind), item.minutes, item.presenter_id, item.presenter_name, item.removed_at)
    return _digest(repr(said))


def order_of(items: Iterable[AgendaItem]) -> str:
    """Another one after lines came, went or changed places."""
    return _digest(" ".join(str(item.id) for item in items))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
