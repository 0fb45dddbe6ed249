"""Every kind of calendar that the portal gives out, read by five programs that share no code with what writes it.

All find the same instances at the same instants, and they are those of the database.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import icalendar
import pytest

from tests.conftest import at
from tests.readers.outputs import Outputs
from tests.readers.reading import READERS, Busy, Found, Instance, Stream
from tests.readers.situation import CHINESE, EMOJI, LONG, ONLINE, SINCE, UNTIL, ZONES, Situation, in_order

# The house is built, and read, once for all.
pytestmark = pytest.mark.xdist_group("readers-streams")


@pytest.fixture(scope="module")
def read(outputs: Outputs):
    """What a reader finds in an output; each reads them all at once, the first time."""
    known: dict[str, dict[str, Found]] = {}

    def read(reader: str, name: str) -> Found:
        if reader not in known:
            # It knows no free/busy times.
            names = [one for one in outputs.octets if not (reader == "ics" and "free/busy" in one)]
            found = READERS[reader]([outputs.stream(one) for one in names])
            known[reader] = dict(zip(names, found, strict=True))
        return known[reader][name]

    return read


def by_each(*but: str):
    return pytest.mark.parametrize("reader", [name for name in READERS if name not in but])


def singles(expected: list[Instance], house: Situation) -> list[Instance]:
    """Those that are no date of a series."""
    return [one for one in expected if one.uid not in house.of_series()]


def expected_by(reader: str, expected: list[Instance], house: Situation) -> list[Instance]:
    return singles(expected, house) if reader == "ics" else expected


@by_each()
def test_ones_own_calendar(read, situation, reader):
    expected = situation.mine(situation.alice)
    assert {CHINESE, EMOJI, LONG, "Private", "Night", "Cancelled: Called off"} <= {one.summary for one in expected}
    assert len([one for one in expected if one.uid == situation.series["Europe/Berlin"].uid]) == 50
    assert read(reader, "mine").events == expected_by(reader, expected, situation)


@by_each()
def test_an_invitees_calendar_is_without_what_they_declined(read, situation, reader):
    expected = situation.mine(situation.bob)
    assert len(expected) == 9
    assert read(reader, "of an invitee").events == expected_by(reader, expected, situation)


@by_each()
def test_an_empty_calendar_is_one(read, reader):
    assert read(reader, "empty") == Found([], [], [])


@pytest.mark.parametrize("zone", ZONES)
@by_each()
def test_a_rooms_calendar_in_its_zone(read, situation, reader, zone):
    expected = situation.held(situation.rooms[zone], situation.bob)
    assert read(reader, f"room {zone}").events == expected_by(reader, expected, situation)


@by_each("ics")
@pytest.mark.parametrize("zone", ZONES)
def test_a_series_keeps_its_hour_over_both_changes_of_the_clocks(read, situation, reader, zone):
    series = situation.series[zone]
    found = {one.start.astimezone(series.zone).strftime("%a %H:%M") for one in read(reader, f"room {zone}").events
             if one.uid == series.uid}
    # Moved by two hours, and by thirty back.
    assert found == {"Mon 09:00", "Mon 11:00", "Sun 03:00"}


@by_each()
@pytest.mark.parametrize("name", ["department", "kind"])
def test_calendars_of_departments_and_kinds(read, situation, reader, name):
    meetings = [situation.meeting, situation.off, *situation.recurring]
    expected = in_order(map(situation.of_meeting, meetings))
    assert read(reader, name).events == expected_by(reader, expected, situation)


@by_each()
@pytest.mark.parametrize("name", ["to-dos", "to-dos of a department"])
def test_to_dos(read, situation, reader, name):
    found = read(reader, name)
    assert found.todos == situation.duties()
    assert found.events == []


@by_each()
def test_due_days_are_whole_days(read, situation, reader):
    found = read(reader, "due days")
    assert found.todos == []
    assert sorted((one.start, one.end) for one in found.events) == [
        (day, day + timedelta(days=1)) for day in sorted(one.due for one in situation.duties())
    ]
    assert {one.summary for one in found.events} >= {"Due: 油漆大厅 🎨; paint", "Due: Mend the roof"}
    assert {one.uid for one in found.events}.isdisjoint(one.uid for one in situation.duties())


@by_each()
def test_files_of_meetings(read, situation, reader):
    assert read(reader, "meeting's file").events == [situation.of_meeting(situation.meeting)]
    assert read(reader, "cancelled meeting's file").events == [situation.of_meeting(situation.off)]


@by_each("ics")
def test_the_file_of_a_recurring_meeting_is_its_series(read, situation, reader):
    standing = [situation.of_meeting(meeting) for meeting in situation.recurring if meeting.cancelled_at is None]
    assert len(standing) == 7
    assert read(reader, "recurring meeting's file").events == in_order(standing)


@by_each("ics")
@pytest.mark.parametrize("zone", ZONES)
def test_the_file_of_a_series(read, situation, reader, zone):
    standing = [one for one in situation.series[zone].bookings if one.is_standing]
    assert len(standing) == 50
    expected = in_order(situation.of_booking(one, one.title) for one in standing)
    assert read(reader, f"series' file {zone}").events == expected


@by_each()
def test_the_file_of_a_resolution_is_its_day(read, reader):
    (day,) = read(reader, "resolution's file").events
    assert (day.start, day.end, day.summary) == (date(2027, 3, 28), date(2027, 3, 29), "Due: Mend the roof")


@by_each()
def test_the_file_of_a_month(read, situation, reader):
    found = {(one.start, one.end, one.summary) for one in read(reader, "month's file").events}
    rooms = [room for room in situation.room.area.rooms if room.kind == "room"]
    held = {
        (one.start, one.end, one.summary) for room in rooms for one in situation.held(room, situation.bob)
        if one.start < datetime(2026, 11, 30, 16, tzinfo=UTC)
    }
    assert found == held


@by_each("ics")
def test_free_busy_times(read, situation, reader):
    busy = read(reader, "person's free/busy").busy
    assert busy == sorted(busy)
    assert busy[:4] == [
        Busy(at(9), at(12), "BUSY"), Busy(at(13), at(14), "BUSY"), Busy(at(14), at(15), "BUSY-TENTATIVE"),
        Busy(at(9, days=1), at(10, days=1), "BUSY"),
    ]
    assert Busy(at(0, days=10), at(0, days=12), "BUSY-UNAVAILABLE") in read(reader, "room's free/busy").busy


# --- Mails ---


@by_each()
def test_each_mail_invites_to_what_was_then_or_calls_it_off(outputs, situation, reader):
    assert {method for method, _octets in outputs.mails} == {"REQUEST", "CANCEL"}
    streams = [Stream(octets, SINCE, UNTIL) for _method, octets in outputs.mails]
    first, off = situation.of_meeting(situation.meeting), situation.of_meeting(situation.off)
    told = {first, off._replace(summary="Called off"), off._replace(summary="Called off", status="CONFIRMED")}
    uids = {situation.meeting.uid, situation.off.uid, situation.recurring[0].series.uid}
    for (method, _octets), found in zip(outputs.mails, READERS[reader](streams), strict=True):
        assert {one.uid for one in found.events} <= uids
        assert {one.status for one in found.events} <= ({"CONFIRMED"} if method == "REQUEST" else {"CANCELLED"})
        assert {one for one in found.events if one.uid in {first.uid, off.uid}} <= told


@by_each("ics")
def test_the_notice_of_all_dates_invites_to_the_whole_series(outputs, situation, reader):
    (whole,) = [octets for _method, octets in outputs.mails if b"RRULE:FREQ=WEEKLY" in octets]
    (found,) = READERS[reader]([Stream(whole, SINCE, UNTIL)])
    # As it stands when the mail goes out, after one was cancelled and another moved.
    standing = [situation.of_meeting(meeting) for meeting in situation.recurring if meeting.cancelled_at is None]
    assert found.events == in_order(standing)


# --- What all outputs have in common ---


def test_every_output_is_as_the_rfc_wants_it_written(outputs):
    everything = [*outputs.octets.values(), *(octets for _method, octets in outputs.mails)]
    for octets in everything:
        assert octets.endswith(b"END:VCALENDAR\r\n")
        lines = octets.split(b"\r\n")
        assert lines[-1] == b""
        assert all(0 < len(line) <= 75 for line in lines[:-1])
        for line in lines:
            assert not any(octet < 32 or octet == 127 for octet in line)
            line.decode()  # no character is cut
        assert icalendar.Calendar.from_ical(octets).errors == []


def test_every_zone_that_is_named_is_defined_and_none_besides(outputs):
    for name, octets in outputs.octets.items():
        calendar = icalendar.Calendar.from_ical(octets)
        defined = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
        named = {
            value.params["TZID"] for part in calendar.walk("VEVENT") for key in ("DTSTART", "DTEND", "RECURRENCE-ID")
            if (value := part.get(key)) is not None and "TZID" in value.params
        }
        assert len(defined) == len(set(defined))
        assert set(defined) == named or (name == "empty" and len(defined) == 1)


def test_uid_and_recurrence_id_are_unique_and_no_override_is_alone(outputs):
    for octets in outputs.octets.values():
        parts = icalendar.Calendar.from_ical(octets).walk("VEVENT")
        keys = [(part["UID"], part["RECURRENCE-ID"].dt if "RECURRENCE-ID" in part else None) for part in parts]
        assert len(keys) == len(set(keys))
        assert {uid for uid, at in keys if at} <= {uid for uid, at in keys if not at}


def test_every_uid_is_a_uuid_without_host_or_number(outputs):
    for octets in outputs.octets.values():
        calendar = icalendar.Calendar.from_ical(octets)
        for part in calendar.walk("VEVENT") + calendar.walk("VTODO"):
            assert str(UUID(part["UID"])) == part["UID"]


def test_no_secret_is_in_any_octets(outputs):
    everything = b"".join([*outputs.octets.values(), *(octets for _method, octets in outputs.mails)])
    plain = everything.replace(b"\r\n ", b"")
    assert outputs.secrets
    assert not any(secret.encode() in plain for secret in outputs.secrets)


def test_a_meetings_video_address_is_a_property_and_in_the_text_and_its_place_is_one_line(outputs, situation):
    for name in ("mine", "of an invitee", "department", "meeting's file"):
        parts = icalendar.Calendar.from_ical(outputs.octets[name]).walk("VEVENT")
        (meeting,) = [part for part in parts if part["UID"] == situation.meeting.uid]
        assert meeting["CONFERENCE"] == ONLINE
        assert ONLINE in meeting["DESCRIPTION"]
        assert meeting["LOCATION"] == "E101 Shanghai · Shanghai, 东楼"


def test_nobody_elses_address_is_in_a_calendar(outputs, situation):
    mine = icalendar.Calendar.from_ical(outputs.octets["of an invitee"])
    people = {part["ATTENDEE"] for part in mine.walk("VEVENT") if "ATTENDEE" in part}
    assert people == {"mailto:bob@example.org"}
    for zone in ZONES:
        assert b"mailto:" not in outputs.octets[f"room {zone}"].replace(b"\r\n ", b"")
