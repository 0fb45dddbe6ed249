"""Bookings out of iCalendar files: what is free is booked, the rest is told, nothing is lost."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.rooms import commands
from portal.rooms.models import Area, Booking, Resource
from tests.conftest import utc

CONGRESS = Path(__file__).parents[1] / "data" / "congress-2019.ics"


@pytest.fixture
def calendar(tmp_path):
    """Write a file of events; each is the lines of a VEVENT beyond its UID (named `1`, `2` …)."""

    def write(*events: str, head: str = "X-WR-CALNAME:Fair") -> Path:
        bodies = [
            f"BEGIN:VEVENT\nUID:{number}\n{lines}\nEND:VEVENT" for number, lines in enumerate(events, start=1)
        ]
        file = tmp_path / "fair.ics"
        file.write_text("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", head, *bodies, "END:VCALENDAR", ""]), "utf-8")
        return file

    return write


def event(start: str = "DTSTART:20191228T090000Z", end: str = "DTEND:20191228T100000Z", **more: str) -> str:
    lines = {"SUMMARY": "Talk", "LOCATION": "Hall", **more}
    return "\n".join([start, end, *(f"{name}:{value}" for name, value in lines.items() if value)])


def count(model: type) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def told(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_a_real_congress_is_booked_in_file_order_and_nothing_is_lost(run, tmp_path):
    refused = tmp_path / "refused.csv"
    answer = run("import", "bookings", CONGRESS, "--create-rooms", "--refused", refused)
    assert answer.exit_code == 0
    assert answer.stdout == "1225 booked, 122 in conflict, 1 invalid\n"
    assert (count(Booking), count(Resource)) == (1225, 92)
    assert db.session.scalars(select(Area.name)).all() == ["36C3 schedule"]
    rows = told(refused)
    assert len(rows) == 123
    assert all(row["clashes with"] for row in rows if "already booked" in row["reason"])
    assert run("import", "bookings", CONGRESS).stdout == "0 booked, 122 in conflict, 1 invalid, 1225 already there\n"
    assert count(Booking) == 1225


def test_a_conflict_is_told_with_what_stands_in_the_way(run, calendar, tmp_path):
    refused = tmp_path / "refused.csv"
    second = event("DTSTART:20191228T093000Z", "DTEND:20191228T103000Z", SUMMARY="Late")
    third = event("DTSTART:20191228T100000Z", "DTEND:20191228T103000Z", SUMMARY="Next")
    answer = run("import", "bookings", calendar(event(), second, third), "--create-rooms", "--refused", refused)
    assert answer.stdout == "2 booked, 1 in conflict, 0 invalid\n"
    assert told(refused) == [
        {
            "uid": "2", "summary": "Late", "room": "Hall", "start": "2019-12-28 17:30+08:00",
            "end": "2019-12-28 18:30+08:00", "reason": "Hall is already booked for part of that time.",
            "clashes with": "Talk, 2019-12-28 17:00+08:00–2019-12-28 18:00+08:00, 1",
        }
    ]


def test_rooms_are_not_made_unless_asked_for(run, calendar, room, tmp_path):
    refused = tmp_path / "refused.csv"
    file = calendar(event(), event(LOCATION=room.name), event(LOCATION=""))
    answer = run("import", "bookings", file, "--refused", refused)
    assert answer.stdout == "1 booked, 0 in conflict, 0 invalid, 2 without a room\n"
    assert [row["reason"] for row in told(refused)] == ["There is no such room."] * 2


def test_a_second_import_makes_no_second_area(run, calendar):
    run("import", "bookings", calendar(event()), "--create-rooms")
    run("import", "bookings", calendar(event(), event(LOCATION="Foyer")), "--create-rooms")
    assert (count(Area), count(Resource), count(Booking)) == (1, 2, 2)


def test_bookings_belong_to_the_portal_or_to_whom_they_are_said_to(run, calendar, alice):
    run("import", "bookings", calendar(event(), head="X:1"), "--create-rooms")
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.owner.login, booking.uid, booking.room.area.name) == ("portal", "1", "fair")
    later = event("DTSTART:20191229T090000Z", "DTEND:20191229T100000Z")
    run("import", "bookings", calendar(event(), later), "--as", "Alice")
    assert db.session.scalars(select(Booking).where(Booking.uid == "2")).one().owner_id == alice.id


def test_the_log_says_that_the_portal_itself_booked(run, calendar):
    run("import", "bookings", calendar(event()), "--create-rooms")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.created")).one()
    assert (entry.actor_id, entry.details["title"]) == (None, "Talk")


def test_an_unknown_owner_is_refused(run, calendar):
    answer = run("import", "bookings", calendar(event()), "--create-rooms", "--as", "nobody")
    assert (answer.exit_code, answer.stderr) == (1, "Error: Nobody signs in as nobody.\n")
    assert (count(Booking), count(Area)) == (0, 0)


@pytest.mark.parametrize(
    ("start", "starts_at"),
    [
        ("DTSTART:20191228T090000Z", utc(2019, 12, 28, 9)),
        ("DTSTART;TZID=Europe/Berlin:20191228T100000", utc(2019, 12, 28, 9)),
        ("DTSTART:20191228T170000", utc(2019, 12, 28, 9)),
    ],
)
def test_times_in_utc_in_a_zone_and_on_the_clock_of_the_room(run, calendar, room, start, starts_at):
    run("import", "bookings", calendar(event(start, "DURATION:PT45M", LOCATION=room.name)))
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.starts_at, booking.ends_at) == (starts_at, starts_at + timedelta(minutes=45))


def test_new_rooms_keep_the_zone_of_the_calendar(run, calendar):
    floating = event("DTSTART:20191228T100000", "DTEND:20191228T110000")
    run("import", "bookings", calendar(floating, head="X-WR-TIMEZONE:Europe/Berlin"), "--create-rooms")
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.starts_at, booking.room.area.timezone) == (utc(2019, 12, 28, 9), "Europe/Berlin")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (event("DTSTART;VALUE=DATE:20191228", "DTEND;VALUE=DATE:20191229"), "whole days"),
        (event(RRULE="FREQ=HOURLY"), "does not carry this rule"),
        (event("DTSTART:99991231T230000"), "in the years from 1970"),
        (event(end="DURATION:P1000000D"), "in the years from 1970"),
        (event(STATUS="CANCELLED"), "cancelled"),
        (event("DTSTART:soon"), "start cannot be read"),
        (event("CLASS:PUBLIC"), "no start"),
        (event("DTSTART;TZID=Mars/Olympus:20191228T090000"), "“Mars/Olympus” is unknown"),
        (event("DTSTART:20191228T090000"), "not on the same clock"),
        (event(end="DURATION:long"), "duration cannot be read"),
        (event(end="CLASS:PUBLIC"), "later than the start"),
        (event(end="DTEND:20191228T080000Z"), "later than the start"),
        (event(end="DTEND:20191230T090000Z"), "a day at most"),
        (event(SUMMARY="x" * 10_000), "longer than 200"),
        (event(LOCATION="x" * 101), "longer than 100"),
    ],
)
def test_an_event_that_is_no_booking_is_told_with_the_reason(run, calendar, tmp_path, lines, reason):
    refused = tmp_path / "refused.csv"
    answer = run("import", "bookings", calendar(lines, event()), "--create-rooms", "--refused", refused)
    assert answer.stdout == "1 booked, 0 in conflict, 1 invalid\n"
    assert reason in told(refused)[0]["reason"]


def test_two_events_with_one_uid_are_not_taken_for_one(run, calendar, tmp_path):
    refused = tmp_path / "refused.csv"
    file = calendar(event(), event("DTSTART:20191229T090000Z", "DTEND:20191229T100000Z"))
    file.write_text(file.read_text().replace("UID:2", "UID:1"))
    answer = run("import", "bookings", file, "--create-rooms", "--refused", refused)
    assert answer.stdout == "1 booked, 0 in conflict, 1 invalid\n"
    assert "same UID" in told(refused)[0]["reason"]


def test_events_without_uid_are_not_booked_twice(run, calendar):
    file = calendar(event())
    file.write_text(file.read_text().replace("UID:1\n", ""))
    run("import", "bookings", file, "--create-rooms")
    assert run("import", "bookings", file).stdout == "0 booked, 0 in conflict, 0 invalid, 1 already there\n"


def test_what_a_stranger_wrote_is_no_formula_in_a_spreadsheet(run, calendar, tmp_path):
    refused = tmp_path / "refused.csv"
    run("import", "bookings", calendar(event(SUMMARY="=HYPERLINK(1)")), "--refused", refused)
    assert told(refused)[0]["summary"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"hello", "not an iCalendar file"),
        (b"uid,summary\n1,2\n", "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\nnonsense\nEND:VCALENDAR\n", "not a whole iCalendar file"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20191228T0", "breaks off"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", "breaks off"),
        (b"BEGIN:VCALENDAR\nSUMMARY:caf\xe9\nEND:VCALENDAR\n", "not text in UTF-8"),
        (b"\x7fELF\0\0", "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\0END:VCALENDAR", "not an iCalendar file"),
    ],
)
def test_a_file_that_is_no_icalendar_changes_nothing(run_bare, bare_tables, tmp_path, content, words):
    file = tmp_path / "broken.ics"
    file.write_bytes(content)
    answer = run_bare("import", "bookings", file, "--create-rooms")
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert bare_tables() == []


def test_files_that_cannot_be_read_or_are_too_large_are_refused(run, tmp_path):
    assert "cannot be read: No such file" in run("import", "bookings", tmp_path / "none.ics").stderr
    large = tmp_path / "large.ics"
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    assert "larger than 20 MB" in run("import", "bookings", large).stderr


def test_a_list_that_cannot_be_written_is_said_before_anything_is_booked(run, calendar, tmp_path):
    answer = run("import", "bookings", calendar(event()), "--create-rooms", "--refused", tmp_path / "no" / "x.csv")
    assert answer.exit_code == 1
    assert "Nothing was imported" in answer.stderr
    assert count(Booking) == 0


def test_a_cancelled_booking_stays_cancelled_when_its_file_comes_again(run, calendar, rita):
    file = calendar(event())
    run("import", "bookings", file, "--create-rooms")
    booking = db.session.scalars(select(Booking)).one()
    commands.cancel(rita, booking)
    db.session.commit()
    assert run("import", "bookings", file).stdout == "0 booked, 0 in conflict, 0 invalid, 1 already there\n"


@pytest.mark.parametrize(
    ("said", "visibility"),
    [("", "house"), ("PUBLIC", "house"), ("PRIVATE", "private"), ("CONFIDENTIAL", "private"), ("X-OURS", "private")],
)
def test_a_class_says_whether_the_booking_is_private(run, calendar, said, visibility):
    assert run("import", "bookings", calendar(event(CLASS=said)), "--create-rooms").stdout.startswith("1 booked")
    assert db.session.scalars(select(Booking.visibility)).one() == visibility


def test_what_clashes_with_a_private_booking_is_told_without_its_title(run, calendar, tmp_path):
    refused = tmp_path / "refused.csv"
    run("import", "bookings", calendar(event(CLASS="PRIVATE", SUMMARY="Redundancies"), event()), "--create-rooms",
        "--refused", refused)
    (row,) = told(refused)
    assert row["clashes with"].startswith("Booked, ")
    assert "Redundancies" not in refused.read_text("utf-8-sig")
