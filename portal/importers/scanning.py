"""A first look at an iCalendar file (RFC 5545 §3.1, §3.4) in bounded time and memory, before any parser sees it.

Only what an import needs is handed on: events with the properties that it reads, without alarms, attachments and
descriptions. Zones that the file describes are read here; each TZID that goes on is a name of IANA's, or unknown.
"""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.core.i18n import gettext as _
from portal.importers.tables import Unreadable
from portal.importers.timezones import Definition, Known, Observance

MEGABYTE = 1 << 20
# An unfolded line; real ones that are longer are pictures.
LONGEST_LINE = MEGABYTE
DEEPEST = 10
MOST_LINES = 400_000
MOST_DEFINITIONS = 200
# Exceptions and extra dates of all events together.
MOST_DATES = 20_000
# Of whatever else an event says: no title, rule or time is longer, and what is longer is as wrong when it is cut.
LONGEST_SAID = 2_000
# Of what may be said once, two show that it was not.
MOST_SAID = 2

READ = frozenset({
    "UID", "SUMMARY", "LOCATION", "CLASS", "STATUS", "TRANSP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RRULE",
    "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
})
LISTS = ("RDATE", "EXDATE")
_NAME = re.compile(r"([A-Za-z0-9-]+)(?=[;:])")
_HEAD = re.compile(r'[^:"]*(?:"[^"]*"[^:"]*)*:')
_TZID = re.compile(r';TZID=("[^"]*"|[^;:,]*)', re.IGNORECASE)


class Limits(NamedTuple):
    """What a file may have at most."""

    octets: int
    components: int


class Scanned(NamedTuple):
    """The head of the first calendar by property, and of each event the lines, unfolded, that an import reads."""

    head: Mapping[str, str]
    events: Sequence[Sequence[str]]
    zones: Known


@dataclass
class _State:
    """How far the look has come."""

    name: str
    limits: Limits
    stack: list[str] = field(default_factory=list)
    components: int = 0
    dates: int = 0
    head: dict[str, str] = field(default_factory=dict)
    events: list[list[str]] = field(default_factory=list)
    # How often the event that is read just now says what.
    said: Counter[str] = field(default_factory=Counter)
    # Of the zone, and the part of it, that is read just now.
    zone: dict[str, str] = field(default_factory=dict)
    observances: list[Observance] = field(default_factory=list)
    observance: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)


def scan(content: bytes, name: str, limits: Limits) -> Scanned:
    """Raises Unreadable for what is no iCalendar file of that name, breaks off, or has more than it may."""
    _check_whole(content, name, limits)
    state = _State(name, limits)
    for line in _lines(content, name):
        _take(state, line)
    if state.stack:
        raise Unreadable(
            _("%(file)s is not a whole iCalendar file: it breaks off before END:VCALENDAR.", file=name)
        )
    return Scanned(state.head, state.events, Known(state.definitions))


