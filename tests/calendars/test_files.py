"""A meeting and an area's month as files."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from portal.core.db import db
from portal.rooms import commands as rooms
from portal.rooms.models import Booking, Hold
from tests.calendars.conftest import events, summaries
from tests.conftest import NOW, SHANGHAI, at

TYPE = "text/calendar; charset=utf-8"


# --- One meeting ---


def test_an_attendee_downloads_the_meeting_with_their_own_line_only(sign_in, make_meeting, bob, rita):
    meeting = make_meeting(bob, rita, agenda=("One",))
    answer = sign_in(bob).get(f"/meetings/{meeting.id}/meeting.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPE)
    (event,) = events(answer.data)
    assert (event["UID"], event["ATTENDEE"]) == (meeting.uid, "mailto:bob@example.org")
    assert b"METHOD" not in answer.data


def test_strangers_find_no_meeting(sign_in, client, make_meeting, bob):
    meeting = make_meeting()
    assert sign_in(bob).get(f"/meetings/{meeting.id}/meeting.ics").status_code == 404
    assert client.get(f"/meetings/{meeting.id}/meeting.ics").status_code == 401
    assert sign_in(bob).get("/meetings/999/meeting.ics").status_code == 404


def test_the_organizer_downloads_a_draft_as_tentative(sign_in, make_meeting, alice):
    meeting = make_meeting(announced_at=None)
    (event,) = events(sign_in(alice).get(f"/meetings/{meeting.id}/meeting.ics").data)
    assert event["STATUS"] == "TENTATIVE"


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Board", "Board.ics"), ("季度会议", "季度会议.ics"), ("../../etc/passwd", "etc passwd.ics"),
        ('a"b\\c:d*?', "a b c d .ics"), ("x\u202egpj.exe", "x gpj.exe.ics"), ("...", "ics"),
    ],
)
def test_the_file_has_a_safe_name_and_the_subjects(sign_in, make_meeting, alice, subject, name):
    meeting = make_meeting(subject=subject)
    header = sign_in(alice).get(f"/meetings/{meeting.id}/meeting.ics").headers["Content-Disposition"]
    plain, _, full = header.partition("; filename*=UTF-8''")
    assert plain == f'attachment; filename="meeting-{meeting.id}.ics"'
    assert full.isascii()
    assert unquote(full) == name


def test_the_meeting_page_offers_the_file(sign_in, make_meeting, alice):
    meeting = make_meeting()
    assert f'href="/meetings/{meeting.id}/meeting.ics"' in sign_in(alice).get(f"/meetings/{meeting.id}").text


# --- An area's month ---


def test_an_areas_month_holds_each_standing_booking(sign_in, make_booking, alice, bob, area, other_room):
    kept = make_booking(title="年度会议")
    rooms.cancel(alice, make_booking(title="Gone", starts_at=at(11), ends_at=at(12)))
    make_booking(title="Next month", starts_at=at(9, days=10), ends_at=at(10, days=10))
    make_booking(title="Other room", room_id=other_room.id)
    answer = sign_in(bob).get(f"/areas/{area.id}/2026-11.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPE)
    first, second = events(answer.data)
    assert (first["UID"], first["SUMMARY"], first["LOCATION"]) == (kept.uid, "年度会议", "E101 · East wing")
    assert (second["SUMMARY"], second["LOCATION"]) == ("Other room", "E102 · East wing")
    assert 'filename="area-' in answer.headers["Content-Disposition"]


def test_a_month_is_that_of_the_areas_own_clock(sign_in, make_booking, alice, area):
    make_booking(title="Over midnight", starts_at=at(23, days=7), ends_at=at(1, days=8))
    make_booking(title="First morning", starts_at=at(7, days=8), ends_at=at(8, days=8))
    browser = sign_in(alice)
    assert summaries(browser.get(f"/areas/{area.id}/2026-11.ics").data) == ["Over midnight"]
    assert summaries(browser.get(f"/areas/{area.id}/2026-12.ics").data) == ["Over midnight", "First morning"]
    assert at(23, days=7).astimezone(SHANGHAI).day == 30


def test_an_empty_month_is_a_valid_calendar(sign_in, alice, area):
    assert b"BEGIN:VTIMEZONE" in sign_in(alice).get(f"/areas/{area.id}/2026-02.ics").data


def test_a_booking_of_two_rooms_is_one_event(sign_in, make_booking, alice, area, other_room):
    booking = make_booking()
    db.session.add(Hold(booking_id=booking.id, resource_id=other_room.id, starts_at=at(9), ends_at=at(10)))
    db.session.commit()
    (event,) = events(sign_in(alice).get(f"/areas/{area.id}/2026-11.ics").data)
    assert event["LOCATION"] == "E101, E102 · East wing"


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026-1", "0001-01", "9999-12", "now"])
def test_what_is_no_month_is_not_found(sign_in, alice, area, month):
    assert sign_in(alice).get(f"/areas/{area.id}/{month}.ics").status_code == 404


def test_an_unknown_area_is_not_found_and_strangers_are_asked_to_sign_in(sign_in, client, alice, area):
    assert sign_in(alice).get("/areas/999/2026-11.ics").status_code == 404
    assert client.get(f"/areas/{area.id}/2026-11.ics").status_code == 401


def test_an_export_costs_the_same_few_statements_however_many_bookings(sign_in, make_booking, alice, area, statements):
    browser, address, counts = sign_in(alice), f"/areas/{area.id}/2026-11.ics", []
    for days in (1, 2, 3):
        make_booking(starts_at=at(9, days=days), ends_at=at(10, days=days))
        with statements() as seen:
            browser.get(address)
        counts.append(len(seen))
    assert counts == [3, 3, 3]


def test_two_thousand_bookings_are_exported_whole(sign_in, alice, room, area):
    for number in range(2000):
        starts_at = NOW.replace(day=1, hour=0) + timedelta(minutes=20 * number)
        ends_at = starts_at + timedelta(minutes=20)
        db.session.add(
            Booking(
                uid=f"u{number}", title=f"B{number}", owner_id=alice.id, starts_at=starts_at, ends_at=ends_at,
                created_at=NOW, changed_at=NOW,
                holds=[Hold(resource_id=room.id, starts_at=starts_at, ends_at=ends_at)],
            )
        )
    db.session.commit()
    assert len(events(sign_in(alice).get(f"/areas/{area.id}/2026-11.ics").data)) == 2000
