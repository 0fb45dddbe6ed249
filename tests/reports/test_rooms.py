"""How rooms are used: figures, the lists behind them, files, and who may read them."""

import csv
import io
import re
from datetime import timedelta

import pytest

from portal.accounts.models import Role
from portal.core import clock
from portal.core.db import db
from portal.presence.models import Presence
from portal.rooms import commands, keeping
from portal.rooms.commands import Details
from portal.rooms.models import Equipment, Visibility
from tests.conftest import HTMX, NOW, at

REPORT = "/reports/rooms?from=2026-11-23&until=2026-11-29"
LIST = "/reports/rooms/bookings?from=2026-11-23&until=2026-11-29"


def plain(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def line(page, name):
    """The cells of the line that begins with that name."""
    found = re.search(rf'<th scope="row">(?:<a[^>]*>)?{re.escape(name)}(?:</a>)?</th>(.*?)</tr>', page, re.DOTALL)
    return [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def table(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def no_show(make_booking):
    booking = make_booking(starts_at=at(15), ends_at=at(16))
    db.session.add(Presence(booking=booking, asked_at=at(15, 10), freed_at=at(15, 20)))
    db.session.commit()
    return booking


def test_each_room_says_how_much_of_its_open_hours_is_booked(leos, make_booking, other_room):
    make_booking(starts_at=at(8), ends_at=at(20))
    make_booking(starts_at=at(8, days=1), ends_at=at(17, days=1))
    page = leos.get(REPORT).text
    assert line(page, "E101") == ["East wing", "25 %", "2", "21.0", "0", "0"]
    assert line(page, "E102") == ["East wing", "0 %", "0", "0.0", "0", "0"]


def test_the_hours_of_the_week_say_how_much_is_booked(leos, make_booking, other_room):
    make_booking(starts_at=at(9), ends_at=at(10, 30))
    page = leos.get(REPORT).text
    assert line(page, "09:00") == ["50 %"] + ["0 %"] * 6
    assert line(page, "10:00")[0] == "25 %"
    assert line(leos.get(f"{REPORT}&room=1").text, "10:00")[0] == "50 %"


def test_a_booking_over_midnight_and_beyond_the_opening_is_in_its_hours(leos, make_booking):
    make_booking(starts_at=at(23), ends_at=at(1, days=1))
    page = leos.get(REPORT).text
    assert line(page, "23:00") == ["closed"] + ["–"] * 6
    assert line(page, "00:00") == ["–", "closed", *["–"] * 5]
    assert "Planning" in leos.get(f"{LIST}&hour=1-0").text
    assert "Planning" not in leos.get(f"{LIST}&hour=1-1").text
    assert "Planning" not in leos.get(f"{LIST}&hour=0-22").text


def test_departments_are_those_of_the_owners(leos, alice, bob, make_booking, other_room):
    make_booking()
    make_booking(actor=bob, room_id=other_room.id, ends_at=at(10, 30))
    page = leos.get(REPORT).text
    assert line(page, "Works") == ["1", "1.0", "0", "0"]
    assert line(page, "Without department") == ["1", "1.5", "0", "0"]


def test_what_nobody_came_to_and_what_was_cancelled_late_is_counted(leos, alice, make_booking, no_show):
    commands.cancel(alice, make_booking(starts_at=at(7, days=1), ends_at=at(8, days=1)))
    commands.cancel(alice, make_booking(starts_at=at(8, days=1), ends_at=at(9, days=1)))
    commands.cancel(alice, make_booking(starts_at=at(9, days=2), ends_at=at(10, days=2)))
    db.session.commit()
    assert line(leos.get(REPORT).text, "E101") == ["East wing", "1 %", "1", "1.0", "1", "1"]
    assert line(leos.get(REPORT).text, "Works") == ["1", "1.0", "1", "1"]


def test_each_number_leads_to_its_list(leos, make_booking, no_show, works):
    make_booking(title="Held")
    page = leos.get(REPORT).text
    for what, count in (("booked", 2), ("no_shows", 1)):
        address = re.search(rf'href="(/reports/rooms/bookings\?what={what}[^"]*room=1)"', page)[1].replace("&amp;", "&")
        assert leos.get(address).text.count('<a href="/bookings/') == count
    assert leos.get(f"{LIST}&department={works.id}").text.count('<a href="/bookings/') == 2
    assert "There are none." in leos.get(f"{LIST}&department=0").text
    assert "There are none." in leos.get(f"{LIST}&what=late").text


def test_an_area_and_a_kind_can_be_chosen(leos, alice, area, west, make_booking):
    microphones = Equipment(area=area, name="Microphone", quantity=4)
    db.session.add(microphones)
    db.session.commit()
    make_booking()
    commands.book(alice, microphones.id, "Rally", at(8), at(20), details=Details(quantity=2))
    db.session.commit()
    assert line(leos.get(f"{REPORT}&kind=equipment").text, "Microphone")[1:4] == ["7 %", "1", "24.0"]
    assert "E101" not in leos.get(f"{REPORT}&area={west.id}").text
    assert leos.get(f"{REPORT}&area=99").status_code == 404
    assert leos.get(f"{REPORT}&kind=ships").status_code == 404


def test_without_dates_it_is_the_last_thirty_days(leos, make_booking, room):
    make_booking()
    with clock.standing_at(NOW + timedelta(days=29)):
        assert line(leos.get("/reports/rooms").text, "E101")[2] == "1"
    with clock.standing_at(NOW + timedelta(days=30)):
        assert line(leos.get("/reports/rooms").text, "E101")[2] == "0"


@pytest.mark.parametrize("query", ["from=soon", "until=2026-02-30", "from=0001-01-01"])
def test_days_that_there_are_not(leos, query):
    assert leos.get(f"/reports/rooms?{query}").status_code == 404


@pytest.mark.parametrize("query", ["what=all", "hour=7-1", "hour=1-24"])
def test_a_list_that_there_is_not(leos, query):
    assert leos.get(f"{LIST}&{query}").status_code == 404


def test_a_private_booking_counts_but_says_no_more_than_elsewhere(leos, make_booking):
    make_booking(title="Secret talk", visibility=Visibility.PRIVATE)
    page = leos.get(LIST).text
    assert ("Secret talk" in page, "Alice" in page, "Booked" in page) == (False, False, True)
    rows = table(leos.get(f"{LIST}&format=csv"))
    assert (rows[1][0], rows[1][4:6]) == ("Booked", ["", ""])


def test_every_table_can_be_saved(leos, make_booking):
    make_booking()
    assert table(leos.get(f"{REPORT}&format=csv"))[1] == ["E101", "East wing", "1", "1.0", "0", "0", "84.0"]
    assert table(leos.get(f"{REPORT}&table=departments&format=csv"))[1] == ["Works", "1", "1.0", "0", "0"]
    assert table(leos.get(f"{REPORT}&table=hours&format=csv"))[2][:3] == ["09:00", "100", "0"]
    rows = table(leos.get(f"{LIST}&format=csv"))
    assert rows[1] == ["Planning", "E101", "2026-11-23 09:00", "2026-11-23 10:00", "Alice", "Works", ""]
    assert leos.get(f"{REPORT}&format=xlsx").data.startswith(b"PK")
    assert leos.get(f"{REPORT}&table=cellar&format=csv").status_code == 404
    assert leos.get(f"{REPORT}&format=pdf").status_code == 404


def test_the_page_for_htmx_is_the_report_alone(leos, room):
    assert leos.get(REPORT, headers=HTMX).text.lstrip().startswith('<div id="report"')


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ROOM_MANAGER, 200), (Role.ADMINISTRATOR, 200), (Role.LEADER, 200), (Role.AUDITOR, 200),
        (Role.MEETING_OFFICE, 200), (Role.DEPARTMENT_HEAD, 403), (Role.EMPLOYEE, 403),
    ],
)
def test_who_may_read_it(sign_in, add_person, role, status):
    browser = sign_in(add_person("Somebody", role))
    for address in (REPORT, LIST, f"{REPORT}&format=csv", f"{LIST}&format=csv"):
        assert browser.get(address).status_code == status
    assert ('href="/reports/rooms"' in browser.get("/my-day").text) == (status == 200)


