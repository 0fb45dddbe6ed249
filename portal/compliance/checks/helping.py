"""What the checks share: whose turn it is, the pages that show records, working days, and sentences."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from portal.accounts.models import Role
from portal.accounts.queries import house_today
from portal.accounts.roles import role_name
from portal.bodies.names import KNOWN
from portal.compliance.dossier import Dossier
from portal.compliance.verdicts import Evidence, Verdict, due, met
from portal.core import workdays
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext, pgettext
from portal.core.settings import Settings
from portal.meetings.models import Meeting
from portal.meetings.telling import zone_of

MOST_NAMES = 3
# The organisation's own choice where its profile gives no figure of its own: working days after a meeting until its
# minutes are final, and until a finding has its measure.
MINUTES_DAYS, MEASURE_DAYS = 10, 10


# --- Whose turn it is ---


def role(role: Role) -> str:
    return role_name(role.value)


def office() -> str:
    return role(Role.MEETING_OFFICE)


def supervisor() -> str:
    return role(Role.SUPERVISOR)


def body(key: str) -> str:
    """What a reader calls the body of that key."""
    return str(KNOWN.get(key, key))


def organizer(dossier: Dossier) -> str:
    names: dict[int, str] = dossier.batch.house("organizers")
    return names.get(dossier.meeting.organizer_id, office())


def submitter(dossier: Dossier) -> str:
    """Who submits the meeting's proposal: a body, if the profile names one, else the organizer."""
    kind, _colon, key = dossier.profile.submits.partition(":")
    return body(key) if kind == "body" else organizer(dossier)


# --- What shows it ---


def page(label: str, endpoint: str, **values: Any) -> Evidence:
    """A page of the portal. There may be no request: the address is made by the settings."""
    settings: Settings = current_app.config["PORTAL"]
    return Evidence(label, urlsplit(settings.base_url).path + current_app.url_map.bind("").build(endpoint, values))


def tab(meeting: Meeting, label: str, endpoint: str) -> Evidence:
    """A page of the meeting."""
    return page(label, endpoint, meeting_id=meeting.id)


def meeting_page(dossier: Dossier) -> Evidence:
    return tab(dossier.meeting, _("Meeting"), "meetings.meeting")


# --- Days ---


def day_of(dossier: Dossier) -> date:
    """The day on which the meeting begins, on its own clock."""
    return on_clock(dossier, dossier.meeting.starts_at)


def on_clock(dossier: Dossier, instant: datetime) -> date:
    """The day of an instant on the meeting's clock."""
    return instant.astimezone(zone_of(dossier.meeting)).date()


def last_day(dossier: Dossier) -> date:
    """The day on which the meeting ended, or is to end, on its own clock."""
    return on_clock(dossier, dossier.meeting.ended_at or dossier.meeting.ends_at)


def after(day: date, days: int) -> date:
    """So many of the organisation's working days later."""
    settings: Settings = current_app.config["PORTAL"]
    return workdays.after(day, days, settings.holidays)


def is_past(day: date, days: int) -> bool:
    """Whether more than so many working days have gone by since that day."""
    return house_today() > after(day, days)


# --- Sentences ---


def named(names: Iterable[str]) -> str:
    """The first of these names, and how many there are besides."""
    every = [name for name in dict.fromkeys(names) if name]
    shown = pgettext("between names", ", ").join(every[:MOST_NAMES])
    more = len(every) - MOST_NAMES
    return shown if more <= 0 else ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more,
                                            names=shown)


def sentences(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def lacking(lacks: Sequence[str], is_late: bool, turn: str, *evidence: Evidence, kept: str) -> Verdict:
    """Kept if nothing is lacking; else open or late, saying what is."""
    lacks = [lack for lack in lacks if lack]
    return due(is_late, sentences(lacks), turn, *evidence) if lacks else met(kept, *evidence)
