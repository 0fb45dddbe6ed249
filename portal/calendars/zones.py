"""VTIMEZONE components (RFC 5545 §3.6.5) for the zones that organisations of ours lie in.

A reviewed table of today's rules, since generators go wrong here: history from 1901, RDATE lists, onsets in the
wrong offset. Each onset is written on the clock that holds before it. Tests compare the table with the IANA
database.
"""

from functools import cache
from typing import NamedTuple

from portal.calendars import text


class Onset(NamedTuple):
    """When a year's part begins: its name and offset, its first local time, and the rule since then."""

    name: str
    offset: str
    first: str
    rule: str


_EU_SUMMER = "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"
_EU_WINTER = "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"
_US_SUMMER = "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"
_US_WINTER = "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"


def _europe(winter: str, offset: str, hour: int, summer: str, summer_offset: str) -> tuple[Onset, Onset]:
    """All of the European Union and Britain change at 01:00 UTC: at `hour` in winter, an hour later in summer."""
    return (
        Onset(winter, offset, f"19961027T{hour + 1:02}0000", _EU_WINTER),
        Onset(summer, summer_offset, f"19960331T{hour:02}0000", _EU_SUMMER),
    )


def _america(winter: str, offset: str, summer: str, summer_offset: str) -> tuple[Onset, Onset]:
    """The United States change at 02:00 on the local clock, by these rules since 2007."""
    return (
        Onset(winter, offset, "20071104T020000", _US_WINTER),
        Onset(summer, summer_offset, "20070311T020000", _US_SUMMER),
    )


FIXED = {
    "Asia/Hong_Kong": ("HKT", "+0800"),
    "Asia/Kolkata": ("IST", "+0530"),
    "Asia/Macau": ("CST", "+0800"),
    "Asia/Seoul": ("KST", "+0900"),
    "Asia/Shanghai": ("CST", "+0800"),
    "Asia/Singapore": ("+08", "+0800"),
    "Asia/Taipei": ("CST", "+0800"),
    "Asia/Tokyo": ("JST", "+0900"),
    "Etc/UTC": ("UTC", "+0000"),
}
CHANGING = {
    "America/Chicago": _america("CST", "-0600", "CDT", "-0500"),
    "America/Los_Angeles": _america("PST", "-0800", "PDT", "-0700"),
    "America/New_York": _america("EST", "-0500", "EDT", "-0400"),
    "Europe/Berlin": _europe("CET", "+0100", 2, "CEST", "+0200"),
    "Europe/London": _europe("GMT", "+0000", 1, "BST", "+0100"),
    "Europe/Paris": _europe("CET", "+0100", 2, "CEST", "+0200"),
    "Europe/Vienna": _europe("CET", "+0100", 2, "CEST", "+0200"),
    "Europe/Zurich": _europe("CET", "+0100", 2, "CEST", "+0200"),
}


@cache
def vtimezone(name: str) -> bytes:
    """The component of that zone; of a zone that is not in the table, that of UTC.

    Until there are series, nothing refers to it: it only makes an empty calendar valid, which any zone does.
    """
    if name in CHANGING:
        winter, summer = CHANGING[name]
        parts = [*_part("STANDARD", winter, summer.offset), *_part("DAYLIGHT", summer, winter.offset)]
    else:
        name = name if name in FIXED else "Etc/UTC"
        short, offset = FIXED[name]
        parts = _part("STANDARD", Onset(short, offset, "20000101T000000", ""), offset)
    return text.lines(["BEGIN:VTIMEZONE", f"TZID:{name}", *parts, "END:VTIMEZONE"])


def _part(kind: str, onset: Onset, offset_before: str) -> list[str]:
    rule = [f"RRULE:{onset.rule}"] if onset.rule else []
    return [
        f"BEGIN:{kind}", f"DTSTART:{onset.first}", *rule, f"TZOFFSETFROM:{offset_before}",
        f"TZOFFSETTO:{onset.offset}", f"TZNAME:{onset.name}", f"END:{kind}",
    ]
