"""Bringing a calendar file along in the browser: chosen, looked at, taken in."""

import io
import re

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.importers import uploads
from portal.importers.models import BusyTime, Overlay
from portal.rooms.busy import busy
from portal.rooms.models import Booking, BookingPolicy, Status
from portal.series.models import Series
from tests.conftest import HTMX, at, utc


def event(uid: str, start: str, *more: str, place: str = "E101", title: str = "Talk") -> str:
    lines = [f"UID:{uid}", f"SUMMARY:{title}", f"LOCATION:{place}", f"DTSTART{start}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*events: str, head: str = "X-WR-CALNAME:Fair") -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", head, *events, "END:VCALENDAR", ""]).encode()


NINE = event("1", ":20261124T010000Z", "DTEND:20261124T020000Z")


@pytest.fixture
def look(sign_in):
    """Send a file and follow to the page that shows what is in it: the page, and how to do it."""

    def look(person, content, **said):
        browser = sign_in(person)
        data = {"into": "bookings", "file": (io.BytesIO(content), "fair.ics"), **said}
        answer = browser.post("/calendar/import", data=data)
        assert answer.status_code == 303
        shown = browser.get(answer.location)

        def take(**changed):
            sent = dict(re.findall(r'name="(into|room_id|name|seen)" value="([^"]*)"', shown.text))
            return browser.post(answer.location.partition("?")[0], data={**sent, **changed})

        shown.take, shown.address = take, answer.location
        return shown

    return look


def count(model) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


# --- Choosing a file ---


def test_the_page_offers_both_ways_and_works_as_a_plain_form(sign_in, alice, room):
    page = sign_in(alice).get("/calendar/import")
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.text
    assert "E101" in page.text
    assert "You have brought none yet." in page.text
    assert 'href="/calendar/import"' in sign_in(alice).get("/calendar").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not empty"), (b"hello", "fair.ics is not an iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "breaks off"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 20, "more than 10 deep"),
    ],
)
def test_what_is_no_calendar_is_refused_beside_the_field_and_what_was_typed_stays(
    sign_in, alice, room, content, words
):
    data = {"into": "bookings", "name": "My other life", "room_id": room.id, "file": (io.BytesIO(content), "fair.ics")}
    answer = sign_in(alice).post("/calendar/import", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="My other life"' in answer.text
    assert f'selected value="{room.id}"' in answer.text
    assert re.search(r'checked[^>]*value="bookings"', answer.text)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(sign_in, alice, room):
    """What a browser of seven megabytes would send, without sending it."""
    claimed = {"content_type": "multipart/form-data; boundary=x", "content_length": 7 << 20, "data": b""}
    environ = {"CONTENT_LENGTH": str(7 << 20)}
    answer = sign_in(alice).post("/calendar/import", **claimed, environ_overrides=environ)
    assert answer.status_code == 413
    assert 'id="file-error">A file has 5 MB at most.' in answer.text


def test_a_file_waits_for_who_gave_it_and_not_for_ever(look, sign_in, alice, bob, room):
    page = look(alice, calendar(NINE))
    assert sign_in(bob).get(page.address).status_code == 404
    assert sign_in(alice).get(page.address).status_code == 200
    assert sign_in(alice).get("/calendar/import/" + "0" * 32).status_code == 404
    assert sign_in(alice).get("/calendar/import/..%2f..").status_code == 404
    with clock.standing_at(at(11)):
        uploads.forget_old()
        assert sign_in(alice).get(page.address).status_code == 404


# --- Bookings ---


def test_bookings_are_made_as_they_were_shown(look, alice, room):
    page = look(alice, calendar(NINE))
    assert "will be booked" in page.text
    assert count(Booking) == 0
    answer = page.take()
    assert (answer.status_code, answer.location) == (303, "/calendar")
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.uid, booking.owner_id, booking.room.id) == ("1", alice.id, room.id)
    assert (booking.starts_at, booking.ends_at) == (utc(2026, 11, 24, 1), utc(2026, 11, 24, 2))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.created")).one()
    assert entry.actor_id == alice.id


