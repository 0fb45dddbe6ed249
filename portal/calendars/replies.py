"""Reading what came by mail: a reply to an invitation (RFC 5546 §3.2.3, RFC 6047), within bounds."""

import hashlib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, NamedTuple

from icalendar import Calendar

from portal.core.i18n import gettext as _
from portal.meetings.models import Answer

MOST_OCTETS = 1_000_000
MOST_PARTS = 50
# §3.2.12 of RFC 5545; DELEGATED names somebody whom the portal would have to ask first.
ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
LONGEST_COMMENT = 500
LARGEST_SEQUENCE = 2**31


class Unreadable(Exception):
    """The mail is no reply that can be read; the words say why."""


class Envelope(NamedTuple):
    """Who sent the mail, and by what it is known again."""

    message_id: str
    sender: str


class Reply(NamedTuple):
    """What somebody said of one meeting. Instants in UTC."""

    uid: str
    email: str
    answer: Answer
    comment: str
    sequence: int
    stamped_at: datetime | None


def opened(mail: bytes) -> tuple[Envelope, EmailMessage]:
    """The mail's envelope and its parts; a mail without Message-ID is known by what is in it."""
    message: EmailMessage = message_from_bytes(mail[:MOST_OCTETS], policy=policy.default)
    known_by = _plain(str(message.get("Message-ID") or "")) or hashlib.sha256(mail).hexdigest()
    return Envelope(known_by[:250], _sender(message)), message


def _plain(text: str) -> str:
    """The text without what no database takes, NUL and halves of letters: whoever writes to the mailbox may send it."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()


def _sender(message: EmailMessage) -> str:
    try:
        return _plain(parseaddr(str(message.get("From") or ""))[1]).lower()[:254]
    except (ValueError, IndexError):  # the library gives up on some hostile headers
        return ""


def is_vouched_for(message: EmailMessage, authserv: str) -> bool:
    """Whether that mail server says that the mail is from the domain in its From (RFC 8601 §2.2, RFC 7489).

    Only the topmost such header counts: a mail server puts its own above whatever the sender wrote.
    """
    results = str((message.get_all("Authentication-Results") or [""])[0])
    server, _semicolon, verdicts = results.partition(";")
    said = [verdict.split()[0].lower() for verdict in verdicts.split(";") if verdict.split()]
    return server.split()[:1] == [authserv] and "dmarc=pass" in said


def reply_in(message: EmailMessage, size: int) -> Reply:
    """The one reply that the mail carries; raises Unreadable."""
    if size > MOST_OCTETS:
        raise Unreadable(_("The mail is larger than a reply can be."))
    return _reply(_calendar(message))


def _calendar(message: EmailMessage) -> Calendar:
    """The first part that is a calendar."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            octets = part.get_payload(decode=True)
            try:
                found = Calendar.from_ical(octets if isinstance(octets, bytes) else b"")
            except (ValueError, TypeError, IndexError, KeyError, AttributeError):
                raise Unreadable(_("Its calendar object cannot be read.")) from None
            if isinstance(found, Calendar):
                return found
    raise Unreadable(_("It carries no calendar object."))


def _reply(calendar: Calendar) -> Reply:
    if str(calendar.get("METHOD", "")).upper() != "REPLY":
        raise Unreadable(_("Its calendar object is no reply."))
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        raise Unreadable(_("A reply is to one meeting."))
    (event,) = events
    attendees = event.get("ATTENDEE")
    if attendees is None or isinstance(attendees, list):
        raise Unreadable(_("A reply is from one person."))
    answer = ANSWERS.get(str(attendees.params.get("PARTSTAT", "")).upper())
    if answer is None:
        raise Unreadable(_("It neither accepts nor declines."))
    return Reply(
        _plain(str(event.get("UID", "")))[:255], _plain(_address(attendees)), answer,
        _plain(str(event.get("COMMENT", "")))[:LONGEST_COMMENT], _sequence(event), _stamp(event),
    )


def _address(attendee: Any) -> str:
    scheme, _colon, address = str(attendee).partition(":")
    return address.lower() if scheme.lower() == "mailto" else ""


def _sequence(event: Any) -> int:
    try:
        number = int(event.get("SEQUENCE", 0))
    except (ValueError, TypeError):
        number = -1
    if not 0 <= number < LARGEST_SEQUENCE:
        raise Unreadable(_("Its calendar object cannot be read."))
    return number


def _stamp(event: Any) -> datetime | None:
    stamp = getattr(event.get("DTSTAMP"), "dt", None)
    return stamp.astimezone(UTC) if isinstance(stamp, datetime) and stamp.tzinfo else None
