"""Content lines of iCalendar (RFC 5545 §3.1): escaping, quoting, folding. Pure, and fast enough to do for each poll.

The `icalendar` package writes the same some fifteen times slower; the tests read our octets back with it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

LINE = 75  # octets, without the line break
BREAK = b"\r\n"
FOLD = b"\r\n "

# What may not stand in a value: control characters (§3.1), lone surrogates, which UTF-8 lacks, and the line breaks
# of Unicode, at which some readers split lines.
_NOT_PLAIN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEWLINES = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
# A backslash means nothing in a parameter, but some readers would take the colon after one for text; others strip
# blanks.
_QUOTED = re.compile(r"[:;,\\]|^\s|\s$")


def _plain(value: str) -> str:
    """The value without what may not stand in one, its line breaks all LF."""
    return _NOT_PLAIN.sub("", _NEWLINES.sub("\n", value)) if _NOT_PLAIN.search(value) else value


def text(value: str) -> str:
    """The value as TEXT (§3.3.11): `\\`, `;`, `,` and line breaks escaped, other control characters dropped."""
    value = _plain(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\n", "\\n")


def parameter(value: str) -> str:
    """The value as that of a parameter: circumflex encoding of RFC 6868, quoted when it holds `:`, `;` or `,`."""
    value = _plain(value).replace("^", "^^").replace('"', "^'").replace("\n", "^n")
    return f'"{value}"' if _QUOTED.search(value) else value


def instant(at: datetime) -> str:
    """An aware instant as DATE-TIME in UTC (§3.3.5, form 2): `20261121T063000Z`."""
    written = at.isoformat() if at.tzinfo is UTC else at.astimezone(UTC).isoformat()
    return f"{written[:4]}{written[5:7]}{written[8:13]}{written[14:16]}{written[17:19]}Z"


def fold(line: str) -> bytes:
    """The line in UTF-8, in pieces of at most 75 octets, parted between characters (§3.1)."""
    octets = line.encode()
    if len(octets) <= LINE:
        return octets
    pieces, start, end = [], 0, LINE
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + LINE - 1
    pieces.append(octets[start:])
    return FOLD.join(pieces)


def lines(content: Iterable[str]) -> bytes:
    """Content lines as octets: folded, each ended by CRLF."""
    # Most lines are short and ASCII: for them the test is all that folding comes to.
    folded = [line.encode() if len(line) <= LINE and line.isascii() else fold(line) for line in content]
    return BREAK.join(folded) + BREAK
