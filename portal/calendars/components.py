"""VEVENT, VTODO, VALARM and VCALENDAR (RFC 5545 §3.4, §3.6) from plain values, as octets.

Nothing here depends on the clock: the same values give the same octets on every worker.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from portal.calendars import zones
from portal.calendars.text import instant, lines, parameter, text

TYPE = "text/calendar; charset=utf-8"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Meeting portal//Calendar 1//EN", "CALSCALE:GREGORIAN")
FOOT = b"END:VCALENDAR\r\n"
# RFC 7986 §5.7: how often a client may ask. Apple follows the first form, Outlook the second, Google neither.
REFRESH = "PT30M"
LONGEST_DESCRIPTION = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a VEVENT says (§3.6.1). Instants are aware; `url` and `conference` are URIs.

    `people` are lines made by `organizer` and `attendee`. `zone` is the IANA name in which its times are written; with
    none they are in UTC. `recurrence_id` makes it one instance of a series, `rule` and `exdates` the whole of one.
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    conference: str = ""
    status: str = "CONFIRMED"
    private: bool = False
    # Takes up nobody's time (§3.8.2.7); what is cancelled never does.
    transparent: bool = False
    people: Sequence[str] = ()
    categories: Sequence[str] = ()
    alarm_minutes: int | None = None
    zone: str = ""
    recurrence_id: datetime | None = None
    rule: str = ""
    exdates: Sequence[datetime] = ()
    # The UID of the series that it goes on from (§3.8.4.5).
    related_to: str = ""
    # When a mail that carries it was written (DTSTAMP).
    stamped_at: datetime | None = None


def vevent(event: Event) -> bytes:
    """The octets of one VEVENT. Without METHOD, DTSTAMP is the time of the last revision (§3.8.7.2)."""
    changed = instant(event.changed_at)
    content = [
        "BEGIN:VEVENT", "UID:" + text(event.uid), f"SEQUENCE:{event.sequence}",
        "DTSTAMP:" + (instant(event.stamped_at) if event.stamped_at else changed),
        "CREATED:" + instant(event.created_at), "LAST-MODIFIED:" + changed,
        moment("DTSTART", event.starts_at, event.zone), moment("DTEND", event.ends_at, event.zone),
        "SUMMARY:" + text(event.summary),
    ]
    if event.status:
        content.append("STATUS:" + event.status)
    if event.recurrence_id is not None:
        content.append(moment("RECURRENCE-ID", event.recurrence_id, event.zone))
    if event.rule:
        content.append("RRULE:" + event.rule)
        content += [moment("EXDATE", left_out, event.zone) for left_out in event.exdates]
    if event.related_to:
        content.append("RELATED-TO:" + text(event.related_to))
    if event.transparent or event.status == "CANCELLED":
        content.append("TRANSP:TRANSPARENT")
    if event.private:
        # §3.8.1.3; what does not say is PUBLIC.
        content.append("CLASS:PRIVATE")
    content += _said(event)
    content += event.people
    if event.alarm_minutes is not None and event.status != "CANCELLED":
        content += valarm(event.alarm_minutes, event.summary)
    content.append("END:VEVENT")
    return lines(content)


def _said(event: Event) -> Iterable[str]:
    """The words of it."""
    if event.location:
        yield "LOCATION:" + text(" ".join(event.location.split()))
    if event.description:
        yield "DESCRIPTION:" + text(event.description)
    if event.url:
        yield "URL:" + event.url
    if event.conference:
        # RFC 7986 §5.11
        yield "CONFERENCE;VALUE=URI;FEATURE=VIDEO:" + quote(event.conference, safe=":/?#[]@!$&'()*+,;=%")
    if event.categories:
        yield "CATEGORIES:" + ",".join(text(category) for category in event.categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What is to be done by a day: as a VTODO (§3.6.2) or as a VEVENT of that day. `due_on` is one on any clock.

    `priority` goes from 1, the most urgent, to 9; 0 is none (§3.8.1.9).
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    due_on: date
    summary: str
    description: str = ""
    url: str = ""
    percent: int = 0
    completed_at: datetime | None = None
    cancelled: bool = False
    priority: int = 0
    private: bool = False
    categories: Sequence[str] = ()

    @property
    def status(self) -> str:
        """STATUS of a to-do (§3.8.1.11)."""
        if self.cancelled:
            return "CANCELLED"
        if self.completed_at is not None:
            return "COMPLETED"
        return "IN-PROCESS" if self.percent else "NEEDS-ACTION"


def vtodo(todo: Todo) -> bytes:
    """The octets of one VTODO."""
    content = ["BEGIN:VTODO", *_identity(todo), f"DUE;VALUE=DATE:{todo.due_on:%Y%m%d}", "STATUS:" + todo.status]
    content.append(f"PERCENT-COMPLETE:{todo.percent}")
    if todo.completed_at is not None:
        content.append("COMPLETED:" + instant(todo.completed_at))
    if todo.priority:
        content.append(f"PRIORITY:{todo.priority}")
    return lines([*content, *_words(todo), "END:VTODO"])


def due_day(todo: Todo) -> bytes:
    """The octets of an all-day VEVENT on the day by which it is to be done: it takes up nobody's time (§3.8.2.7)."""
    status = "CANCELLED" if todo.cancelled else "CONFIRMED"
    return lines(
        [
            "BEGIN:VEVENT", *_identity(todo), f"DTSTART;VALUE=DATE:{todo.due_on:%Y%m%d}",
            # The end is the first day that is no longer part of it (§3.6.1).
            f"DTEND;VALUE=DATE:{todo.due_on + timedelta(days=1):%Y%m%d}",
            "STATUS:" + status, "TRANSP:TRANSPARENT", *_words(todo), "END:VEVENT",
        ]
    )


