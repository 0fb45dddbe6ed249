"""All that is known of meetings, read for many at once: each kind of record in a fixed number of statements.

A check asks the dossier of one meeting for what it needs by name; the first to ask has it read for the whole batch.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.core import clock
from portal.meetings.models import Meeting, Phase
from portal.regulations.profiles import Profile

ByMeeting = Callable[["Batch"], Mapping[int, Any]]
OfHouse = Callable[["Batch"], Any]
_loaders: dict[str, tuple[ByMeeting, Callable[[], Any]]] = {}
_house_loaders: dict[str, OfHouse] = {}


def loads(name: str, missing: Callable[[], Any] = list) -> Callable[[ByMeeting], ByMeeting]:
    """Name what `dossier.get(name)` answers; the function reads it for all meetings of a batch, by their ids, in a
    number of statements that does not grow with them. `missing` makes what a meeting has that is not among them."""
    def register(loader: ByMeeting) -> ByMeeting:
        _loaders[name] = loader, missing
        return loader
    return register


def loads_of_house(name: str) -> Callable[[OfHouse], OfHouse]:
    """The same for what is the organisation's and of no single meeting: `batch.house(name)`."""
    def register(loader: OfHouse) -> OfHouse:
        _house_loaders[name] = loader
        return loader
    return register


class Batch:
    """Meetings that are judged together, and what has been read of them so far.

    `profiles` are those in force by their keys; `pinned` are those of the meetings, by id, that are held
    to another version.
    """

    def __init__(
        self, meetings: Sequence[Meeting], profiles: Mapping[str, Profile],
        pinned: Mapping[int, Profile] | None = None,
    ) -> None:
        self.meetings = list(meetings)
        self.profiles = profiles
        self.pinned = pinned or {}
        self.now = clock.now()
        self._read: dict[str, Mapping[int, Any]] = {}
        self._house: dict[str, Any] = {}

    @property
    def ids(self) -> Collection[int]:
        return [meeting.id for meeting in self.meetings]

    def of(self, name: str, meeting_id: int) -> Any:
        """What that loader read of the meeting."""
        if name not in self._read:
            self._read[name] = _loaders[name][0](self)
        return self._read[name][meeting_id] if meeting_id in self._read[name] else _loaders[name][1]()

    def house(self, name: str) -> Any:
        """What that loader read of the organisation."""
        if name not in self._house:
            self._house[name] = _house_loaders[name](self)
        return self._house[name]

    def dossiers(self) -> list["Dossier"]:
        """Those of the meetings that are under a profile."""
        return [
            Dossier(meeting, self.pinned.get(meeting.id) or self.profiles[meeting.kind.profile], self)
            for meeting in self.meetings if meeting.kind is not None and meeting.kind.profile in self.profiles
        ]


class Dossier:
    """One meeting of a batch, with the profile that holds for it."""

    def __init__(self, meeting: Meeting, profile: Profile, batch: Batch) -> None:
        self.meeting, self.profile, self.batch = meeting, profile, batch

    @property
    def now(self) -> datetime:
        return self.batch.now

    @property
    def phase(self) -> Phase:
        return self.meeting.phase(self.now)

    @property
    def has_begun(self) -> bool:
        return self.meeting.started_at is not None or self.now >= self.meeting.starts_at

    @property
    def is_over(self) -> bool:
        return self.meeting.ended_at is not None or self.now >= self.meeting.ends_at

    def get(self, name: str) -> Any:
        """What was read under that name of this meeting (see `loads`)."""
        return self.batch.of(name, self.meeting.id)

    def house(self, name: str) -> Any:
        """What was read under that name of the organisation (see `loads_of_house`)."""
        return self.batch.house(name)
