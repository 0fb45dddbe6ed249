"""The writer of content lines: whatever is written, other readers read the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendars import components
from portal.calendars.text import fold, instant, parameter, text

# What people type, made of what goes wrong: separators, quotes, line breaks, wide and combined characters.
TYPED = "a \t\\,;:\"^'nN\r\n議程🏛️é́\x00\x07\x7f\x85\u2028\ufeff"
TRICKY = st.text(st.sampled_from(TYPED), max_size=120) | st.text(max_size=300)
# In parameters the `icalendar` package takes a backslash for an escape, which it is not.
NAMES = TRICKY.map(lambda name: name.replace("\\", ""))
INSTANTS = st.integers(0, 7_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
LENGTHS = st.integers(1, 86_400).map(lambda seconds: timedelta(seconds=seconds))


def readable(value: str) -> str:
    """What a calendar can carry of a text, said in another way than the writer does."""
    for newline in ("\r\n", "\r", "\x85", "\u2028", "\u2029"):
        value = value.replace(newline, "\n")
    return "".join(
        char for char in value if char in "\t\n" or not (ord(char) < 32 or 0x7F <= ord(char) < 0xA0)
    )


@given(TRICKY, TRICKY, TRICKY, NAMES, INSTANTS, LENGTHS, st.integers(0, 99))
def test_every_value_of_an_event_is_read_back(summary, place, purpose, name, starts_at, length, sequence):
    ends_at = starts_at + length
    octets = components.vcalendar("Mine", [components.vevent(components.Event(
        uid=name or "x", sequence=sequence, created_at=starts_at, changed_at=ends_at, starts_at=starts_at,
        ends_at=ends_at, summary=summary, location=place, description=purpose, url="https://portal.example/meetings/1",
        people=[
            components.organizer(name, "alice@example.org"),
            components.attendee(name, "b+c@example.org", "CHAIR", "TENTATIVE"),
        ],
    ))], zone="Asia/Shanghai")
    (event,) = Calendar.from_ical(octets).walk("VEVENT")
    assert event["SUMMARY"] == readable(summary)
    assert event.get("LOCATION", "") == readable(" ".join(place.split()))
    assert event.get("DESCRIPTION", "") == readable(purpose)
    assert event["UID"] == readable(name or "x")
    assert (event.start, event.end) == (starts_at, ends_at)
    assert (event["CREATED"].dt, event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (starts_at, ends_at, ends_at)
    assert event["SEQUENCE"] == sequence
    assert event["URL"] == "https://portal.example/meetings/1"
    assert event["ORGANIZER"] == "mailto:alice@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    for line in ("ORGANIZER", "ATTENDEE"):
        assert event[line].params["CN"] == readable(name)


@given(TRICKY)
def test_lines_are_at_most_75_octets_and_folded_between_characters(value):
    folded = fold("SUMMARY:" + text(value))
    pieces = folded.split(b"\r\n ")
    assert all(len(piece) <= 75 for piece in folded.split(b"\r\n"))
    assert "".join(piece.decode() for piece in pieces) == "SUMMARY:" + text(value)


@given(TRICKY)
def test_no_control_character_and_no_bare_line_break_is_written(value):
    octets = components.vcalendar(value, [], zone="UTC")
    assert octets.endswith(b"\r\n")
    assert b"\r\n\r\n" not in octets
    assert not octets.startswith(b"\xef\xbb\xbf")
    rest = octets.replace(b"\r\n", b"").replace(b"\t", b"")
    assert not any(octet < 32 or octet == 127 for octet in rest)


def test_a_lone_surrogate_which_no_file_can_hold_is_dropped():
    assert (text("a\ud800b"), parameter("a\udfffb")) == ("ab", "ab")


def test_text_escapes_each_special_character_once():
    assert text("a\\b;c,d\ne:\"f'") == "a\\\\b\\;c\\,d\\ne:\"f'"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Alice", "Alice"), ("Doe, Jane", '"Doe, Jane"'), ('The "boss"', "The ^'boss^'"), ("a^b\nc", "a^^b^nc"),
        ("a;\x07", '"a;"'), ("\\", '"\\"'),
    ],
)
def test_parameters_are_quoted_or_encoded_when_they_need_it(value, written):
    assert parameter(value) == written


def test_an_instant_of_another_zone_is_written_in_utc():
    from tests.conftest import at

    assert instant(at(9)) == "20261123T010000Z"


def test_an_address_cannot_break_out_of_its_line():
    assert components.organizer("A", 'a?cc=b@x.org\r\nX:"y') == "ORGANIZER;CN=A:mailto:a%3Fcc%3Db@x.org%0D%0AX%3A%22y"


def test_a_long_description_ends_with_the_address_and_is_cut_between_lines():
    whole = components.description(["\n".join(["一行文字" * 20] * 100)], "https://portal.example/meetings/1")
    assert whole.endswith("一行文字 …\n\nhttps://portal.example/meetings/1")
    assert len(whole) < 3100
