"""Any calendar file: zones by whatever name, and files made to do harm, refused in bounded time and memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import DomainError
from portal.importers.calendar import OF_UPLOADS, calendar_in
from portal.importers.recurring import Series
from portal.importers.scanning import scan, with_known_zone
from portal.importers.tables import Unreadable, read_bytes
from portal.importers.times import times_of, window_around
from tests.conftest import NOW, SHANGHAI, utc

CONGRESS = (Path(__file__).parents[1] / "data" / "congress-2019.ics").read_bytes()
BERLIN_RULES = (
    "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT"
)


def file(*lines: str, before: str = "") -> bytes:
    event = "\n".join(["BEGIN:VEVENT", "UID:1", "SUMMARY:Talk", *lines, "END:VEVENT"])
    return "\n".join(["BEGIN:VCALENDAR", before, event, "END:VCALENDAR", ""]).encode()


def zone_of(name: str, rules: str) -> str:
    return f"BEGIN:VTIMEZONE\nTZID:{name}\n{rules}\nEND:VTIMEZONE"


def read(content: bytes):
    return calendar_in(content, "x.ics", OF_UPLOADS)


# --- Zones ---


@pytest.mark.parametrize(
    ("tzid", "rules", "starts_at"),
    [
        ("Europe/Berlin", "", utc(2026, 7, 1, 7)),
        ("europe/berlin", "", utc(2026, 7, 1, 7)),
        ("W. Europe Standard Time", "", utc(2026, 7, 1, 7)),
        ('"W. Europe Standard Time"', "", utc(2026, 7, 1, 7)),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "", utc(2026, 7, 1, 7)),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "", utc(2026, 7, 1, 12)),
        ("Customized Time Zone", BERLIN_RULES, utc(2026, 7, 1, 7)),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern"', BERLIN_RULES, utc(2026, 7, 1, 7)),
        ("Customized Time Zone", "X-LIC-LOCATION:America/New_York", utc(2026, 7, 1, 13)),
        (
            "Customized Time Zone",
            "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0800\nTZOFFSETTO:+0800\nEND:STANDARD",
            utc(2026, 7, 1, 1),
        ),
    ],
)
def test_zones_are_found_by_any_of_their_names(app, tzid, rules, starts_at):
    before = zone_of(tzid.strip('"'), rules) if rules else ""
    (event,) = read(file(f"DTSTART;TZID={tzid}:20260701T090000", "RRULE:FREQ=DAILY;COUNT=2", before=before)).events
    assert event.fault == ""
    assert isinstance(event, Series)
    assert event.starts_at == starts_at


@pytest.mark.parametrize("tzid", ["Mars/Olympus", "Europe", "../../etc/passwd", "x" * 5000, "America", "\u202e", "?"])
def test_a_zone_that_nobody_knows_is_a_fault_of_its_event_alone(app, tzid):
    (event,) = read(file(f'DTSTART;TZID="{tzid}":20260701T090000')).events
    assert "is unknown." in event.fault


def test_what_another_file_calls_its_zone_is_not_remembered(app):
    start = "DTSTART;TZID=Customized Time Zone:20260701T090000"
    read(file(start, before=zone_of("Customized Time Zone", BERLIN_RULES)))
    (event,) = read(file(start)).events
    assert event.fault == "Its time zone “Customized Time Zone” is unknown."


def test_a_character_that_is_folded_in_the_middle_is_whole_again(app):
    title = "会议".encode()
    content = file("DTSTART:20260701T090000Z").replace(b"Talk", title[:2] + b"\r\n " + title[2:])
    assert read(content).events[0].summary == "会议"


# --- Harm ---


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 500, "more than 10 deep"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 6000, "more than 5000 components"),
        (b"BEGIN:VCALENDAR\n" + b"A:\n" * 500_000, "more than 400000 lines"),
        (b"BEGIN:VCALENDAR\nSUMMARY:" + b"x" * (2 << 20), "a line of more than 1 MB"),
        (b"BEGIN:VCALENDAR\nSUMMARY:x" + (b"\n " + b"x" * 70) * 20_000, "a line of more than 1 MB"),
        (b"BEGIN:VCALENDAR\n" + b"\n" * 6_000_000, "larger than 5 MB"),
        (file("DTSTART:20260701T090000Z", "EXDATE:" + ",".join(["20260701T090000Z"] * 30_000)), "exceptions"),
        (file("SUMMARY:a\0b"), "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", "does not belong there"),
        (b"BEGIN:VCALENDAR\nBEGIN:VCALENDAR\n", "does not belong there"),
        (b"\xff\xfeB\0E\0", "not an iCalendar file"),
    ],
)
def test_what_is_made_to_do_harm_is_refused_with_a_sentence(app, content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["LOCATION:a\x07b"], "characters that cannot be shown"),
        (["LOCATION:abc\u202efdp.exe"], "characters that cannot be shown"),
        (["RRULE:FREQ=SECONDLY;COUNT=999999999"], "does not carry this rule"),
        (["RRULE:FREQ=DAILY;COUNT=" + "9" * 5000], "rule"),
        (["RRULE:FREQ=DAILY;COUNT=999999999999"], ""),
        (["RRULE:FREQ=DAILY;UNTIL=99991231T235959Z"], ""),
        (["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], "None of it"),
        (["RRULE:FREQ=YEARLY;COUNT=999999999;BYMONTH=2;BYMONTHDAY=30"], ""),
        (["DURATION:P99999999999999999999D"], "cannot be read"),
        (["BEGIN:VALARM", "TRIGGER:-PT15M", "REPEAT:999999999", "END:VALARM"], ""),
    ],
)
def test_one_hostile_event_is_a_fault_or_bounded(app, lines, words):
    events = read(file("DTSTART:20200101T090000Z", *lines)).events
    (found,) = times_of(events, SHANGHAI, window_around(NOW))
    assert words in found.reason
    assert len(found.times) <= 1200


def test_no_more_of_an_event_reaches_the_parser_than_it_may_say(app):
    rule = "RRULE:FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 300_000)
    content = file("DTSTART:20200101T090000Z", rule, *["SUMMARY:x"] * 100_000)
    scanned = scan(content, "x", OF_UPLOADS)
    (lines,) = scanned.events
    assert sum(len(with_known_zone(line, scanned.zones) or "") for line in lines) < 5_000
    assert "rule" in read(content).events[0].fault


def test_changes_that_refer_to_each_other_and_uids_that_come_twice_end(app):
    start = "RECURRENCE-ID:20260701T090000Z\nDTSTART:20260701T090000Z\nDURATION:PT1H"
    change = f"BEGIN:VEVENT\nUID:1\n{start}\nEND:VEVENT\n"
    content = file("DTSTART:20260701T090000Z", "RRULE:FREQ=DAILY;COUNT=3")
    twice = content.replace(b"END:VCALENDAR", (change * 50).encode() + content[16:])
    events = read(twice).events
    assert [event.fault for event in events] == ["", "Another event of the file has the same UID."]
    assert len(times_of(events, SHANGHAI, window_around(NOW))[0].times) == 1


def test_more_times_than_a_calendar_has_are_refused(app):
    daily = "BEGIN:VEVENT\nUID:{}\nDTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\n"
    content = "BEGIN:VCALENDAR\n" + "".join(daily.format(number) for number in range(6)) + "END:VCALENDAR\n"
    with pytest.raises(DomainError, match="at most 5000 times"):
        times_of(read(content.encode()).events, SHANGHAI, window_around(NOW))


def test_what_does_not_end_is_not_read_to_its_end():
    with pytest.raises(Unreadable, match="larger than 20 MB"):
        read_bytes(Path("/dev/zero"))


GREEDY = """
import json, resource, sys, time
from pathlib import Path
from portal.importers.calendar import calendar_in, OF_UPLOADS
from portal.importers.tables import Unreadable, read_bytes
from portal.importers.times import times_of, window_around
from portal.core.errors import DomainError
from portal.core import clock
from zoneinfo import ZoneInfo
event = "BEGIN:VEVENT\\nUID:%d\\nDTSTART:19700101T090000Z\\nRRULE:FREQ=YEARLY;COUNT=999999;BYDAY=5FR\\nEND:VEVENT\\n"
many = "BEGIN:VCALENDAR\\n" + "".join(event % n for n in range(1500)) + "END:VCALENDAR\\n"
line = b"BEGIN:VCALENDAR\\nX:" + b"x" * (5 << 20)
before, words = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
started = time.process_time()
for content in (line, many.encode()):
    try:
        found = times_of(calendar_in(content, "x", OF_UPLOADS).events, ZoneInfo("UTC"), window_around(clock.now()))
        words.append(found[-1].reason)
    except (Unreadable, DomainError) as refusal:
        words.append(str(refusal))
