"""Pages of calendars: my week, my list; a meeting and an area's month as files."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import Blueprint, Response, abort, current_app, request

from portal.accounts.session import me
from portal.calendars import bookings, components, entries, meetings, recurring_meetings
from portal.calendars.downloads import download
from portal.calendars.entries import Entry, midnight
from portal.calendars.sources import Component
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import babel_locale, local, reader
from portal.core.i18n import gettext as _
from portal.core.records import load
from portal.core.settings import Settings
from portal.meetings.models import Meeting
from portal.rooms.models import Area
from portal.rooms.queries import areas
from portal.web.fragments import page
from portal.web.paging import SIZE, Leaf

bp = Blueprint("calendars", __name__)

WEEK = timedelta(days=7)
MOST_PAGES = 200


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


# --- My calendar ---


@bp.get("/calendar")
def week() -> Response:
    """My meetings and bookings of one week, `?week=2026-W47` (ISO 8601), on the reader's clock."""
    today = local(clock.now()).date()
    monday = _monday(request.args.get("week")) if request.args.get("week") else _monday_of(today)
    found = entries.entries_in(me().id, midnight(monday), midnight(monday + WEEK))
    days = [(day, _on(day, found)) for day in (monday + timedelta(days=n) for n in range(7))]
    return page(
        "calendars/week.html", block="week", days=days, today=today, this_week=_iso_week(today),
        shown_week=_iso_week(monday), last_week=_iso_week(monday - WEEK), next_week=_iso_week(monday + WEEK),
        number=monday.isocalendar().week, areas=areas(), month=f"{monday:%Y-%m}",
        month_name=format_skeleton("yMMMM", monday, locale=babel_locale(reader().locale)),
    )


def _monday(text: str | None) -> date:
    found = re.fullmatch(r"(\d{4})-W(\d\d)", text or "")
    if not found or not 1970 < int(found[1]) < 2200:
        abort(404)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        abort(404)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _iso_week(day: date) -> str:
    year, number, _weekday = day.isocalendar()
    return f"{year}-W{number:02}"


def _instant(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _on(day: date, found: list[Entry]) -> list[Entry]:
    """What touches that day on the reader's clock."""
    starts_at, ends_at = entries.whole_days(day)
    return [entry for entry in found if entry.starts_at < ends_at and entry.ends_at > starts_at]


@bp.get("/calendar/list")
def upcoming() -> Response:
    """What of mine has not ended, soonest first."""
    number = max(1, min(request.args.get("page", 1, type=int), MOST_PAGES))
    # All up to the page's end: what comes from several places can only be counted off together.
    rows = entries.upcoming(me().id, clock.now(), number * SIZE + 1)[(number - 1) * SIZE :]
    days = groupby(rows[:SIZE], key=lambda entry: local(entry.starts_at).date())
    return page(
        "calendars/list.html", block="upcoming", leaf=Leaf(rows[:SIZE], number, len(rows) > SIZE),
        days=[(day, list(of_day)) for day, of_day in days], today=local(clock.now()).date(),
    )


# --- Files ---


@bp.get("/meetings/<int:meeting_id>/meeting.ics")
def meeting_file(meeting_id: int) -> Response:
    """One meeting, or the series that it is a date of, to save or open: as its page, for those who may see it."""
    meeting = load("meeting", meeting_id, me())
    known = _known_of(meeting)
    octets = components.vcalendar(
        meeting.subject, [known.octets], zone=_settings().timezone.key, zones_used=[known.zone]
    )
    name = meeting.number if meeting.is_secret else meeting.subject
    return download(octets, f"meeting-{meeting.id}.ics", f"{name}.ics")


def _known_of(meeting: Meeting) -> Component:
    """What the reader knows of it: of a recurring meeting all dates, since clients drop a lone one."""
    if meeting.series_id is not None:
        return recurring_meetings.known_to(me(), meeting, _settings().base_url)
    row = meetings.one_meeting(meeting.id, me().id)
    agenda = meetings.agendas([meeting.id]).get(meeting.id, [])
    return Component(components.vevent(meetings.meeting_event(row, me(), agenda, _settings().base_url)))


@bp.get("/areas/<int:area_id>/<month>.ics")
def area_month(area_id: int, month: str) -> Response:
    """What an area's rooms are booked for in one month, `YYYY-MM` on the area's own clock."""
    area = db.session.get(Area, area_id)
    if area is None:
        raise Missing(_("There is no such area."))
    first = _first_of(month)
    starts_at, ends_at = _instant(first, area.zone), _instant(_next_month(first), area.zone)
    rows = bookings.bookings_in(area.id, starts_at, ends_at)
    events = bookings.area_events(rows, area.name, _settings().base_url, me())
    octets = components.vcalendar(f"{area.name} {month}", events, zone=area.timezone)
    return download(octets, f"area-{area.id}-{month}.ics", f"{area.name} {month}.ics")


def _first_of(month: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d\d)", month)
    if not found or not 1970 < int(found[1]) < 2200 or not 1 <= int(found[2]) <= 12:
        abort(404)
    return date(int(found[1]), int(found[2]), 1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
