"""VEVENT and VCALENDAR (RFC 5545 §3.4, §3.6.1) from plain values, as octets.

Nothing here depends on the clock: the same values give the same octets on every worker.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from portal.calendars import zones
from portal.calendars.text import instant, lines, parameter, text

TYPE = "text/calendar; charset=utf-8"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Meeting portal//Calendar 1//EN", "CALSCALE:GREGORIAN")
FOOT = b"END:VCALENDAR\r\n"
# RFC 7986 §5.7: how often a client may ask. Apple follows the first form, Outlook the second, Google neither.
REFRESH = "PT30M"
LONGEST_DESCRIPTION = 3000


def vevent(
    *,
    uid: str,
    sequence: int,
    created_at: datetime,
    changed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    location: str = "",
    description: str = "",
    url: str = "",
    conference: str = "",
    status: str = "CONFIRMED",
    private: bool = False,
    people: Iterable[str] = (),
) -> bytes:
    """One event that does not recur, with its times in UTC, which need no VTIMEZONE.

    Without METHOD, DTSTAMP is the time of the last revision (§3.8.7.2). `url` is a URI and ASCII, `people` are
    lines made by `organizer` and `attendee`. A cancelled event takes up nobody's time.
    """
    changed = instant(changed_at)
    content = [
        "BEGIN:VEVENT", "UID:" + text(uid), f"SEQUENCE:{sequence}", "DTSTAMP:" + changed,
        "CREATED:" + instant(created_at), "LAST-MODIFIED:" + changed, "DTSTART:" + instant(starts_at),
        "DTEND:" + instant(ends_at), "SUMMARY:" + text(summary), "STATUS:" + status,
    ]
    if status == "CANCELLED":
        content.append("TRANSP:TRANSPARENT")
    if private:
        # §3.8.1.3; what does not say is PUBLIC.
        content.append("CLASS:PRIVATE")
    if location:
        content.append("LOCATION:" + text(" ".join(location.split())))
    if description:
        content.append("DESCRIPTION:" + text(description))
    if url:
        content.append("URL:" + url)
    if conference:
        # RFC 7986 §5.11
        content.append("CONFERENCE;VALUE=URI;FEATURE=VIDEO:" + quote(conference, safe=":/?#[]@!$&'()*+,;=%"))
    content += people
    content.append("END:VEVENT")
    return lines(content)


@lru_cache(maxsize=4096)
def organizer(name: str, email: str) -> str:
    """The ORGANIZER line (§3.8.4.3)."""
    return f"ORGANIZER;CN={parameter(name)}:{_mailto(email)}"


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


def vcalendar(name: str, components: list[bytes], *, zone: str, refreshes: bool = False) -> bytes:
    """A whole stream without METHOD. One with no component holds the zone, since it needs one (§3.6)."""
    return b"".join([head(name, refreshes=refreshes), *(components or [zones.vtimezone(zone)]), FOOT])


def stream(method: str, component: bytes) -> bytes:
    """What a mail carries: one component under a METHOD (§3.7.2)."""
    return b"".join([lines([*HEAD, "METHOD:" + method]), component, FOOT])