huge = Path(sys.argv[1])
with huge.open("wb") as file:
    file.truncate(1 << 30)
try:
    read_bytes(huge)
except Unreadable as refusal:
    words.append(str(refusal)[-len("larger than 20 MB."):])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([words, (used.ru_maxrss - before) // 1024, time.process_time() - started]))
"""


def test_neither_a_line_of_a_gigabyte_nor_rules_without_end_take_more_than_their_share(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", GREEDY, str(tmp_path / "huge.ics")], capture_output=True, text=True, timeout=120,
        check=True, cwd=Path(__file__).parents[2],
    )
    words, megabytes, seconds = json.loads(done.stdout)
    assert words == [
        "x is larger than 5 MB.", "The file has more dates than can be looked at.", "larger than 20 MB."
    ]
    assert megabytes < 150
    assert seconds < 20


# --- Anything ---

TALKS = CONGRESS[:2500].rpartition(b"BEGIN:VEVENT")[0] + b"END:VCALENDAR\r\n"
RICH = file(
    "DTSTART;TZID=Customized Time Zone:20260701T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=2WE;COUNT=9",
    "EXDATE;TZID=Customized Time Zone:20260909T090000", "RDATE;VALUE=PERIOD:20260710T070000Z/PT2H",
    before=zone_of("Customized Time Zone", BERLIN_RULES),
)
PIECES = [
    b"\0", b"\r\n", b":", b";", b"\\", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"9" * 30, b"Z", b"\xff", "会".encode(),
    b"RRULE:FREQ=SECONDLY\r\n", b"DTSTART:99991231T235959Z\r\n", b"DTSTART;VALUE=DATE:20260229\r\n", b'"', b"=", b",",
    b"RECURRENCE-ID;RANGE=THISANDFUTURE:20260701T090000Z\r\n", b"DURATION:-P1W\r\n", b";TZID=Europe:", b"-1",
    b"SEQUENCE:x\r\n", b"EXDATE;VALUE=DATE:20260708\r\n", b"RRULE:FREQ=YEARLY;BYDAY=-53MO;UNTIL=1\r\n",
]
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(sample=st.sampled_from([TALKS, RICH]), changes=CHANGES)
def test_whatever_is_done_to_a_file_it_is_read_or_refused(sample, changes):
    content = sample
    for where, gone, piece in changes:
        at = int(where * len(content))
        content = content[:at] + piece + content[at + gone :]
    try:
        events = read(content).events
        found = times_of(events, SHANGHAI, window_around(NOW))
    except (Unreadable, DomainError):
        return
    assert len(found) == len(events)
    for one in found:
        assert one.times or one.reason
        assert all(time.starts_at < time.ends_at for time in one.times)
