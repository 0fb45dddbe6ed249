"""The page that finds a time: who, where, with what, and what it says of those who are busy."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from portal.core import clock
from portal.core.db import db
from portal.rooms import busy, keeping
from portal.rooms.candidates import held
from portal.rooms.commands import Details
from portal.rooms.models import BookingPolicy
from tests.conftest import HTMX, at, is_sqlite

PATH = "/rooms/find-time"


@pytest.fixture
def alices(sign_in, alice):
    return sign_in(alice)


def ask(browser, *people, maybe=(), **more):
    """The page for these people; Monday, an hour, one day unless said otherwise."""
    asked = {"day": "2026-11-23", "days": "1", "length": "60", "who": [one.id for one in people],
             "maybe": [one.id for one in maybe], **more}
    return browser.get(PATH, query_string=asked)


def times(answer):
    """When each slot begins, and in which room."""
    links = re.findall(r'<a class="button[^"]*" href="(/bookings/new[^"]*)" data-dialog>Book', answer.text)
    asked = [parse_qs(urlsplit(unescape(link)).query) for link in links]
    return [(one["start"][0][8:], one.get("room", [None])[0]) for one in asked]


def starts(answer):
    return [start for start, _room in times(answer)]


def test_it_opens_with_the_reader_and_the_next_ten_working_days(alices, alice, room):
    page = alices.get(PATH)
    assert page.status_code == 200
    assert f'name="who" value="{alice.id}" checked' in page.text
    assert 'name="days"' in page.text
    assert starts(page) == [f"23T{hour:02}:00" for hour in range(8, 18)]


def test_nobody_who_has_to_be_there_is_busy(alices, alice, bob, room, other_room, make_booking):
    make_booking(room_id=other_room.id, starts_at=at(8), ends_at=at(9, 30))
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(10), ends_at=at(16, 45))
    assert starts(ask(alices, alice, bob, room=room.id)) == ["23T16:45", "23T17:45", "23T18:45"]


def test_the_fewer_optional_people_are_busy_the_better(alices, alice, bob, helen, room, other_room, make_booking):
    make_booking(actor=bob, room_id=other_room.id, starts_at=at(8), ends_at=at(17))
    make_booking(actor=helen, room_id=room.id, starts_at=at(17), ends_at=at(18))
    page = ask(alices, alice, maybe=(bob, helen), room=other_room.id)
    assert starts(page)[:2] == ["23T18:00", "23T19:00"]
    assert starts(page)[2] == "23T17:00"
    assert "busy: Helen" in page.text
    assert page.text.count("everybody is free") == 2


def test_what_others_have_is_never_said(alices, bob, room, other_room, make_booking):
    make_booking(actor=bob, room_id=other_room.id, title="Secret plans", starts_at=at(8), ends_at=at(20))
    page = ask(alices, maybe=(bob,), room=room.id)
    assert "busy: Bob" in page.text
    assert "Secret plans" not in page.text


def test_the_smallest_room_that_fits_is_offered_and_leaves_time_to_get_ready(
    alices, alice, area, room, other_room, make_booking
):
    small = keeping.add_room(None, area, "small", 4)
    room.setup_minutes = 30
    make_booking(actor=alice, starts_at=at(9), ends_at=at(9, 45))
    db.session.commit()
    found = times(ask(alices, people="8"))
    assert found[0] == ("23T08:00", str(other_room.id))
    assert found[1] == ("23T10:15", str(room.id)) or found[1] == ("23T09:00", str(other_room.id))
    assert times(ask(alices))[0] == ("23T08:00", str(small.id))


def test_without_a_room_people_meet_in_working_hours(alices, alice):
    assert times(ask(alices, alice, room="none", length="300")) == [("23T08:00", None), ("23T13:00", None)]


def test_equipment_is_counted(alices, alice, bob, room, other_room, microphones, make_booking):
    make_booking(
        actor=bob, room_id=other_room.id, starts_at=at(8), ends_at=at(18), details=Details(extras={microphones.id: 2})
    )
    name = f"extra-{microphones.id}"
    assert starts(ask(alices, alice, room=room.id, **{name: "1"}))[0] == "23T08:00"
    page = ask(alices, alice, room=room.id, **{name: "2"})
    assert starts(page) == ["23T18:00", "23T19:00"]
    assert f"{name}=2" in page.text
    assert starts(ask(alices, alice, room=room.id, **{name: "4"})) == []


def test_the_rules_of_a_room_are_kept(alices, alice, area, room):
    room.policy = BookingPolicy(slot_minutes=60, lead_minutes=90)
    db.session.commit()
    with clock.standing_at(at(8, 20)):
        assert starts(ask(alices, alice))[0] == "23T10:00"
    room.policy.longest_minutes = 30
    db.session.commit()
    assert starts(ask(alices, alice)) == []


def test_a_room_kept_for_others_is_not_offered(alices, alice, rita, sign_in, room):
    room.is_restricted = True
    db.session.commit()
    assert times(ask(alices, alice)) == []
    assert times(ask(sign_in(rita), rita)) != []


def test_weekends_are_left_out(alices, alice, room):
    page = ask(alices, alice, day="2026-11-28", days="2", length="480")
    assert starts(page) == ["30T08:00", "01T08:00"]


def test_a_slot_books_with_everything_filled_in(alices, alice, room, microphones):
    page = ask(alices, alice, people="5", **{f"extra-{microphones.id}": "1"})
    link = unescape(re.search(r'href="(/bookings/new[^"]*)"', page.text)[1])
    form = alices.get(link, headers=HTMX).text
    for part in ('value="2026-11-23T08:00"', 'value="2026-11-23T09:00"', f'name="extra-{microphones.id}" value="1"'):
        assert part in form
    assert re.search(r'name="people"[^>]*value="5"', form)


def test_people_are_added_by_name_and_taken_off_by_their_box(alices, alice, bob, room):
    page = ask(alices, alice, add_who="Bob", add_maybe="").text
    assert f'name="who" value="{bob.id}" checked' in page
    assert re.search(r'id="add_who"[^>]*value=""', page)
    assert f'name="who" value="{alice.id}"' not in ask(alices, bob).text


def test_several_names_are_taken_at_once(alices, alice, bob, helen, room):
    page = ask(alices, alice, add_maybe="bob; Helen · helen").text
    assert re.findall(r'name="maybe" value="(\d+)" checked', page) == [str(bob.id), str(helen.id)]


def test_who_has_to_be_there_is_not_optional_too(alices, alice, bob, room):
    page = ask(alices, alice, bob, maybe=(bob,)).text
    assert 'name="maybe" value=' not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("add_who", "Nobody at all", "Nobody here is called that."),
        ("day", "soon", "Not a valid date value."),
        ("day", "2026-11-22", "That time is past."),
        ("day", "9999-12-31", "This is not a date and time"),
        ("days", "0", "Between 1 and 30 working days, please."),
        ("days", "many", "Not a valid integer value."),
        ("length", "7", "Not a valid choice."),
        ("people", "0", "Between 1 and 10,000 people, please."),
        ("room", "99", "Not a valid choice."),
        ("area", "99", "There is no such area."),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_beside_its_field(alices, room, field, value, words, headers):
    asked = {"day": "2026-11-23", "days": "1", "length": "60", "room": "any", field: value}
    answer = alices.get(PATH, query_string=asked, headers=headers)
    assert answer.status_code == 422
    assert words in re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', answer.text, re.S)[1]
    assert ("<html" in answer.text) == (not headers)
    assert times(answer) == []


def test_odd_people_and_numbers_are_left_out_or_refused(alices, room, microphones):
    assert ask(alices, who=["x", "999", "9" * 30, "-1"]).status_code == 200
    assert ask(alices, **{f"extra-{microphones.id}": "x"}).status_code == 422
    assert ask(alices, **{"extra-999": "1"}).status_code == 422
    assert ask(alices, feature="sauna").status_code == 422
    assert ask(alices, who=list(range(1, 120))).status_code == 422


def test_htmx_gets_the_question_with_the_answer_and_the_count_for_its_place(alices, room):
    answer = alices.get(PATH, headers=HTMX)
    assert answer.text.lstrip().startswith('<div class="find find-time" id="asking">')
    assert re.search(r'id="times-count"[^>]* hx-swap-oob="true">10 times that suit', answer.text)


def test_names_are_suggested_as_they_are_typed(alices, bob):
    assert '<option value="Bob · bob">' in alices.get(f"{PATH}/colleagues?add_who=alice,bo").text
    assert "<option" not in alices.get(f"{PATH}/colleagues?add_maybe=").text


def test_other_pages_lead_there(alices, room):
    for path in ("/rooms/find", "/rooms/day/2026-11-23"):
        assert f'href="{PATH}"' in alices.get(path).text


def test_who_is_not_signed_in_is_asked_to(client, room):
    assert client.get(PATH).status_code == 401
    assert client.get(f"{PATH}/colleagues?add_who=a").status_code == 401


def test_the_number_of_statements_does_not_grow(alices, alice, bob, helen, area, west, make_booking, statements):
    def count(*people, **more):
        with statements() as seen:
            assert ask(alices, *people, days="10", **more).status_code == 200
        return len([statement for statement in seen if "sign_in" not in statement])

    keeping.add_room(None, area, "One", 10)
    few = count(alice, bob)
    for number in range(8):
        other = keeping.add_room(None, (area, west)[number % 2], f"Room {number}", 10)
        make_booking(room_id=other.id, starts_at=at(9 + number), ends_at=at(10 + number))
    assert count(alice, bob, maybe=(helen,)) == few


def test_what_keeps_rooms_and_people_is_found_by_the_indexes(room):
    rooms, person = [room], [1]
    assert "hold_standing_idx" in plan_of(lambda: held(rooms, at(0), at(0, days=14)))
    assert "booking_owner_idx" in plan_of(lambda: busy.own_bookings(person, at(0), at(0, days=14)))


def plan_of(search):
    """How the database runs the last statement of the search, where it would rather not read a whole table."""
    ran = []

    def note(_connection, _cursor, statement, parameters, *_):
        ran.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    search()
    event.remove(Engine, "before_cursor_execute", note)
    statement, parameters = ran[-1]
    if is_sqlite():
        return str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    return str(db.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters).all())
