"""What a feed holds: a year back and all ahead, within what clients can take. What was built and holds is kept."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from itertools import accumulate
from typing import NamedTuple

from flask import current_app

from portal.calendars import components
from portal.calendars.models import Feed, Shows
from portal.calendars.sources import Scope, sources_of
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.kinds import kind_name

# Google is reported to drop the rest silently at 1,111 events or near 1 MB.
MOST_COMPONENTS = 1000
MOST_OCTETS = 1_000_000
# What the zones that components refer to may take of that.
ZONES = 8192
# Another number builds every feed anew: for a new form of components.
FORM = 2

Key = tuple[str, int]


class Part(NamedTuple):
    """A component of a feed: its source and id, the stamp it was built for, the zone it refers to, and its length."""

    key: Key
    stamp: str
    zone: str
    length: int
    # Where it begins in what was built before, or its octets if it is new.
    stands: int | bytes


class Built(NamedTuple):
    """A feed's octets, and what says where in them each component stands."""

    octets: bytes
    contents: str

    @property
    def etag(self) -> str:
        """The validator of these octets; it goes through all of them each time."""
        return blake2b(self.octets, digest_size=16).hexdigest()


def built(feed: Feed, today: date) -> Built:
    """The feed as of that day at the organisation, the same octets for the same data; what stands is taken over.

    The number of statements depends on its sources only. The few words in it are in the person's language.
    """
    settings: Settings = current_app.config["PORTAL"]
    person = feed.person
    zone = person.zone_or(settings.timezone)
    midnight = datetime.combine(today, time(), settings.timezone).astimezone(UTC)
    scope = Scope(feed, person, today, clock.now(), midnight, settings.base_url)
    with speaking_to(person.locale or settings.locale, zone):
        ways, name = _ways_of(scope, zone.key), name_of(feed)
        spare = len(components.head(name, refreshes=True)) + ZONES
        everything = _parts(scope, _stored(feed, ways))
        parts = _latest(everything, MOST_OCTETS - spare, feed.octets or b"")
        octets = components.vcalendar(
            name, list(_octets(parts, feed.octets or b"")), zone=zone.key, zones_used={part.zone for part in parts},
            refreshes=True,
        )
    is_full = len(parts) < len(everything) or len(parts) >= MOST_COMPONENTS
    return Built(octets, _contents(ways, parts, len(octets), is_full=is_full))


class Holdings(NamedTuple):
    """How much a feed held when it was last built: so many records, and whether it can take no more."""

    entries: int
    is_full: bool


def holdings(feed: Feed) -> Holdings | None:
    """What the feed holds, if it was ever built."""
    if not feed.contents:
        return None
    _ways, _start, is_full, sources, *_columns = json.loads(feed.contents)
    return Holdings(len(sources), is_full)


def name_of(feed: Feed) -> str:
    """What the calendar is called in its reader's program."""
    if feed.resource is not None:
        return f"{feed.resource.name} · {feed.resource.area.name}"
    if feed.shows == Shows.DEPARTMENT_DUTIES and feed.department is not None:
        return _("Resolutions of %(name)s", name=feed.department.name)
    if feed.department is not None:
        return _("Meetings of %(name)s", name=feed.department.name)
    if feed.shows == Shows.KIND:
        return kind_name(feed.meeting_kind)
    if feed.shows == Shows.DUTIES:
        return _("Resolutions of %(name)s", name=feed.person.name)
    return _("Calendar of %(name)s", name=feed.person.name)


def _ways_of(scope: Scope, zone: str) -> str:
    """What every component depends on besides its record: with other ways none is taken over."""
    feed, person = scope.feed, scope.person
    facts = (
        FORM, scope.base_url, person.locale, zone, person.name, person.email, person.department_id,
        sorted(person.roles), feed.duties_as, feed.with_declined, feed.alarm_minutes,
    )
    return blake2b(repr(facts).encode(), digest_size=8).hexdigest()


def _stored(feed: Feed, ways: str) -> Mapping[Key, Part]:
    """The components of the feed as last built, if they were built in these ways."""
    if not feed.contents or not feed.octets:
        return {}
    known, start, _is_full, *columns = json.loads(feed.contents)
    if known != ways:
        return {}
    sources, ids, stamps, zones, lengths = columns
    keys = list(zip(sources, ids, strict=True))
    starts = accumulate(lengths, initial=start)
    return dict(zip(keys, map(Part, keys, stamps, zones, lengths, starts), strict=True))


def _parts(scope: Scope, stored: Mapping[Key, Part]) -> list[Part]:
    """Every component, by time; those whose stamp is another one than the stored, or none, are built."""
    found: list[tuple[str, Part]] = []
    for name, source in sources_of(scope.feed.shows).items():
        stale = {}
        pieces = source.pieces(scope, MOST_COMPONENTS)
        for number, starts_at, stamp in pieces:
            part = stored.get((name, number))
            if part is not None and part.stamp == stamp != "":
                found.append((starts_at, part))
            else:
                stale[number] = (starts_at, stamp)
        if stale:
            for number, made in source.build(scope, stale.keys()).items():
                starts_at, stamp = stale[number]
                found.append((starts_at, Part((name, number), stamp, made.zone, len(made.octets), made.octets)))
    found.sort(key=_order)
    return [part for _starts_at, part in found]


def _order(one: tuple[str, Part]) -> tuple[str, Key]:
    return str(one[0])[:19], one[1].key


def _latest(parts: list[Part], most_octets: int, before: bytes) -> list[Part]:
    """As many as fit; if not all do, the oldest go."""
    size = count = 0
    for kept, part in enumerate(reversed(parts)):
        size += part.length
        count += _components_in(part, before)
        if size > most_octets or count > MOST_COMPONENTS:
            return parts[len(parts) - kept :]
    return parts


def _components_in(part: Part, before: bytes) -> int:
    """Only what refers to a zone is a series, which has a component more for each date that is otherwise."""
    if not part.zone:
        return 1
    octets = part.stands if isinstance(part.stands, bytes) else before[part.stands : part.stands + part.length]
    return octets.count(b"\r\nUID:")


def _octets(parts: Iterable[Part], before: bytes) -> Iterator[bytes]:
    """The components one after the other; what stands side by side already is taken over in one piece."""
    start = end = 0
    for part in parts:
        if part.stands == end and start < end:
            end += part.length
            continue
        if start < end:
            yield before[start:end]
        if isinstance(part.stands, bytes):
            start = end = 0
            yield part.stands
        else:
            start, end = part.stands, part.stands + part.length
    if start < end:
        yield before[start:end]


def _contents(ways: str, parts: Sequence[Part], length: int, *, is_full: bool) -> str:
    """The components in order, where the first begins, and whether there was no room for the oldest."""
    start = length - len(components.FOOT) - sum(part.length for part in parts)
    columns = [
        [part.key[0] for part in parts], [part.key[1] for part in parts], [part.stamp for part in parts],
        [part.zone for part in parts], [part.length for part in parts],
    ]
    return json.dumps([ways, start, is_full, *columns], ensure_ascii=False, separators=(",", ":"))
