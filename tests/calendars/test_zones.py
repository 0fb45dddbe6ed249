"""The table of zones, compared with the IANA database through another reader of VTIMEZONE."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from portal.calendars.components import vcalendar
from portal.calendars.zones import CHANGING, FIXED, vtimezone

NAMES = sorted({**FIXED, **CHANGING})


@pytest.mark.parametrize("name", NAMES)
def test_each_zone_shows_the_same_clock_as_the_iana_database(name):
    zone = tzical(io.StringIO(vtimezone(name).decode().replace("\r\n", "\n"))).get(name)
    iana = ZoneInfo(name)
    at = datetime(2008, 1, 1, 12)  # noqa: DTZ001  (a time on the zone's own clock)
    while at.year < 2040:
        assert (zone.utcoffset(at), zone.tzname(at)) == (iana.utcoffset(at), iana.tzname(at))
        at += timedelta(days=1)


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_each_change_comes_at_its_hour(name):
    """Compared on the two sides of every change of twenty years."""
    zone = tzical(io.StringIO(vtimezone(name).decode().replace("\r\n", "\n"))).get(name)
    iana = ZoneInfo(name)
    hour = datetime(2008, 1, 1, tzinfo=UTC)
    changes = 0
    while hour.year < 2028:
        before, after = hour.astimezone(iana), (hour + timedelta(hours=1)).astimezone(iana)
        if before.utcoffset() != after.utcoffset():
            changes += 1
            for side in (before, after):
                assert side.replace(tzinfo=zone).utcoffset() == side.utcoffset()
        hour += timedelta(hours=1)
    assert changes == 40


def test_onsets_have_no_seconds_no_dates_by_list_and_start_in_the_past():
    for name in NAMES:
        octets = vtimezone(name)
        assert b"RDATE" not in octets
        (zone,) = Calendar.from_ical(vcalendar("x", [], zone=name)).walk("VTIMEZONE")
        assert zone["TZID"] == name
        for part in zone.subcomponents:
            assert part["DTSTART"].dt.year < 2010
            assert part["TZOFFSETTO"].td.total_seconds() % 60 == 0


def test_a_zone_outside_the_table_falls_back_to_utc():
    assert b"TZID:Etc/UTC" in vtimezone("Antarctica/Troll")
