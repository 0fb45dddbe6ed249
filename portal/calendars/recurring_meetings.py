"""Recurring meetings as one series each: the dates that their reader knows of, whatever became of each."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true, union

from portal.accounts.models import Person
from portal.calendars import components, recurring
from portal.calendars.components import Event
from portal.calendars.meetings import (
    OFF_AT,
    MeetingLine,
    agendas,
    attendees,
    event_of,
    joined,
    meeting_columns,
    meeting_event,
    meetings,
    mine,
    of_feed,
    people,
    told_to,
)
from portal.calendars.models import Shows
from portal.calendars.sources import (
    CANCELLED_SINCE,
    MOST,
    PERSON,
    SINCE,
    Component,
    Piece,
    Scope,
    Source,
    add_source,
    as_text,
    digest,
    raw,
)
from portal.core.db import UtcDateTime, db
from portal.meetings.models import Meeting, MeetingSeries
from portal.meetings.seeing import seen_by

serieses = MeetingSeries.__table__.c


class SeriesLine(NamedTuple):
    """A `MeetingSeries` as a row."""

    id: int
    uid: str
    rule: str
    timezone: str
    starts_at: datetime
    minutes: int
    sequence: int
    created_at: datetime


def page_of(series_id: int, base_url: str) -> str:
    """The page that lists the dates."""
    return f"{base_url}/meetings/recurring/{series_id}"


def component(
    series: SeriesLine | MeetingSeries, dates: Mapping[datetime, Event], base_url: str,
    changed_at: datetime | None = None,
) -> Component:
    """The octets of what one reader knows of a series: of a single date that date alone, as an event of its own.

    `dates` are the events by RECURRENCE-ID. All are under the UID and SEQUENCE of the series. What most of them say is
    what the master says. `changed_at` is when anything of it changed last, also a date that is no longer among them.
    """
    shown = {
        at: replace(event, uid=series.uid, sequence=series.sequence) for at, event in sorted(dates.items())
    }
    last = max([event.changed_at for event in shown.values()] + ([changed_at] if changed_at else []))
    if len(shown) == 1:
        (only,) = shown.values()
        return Component(components.vevent(replace(only, changed_at=last)))
    master = replace(_master(series, shown, page_of(series.id, base_url)), changed_at=last)
    return Component(recurring.vevents(master, shown), series.timezone)


def _master(series: SeriesLine | MeetingSeries, shown: Mapping[datetime, Event], page: str) -> Event:
    usual = _usual(shown.values())
    return replace(
        usual, created_at=series.created_at,
        starts_at=series.starts_at, ends_at=series.starts_at + timedelta(minutes=series.minutes), url=page,
        description=usual.description.removesuffix(usual.url) + page, zone=series.timezone, rule=series.rule,
    )


def _usual(events: Collection[Event]) -> Event:
    """The first of those that say the same as most others, but for their times and page."""
    first = next(iter(events))
    said = [
        components.vevent(
            replace(
                event, starts_at=first.starts_at, ends_at=first.ends_at, created_at=first.created_at,
                changed_at=first.changed_at, url="", description=event.description.removesuffix(event.url),
            )
        )
        for event in events
    ]
    most = Counter(said).most_common(1)[0][0]
    return list(events)[said.index(most)]


def instance(series: MeetingSeries, at: datetime, event: Event) -> Component:
    """One date of a series by itself, as a mail carries it to whoever has the series."""
    one = replace(event, uid=series.uid, sequence=series.sequence, recurrence_id=at, zone=series.timezone)
    return Component(components.vevent(one), series.timezone)


# --- What a feed holds of them ---

# What of a date its component shows besides what `changed_at` tells of.
_SAID = as_text(
    meetings.id, meetings.changed_at, attendees.part, attendees.answer, people.name, people.email
)
_ANSWERED_AT = func.coalesce(attendees.answered_at, meetings.changed_at, type_=UtcDateTime())
_LATEST = func.max(
    case((meetings.changed_at < _ANSWERED_AT, _ANSWERED_AT), else_=meetings.changed_at), type_=UtcDateTime()
)


_KNOWN = (meetings.announced_at.is_not(None), or_(OFF_AT.is_(None), CANCELLED_SINCE <= OFF_AT))


def _stamped(whose: Iterable[ColumnElement[bool]], shown: Iterable[ColumnElement[bool]] = ()) -> Select[Any]:
    """The series with dates of these in the window. One that is not shown any more still tells when it changed."""
    is_shown = and_(*_KNOWN, *shown)
    last = func.max(case((is_shown, meetings.starts_at)), type_=UtcDateTime())
    said = func.aggregate_strings(case((is_shown, _SAID)), "\n")
    return (
        select(serieses.id, raw(last), raw(_LATEST), serieses.sequence, said)
        .select_from(joined(PERSON).join(MeetingSeries.__table__, serieses.id == meetings.series_id))
        .where(meetings.announced_at.is_not(None), *whose)
        .group_by(serieses.id, serieses.sequence)
        .having(last >= SINCE)
        .order_by(last.desc(), serieses.id.desc())
        .limit(MOST)
    )


@cache
def _my_pieces(with_declined: bool) -> Select[Any]:
    return _stamped([meetings.id.in_(told_to(PERSON))], mine(PERSON, with_declined))


def _pieces(scope: Scope, most: int) -> Sequence[Piece]:
    """One statement: a row for each series with a date in the window, by its last."""
    is_mine = scope.feed.shows == Shows.MINE
    query = _my_pieces(scope.feed.with_declined) if is_mine else _stamped(of_feed(scope))
    return [
        Piece(number, str(last_at)[:19], scope.stamp(changed_at, sequence, digest(dates)))
        for number, last_at, changed_at, sequence, dates in db.session.connection().execute(
            query, scope.values | {"most": most}
        )
    ]


def _build(scope: Scope, ids: Collection[int]) -> Mapping[int, Component]:
    """Two statements. All dates that the feed shows, however long ago they were."""
    whose = [meetings.id.in_(told_to(scope.person.id))] if scope.feed.shows == Shows.MINE else of_feed(scope)
    conditions = [meetings.series_id.in_(list(ids)), meetings.announced_at.is_not(None), *whose]
    rows = _lines(scope.person.id, conditions, scope.values, and_(*_KNOWN, *of_feed(scope)))
    lines = agendas(row.id for _series, _at, row, _is_shown in rows)
    events: dict[SeriesLine, dict[datetime, Event]] = {}
    changed: dict[SeriesLine, datetime] = {}
    for series, at, row, is_shown in rows:
        event = event_of(row, scope, lines.get(row.id, []))
        changed[series] = max(event.changed_at, changed.get(series, event.changed_at))
        if is_shown:
            events.setdefault(series, {})[at] = event
    return {series.id: component(series, dates, scope.base_url, changed[series]) for series, dates in events.items()}


def _lines(
    person_id: int, conditions: Iterable[ColumnElement[bool]], values: Mapping[str, Any], is_shown: ColumnElement[bool]
) -> list[tuple[SeriesLine, datetime, MeetingLine, bool]]:
    """The dates of series, each with its series, RECURRENCE-ID and whether it is shown, by series and in order.

    One statement. `values` are filled into the conditions.
    """
    query = (
        select(*(serieses[name] for name in SeriesLine._fields), meetings.recurrence_id, is_shown, *meeting_columns())
        .select_from(joined(person_id).join(MeetingSeries.__table__, serieses.id == meetings.series_id))
        .where(*conditions)
        .order_by(serieses.id, meetings.recurrence_id)
    )
    width = len(SeriesLine._fields)
    return [
        (SeriesLine(*row[:width]), row[width], MeetingLine(*row[width + 2 :]), bool(row[width + 1]))
        for row in db.session.connection().execute(query, values)
    ]


def known_to(person: Person, meeting: Meeting, base_url: str) -> Component:
    """What that person knows of the series of a meeting that they may see: for a file."""
    assert meeting.series is not None, "asked for dates of series only"
    stands = or_(OFF_AT.is_(None), meetings.id == meeting.id)
    rows = _lines(person.id, [meetings.series_id == meeting.series_id, stands, seen_by(person)], {}, true())
    lines = agendas(row.id for _series, _at, row, _is_shown in rows)
    dates = {at: meeting_event(row, person, lines.get(row.id, []), base_url) for _series, at, row, _is_shown in rows}
    return component(meeting.series, dates, base_url)


def people_of_series(series_id: int) -> set[int]:
    """The ids of those in whose calendars dates of the series are: their people and organizers. One statement."""
    query = union(
        select(attendees.person_id)
        .join(Meeting.__table__, meetings.id == attendees.meeting_id)
        .where(meetings.series_id == series_id, attendees.person_id.is_not(None)),
        select(meetings.organizer_id).where(meetings.series_id == series_id),
    )
    return set(db.session.scalars(query))


add_source("recurring meetings", Source(frozenset({Shows.MINE, Shows.DEPARTMENT, Shows.KIND}), _pieces, _build))
