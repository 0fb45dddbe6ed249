"""The codes on the wall: another one every half minute, which nobody can make without the meeting's key."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

SECONDS = 30
# Of so many half minutes before and after the codes hold too: clocks differ, and hands are slow.
TOLERANCE = 2
# Without the letters and figures that are taken for each other.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SCANNED, TYPED = 12, 6


class Codes(NamedTuple):
    """What stands on the wall for one half minute: within the code to scan, and to be typed."""

    scanned: str
    typed: str


def codes_at(key: str, meeting_id: int, window: int) -> Codes:
    digest = hmac.new(key.encode(), f"{meeting_id}/{window}".encode(), sha256).digest()
    text = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)
    return Codes(text[:SCANNED], text[SCANNED : SCANNED + TYPED])


def window_at(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // SECONDS


def is_code(key: str | None, meeting_id: int, code: str, now: datetime) -> bool:
    """Whether the code, scanned or typed, stands on that meeting's wall, or did a moment ago."""
    if not key:
        return False
    given = tidy(code).encode()
    near = range(window_at(now) - TOLERANCE, window_at(now) + TOLERANCE + 1)
    right = [text.encode() for window in near for text in codes_at(key, meeting_id, window)]
    return any(hmac.compare_digest(given, text) for text in right)


def tidy(code: str) -> str:
    """What somebody typed, as the wall writes it."""
    return "".join(character for character in code.upper() if character in ALPHABET)