def test_each_event_that_cannot_be_booked_is_listed_with_the_reason(look, alice, room, make_booking):
    make_booking(starts_at=at(9, days=1), ends_at=at(10, days=1), title="Mine")
    page = look(
        alice,
        calendar(
            event("clash", ":20261124T013000Z", "DTEND:20261124T023000Z"),
            event("past", ":20201124T013000Z", "DTEND:20201124T023000Z"),
            event("nowhere", ":20261125T013000Z", "DTEND:20261125T023000Z", place="Attic"),
            event("days", ";VALUE=DATE:20261126"),
            event("first", ":20261126T010000Z", "DTEND:20261126T020000Z"),
            event("second", ":20261126T013000Z", "DTEND:20261126T020000Z"),
        ),
    )
    for words in (
        "E101 is already booked: Mine 09:00–10:00", "That time is past.", "There is no room “Attic”.",
        "It lasts whole days", "Another date of this series",
    ):
        assert words in page.text, words
    assert page.take().status_code == 303
    assert set(db.session.scalars(select(Booking.uid))) >= {"first"}
    assert count(Booking) == 2


def test_what_names_no_room_goes_where_it_was_said(look, alice, room):
    look(alice, calendar(event("1", ":20261124T010000Z", "DURATION:PT1H", place="Attic")), room_id=room.id).take()
    assert db.session.scalars(select(Booking)).one().room.id == room.id


def test_a_second_time_nothing_is_booked_twice(look, alice, bob, room):
    look(alice, calendar(NINE)).take()
    page = look(bob, calendar(NINE))
    assert "in the portal already" in page.text
    assert "Nothing of this file can be booked." in page.text
    assert page.take().status_code == 422
    assert count(Booking) == 1


def test_the_rules_of_a_room_hold_for_employees_and_not_for_who_keeps_it(look, alice, rita, room):
    room.policy = BookingPolicy(resource_id=room.id, longest_minutes=30)
    db.session.commit()
    page = look(alice, calendar(NINE))
    assert "30 minutes at most" in page.text
    assert page.take().status_code == 422
    assert look(rita, calendar(NINE)).take().status_code == 303
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.created")).one()
    assert entry.details["override"] == ["longest_minutes"]


def test_a_limit_on_how_many_counts_those_of_the_file_too(look, alice, room):
    room.area.policy = BookingPolicy(area_id=room.area_id, most_ahead=1)
    db.session.commit()
    second = event("2", ":20261125T010000Z", "DTEND:20261125T020000Z")
    page = look(alice, calendar(NINE, second))
    assert "One person may have one booking ahead" in page.text
    page.take()
    assert db.session.scalars(select(Booking.uid)).all() == ["1"]


def test_a_room_that_is_kept_for_others_is_not_booked(look, alice, room):
    room.is_restricted = True
    db.session.commit()
    page = look(alice, calendar(NINE))
    assert "E101 is kept for others." in page.text
    assert page.take().status_code == 422


def test_where_bookings_are_approved_they_are_requested(look, alice, rita, room):
    room.policy = BookingPolicy(resource_id=room.id, needs_approval=True)
    db.session.commit()
    page = look(alice, calendar(NINE))
    assert "will be requested" in page.text
    page.take()
    assert db.session.scalars(select(Booking.status)).one() == Status.REQUESTED