def test_a_house_without_anything_has_an_empty_report(leos):
    assert "There is nothing of that kind here." in leos.get("/reports/rooms").text


def test_as_many_statements_however_much_there_is(leos, make_booking, room, statements):
    make_booking()
    with statements() as few:
        leos.get(REPORT)
        leos.get(LIST)
    for number in range(4):
        extra = keeping.add_room(None, room.area, f"F{number}")
        make_booking(room_id=extra.id, starts_at=at(9, days=number), ends_at=at(10, days=number))
    with statements() as many:
        leos.get(REPORT)
        leos.get(LIST)
    assert len(few) == len(many)


def test_hours_are_those_of_each_areas_clock_across_a_change_of_the_clocks(leos, alice):
    berlin = keeping.add_area(None, "Berlin", "Europe/Berlin", position=3)
    office = keeping.add_room(None, berlin, "B1")
    db.session.commit()
    with clock.standing_at(NOW - timedelta(days=40)):
        for days in (-30, -28):  # Clocks were set back on 25 October.
            day = at(0, days=days).date()
            starts_at = clock.now().astimezone(berlin.zone).replace(
                year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0
            )
            commands.book(alice, office.id, "Early", starts_at, starts_at + timedelta(hours=1))
        db.session.commit()
    page = leos.get("/reports/rooms?from=2026-10-19&until=2026-11-01").text
    booked = [share for share in line(page, "09:00") if share != "0 %"]
    assert (len(booked), line(page, "08:00"), line(page, "10:00")) == (2, ["0 %"] * 7, ["0 %"] * 7)
