"""Programs that read calendars and have nothing to do with how ours are written; what each finds, in one form."""

import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import icalendar
import recurring_ical_events

from tests.readers import node

Moment = date  # an instant in UTC, or a whole day


class Instance(NamedTuple):
    """One event as a reader shows it; a series is as many as it has dates."""

    start: Moment
    end: Moment
    uid: str
    summary: str
    location: str
    status: str


class Todo(NamedTuple):
    """A to-do."""

    due: Moment
    uid: str
    summary: str
    status: str
    percent: int


class Busy(NamedTuple):
    """A period of free/busy time."""

    start: datetime
    end: datetime
    kind: str


class Stream(NamedTuple):
    """Octets to be read, and between which instants."""

    octets: bytes
    since: datetime
    until: datetime


class Found(NamedTuple):
    """What a reader finds in a stream, in order."""

    events: list[Instance]
    todos: list[Todo]
    busy: list[Busy]


Reader = Callable[[list[Stream]], list[Found]]


def _moment(value: Any) -> Moment:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _within(instances: Iterable[Instance], stream: Stream) -> list[Instance]:
    """Those that touch the stream's time, a whole day being that of UTC."""
    first, last = stream.since, stream.until
    return sorted(
        (
            one for one in instances
            if (one.start < last and one.end > first if isinstance(one.start, datetime)
                else one.start < last.date() and one.end > first.date())
        ),
        key=str,
    )


# --- icalendar with recurring-ical-events ---


def by_icalendar(streams: list[Stream]) -> list[Found]:
    return [_by_icalendar(stream) for stream in streams]


def _by_icalendar(stream: Stream) -> Found:
    calendar = icalendar.Calendar.from_ical(stream.octets)
    assert calendar.errors == []
    events = [
        Instance(
            _moment(event.start), _moment(event.end), str(event["UID"]), str(event.get("SUMMARY", "")),
            str(event.get("LOCATION", "")), str(event.get("STATUS", "")),
        )
        for event in recurring_ical_events.of(calendar).between(stream.since, stream.until)
    ]
    todos = [
        Todo(
            _moment(todo["DUE"].dt), str(todo["UID"]), str(todo["SUMMARY"]), str(todo["STATUS"]),
            int(todo.get("PERCENT-COMPLETE", 0)),
        )
        for todo in calendar.walk("VTODO")
    ]
    busy = [
        Busy(*map(_moment, line.dt), str(line.params["FBTYPE"]))
        for part in calendar.walk("VFREEBUSY") for line in _listed(part.get("FREEBUSY", []))
    ]
    return Found(_within(events, stream), sorted(todos, key=str), busy)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- ical.js, of Thunderbird ---


def by_ical_js(streams: list[Stream]) -> list[Found]:
    asked = [
        {"octets": one.octets.decode(), "from": _iso(one.since), "until": _iso(one.until)} for one in streams
    ]
    return [_by_ical_js(answer) for answer in node.run("read.js", asked)]


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _by_ical_js(answer: Any) -> Found:
    events = [
        Instance(_read(one["start"]), _read(one["end"]), *(one[name] for name in Instance._fields[2:]))
        for one in answer["events"]
    ]
    todos = [Todo(_read(one["due"]), *(one[name] for name in Todo._fields[1:])) for one in answer["todos"]]
    busy = [Busy(_read(one["start"]), _read(one["end"]), one["kind"]) for one in answer["busy"]]
    return Found(sorted(events, key=str), sorted(todos, key=str), busy)


def _read(text: str) -> Any:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


# --- vobject, of Radicale and Evolution's importers ---


def by_vobject(streams: list[Stream]) -> list[Found]:
    return [_by_vobject(stream) for stream in streams]