def test_a_series_is_booked_with_its_exceptions_and_changes_and_what_is_taken_is_left_out(
    look, alice, bob, room, make_booking
):
    make_booking(actor=bob, starts_at=at(9, days=8), ends_at=at(10, days=8), title="Other")
    weekly = event(
        "w", ";TZID=China Standard Time:20261124T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=China Standard Time:20261208T090000",
    )
    moved = event(
        "w", ";TZID=China Standard Time:20261215T140000", "DURATION:PT1H",
        "RECURRENCE-ID;TZID=China Standard Time:20261215T090000", title="Later",
    )
    page = look(alice, calendar(weekly, moved))
    assert "3 of 4 dates. Left out: 1 Dec 2026" in page.text.replace("Dec 1, 2026", "1 Dec 2026")
    page.take()
    series = db.session.scalars(select(Series)).one()
    assert (series.uid, series.owner_id) == ("w", alice.id)
    found = select(Booking.starts_at, Booking.title).where(Booking.series_id == series.id).order_by(Booking.starts_at)
    assert db.session.execute(found).all() == [
        (utc(2026, 11, 24, 1), "Talk"), (utc(2026, 12, 15, 6), "Later"), (utc(2026, 12, 22, 1), "Talk"),
    ]


def test_what_changed_meanwhile_is_said_and_nothing_is_booked(look, alice, bob, room, make_booking):
    page = look(alice, calendar(NINE, event("2", ":20261125T010000Z", "DTEND:20261125T020000Z")))
    make_booking(actor=bob, starts_at=at(9, days=1), ends_at=at(10, days=1))
    answer = page.take()
    assert answer.status_code == 422
    assert "Meanwhile something has changed." in answer.text
    assert "E101 is already booked" in answer.text
    assert count(Booking) == 1


def test_a_private_title_in_the_way_is_not_told(look, alice, bob, room, make_booking):
    make_booking(actor=bob, starts_at=at(9, days=1), ends_at=at(10, days=1), title="Redundancies", visibility="private")
    assert "Redundancies" not in look(alice, calendar(NINE)).text


def test_a_preview_takes_as_many_statements_for_two_events_as_for_a_month(look, sign_in, alice, room, statements):
    def seen(number):
        days = [event(str(day), f":202612{day:02}T010000Z", "DURATION:PT1H") for day in range(1, number + 1)]
        page = look(alice, calendar(*days))
        with statements() as found:
            assert sign_in(alice).get(page.address).status_code == 200
        return len(found)

    assert seen(2) == seen(28)


# --- A calendar of one's own ---


def test_an_overlay_keeps_its_person_busy_and_only_they_read_with_what(look, sign_in, alice, bob, room):
    daily = event("d", ";TZID=Asia/Shanghai:20261123T120000", "DURATION:PT1H", "RRULE:FREQ=DAILY", title="Dentist")
    page = look(alice, calendar(daily), into="overlay")
    assert "Keep “Fair”" in page.text
    assert "732 times" in page.text or "731 times" in page.text
    assert page.take().status_code == 303
    found = list(busy([alice.id, bob.id], at(12), at(13)))
    assert [(one.person_id, one.starts_at, one.title) for one in found] == [(alice.id, at(12), "Dentist")]
    week = sign_in(alice).get("/calendar?week=2026-W48").text
    assert week.count("Dentist") == 7
    assert "Dentist" not in sign_in(bob).get("/calendar?week=2026-W48").text
    assert "Dentist" in sign_in(alice).get("/calendar/list").text


def test_what_is_free_cancelled_or_long_past_keeps_nobody_busy(look, alice):
    page = look(
        alice,
        calendar(
            event("free", ":20261124T010000Z", "DTEND:20261124T020000Z", "TRANSP:TRANSPARENT"),
            event("off", ":20261124T010000Z", "DTEND:20261124T020000Z", "STATUS:CANCELLED"),
            event("old", ":20101124T010000Z", "DTEND:20101124T020000Z"),
            event("day", ";VALUE=DATE:20261125"),
            event("days", ";VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"),
            event("secondly", ":20261124T010000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY;COUNT=999999999"),
        ),
        into="overlay",
    )
    for words in ("It keeps nobody busy.", "It is cancelled.", "None of it is in these years.", "FREQ=SECONDLY"):
        assert words in page.text, words
    page.take()
    found = db.session.execute(select(BusyTime.uid, BusyTime.starts_at, BusyTime.ends_at).order_by(BusyTime.starts_at))
    assert found.all() == [
        ("day", utc(2026, 11, 24, 16), utc(2026, 11, 25, 16)), ("days", utc(2026, 11, 30, 16), utc(2026, 12, 2, 16)),
    ]


