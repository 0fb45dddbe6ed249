"""Lists of rooms and bookings as files."""

import csv
import io

import pytest

from portal.core.db import db
from portal.rooms import closing
from portal.rooms.models import Visibility
from tests.conftest import at


def rows(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_my_bookings_as_a_file(sign_in, alice, make_booking):
    make_booking(title="=1+1")
    answer = rows(sign_in(alice).get("/bookings?format=csv"))
    assert answer[1] == ["'=1+1", "E101", "2026-11-23 09:00", "2026-11-23 10:00", "Alice", ""]


def test_a_rooms_bookings_say_of_a_private_one_only_when_it_is(sign_in, alice, bob, make_booking):
    make_booking(title="Secret talk", visibility=Visibility.PRIVATE)
    assert rows(sign_in(bob).get("/rooms/1/file?format=csv"))[1][:5] == [
        "Booked", "E101", "2026-11-23 09:00", "2026-11-23 10:00", ""
    ]
    assert rows(sign_in(alice).get("/rooms/1/file?format=csv"))[1][0] == "Secret talk"


def test_a_day_as_a_file_is_as_its_grid_shows_it(sign_in, bob, make_booking, other_room):
    make_booking(title="Secret talk", visibility=Visibility.PRIVATE)
    make_booking(room_id=other_room.id)
    answer = rows(sign_in(bob).get("/rooms/day/2026-11-23?format=csv"))
    assert [(row[1], row[4]) for row in answer[1:]] == [("E101", "Booked"), ("E102", "Planning")]


def test_room_managers_save_what_there_is_and_when_it_is_closed(sign_in, rita, room, other_room):
    closing.close_room(rita, room.id, "Painting", at(8, days=1), at(20, days=2), {})
    db.session.commit()
    browser = sign_in(rita)
    assert [row[2] for row in rows(browser.get("/rooms/kept/resources?format=csv"))] == ["Name", "E101", "E102"]
    assert rows(browser.get("/rooms/kept/closures?format=csv"))[1] == [
        "E101", "2026-11-24 08:00", "2026-11-25 20:00", "Painting", "Rita"
    ]


def test_strangers_save_nothing_that_they_may_not_see(sign_in, bob, room):
    assert sign_in(bob).get("/rooms/kept/resources?format=csv").status_code == 403
    assert sign_in(bob).get("/rooms/kept/closures?format=xlsx").status_code == 403


@pytest.mark.parametrize("path", ["/bookings", "/rooms/1/file", "/rooms/day/2026-11-23"])
def test_a_spreadsheet_of_each(sign_in, bob, make_booking, path):
    make_booking()
    answer = sign_in(bob).get(f"{path}?format=xlsx")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert sign_in(bob).get(f"{path}?format=pdf").status_code == 404


def test_as_many_statements_however_many_bookings(sign_in, alice, make_booking, statements):
    browser = sign_in(alice)
    make_booking()
    with statements() as few:
        browser.get("/bookings?format=csv")
    for days in range(1, 5):
        make_booking(starts_at=at(9, days=days), ends_at=at(10, days=days))
    with statements() as many:
        assert len(rows(browser.get("/bookings?format=csv"))) == 6
    assert len(few) == len(many)