def _check_whole(content: bytes, name: str, limits: Limits) -> None:
    if not content.strip():
        raise Unreadable(_("%(file)s is empty.", file=name))
    if len(content) > limits.octets:
        raise Unreadable(_("%(file)s is larger than %(count)s MB.", file=name, count=limits.octets // MEGABYTE))
    begins = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCALENDAR")
    if b"\0" in content or not begins:
        raise Unreadable(_("%(file)s is not an iCalendar file.", file=name))
    if content.count(b"\n") > MOST_LINES:
        raise Unreadable(_("%(file)s has more than %(count)s lines.", file=name, count=MOST_LINES))


def _lines(content: bytes, name: str) -> Iterator[str]:
    """The lines unfolded (§3.1): in octets, for some programs fold within a character."""
    parts: list[bytes] = []
    size = 0
    for raw in io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")):
        line = raw.rstrip(b"\r\n")
        if parts and line[:1] in (b" ", b"\t"):
            line = line[1:]
        elif parts:
            yield _decoded(b"".join(parts), name)
            parts, size = [], 0
        size += len(line)
        if size > LONGEST_LINE:
            raise Unreadable(_("%(file)s has a line of more than %(count)s MB.", file=name, count=1))
        if line or parts:
            parts.append(line)
    if parts:
        yield _decoded(b"".join(parts), name)


def _decoded(line: bytes, name: str) -> str:
    try:
        return line.decode("utf-8").replace("\r", " ")
    except UnicodeDecodeError:
        raise Unreadable(_("%(file)s is not an iCalendar file: it is not text in UTF-8.", file=name)) from None


def _take(state: _State, line: str) -> None:
    named = _NAME.match(line)
    if named is None:
        # Within an event, some programs break texts off into lines that are none.
        if len(state.stack) < 2 and line.strip():
            raise _not_whole(state, line)
        return
    prop = named.group(1).upper()
    if prop == "BEGIN":
        _begin(state, line[6:].strip().upper(), line)
    elif prop == "END":
        _end(state, line[4:].strip().upper(), line)
    elif not state.stack:
        raise _not_whole(state, line)
    else:
        _keep(state, prop, line)


def _not_whole(state: _State, line: str) -> Unreadable:
    said = line[:40].encode("unicode_escape").decode() if not line.isprintable() else line[:40]
    return Unreadable(
        _("%(file)s is not a whole iCalendar file: “%(line)s” does not belong there.", file=state.name, line=said)
    )


def _begin(state: _State, component: str, line: str) -> None:
    if (component == "VCALENDAR") != (not state.stack):
        raise _not_whole(state, line)
    state.stack.append(component)
    state.components += 1
    if len(state.stack) > DEEPEST:
        raise Unreadable(
            _("%(file)s nests components more than %(count)s deep.", file=state.name, count=DEEPEST)
        )
    if state.components > state.limits.components:
        raise Unreadable(
            _("%(file)s has more than %(count)s components.", file=state.name, count=state.limits.components)
        )
    match state.stack[1:]:
        case ["VEVENT"]:
            state.events.append([])
            state.said.clear()
        case ["VTIMEZONE"]:
            state.zone, state.observances = {}, []
        case ["VTIMEZONE", _part]:
            state.observance = {}


def _end(state: _State, component: str, line: str) -> None:
    if not state.stack or state.stack[-1] != component:
        raise _not_whole(state, line)
    match state.stack[1:]:
        case ["VTIMEZONE"] if len(state.definitions) < MOST_DEFINITIONS:
            definition = Definition(state.zone.get("X-LIC-LOCATION", ""), tuple(state.observances[-50:]))
            state.definitions.setdefault(state.zone.get("TZID", ""), definition)
        case ["VTIMEZONE", "STANDARD" | "DAYLIGHT" as part]:
            said = defaultdict(str, state.observance)
            state.observances.append(
                Observance(
                    part == "DAYLIGHT", said["DTSTART"], said["TZOFFSETFROM"], said["TZOFFSETTO"], said["RRULE"]
                )
            )
    state.stack.pop()


def _keep(state: _State, prop: str, line: str) -> None:
    match state.stack[1:]:
        case [] if prop in ("X-WR-CALNAME", "NAME", "X-WR-TIMEZONE"):
            state.head.setdefault(prop, _value(line))
        case ["VTIMEZONE"] if prop in ("TZID", "X-LIC-LOCATION"):
            state.zone[prop] = _value(line)
        case ["VTIMEZONE", _part] if prop in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE"):
            state.observance[prop] = _value(line)[:200]
        case ["VEVENT"] if prop in LISTS:
            _count_dates(state, line)
            state.events[-1].append(line)
        case ["VEVENT"] if prop in READ and state.said[prop] < MOST_SAID:
            # The parser takes seconds for the same said a hundred thousand times.
            state.said[prop] += 1
            state.events[-1].append(line)


def _count_dates(state: _State, line: str) -> None:
    state.dates += line.count(",") + 1
    if state.dates > MOST_DATES:
        raise Unreadable(
            _("%(file)s has more than %(count)s exceptions and extra dates.", file=state.name, count=MOST_DATES)
        )


def _value(line: str) -> str:
    head = _HEAD.match(line)
    value = line[head.end():] if head else ""
    return " ".join(value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").split())


def with_known_zone(line: str, zones: Known) -> str | None:
    """The line with the TZID that IANA has for it, no longer than may be: the parser takes seconds for a long rule.

    None for a line whose parameters have no end.
    """
    head = _HEAD.match(line)
    if head is None:
        return None
    if ";TZID=" in head.group().upper():
        said = _TZID.sub(lambda found: f';TZID="{zones.name_of(found.group(1).strip(chr(34)))}"', head.group())
        line = said + line[head.end():]
    return line if line.upper().startswith(LISTS) else line[:LONGEST_SAID]
