"""Opening a mail that anybody may have sent (RFC 5322, RFC 2045), within bounds of time and memory."""

import hashlib
import re
from email import message_from_bytes, policy
from email.message import Message
from typing import NamedTuple

from portal.calendars.replies import Unreadable, plain
from portal.core.i18n import gettext as _

MOST_OCTETS = 1_000_000
# What is read of one that is larger, to say who sent it.
HEAD_OCTETS = 64_000
MOST_LINES = 20_000
MOST_PARTS = 50
MOST_SEPARATORS = 500
# What parts within parts, and lines about a part, cost the parser grows with the square of them.
MOST_BOUNDARIES = 10
LONGEST_HEADER = 4_000
# Of what the sender calls it, no other names reach a codec: some of Python's take the square of the time.
CHARSETS = frozenset({"utf-8", "us-ascii", "gb2312", "gbk", "gb18030", "big5", "iso-8859-1", "windows-1252", "utf-16"})

_BOUNDARY = re.compile(rb"boundary\s*[*\d]*\s*=|message/", re.IGNORECASE)
_CONTENT_HEADER = re.compile(rb"^(?:content-|mime-)[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_SPEC = r"[^\s<>,;:()\"@\\]+@[^\s<>,;:()\"@\\]+"
# One address and no more, so that no two programs read two senders out of it; `_QUOTED` is taken out before.
_ONE_SENDER = re.compile(rf"[^<>@,;:]*<\s*({_SPEC})\s*>|({_SPEC})(?:\s*\([^()]*\))?")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class Envelope(NamedTuple):
    """Who sent the mail, and by what it is known again."""

    message_id: str
    sender: str


def opened(mail: bytes) -> tuple[Envelope, Message]:
    """The mail's envelope and its parts; a mail without Message-ID is known by what is in it.

    Raises Unreadable for one whose form would cost more to read than any reply is worth.
    """
    if mail.count(b"\n") > MOST_LINES or mail.count(b"\n--") > MOST_SEPARATORS or _is_knotty(mail):
        raise Unreadable(_("The mail has more parts and lines than a reply can have."))
    message = message_from_bytes(mail, policy=policy.compat32)
    known_by = _header(message, "Message-ID") or known_by_content(mail)
    return Envelope(known_by[:250], _sender(message)), message


def known_by_content(mail: bytes) -> str:
    return hashlib.sha256(mail).hexdigest()


def _is_knotty(mail: bytes) -> bool:
    boundaries = sum(1 for _found in _BOUNDARY.finditer(mail))
    longest = max((len(found.group()) for found in _CONTENT_HEADER.finditer(mail)), default=0)
    return boundaries > MOST_BOUNDARIES or longest > LONGEST_HEADER


def _header(message: Message, name: str) -> str:
    """The header if there is one and it is no longer than such a header is."""
    values = message.get_all(name) or []
    text = plain(str(values[0])) if len(values) == 1 else ""
    return text if len(text) <= LONGEST_HEADER else ""


def _sender(message: Message) -> str:
    """The one address in From; nothing if there is none, or several."""
    found = _ONE_SENDER.fullmatch(_QUOTED.sub("", " ".join(_header(message, "From").split())).strip())
    return (found[1] or found[2]).lower()[:254] if found else ""


def is_vouched_for(message: Message, authserv: str) -> bool:
    """Whether that mail server says that the mail is from the domain in its From (RFC 8601 §2.2, RFC 7489).

    Only the topmost such header counts: a mail server puts its own above whatever the sender wrote.
    """
    results = str((message.get_all("Authentication-Results") or [""])[0])[:LONGEST_HEADER]
    server, _semicolon, verdicts = results.partition(";")
    if server.split()[:1] != [authserv]:
        return False
    domain = _sender(message).rpartition("@")[2]
    return any(_passes(verdict.lower().split(), domain) for verdict in verdicts.split(";"))


def _passes(verdict: list[str], domain: str) -> bool:
    """`dmarc=pass`, and for that very domain if it says for which."""
    named = [word.removeprefix("header.from=") for word in verdict if word.startswith("header.from=")]
    return verdict[:1] == ["dmarc=pass"] and all(name.strip('"') == domain for name in named)


def calendar_of(message: Message) -> bytes:
    """The first part that is a calendar, in UTF-8; raises Unreadable."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            octets = part.get_payload(decode=True)
            return _in_utf_8(octets if isinstance(octets, bytes) else b"", str(part.get_param("charset") or ""))
    raise Unreadable(_("It carries no calendar object."))


def _in_utf_8(octets: bytes, charset: str) -> bytes:
    if charset.lower() not in CHARSETS - {"utf-8", "us-ascii"}:
        return octets
    return octets.decode(charset, errors="replace").encode(errors="replace")