def _identity(todo: Todo) -> Iterable[str]:
    """Which one it is, in which revision, and its name. Without METHOD, DTSTAMP is the time of the revision."""
    changed = instant(todo.changed_at)
    return (
        "UID:" + text(todo.uid), f"SEQUENCE:{todo.sequence}", "DTSTAMP:" + changed,
        "CREATED:" + instant(todo.created_at), "LAST-MODIFIED:" + changed, "SUMMARY:" + text(todo.summary),
    )


def _words(todo: Todo) -> Iterable[str]:
    """What is said of it besides."""
    if todo.private:
        yield "CLASS:PRIVATE"
    if todo.description:
        yield "DESCRIPTION:" + text(todo.description)
    if todo.url:
        yield "URL:" + todo.url
    if todo.categories:
        yield "CATEGORIES:" + ",".join(text(category) for category in todo.categories)


def moment(name: str, at: datetime, zone: str) -> str:
    """A property that is an instant: on the clock of that zone (§3.3.5, form 3), or in UTC.

    A time that comes twice on that clock is the first of both there, so that the second has to be in UTC.
    """
    local = at.astimezone(ZoneInfo(zone)) if zone else at
    if not zone or local.fold:
        return f"{name}:{instant(at)}"
    return f"{name};TZID={zone}:{local:%Y%m%dT%H%M%S}"


def valarm(minutes: int, words: str) -> list[str]:
    """The lines of a reminder so long before the start (§3.6.6)."""
    trigger = f"-PT{minutes}M" if minutes else "PT0M"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:" + trigger, "DESCRIPTION:" + text(words), "END:VALARM"]


@lru_cache(maxsize=4096)
def organizer(name: str, email: str, sent_by: str = "") -> str:
    """The ORGANIZER line (§3.8.4.3); `sent_by` is from whom its mails come, if that is another address (§3.2.18)."""
    by = f';SENT-BY="{_mailto(sent_by)}"' if sent_by not in ("", email) else ""
    return f"ORGANIZER;CN={parameter(name)}{by}:{_mailto(email)}"


@lru_cache(maxsize=4096)
def attendee(name: str, email: str, role: str, answer: str) -> str:
    """The ATTENDEE line (§3.8.4.1) of one person: `role` of §3.2.16, `answer` of §3.2.12, asked for if not given."""
    asked = "TRUE" if answer == "NEEDS-ACTION" else "FALSE"
    return f"ATTENDEE;CN={parameter(name)};ROLE={role};PARTSTAT={answer};RSVP={asked}:{_mailto(email)}"


def _mailto(email: str) -> str:
    """RFC 6068 §2: what would end or split the address is percent-encoded."""
    return "mailto:" + quote(email, safe="@!$'*+")


def description(paragraphs: Iterable[str], address: str) -> str:
    """Plain text that ends with the address of the page, which also has what was too long for here."""
    whole = "\n\n".join(filter(None, (paragraph.strip() for paragraph in paragraphs)))
    if len(whole) > LONGEST_DESCRIPTION:
        cut = whole[:LONGEST_DESCRIPTION]
        whole = (cut.rpartition("\n")[0] or cut.rpartition(" ")[0] or cut).rstrip() + " …"
    return f"{whole}\n\n{address}" if whole else address


def head(name: str, *, refreshes: bool) -> bytes:
    """What stands before the components: who wrote it, its name, and for a feed how often to ask again."""
    named = text(name)
    polling = [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"] if refreshes else []
    return lines([*HEAD, "NAME:" + named, "X-WR-CALNAME:" + named, *polling])


def vcalendar(
    name: str, components: Sequence[bytes], *, zone: str, zones_used: Iterable[str] = (), refreshes: bool = False
) -> bytes:
    """A whole stream without METHOD: first the zones that its components refer to, each once (§3.6.5).

    One with no component holds the reader's `zone`, since it needs one (§3.6).
    """
    used = sorted(set(zones_used) - {""})
    first = [zones.vtimezone(key) for key in (used if components else [zone])]
    return b"".join([head(name, refreshes=refreshes), *first, *components, FOOT])


def stream(method: str, components: Sequence[bytes], zones_used: Iterable[str] = ()) -> bytes:
    """What a mail carries: components of one UID under a METHOD (§3.7.2), after the zones that they refer to."""
    used = [zones.vtimezone(key) for key in sorted(set(zones_used) - {""})]
    return b"".join([lines([*HEAD, "METHOD:" + method]), *used, *components, FOOT])
