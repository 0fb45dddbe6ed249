"""The component of every zone, read back by another reader and compared with the IANA database."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from portal.calendars.components import vcalendar
from portal.calendars.zones import vtimezone

NAMES = sorted(available_timezones())
# Half an hour of summer, summers in the south, none, one by decree, a rule that changed, and negative winter time.
VARIED = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu",
    "Africa/Casablanca", "Africa/Cairo", "Europe/Moscow", "Asia/Gaza", "America/Nuuk", "Asia/Tehran", "Europe/Dublin",
    "Pacific/Chatham", "Pacific/Apia", "Asia/Jerusalem", "America/Caracas", "Antarctica/Troll",
)


def read(name):
    """The zone as another reader has it."""
    return tzical(io.StringIO(vtimezone(name).decode().replace("\r\n", "\n"))).get(name)


def walls(name, first, last, step):
    """Times on the zone's clock, but for those that come twice."""
    iana, at = ZoneInfo(name), datetime(first, 1, 1, 0, 7, tzinfo=UTC)
    while at.year < last:
        wall = at.astimezone(iana)
        if wall.utcoffset() == wall.replace(fold=1 - wall.fold).utcoffset():
            yield wall
        at += step


@pytest.mark.parametrize("letter", sorted({name[:3] for name in NAMES}))
def test_every_zone_shows_the_clock_of_the_iana_database(letter):
    """Every four weeks for twenty years, at hours that go around the clock."""
    for name in (name for name in NAMES if name.startswith(letter)):
        zone = read(name)
        for wall in walls(name, 2015, 2036, timedelta(days=27, hours=23)):
            assert zone.utcoffset(wall.replace(tzinfo=None)) == wall.utcoffset(), (name, wall)


@pytest.mark.parametrize("name", VARIED)
def test_offset_and_name_are_right_on_every_second_day(name):
    zone = read(name)
    for wall in walls(name, 2008, 2036, timedelta(hours=47)):
        at = wall.replace(tzinfo=None)
        assert (zone.utcoffset(at), zone.tzname(at)) == (wall.utcoffset(), wall.tzname()), wall


@pytest.mark.parametrize("name", VARIED)
def test_each_change_comes_at_its_minute(name):
    """The last minute and the first that are not told twice, around every change of twenty years."""
    zone = read(name)
    for onset, by in changes_of(ZoneInfo(name)):
        twice = max(-by, timedelta())
        for at in (onset - twice - timedelta(minutes=1), onset + twice):
            wall = at.astimezone(ZoneInfo(name))
            assert zone.utcoffset(wall.replace(tzinfo=None)) == wall.utcoffset(), wall


def changes_of(iana):
    """When its clocks were or will be set, and by how much."""
    hours = [datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=6 * number) for number in range(20 * 1461)]
    offsets = [hour.astimezone(iana).utcoffset() for hour in hours]
    for hour, before, after in zip(hours, offsets, offsets[1:], strict=False):
        if before != after:
            minutes = (hour + timedelta(minutes=number) for number in range(361))
            yield next(at for at in minutes if at.astimezone(iana).utcoffset() == after), after - before


def test_onsets_are_as_every_client_can_read_them():
    """No lists of dates (point 25 of the specification), no seconds, and not more than a feed can take."""
    for name in NAMES:
        octets = vtimezone(name)
        assert b"RDATE" not in octets
        assert len(octets) < 8192
        (zone,) = Calendar.from_ical(vcalendar("x", [], zone=name)).walk("VTIMEZONE")
        assert zone["TZID"] == name
        for part in zone.subcomponents:
            assert part["TZOFFSETTO"].td.total_seconds() % 60 == part["TZOFFSETFROM"].td.total_seconds() % 60 == 0


def test_a_zone_with_a_lasting_rule_is_two_lines_of_it():
    assert vtimezone("Europe/Berlin").split(b"\r\n") == [
        b"BEGIN:VTIMEZONE", b"TZID:Europe/Berlin",
        b"BEGIN:DAYLIGHT", b"DTSTART:20070325T020000", b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        b"TZOFFSETFROM:+0100", b"TZOFFSETTO:+0200", b"TZNAME:CEST", b"END:DAYLIGHT",
        b"BEGIN:STANDARD", b"DTSTART:20071028T030000", b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        b"TZOFFSETFROM:+0200", b"TZOFFSETTO:+0100", b"TZNAME:CET", b"END:STANDARD", b"END:VTIMEZONE", b"",
    ]
    assert b"RRULE" not in vtimezone("Africa/Casablanca")
    assert vtimezone("Asia/Shanghai").count(b"BEGIN:") == 2


def test_what_is_no_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Middle/Earth")
