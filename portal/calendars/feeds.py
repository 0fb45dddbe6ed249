"""What a person's feed holds: a year back and all ahead, within what clients can take."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby

from flask import current_app

from portal.accounts.models import Person
from portal.calendars import components, queries
from portal.calendars.queries import BookingLine, MeetingLine
from portal.core.i18n import gettext as _
from portal.core.i18n import speaking_to
from portal.core.settings import Settings
from portal.meetings.models import Answer, Part
from portal.rooms.models import Visibility
from portal.rooms.words import title_for

WINDOW = timedelta(days=365)
CANCELLED_STAYS = timedelta(days=30)
# Google is reported to drop the rest silently at 1,111 events or near 1 MB.
MOST_COMPONENTS = 1000
MOST_OCTETS = 1_000_000
ROLES: dict[str, str] = {
    Part.CHAIR: "CHAIR", Part.OPTIONAL: "OPT-PARTICIPANT", Part.OBSERVER: "NON-PARTICIPANT",
    Part.STAFF: "NON-PARTICIPANT",
}

Event = tuple[datetime, str, bytes]


def built(person: Person, today: date) -> bytes:
    """The person's calendar as of that day (UTC), the same octets for the same data. Three statements.

    The few words in it are in the person's language; a change of language shows with the next build.
    """
    settings: Settings = current_app.config["PORTAL"]
    zone = person.zone_or(settings.timezone)
    with speaking_to(person.locale or settings.locale, zone):
        name = _("Calendar of %(name)s", name=person.name)
        events = [*_meetings(person, today, settings.base_url), *_bookings(person, today, settings.base_url)]
        spare = len(components.vcalendar(name, [b""], zone=zone.key, refreshes=True))
        return components.vcalendar(name, _latest(events, MOST_OCTETS - spare), zone=zone.key, refreshes=True)


def partstat(answer: str) -> str:
    """PARTSTAT (§3.2.12), which knows no waiting list."""
    return "TENTATIVE" if answer == Answer.WAITING else answer.upper()


def etag_of(octets: bytes) -> str:
    return sha256(octets).hexdigest()[:32]


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _latest(events: Iterable[Event], most_octets: int) -> list[bytes]:
    """As many events as fit, in order of time; if not all do, the oldest go."""
    kept: list[bytes] = []
    size = 0
    for _start, _uid, octets in sorted(events, reverse=True)[:MOST_COMPONENTS]:
        size += len(octets)
        if size > most_octets:
            break
        kept.append(octets)
    return kept[::-1]


def _meetings(person: Person, today: date, base_url: str) -> list[Event]:
    since = _start_of(today)
    rows = queries.announced_meetings(person.id, since - WINDOW, since - CANCELLED_STAYS, MOST_COMPONENTS)
    agendas = queries.agendas(row.id for row in rows)
    return [(row.starts_at, row.uid, meeting_event(row, person, agendas.get(row.id, []), base_url)) for row in rows]


def meeting_event(row: MeetingLine, person: Person, agenda: list[str], base_url: str) -> bytes:
    """A row of `queries` as the person's event: with their own ATTENDEE line, and nobody else's."""
    address = f"{base_url}/meetings/{row.id}"
    numbered = "\n".join(f"{number}. {title}" for number, title in enumerate(agenda, 1))
    who = [components.organizer(row.organizer, row.organizer_email)]
    if row.part and row.answer:
        role = ROLES.get(row.part, "REQ-PARTICIPANT")
        who.append(components.attendee(person.name, person.email, role, partstat(row.answer)))
    status = "CANCELLED" if row.off_at else "CONFIRMED" if row.announced_at else "TENTATIVE"
    return components.vevent(
        uid=row.uid, sequence=row.sequence, created_at=row.created_at,
        changed_at=max(row.changed_at, row.answered_at or row.changed_at), starts_at=row.starts_at,
        ends_at=row.ends_at, location=row.location, url=address, status=status, people=who, conference=row.online_url,
        # Some clients show a cancelled event as if it stood.
        summary=_("Cancelled: %(subject)s", subject=row.subject) if row.off_at else row.subject,
        description=components.description(
            [row.purpose, _("Agenda") + "\n" + numbered if numbered else "", row.online_url], address
        ),
    )


def _bookings(person: Person, today: date, base_url: str) -> list[Event]:
    rows = queries.plain_bookings(person.id, _start_of(today) - WINDOW, MOST_COMPONENTS)
    return [(row.starts_at, row.uid, booking_event(row, row.title, row.place, base_url)) for row in rows]


def booking_event(row: BookingLine, title: str, place: str, base_url: str) -> bytes:
    """A booking that is no meeting, under what it is called to the reader; CLASS says if it is private."""
    return components.vevent(
        uid=row.uid, sequence=row.sequence, created_at=row.created_at, changed_at=row.changed_at,
        starts_at=row.starts_at, ends_at=row.ends_at, summary=title, location=place,
        private=row.visibility == Visibility.PRIVATE,
        url=f"{base_url}/bookings/{row.id}",
    )


def area_events(rows: Iterable[BookingLine], area: str, base_url: str, person: Person) -> list[bytes]:
    """The bookings of an area as that person may read them, from a row for each hold.

    One that holds two rooms is still one event (one UID).
    """
    events = []
    for _id, of_one in groupby(rows, key=lambda row: row.id):
        first, *others = of_one
        rooms = ", ".join(dict.fromkeys([first.place, *(row.place for row in others)]))
        title = title_for(first, person)
        events.append(booking_event(first, title, f"{rooms} · {area}", base_url))
    return events
