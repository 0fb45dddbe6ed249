"""What a feed holds: a year back and all ahead, within what clients can take. What was built and holds is kept."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import NamedTuple

from flask import current_app

from portal.calendars import components
from portal.calendars.models import Feed, Shows
from portal.calendars.sources import Component, Piece, Scope, sources_of
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.kinds import kind_name

# Google is reported to drop the rest silently at 1,111 events or near 1 MB.
MOST_COMPONENTS = 1000
MOST_OCTETS = 1_000_000
# Another number builds every feed anew: for a new form of components.
FORM = 1

Key = tuple[str, int]


class Stored(NamedTuple):
    """A component as it stands in the feed: the stamp it was built for, its zone, and its octets."""

    stamp: str
    zone: str
    octets: bytes


class Built(NamedTuple):
    """A feed's octets, and what says where in them each component stands."""

    octets: bytes
    contents: str

    @property
    def etag(self) -> str:
        return sha256(self.octets).hexdigest()[:32]


def built(feed: Feed, today: date) -> Built:
    """The feed as of that day (UTC), the same octets for the same data; components that stand are taken over.

    The number of statements depends on its sources only. The few words in it are in the person's language.
    """
    settings: Settings = current_app.config["PORTAL"]
    person = feed.person
    zone = person.zone_or(settings.timezone)
    midnight = datetime.combine(today, time(), UTC)
    scope = Scope(feed, person, today, clock.now(), midnight, settings.base_url)
    with speaking_to(person.locale or settings.locale, zone):
        ways = _ways_of(scope, zone.key)
        name = name_of(feed)
        spare = len(components.head(name, refreshes=True)) + 4096
        parts = _latest(_parts(scope, _stored(feed, ways)), MOST_OCTETS - spare)
        octets = components.vcalendar(
            name, [part.octets for _key, part in parts], zone=zone.key,
            zones_used=(part.zone for _key, part in parts), refreshes=True,
        )
    return Built(octets, _contents(ways, parts, len(octets)))


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
    return sha256(repr(facts).encode()).hexdigest()[:16]


def _stored(feed: Feed, ways: str) -> Mapping[Key, Stored]:
    """The components of the feed as last built, if they were built in these ways."""
    if not feed.contents or not feed.octets:
        return {}
    known, start, entries = json.loads(feed.contents)
    if known != ways:
        return {}
    found = {}
    for source, number, stamp, zone, length in entries:
        found[source, number] = Stored(stamp, zone, feed.octets[start : start + length])
        start += length
    return found


def _parts(scope: Scope, stored: Mapping[Key, Stored]) -> list[tuple[Key, Stored]]:
    """Every component, by time; those whose stamp is another one than the stored, or none, are built."""
    found: list[tuple[str, Key, Stored]] = []
    for name, source in sources_of(scope.feed.shows).items():
        pieces = list(source.pieces(scope, MOST_COMPONENTS))
        stale = [piece.id for piece in pieces if not _holds(piece, stored.get((name, piece.id)))]
        new: Mapping[int, Component] = source.build(scope, stale) if stale else {}
        for piece in pieces:
            key = (name, piece.id)
            if made := new.get(piece.id):
                found.append((piece.starts_at, key, Stored(piece.stamp, made.zone, made.octets)))
            elif (part := stored.get(key)) is not None and _holds(piece, part):
                found.append((piece.starts_at, key, part))
    found.sort(key=lambda one: one[:2])
    return [(key, part) for _starts_at, key, part in found]


def _holds(piece: Piece, part: Stored | None) -> bool:
    return part is not None and piece.stamp != "" and part.stamp == piece.stamp


def _latest(parts: Collection[tuple[Key, Stored]], most_octets: int) -> list[tuple[Key, Stored]]:
    """As many as fit, in order of time; if not all do, the oldest go."""
    kept: list[tuple[Key, Stored]] = []
    size = count = 0
    for key, part in reversed(list(parts)):
        size += len(part.octets)
        # A series is several components if some of its dates are otherwise.
        count += part.octets.count(b"\r\nUID:")
        if size > most_octets or count > MOST_COMPONENTS:
            break
        kept.append((key, part))
    return kept[::-1]


def _contents(ways: str, parts: Collection[tuple[Key, Stored]], length: int) -> str:
    """The components in order, and where the first begins."""
    start = length - len(components.FOOT) - sum(len(part.octets) for _key, part in parts)
    entries = [[*key, part.stamp, part.zone, len(part.octets)] for key, part in parts]
    return json.dumps([ways, start, entries], ensure_ascii=False, separators=(",", ":"))
