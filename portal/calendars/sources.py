"""What feeds are put together from. Each slice that has something for calendars adds a source of it.

A feed first asks its sources what it holds: of each record the id and a stamp, which is cheap. Only those whose stamp
is another one than that of the stored component are built.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, String, bindparam, case, cast, func, type_coerce

from portal.accounts.models import Person
from portal.calendars.models import Feed, Shows
from portal.core.db import UtcDateTime

WINDOW = timedelta(days=365)
CANCELLED_STAYS = timedelta(days=30)
# Instants are kept to the second: what changed in this one may do so again, and clocks of machines differ a little.
SETTLED = timedelta(minutes=1)


@dataclass(frozen=True)
class Scope:
    """For whom and as of when a feed is built. `today` is the organisation's day, `midnight` its beginning."""

    feed: Feed
    person: Person
    today: date
    now: datetime
    midnight: datetime
    base_url: str

    @property
    def since(self) -> datetime:
        """What began before is left out."""
        return self.midnight - WINDOW

    @property
    def cancelled_since(self) -> datetime:
        """What was cancelled before is left out; without the wish for cancelled ones, that is everything."""
        return self.midnight - CANCELLED_STAYS if self.feed.with_cancelled else self.now + timedelta(days=1)

    @cached_property
    def _settled(self) -> str:
        return str(self.now - SETTLED)[:19]

    @property
    def values(self) -> dict[str, Any]:
        """What to fill into statements that were put together once, see `PERSON` and the others."""
        return {
            "person_id": self.person.id, "since": self.since, "cancelled_since": self.cancelled_since,
            "settled": self.now - SETTLED, "before_since": self.since - timedelta(days=1),
            "resource_id": self.feed.resource_id,
        }

    def stamp(self, changed_at: Any, *facts: Any) -> str:
        """The stamp of what last changed then (as `raw` reads it); empty if it may have changed again unseen."""
        changed = str(changed_at)[:19]
        return "" if changed >= self._settled else "|".join((changed, *map(str, facts)))


# What a statement on behalf of any scope has to be filled in: putting one together takes as long as running it.
PERSON: BindParameter[int] = bindparam("person_id", type_=Integer)
RESOURCE: BindParameter[int] = bindparam("resource_id", type_=Integer)
# A hold begins up to hours before its booking, and lasts a day at most.
SINCE, BEFORE_SINCE, CANCELLED_SINCE, _SETTLED = (
    bindparam(name, type_=UtcDateTime()) for name in ("since", "before_since", "cancelled_since", "settled")
)
MOST: BindParameter[int] = bindparam("most", type_=Integer)


def stamp_of(changed_at: ColumnElement[Any], *facts: ColumnElement[Any]) -> ColumnElement[str]:
    """The same as `Scope.stamp`, made by the database, with `Scope.values`: a thousand of them cost less so."""
    return case((changed_at < _SETTLED, as_text(changed_at, *facts)), else_="")


def as_text(*facts: ColumnElement[Any]) -> ColumnElement[str]:
    """The facts in one text, another one if any of them is."""
    said: list[ColumnElement[str]] = [func.coalesce(cast(fact, String), "") for fact in facts]
    return reduce(lambda one, other: one + "|" + other, said)


def digest(lines: str) -> str:
    """The same of the same lines, in whatever order the database joined them; a stamp need not hold all of them."""
    return sha256("\n".join(sorted(lines.split("\n"))).encode()).hexdigest()[:16]


class Piece(NamedTuple):
    """A record that the feed holds: its id, what order it comes in (an instant as `raw` reads it), and its stamp.

    The stamp is another one whenever anything that the component shows has changed. A row of these three will do.
    """

    id: int
    starts_at: str
    stamp: str


class Component(NamedTuple):
    """What one record is in the feed: a component, or a series with its overrides; and the zone it refers to."""

    octets: bytes
    zone: str = ""


class Source(NamedTuple):
    """`pieces` lists the latest `most` records of a feed, as `Piece`s, `build` makes the components of some, by id.

    Both ask a number of statements that does not depend on how much there is.
    """

    shows: frozenset[Shows]
    pieces: Callable[[Scope, int], Sequence[Any]]
    build: Callable[[Scope, Collection[int]], Mapping[int, Component]]


_sources: dict[str, Source] = {}


def add_source(name: str, source: Source) -> None:
    """Let feeds hold these too; adding another of that name replaces the first."""
    _sources[name] = source


def sources_of(shows: Shows) -> dict[str, Source]:
    """What a feed of that kind is put together from, by name and in a fixed order."""
    return {name: _sources[name] for name in sorted(_sources) if shows in _sources[name].shows}


def raw(column: ColumnElement[Any]) -> ColumnElement[str]:
    """An instant as the database has it, which costs nothing to read; `str` of it begins `YYYY-MM-DD HH:MM:SS`, UTC."""
    return type_coerce(column, String)
