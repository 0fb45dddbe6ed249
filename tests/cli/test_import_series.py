"""Series out of iCalendar files: exactly the dates that the file means, each once, and nothing half."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import func, select

from portal.core.db import db
from portal.rooms import keeping
from portal.rooms.models import Booking, Hold, Resource
from portal.series import commands
from portal.series.commands import Scope
from portal.series.models import Series
from tests.conftest import utc

BERLIN = ";TZID=Europe/Berlin:"
ABROAD = [
    "DTSTART;TZID=Europe/Berlin:20261005T090000", "DTEND;TZID=Europe/Berlin:20261005T103000",
    "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6",
]


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write a file of events, each the lines of a VEVENT; UID, SUMMARY and LOCATION as usual if they are not said."""
    usual = {"UID": "w", "SUMMARY": "Weekly", "LOCATION": "Hall"}

    def write(*events: list[str], head: str = "") -> Path:
        bodies = []
        for lines in events:
            said = {line.partition(":")[0] for line in lines}
            unsaid = [f"{name}:{value}" for name, value in usual.items() if name not in said]
            bodies += ["BEGIN:VEVENT", *unsaid, *lines, "END:VEVENT"]
        file = tmp_path / "house.ics"
        head_lines = ["X-WR-CALNAME:House", *([head] if head else [])]
        file.write_text("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *head_lines, *bodies, "END:VCALENDAR", ""]))
        return file

    return write


@pytest.fixture
def take(run, tmp_path) -> Callable[..., tuple[str, list[dict[str, str]]]]:
    """Import a file, making rooms: the summary, and what was written down."""

    def take(file: Path, *more: object) -> tuple[str, list[dict[str, str]]]:
        told = tmp_path / "told.csv"
        answer = run("import", "bookings", file, "--create-rooms", "--refused", told, *more)
        assert answer.exit_code == 0, answer.output
        with told.open(encoding="utf-8", newline="") as source:
            return answer.stdout.strip(), list(csv.DictReader(source))

    return take


def changed(instance: str, start: str, *more: str) -> list[str]:
    """One date of the series abroad: RECURRENCE-ID and the new start in Berlin, an hour long."""
    return [f"RECURRENCE-ID{BERLIN}{instance}", f"DTSTART{BERLIN}{start}", "DURATION:PT1H", *more]


def held() -> list[tuple[datetime, datetime]]:
    """From when until when rooms are held, in order."""
    return [(start, end) for start, end in db.session.execute(
        select(Hold.starts_at, Hold.ends_at).where(Hold.released_at.is_(None)).order_by(Hold.starts_at)
    )]


def starts() -> list[datetime]:
    return [start for start, _end in held()]


def read_by_others(file: Path) -> list[tuple[datetime, datetime]]:
    """The same as another program reads it."""
    found = recurring_ical_events.of(Calendar.from_ical(file.read_text())).between((2026, 1, 1), (2028, 1, 1))
    return sorted(
        (event.start.astimezone(utc(2026, 1, 1).tzinfo), event.end.astimezone(utc(2026, 1, 1).tzinfo))
        for event in found if event.get("STATUS") != "CANCELLED"
    )


def count(model: type) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


# --- What a file means ---


def test_exceptions_and_changes_over_a_clock_change_are_read_as_another_program_reads_them(take, write):
    """The clocks of Berlin go back on 25 October: 9 o'clock is 7:00 UTC before and 8:00 after."""
    file = write(
        [*ABROAD, f"EXDATE{BERLIN}20261012T090000"],
        changed("20261019T090000", "20261020T140000", "SUMMARY:Moved"),
        changed("20261102T090000", "20261102T090000", "STATUS:CANCELLED"),
    )
    assert take(file) == ("1 booked, 0 in conflict, 0 invalid", [])
    assert held() == read_by_others(file)
    assert held() == [
        (utc(2026, 10, 5, 7), utc(2026, 10, 5, 8, 30)), (utc(2026, 10, 20, 12), utc(2026, 10, 20, 13)),
        (utc(2026, 10, 26, 8), utc(2026, 10, 26, 9, 30)), (utc(2026, 11, 9, 8), utc(2026, 11, 9, 9, 30)),
    ]
    titles = db.session.scalars(select(Booking.title).order_by(Booking.starts_at)).all()
    assert titles == ["Weekly", "Moved", "Weekly", "Weekly"]
    series = db.session.scalars(select(Series)).one()
    assert (series.uid, series.timezone, count(Booking)) == ("w", "Europe/Berlin", 4)


@pytest.mark.parametrize(
    "lines",
    [
        ["EXDATE:20261012T070000Z,20261019T070000Z", f"EXDATE{BERLIN}20261026T090000"],
        ["EXDATE;VALUE=DATE:20261012"],
        ["RDATE;TZID=Europe/Berlin:20261014T090000,20261012T090000"],
        ["RDATE;VALUE=PERIOD:20261014T090000Z/PT3H,20261015T090000Z/20261015T093000Z"],
        ["RDATE:20261014T070000Z", "EXDATE:20261014T070000Z"],
    ],
)
def test_lists_of_dates_are_read_as_another_program_reads_them(take, write, lines):
    file = write([*ABROAD, *lines])
    _summary, told = take(file)
    assert told == []
    assert held() == read_by_others(file)


def test_a_change_of_a_date_that_the_rule_does_not_give_is_a_booking_too(take, write):
    file = write(ABROAD, changed("20261014T090000", "20261015T090000"))
    assert take(file)[0] == "2 booked, 0 in conflict, 0 invalid"
    assert held() == read_by_others(file)


def test_a_first_date_that_the_rule_does_not_give_counts_too(take, write):
    file = write([*ABROAD[:2], "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"])
    assert take(file)[0] == "2 booked, 0 in conflict, 0 invalid"
    assert held() == read_by_others(file)


def test_of_two_changes_of_one_date_the_later_counts(take, write):
    first = changed("20261012T090000", "20261013T090000", "SEQUENCE:2")
    take(write(ABROAD, first, changed("20261012T090000", "20261014T090000", "SEQUENCE:1")))
    assert utc(2026, 10, 13, 7) in starts()
    assert len(starts()) == 6


def test_a_change_with_a_day_for_its_date_is_understood(take, write):
    change = ["RECURRENCE-ID;VALUE=DATE:20261012", f"DTSTART{BERLIN}20261013T090000", "DURATION:PT1H"]
    take(write(ABROAD, change))
    assert starts()[:3] == [utc(2026, 10, 5, 7), utc(2026, 10, 13, 7), utc(2026, 10, 19, 7)]
    assert len(starts()) == 6


def test_a_changed_date_may_be_in_another_room_and_private(take, write):
    lines = changed("20261012T090000", "20261012T090000", "LOCATION:Attic", "CLASS:PRIVATE", "SUMMARY:Secret")
    assert take(write(ABROAD, lines))[0] == "1 booked, 0 in conflict, 0 invalid"
    (secret,) = db.session.scalars(select(Booking).where(Booking.visibility == "private"))
    series = db.session.scalars(select(Series)).one()
    assert (secret.room.name, secret.title, secret.series_id) == ("Attic", "Secret", series.id)
    assert count(Booking) == 6


def test_a_private_series_is_private_in_all_its_dates(take, write):
    moved = changed("20261012T090000", "20261013T090000")
    take(write([*ABROAD, "CLASS:CONFIDENTIAL", "RDATE:20261014T070000Z"], moved))
    assert db.session.scalars(select(Series.visibility)).one() == "private"
    assert set(db.session.scalars(select(Booking.visibility))) == {"private"}


@pytest.mark.parametrize(
    ("start", "zone", "first"),
    [
        ("DTSTART:20261023T090000", "Asia/Shanghai", utc(2026, 10, 23, 1)),
        ("DTSTART:20261023T010000Z", "Asia/Shanghai", utc(2026, 10, 23, 1)),
        ("DTSTART;TZID=W. Europe Standard Time:20261023T090000", "Europe/Berlin", utc(2026, 10, 23, 7)),
    ],
)
def test_a_series_keeps_to_its_own_clock_or_that_of_its_room(take, write, start, zone, first):
    take(write([start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"]))
    assert (starts()[0], db.session.scalars(select(Series.timezone)).one()) == (first, zone)


def test_windows_names_of_zones_are_known_although_the_file_describes_them(take, write):
    zone = "\n".join(
        ["BEGIN:VTIMEZONE", "TZID:China Standard Time", "BEGIN:STANDARD", "DTSTART:16010101T000000",
         "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "END:STANDARD", "END:VTIMEZONE"]
    )
    start = "DTSTART;TZID=China Standard Time:20261023T090000"
    take(write([start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"], head=zone))
    assert (starts()[0], db.session.scalars(select(Series.timezone)).one()) == (utc(2026, 10, 23, 1), "Asia/Shanghai")


# --- Dates by themselves ---


def test_extra_dates_are_bookings_of_their_own_and_booked_once(take, write):
    file = write([*ABROAD, f"RDATE{BERLIN}20261014T090000"])
    assert take(file)[0] == "2 booked, 0 in conflict, 0 invalid"
    alone = db.session.scalars(select(Booking).where(Booking.series_id.is_(None))).one()
    assert (alone.uid, alone.starts_at, alone.title) == ("w-20261014T070000Z", utc(2026, 10, 14, 7), "Weekly")
    assert take(file)[0] == "0 booked, 0 in conflict, 0 invalid, 2 already there"
    assert count(Booking) == 7


def test_extra_dates_without_a_rule_are_bookings_beside_the_first(take, write):
    file = write([*ABROAD[:2], f"RDATE{BERLIN}20261014T090000"])
    assert take(file)[0] == "2 booked, 0 in conflict, 0 invalid"
    assert held() == read_by_others(file)
    assert set(db.session.scalars(select(Booking.uid))) == {"w", "w-20261014T070000Z"}
    assert take(file)[0] == "0 booked, 0 in conflict, 0 invalid, 2 already there"


def test_dates_of_a_series_that_the_file_does_not_have_are_bookings(take, write):
    dates = [changed("20261012T090000", "20261013T090000"), changed("20261019T090000", "20261020T090000")]
    file = write(*dates)
    assert take(file)[0] == "2 booked, 0 in conflict, 0 invalid"
    assert (held(), count(Series)) == (read_by_others(file), 0)
    assert take(file)[0] == "0 booked, 0 in conflict, 0 invalid, 2 already there"


def test_a_date_of_a_series_that_is_in_the_portal_is_left_alone(take, write):
    take(write(ABROAD))
    before = held()
    assert take(write(changed("20261012T090000", "20261013T090000")))[0].endswith("1 already there")
    assert held() == before


# --- What is taken, and what was there before ---


def test_a_second_import_adds_nothing(take, write):
    file = write([*ABROAD, f"EXDATE{BERLIN}20261012T090000"], changed("20261019T090000", "20261020T140000"))
    take(file)
    before = held()
    assert take(file) == ("0 booked, 0 in conflict, 0 invalid, 1 already there", [])
    assert (held(), count(Series)) == (before, 1)


def test_a_cancelled_series_stays_cancelled_when_its_file_comes_again(take, write, rita):
    file = write(["DTSTART:20261130T010000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"])
    take(file)
    commands.cancel(rita, db.session.scalars(select(Series)).one(), Scope.ALL)
    db.session.commit()
    assert take(file)[0].endswith("1 already there")
    assert held() == []


def test_dates_that_are_taken_are_told_with_what_stands_there(take, write):
    early = ["UID:e", "SUMMARY:Early", f"DTSTART{BERLIN}20261012T080000", f"DTEND{BERLIN}20261012T093000"]
    secret = ["UID:s", "CLASS:PRIVATE", "SUMMARY:Secret", f"DTSTART{BERLIN}20261026T090000", "DURATION:PT1H"]
    summary, (row,) = take(write(early, secret, ABROAD))
    assert summary == "3 booked, 0 in conflict, 0 invalid"
    assert (row["uid"], row["summary"]) == ("w", "Weekly")
    assert row["reason"] == "4 of 6 dates; 2 were taken: 2026-10-12, 2026-10-26."
    assert row["clashes with"] == (
        "Early, 2026-10-12 14:00+08:00–2026-10-12 15:30+08:00, e; "
        "Booked, 2026-10-26 16:00+08:00–2026-10-26 17:00+08:00, s"
    )
    assert len(held()) == 6


def test_a_series_with_no_free_date_is_a_conflict_and_tried_again(take, write):
    short = [*ABROAD[:2], "RRULE:FREQ=WEEKLY;COUNT=1"]
    summary, (row,) = take(write(["UID:e", *ABROAD[:2]], short))
    assert summary == "1 booked, 1 in conflict, 0 invalid"
    assert row["reason"] == "Hall is free on none of the dates."
    assert row["clashes with"].endswith(", e")
    assert count(Series) == 0
    assert take(write(short))[0].startswith("0 booked, 1 in conflict")


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        (["LOCATION:"], "1 booked, 0 in conflict, 0 invalid", ""),
        (["LOCATION:Nowhere"], "1 booked, 0 in conflict, 0 invalid, 1 without a room", "no such room"),
        (["SUMMARY:" + "x" * 201], "1 booked, 0 in conflict, 1 invalid", "longer than 200"),
    ],
)
def test_a_changed_date_that_cannot_be_booked_is_left_out_and_told(run, write, area, tmp_path, more, outcome, reason):
    keeping.add_room(None, area, "Hall")
    db.session.commit()
    file = write(ABROAD, changed("20261012T090000", "20261013T090000", *more))
    refused = tmp_path / "told.csv"
    assert run("import", "bookings", file, "--refused", refused).stdout.strip() == outcome
    assert reason in refused.read_text()
    assert (utc(2026, 10, 13, 7) in starts()) == (not reason)
    assert utc(2026, 10, 12, 7) not in starts()


# --- What the portal does not carry ---


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["RRULE:FREQ=SECONDLY"], "does not carry this rule: FREQ=SECONDLY"),
        (["RRULE:FREQ=HOURLY;COUNT=3"], "FREQ=HOURLY"),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"], "does not carry this rule"),
        (["RRULE:FREQ=DAILY;BYHOUR=9,10"], "BYHOUR"),
        (["RRULE:FREQ=DAILY;COUNT=2000000000"], "does not carry this rule"),
        (["RRULE:FREQ=DAILY;COUNT=" + "9" * 5000], "rule cannot be read"),
        (["RRULE:FREQ=DAILY;X-A=" + "9" * 5000], "rule cannot be read"),
        (["RRULE:nonsense"], "rule cannot be read"),
        (["RRULE:FREQ=DAILY;INTERVAL=0"], "does not carry this rule"),
        (["RRULE:FREQ=DAILY;UNTIL=20200101T000000Z"], "ends before it begins"),
        (["RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31"], "ends before it begins"),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "several rules"),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=WEEKLY"], "EXRULE"),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:soon"], "exceptions cannot be read"),
        (["RRULE:FREQ=DAILY;COUNT=3", "RDATE:99991231T230000"], "in the years from 1970"),
        (["RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20261105T010000Z"], "Every date is left out"),
        (["EXDATE:20261105T010000Z"], "Every date of it is left out"),
        (["RDATE:" + ",".join(f"202611{day:02}T{hour:02}0000Z" for day in range(1, 30) for hour in range(20))],
         "more than 366"),
        (["RDATE;VALUE=PERIOD:20261105T010000Z/P999999999D"], "longer than a day"),
        (["RRULE:FREQ=DAILY;COUNT=3", "STATUS:CANCELLED"], "cancelled"),
        (["UID:" + "u" * 250, "RRULE:FREQ=DAILY;COUNT=3"], "UID is longer"),
    ],
)
def test_what_the_portal_does_not_carry_is_told_and_nothing_half_booked(take, write, lines, reason):
    more = [] if any("RDATE" in line for line in lines) else ["RDATE:20261105T010000Z"]
    more = [] if "left out" in reason else more
    summary, (row,) = take(write(["DTSTART:20261105T010000Z", "DURATION:PT1H", *lines, *more]))
    assert summary == "0 booked, 0 in conflict, 1 invalid"
    assert reason in row["reason"]
    assert len(row["reason"]) < 200
    assert (count(Booking), count(Series)) == (0, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20261012T070000Z"], "changes all dates from one on"),
        (["RECURRENCE-ID:20261012T070000Z", "RRULE:FREQ=DAILY"], "recurs itself"),
        (["RECURRENCE-ID:soon"], "RECURRENCE-ID cannot be read"),
    ],
)
@pytest.mark.parametrize("whole", [[ABROAD], []], ids=["with its series", "alone"])
def test_changes_that_the_portal_does_not_carry_are_told(take, write, change, reason, whole):
    summary, (row,) = take(write(*whole, [*change, f"DTSTART{BERLIN}20261013T090000", "DURATION:PT1H"]))
    assert summary == "0 booked, 0 in conflict, 1 invalid"
    assert reason in row["reason"]
    assert count(Booking) == 0


