"""A guest's browser is known again by a signed cookie, as are the zone and language they chose for their page."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from flask import Request, Response, current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.core.db import db
from portal.core.i18n import LOCALES
from portal.core.settings import Settings
from portal.meetings.models import Attendee, Meeting
from portal.meetings.telling import zone_of

COOKIE = "guest"
KEPT = timedelta(days=30)

ZONES = (
    "America/Los_Angeles", "America/Chicago", "America/New_York", "America/Sao_Paulo", "UTC", "Europe/London",
    "Europe/Berlin", "Africa/Cairo", "Africa/Johannesburg", "Europe/Moscow", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore",
    "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney", "Pacific/Auckland",
)


class Looks(NamedTuple):
    """In which language and on whose clock a guest reads."""

    locale: str
    zone: ZoneInfo


def remember_guest(response: Response, attendee: Attendee, looks: Looks | None = None) -> None:
    """Let this browser be known as the guest's for a month, or until the guest's links end."""
    chosen = looks or looks_of(attendee)
    response.set_cookie(
        COOKIE, _signer().dumps([attendee.id, attendee.link_version, chosen.locale, chosen.zone.key]),
        max_age=KEPT, path="/", httponly=True, samesite="Lax", secure=_settings().is_behind_tls,
    )


def remembered_guest(request: Request) -> Attendee | None:
    """The guest whose browser this is, if it was remembered and their links still hold. One statement at most."""
    kept = _kept(request)
    if kept is None:
        return None
    attendee = db.session.get(Attendee, kept[0])
    held = attendee is not None and attendee.guest_id is not None and attendee.link_version == kept[1]
    return attendee if held else None


def looks_of(attendee: Attendee, request: Request | None = None) -> Looks:
    """The guest's language and zone: as asked for in the address, else as chosen before, else the meeting's."""
    usual = _usual(attendee)
    if request is None:
        return usual
    kept = _kept(request)
    if kept is not None and kept[0] == attendee.id:
        usual = Looks(_locale(kept[2]) or usual.locale, _zone(kept[3]) or usual.zone)
    asked = request.args
    return Looks(_locale(asked.get("language")) or usual.locale, _zone(asked.get("zone")) or usual.zone)


def _usual(attendee: Attendee) -> Looks:
    if attendee.person is not None:
        settings = _settings()
        return Looks(attendee.person.locale or settings.locale, attendee.person.zone_or(settings.timezone))
    return Looks(attendee.guest.locale if attendee.guest else _settings().locale, zone_of(attendee.meeting))


def zones_to_choose(meeting: Meeting, chosen: ZoneInfo) -> list[str]:
    """Zones of many people, with the meeting's own and the one that is chosen, in the order of their clocks."""
    names = {*ZONES, zone_of(meeting).key, chosen.key}
    at = meeting.starts_at
    return sorted(names, key=lambda name: (at.astimezone(ZoneInfo(name)).utcoffset() or timedelta(), name))


def _kept(request: Request) -> tuple[int, int, str, str] | None:
    try:
        attendee_id, version, locale, zone = _signer().loads(
            request.cookies.get(COOKIE, ""), max_age=int(KEPT.total_seconds())
        )
    except (BadData, ValueError, TypeError):
        return None
    return attendee_id, version, locale, zone


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="guest-cookie")


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def _locale(name: str | None) -> str | None:
    return name if name in LOCALES else None


def _zone(name: str | None) -> ZoneInfo | None:
    return ZoneInfo(name) if name and name in available_timezones() else None