def test_changed_dates_of_a_series_take_the_place_of_the_usual_ones(look, alice):
    weekly = event("w", ";TZID=Europe/Berlin:20261019T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = event(
        "w", ";TZID=Europe/Berlin:20261103T090000", "DURATION:PT1H",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000", title="Moved",
    )
    off = event("w", ";TZID=Europe/Berlin:20261109T090000", "RECURRENCE-ID;TZID=Europe/Berlin:20261109T090000",
                "STATUS:CANCELLED")
    look(alice, calendar(weekly, moved, off), into="overlay").take()
    found = db.session.execute(select(BusyTime.starts_at, BusyTime.title).order_by(BusyTime.starts_at)).all()
    assert found == [
        (utc(2026, 10, 19, 7), "Talk"), (utc(2026, 10, 26, 8), "Talk"), (utc(2026, 11, 3, 8), "Moved"),
    ]


def test_floating_times_are_on_the_clock_of_the_calendar_or_of_the_reader(look, alice):
    look(alice, calendar(event("f", ":20261124T090000", "DURATION:PT1H")), into="overlay").take()
    assert db.session.scalars(select(BusyTime.starts_at)).one() == utc(2026, 11, 24, 1)
    there = calendar(event("f", ":20261124T090000", "DURATION:PT1H"), head="X-WR-TIMEZONE:W. Europe Standard Time")
    page = look(alice, there, into="overlay", name="There")
    assert "times without a zone are read as those of Europe/Berlin" in page.text
    page.take()
    overlay = db.session.scalars(select(Overlay).where(Overlay.name == "There")).one()
    assert [time.starts_at for time in overlay.times] == [utc(2026, 11, 24, 8)]


def test_the_same_name_again_replaces_and_a_calendar_can_be_removed(look, sign_in, alice, bob):
    look(alice, calendar(NINE), into="overlay").take()
    look(alice, calendar(event("2", ":20261125T010000Z", "DURATION:PT1H")), into="overlay").take()
    assert db.session.scalars(select(BusyTime.uid)).all() == ["2"]
    overlay = db.session.scalars(select(Overlay)).one()
    assert "1 time" in sign_in(alice).get("/calendar/import").text
    assert sign_in(bob).post(f"/calendar/overlays/{overlay.id}/removal").status_code == 404
    assert sign_in(alice).post(f"/calendar/overlays/{overlay.id}/removal").status_code == 303
    assert count(BusyTime) == count(Overlay) == 0
    actions = select(AuditEntry.action).where(AuditEntry.record_kind == "overlay").order_by(AuditEntry.id)
    assert db.session.scalars(actions).all() == ["overlay.imported", "overlay.imported", "overlay.removed"]


def test_a_name_that_is_too_long_is_refused_with_what_was_typed(look, alice):
    answer = look(alice, calendar(NINE), into="overlay").take(name="x" * 101)
    assert answer.status_code == 422
    assert "x" * 101 in answer.text
    assert count(Overlay) == 0


def test_a_piece_of_the_page_is_all_that_htmx_gets(look, sign_in, alice, room):
    page = look(alice, calendar(NINE))
    piece = sign_in(alice).get(page.address, headers=HTMX).text
    assert "will be booked" in piece
    assert "<html" not in piece


def test_an_event_called_as_the_date_of_another_does_not_keep_the_file_from_being_booked(look, alice, room):
    extra = event("X", ":20261124T010000Z", "DTEND:20261124T020000Z", "RDATE:20261125T010000Z")
    other = event("X-20261125T010000Z", ":20261126T010000Z", "DTEND:20261126T020000Z")
    shown = look(alice, calendar(extra, other))
    assert "Another event of the file has the same UID." in shown.text
    assert (shown.take().status_code, count(Booking)) == (303, 2)