@pytest.mark.parametrize(
    ("offset", "answer"),
    [
        ("+0817", ("0 booked, 0 in conflict, 1 invalid", ["Its time zone “Ours” is unknown."])),
        ("+0800", ("1 booked, 0 in conflict, 0 invalid", [])),
    ],
)
def test_a_zone_that_the_file_describes_is_one_that_is_like_it(take, write, offset, answer):
    zone = "\n".join(
        ["BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:16010101T000000", f"TZOFFSETFROM:{offset}",
         f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]
    )
    file = write(["DTSTART;TZID=Ours:20261023T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"], head=zone)
    summary, rows = take(file)
    assert (summary, [row["reason"] for row in rows]) == answer


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("DTSTART:19700101T010000Z", "FREQ=DAILY"),
        ("DTSTART:20200101T090000", "FREQ=DAILY;UNTIL=99991231"),
        ("DTSTART;TZID=America/New_York:20200101T090000", "FREQ=DAILY;UNTIL=99991231T235959"),
        ("DTSTART:20200101T010000Z", "FREQ=DAILY;UNTIL=99991231T235959Z"),
        ("DTSTART:20200101T010000Z", "FREQ=DAILY;COUNT=99999"),
    ],
)
def test_of_endless_series_a_years_dates_to_come_are_booked(take, write, start, rule):
    summary, (row,) = take(write([start, "DURATION:PT1H", f"RRULE:{rule}"]))
    assert summary == "1 booked, 0 in conflict, 0 invalid"
    assert row["reason"] == "366 of 366 dates; the rule has more than a series may have."
    assert starts()[0].date().isoformat() in {"2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"}
    assert len(starts()) == 366


def test_a_long_series_that_is_past_keeps_its_latest_dates(take, write):
    take(write(["DTSTART:20200101T010000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20221231T235959Z"]))
    assert (starts()[0], starts()[-1]) == (utc(2021, 12, 31, 1), utc(2022, 12, 31, 1))


def test_a_series_beyond_reach_is_refused(take, write):
    summary, (row,) = take(write(["DTSTART:20300101T010000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"]))
    assert summary == "0 booked, 0 in conflict, 1 invalid"
    assert row["reason"] == "A series reaches two years ahead at most."


def test_series_without_a_room_are_told_once(run, write, tmp_path):
    answer = run("import", "bookings", write([*ABROAD, "RDATE:20261014T070000Z"]))
    assert answer.stdout == "0 booked, 0 in conflict, 0 invalid, 1 without a room\n"
    assert count(Resource) == 0