def _by_vobject(stream: Stream) -> Found:
    import vobject

    calendar = vobject.readOne(stream.octets.decode())
    parts = calendar.contents.get("vevent", [])
    overrides = {(one.uid.value, _moment(one.recurrence_id.value)): one for one in parts if _has(one, "recurrence_id")}
    events = []
    for part in parts:
        if not _has(part, "recurrence_id"):
            for start in part.getrruleset(addRDate=True) or [part.dtstart.value]:
                # Of a series it makes midnights of days.
                is_day = not isinstance(part.dtstart.value, datetime) and isinstance(start, datetime)
                instant = _moment(start.date() if is_day else start)
                length = part.dtend.value - part.dtstart.value
                events.append(_vobject_instance(overrides.get((part.uid.value, instant)), part, instant, length))
    todos = [
        Todo(
            _moment(one.due.value), one.uid.value, one.summary.value, one.status.value,
            int(one.percent_complete.value) if _has(one, "percent_complete") else 0,
        )
        for one in calendar.contents.get("vtodo", [])
    ]
    busy = [
        Busy(*map(_moment, period), line.params["FBTYPE"][0])
        for part in calendar.contents.get("vfreebusy", []) for line in part.contents.get("freebusy", [])
        for period in line.value
    ]
    return Found(_within(events, stream), sorted(todos, key=str), busy)


def _has(part: Any, name: str) -> bool:
    return name.replace("_", "-") in part.contents


def _vobject_instance(override: Any, master: Any, start: Any, length: Any) -> Instance:
    said = override or master
    first = _moment(said.dtstart.value) if override else start
    last = _moment(said.dtend.value) if override else start + length
    words = (said.contents[name][0].value if _has(said, name) else "" for name in ("summary", "location", "status"))
    return Instance(first, last, said.uid.value, *words)


# --- ical, of Home Assistant: refuses what is not as the RFC says ---


def by_ical(streams: list[Stream]) -> list[Found]:
    return [_by_ical(stream) for stream in streams]


def _by_ical(stream: Stream) -> Found:
    from ical.calendar_stream import IcsCalendarStream

    calendar = IcsCalendarStream.calendar_from_ics(stream.octets.decode())
    events = [
        Instance(
            _moment(one.dtstart), _moment(one.end), one.uid, one.summary or "", one.location or "",
            one.status.value if one.status else "",
        )
        for one in calendar.timeline.overlapping(stream.since, stream.until)
    ]
    todos = [
        Todo(_moment(one.due), one.uid, one.summary, one.status.value, _percent_ical(one)) for one in calendar.todos
    ]
    busy = [
        Busy(_moment(period.start), _moment(period.end), period.free_busy_type.value)
        for part in calendar.freebusy for period in part.freebusy
    ]
    return Found(_within(events, stream), sorted(todos, key=str), busy)


def _percent_ical(todo: Any) -> int:
    """It keeps what it does not know as it is written."""
    return next((int(extra.value) for extra in todo.extras if extra.name == "percent-complete"), 0)


# --- ics, which knows no series: it shows what is no part of one ---


def by_ics(streams: list[Stream]) -> list[Found]:
    return [_by_ics(stream) for stream in streams]


def _by_ics(stream: Stream) -> Found:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ics

        calendar = ics.Calendar(stream.octets.decode())
        events = [
            Instance(*_ics_span(one), one.uid, one.name or "", one.location or "", one.status or "")
            for one in calendar.events
            if not any(extra.name in {"RRULE", "RECURRENCE-ID"} for extra in one.extra)
        ]
        todos = [
            # It makes a midnight of the day on which something is due.
            Todo(one.due.date(), one.uid, one.name, one.status, one.percent or 0) for one in calendar.todos
        ]
    return Found(_within(events, stream), sorted(todos, key=str), [])


def _ics_span(event: Any) -> tuple[Moment, Moment]:
    if event.all_day:
        return event.begin.date(), event.end.date()
    return event.begin.datetime.astimezone(UTC), event.end.datetime.astimezone(UTC)


READERS: dict[str, Reader] = {
    "icalendar": by_icalendar, "ical.js": by_ical_js, "vobject": by_vobject, "ical": by_ical, "ics": by_ics,
}
