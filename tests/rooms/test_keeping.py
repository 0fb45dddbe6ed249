"""What room managers do to areas and rooms, and how bookings and calendars follow."""

from datetime import time

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.calendars import commands as calendars
from portal.calendars.queries import feeds_of
from portal.core.db import db
from portal.core.errors import DomainError, NotAllowed
from portal.invitations.sending import send_notice
from portal.meetings import commands as meetings
from portal.meetings.people import invite
from portal.rooms import keeping, ruling
from portal.rooms.models import Area, BookingPolicy, Room
from tests.conftest import HTMX, at

ROOM = {"name": "E101", "capacity": 10, "features": "video", "directions": ""}
AREA = {"name": "East wing", "timezone": "Asia/Shanghai", "opens_at": time(8), "closes_at": time(20), "position": 0}


@pytest.fixture
def ritas(sign_in, rita):
    return sign_in(rita)


def audited(action):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


@pytest.fixture
def meeting(alice, bob, make_booking):
    """Alice's meeting in E101 to which Bob is called."""
    made = meetings.make_meeting(alice, make_booking(), subject="Planning")
    invite(alice, made, [bob])
    send_notice(alice, made)
    db.session.commit()
    return made


# --- Commands ---


def test_a_room_gets_another_name_size_and_directions(rita, area, room):
    keeping.change_resource(rita, room, area, name="E1", capacity=4, features="", directions="Up the stairs.")
    db.session.commit()
    assert (room.name, room.capacity, room.directions) == ("E1", 4, "Up the stairs.")
    assert audited("room.changed")[0].details["name"] == "E1"


def test_a_new_name_reaches_meetings_ahead_but_asks_nobody_again(rita, area, room, meeting):
    sequence, answers = meeting.sequence, [attendee.invited_at for attendee in meeting.attendees]
    keeping.change_resource(rita, room, area, **{**ROOM, "name": "Oak"})
    db.session.commit()
    assert meeting.location == "Oak · East wing"
    assert (meeting.sequence, [attendee.invited_at for attendee in meeting.attendees]) == (sequence, answers)


def test_a_room_in_another_area_and_an_area_with_another_name_reach_meetings(rita, area, west, room, meeting):
    keeping.change_resource(rita, room, west, **ROOM)
    assert meeting.location == "E101 · West wing"
    keeping.change_area(rita, west, **{**AREA, "name": "Annex"})
    assert meeting.location == "E101 · Annex"


def test_a_new_name_raises_the_revisions_of_the_feeds_that_say_it(rita, alice, bob, olive, area, room, meeting):
    for person in (alice, bob, olive):
        calendars.make_feed(person)
    db.session.commit()
    before = {person.id: feeds_of(person.id)[0].revision for person in (alice, bob, olive)}
    keeping.change_resource(rita, room, area, **{**ROOM, "name": "Oak"})
    db.session.commit()
    risen = {person.name for person in (alice, bob, olive) if feeds_of(person.id)[0].revision > before[person.id]}
    assert risen == {"Alice", "Bob"}


def test_without_a_new_name_nothing_follows(rita, area, room, meeting):
    changed_at = meeting.booking.changed_at
    keeping.change_resource(rita, room, area, **{**ROOM, "capacity": 3})
    assert meeting.booking.changed_at == changed_at


def test_the_statements_of_a_new_name_do_not_grow_with_the_meetings(rita, alice, area, room, make_booking, statements):
    def count(name):
        with statements() as seen:
            keeping.change_resource(rita, room, area, **{**ROOM, "name": name})
        return len(seen)

    for hour in range(9, 11):
        meetings.make_meeting(alice, make_booking(starts_at=at(hour), ends_at=at(hour + 1)), subject="Planning")
    few = count("Oak")
    for hour in range(11, 18):
        meetings.make_meeting(alice, make_booking(starts_at=at(hour), ends_at=at(hour + 1)), subject="Planning")
    assert count("Elm") <= few


def test_two_rooms_of_an_area_never_share_a_name(rita, area, room, other_room):
    with pytest.raises(DomainError, match="already has a room E102"):
        keeping.change_resource(rita, room, area, **{**ROOM, "name": "E102"})


@pytest.mark.parametrize(
    ("change", "field"),
    [({"timezone": "Mars/Base"}, "timezone"), ({"closes_at": time(8)}, "closes_at"), ({"name": "West wing"}, "name")],
)
def test_what_an_area_cannot_be(rita, area, west, change, field):
    with pytest.raises(DomainError) as refusal:
        keeping.change_area(rita, area, **{**AREA, **change})
    assert refusal.value.field == field


def test_a_retired_room_takes_no_bookings_and_can_be_put_into_use_again(rita, alice, room, make_booking):
    keeping.retire(rita, room)
    with pytest.raises(DomainError, match="no such room"):
        make_booking()
    keeping.reopen(rita, room)
    make_booking()
    assert len(audited("room.retired")) == len(audited("room.reopened")) == 1


def test_a_room_with_bookings_ahead_is_not_retired(rita, room, make_booking):
    make_booking()
    with pytest.raises(keeping.StillBooked, match="One booking"):
        keeping.retire(rita, room)
    assert room.retired_at is None


def test_limits_that_contradict_each_other_are_refused(rita, area):
    with pytest.raises(DomainError, match="shorter than the shortest"):
        ruling.set_policy(rita, area, {"shortest_minutes": 60, "longest_minutes": 30})
    with pytest.raises(DomainError, match="divide a day"):
        ruling.set_policy(rita, area, {"slot_minutes": 7})


def test_limits_are_set_once_for_an_area(rita, area):
    ruling.set_policy(rita, area, {"longest_minutes": 60})
    ruling.set_policy(rita, area, {"longest_minutes": 90})
    assert [row.longest_minutes for row in db.session.scalars(select(BookingPolicy))] == [90]


@pytest.mark.parametrize("who", ["alice", "olive", "helen", "leo", "audrey"])
def test_others_keep_nothing(request, who, area, room):
    actor = request.getfixturevalue(who)
    for command in (
        lambda: keeping.change_area(actor, area, **AREA),
        lambda: keeping.change_resource(actor, room, area, **ROOM),
        lambda: keeping.retire(actor, room),
        lambda: keeping.reopen(actor, room),
        lambda: ruling.set_policy(actor, area, {}),
        lambda: keeping.add_area(actor, "North", "Asia/Shanghai"),
    ):
        with pytest.raises(NotAllowed):
            command()


# --- Pages ---

PAGES = ["/rooms/kept", "/areas/new", "/areas/1/change", "/areas/1/policy", "/rooms/new", "/rooms/1/change",
         "/rooms/1/closures/new"]
AREA_FIELDS = {"name": "North", "timezone": "Europe/Berlin", "opens_at": "09:00", "closes_at": "18:00", "position": "3"}
ROOM_FIELDS = {"name": "Oak", "area_id": "1", "capacity": "8", "features": "video", "directions": "Up the stairs."}


@pytest.mark.parametrize("path", PAGES)
def test_managers_see_page_and_fragment_and_others_are_refused(ritas, sign_in, adam, alice, room, path):
    assert "<html" in ritas.get(path).text
    fragment = ritas.get(path, headers=HTMX)
    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    assert sign_in(adam).get(path).status_code == 200
    assert sign_in(alice).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/areas/99/change", "/areas/99/policy", "/rooms/99/change", "/rooms/99/closures/new"])
def test_what_there_is_not_is_not_found(ritas, room, path):
    assert ritas.get(path).status_code == 404
    assert ritas.post(path, data={}).status_code == 404


@pytest.mark.parametrize("path", ["/rooms/99/retirement", "/rooms/99/retirement/undoing", "/closures/99/end"])
def test_nothing_is_done_to_what_there_is_not(ritas, room, path):
    assert ritas.post(path).status_code == 404


def test_an_area_and_a_room_are_added_in_the_browser(ritas):
    assert ritas.post("/areas/new", data=AREA_FIELDS).location == "/rooms/kept"
    assert ritas.post("/rooms/new", data=ROOM_FIELDS).location == "/rooms/kept"
    room = db.session.query(Room).one()
    assert (room.name, room.capacity, room.area.name, room.area.opens_at) == ("Oak", 8, "North", time(9))
    page = ritas.get("/rooms/kept").text
    assert "Oak" in page
    assert "09:00–18:00" in page


def test_an_area_and_a_room_are_changed_in_the_browser(ritas, area, room):
    assert ritas.post("/areas/1/change", data=AREA_FIELDS, headers=HTMX).headers["HX-Redirect"] == "/rooms/kept"
    assert ritas.post("/rooms/1/change", data=ROOM_FIELDS).location == "/rooms/1"
    page = ritas.get("/rooms/1").text
    assert "Up the stairs." in page
    assert db.session.get(Area, 1).timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("path", "fields", "change", "words"),
    [
        ("/areas/new", AREA_FIELDS, {"timezone": "Mars"}, "There is no time zone of that name"),
        ("/areas/new", AREA_FIELDS, {"opens_at": "soon"}, "Not a valid time value."),
        ("/areas/1/change", AREA_FIELDS, {"timezone": " "}, "Please fill this in."),
        ("/areas/1/change", AREA_FIELDS, {"closes_at": "08:00"}, "close later"),
        ("/areas/new", AREA_FIELDS, {"position": "-1"}, "from 0 to 9999"),
        ("/rooms/new", ROOM_FIELDS, {"capacity": "0"}, "from 1 to 100000"),
        ("/rooms/new", ROOM_FIELDS, {"area_id": "77"}, "Not a valid choice."),
        ("/rooms/new", ROOM_FIELDS, {"name": "E101"}, "already has a room"),
        ("/rooms/1/change", ROOM_FIELDS, {"name": "E102"}, "already has a room"),
        ("/areas/1/policy", {}, {"longest_minutes": "0"}, "from 1 to 1440"),
        ("/areas/1/policy", {}, {"slot_minutes": "7"}, "divide a day evenly"),
    ],
)
def test_bad_input_is_refused_beside_the_field_and_kept(ritas, room, other_room, path, fields, change, words):
    answer = ritas.post(path, headers=HTMX, data={**fields, **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert "<html" not in answer.text
    if fields:
        assert f'value="{change.get("name", fields["name"])}"' in answer.text


def test_limits_are_set_in_the_browser(ritas, room):
    answer = ritas.post("/areas/1/policy", data={"longest_minutes": "60", "days_ahead": "0"})
    assert answer.location == "/rooms/kept"
    kept = db.session.query(BookingPolicy).one()
    assert (kept.longest_minutes, kept.days_ahead, kept.slot_minutes) == (60, 0, None)
    assert 'value="60"' in ritas.get("/areas/1/policy").text


def test_a_room_is_retired_and_put_into_use_again_in_the_browser(ritas, room, sign_in, alice):
    assert sign_in(alice).post("/rooms/1/retirement").status_code == 403
    assert ritas.post("/rooms/1/retirement").location == "/rooms/1"
    assert "This room is out of use." in ritas.get("/rooms/1").text
    ritas.post("/rooms/1/retirement/undoing")
    assert db.session.get(Room, 1).retired_at is None


def test_a_booked_room_says_what_stands_in_it(ritas, make_booking):
    make_booking()
    assert ritas.post("/rooms/1/retirement").location == "/rooms/1"
    page = ritas.get("/rooms/1").text
    assert "One booking or closure stands ahead" in page
    assert "Planning" in page
    assert db.session.get(Room, 1).retired_at is None


def test_only_managers_are_shown_the_way(ritas, sign_in, alice, room):
    for path in ("/rooms/day/2026-11-23", "/rooms/1"):
        assert ("/rooms/kept" in ritas.get(path).text) or ("/rooms/1/change" in ritas.get(path).text)
        page = sign_in(alice).get(path).text
        assert "/rooms/kept" not in page
        assert "/rooms/1/change" not in page


def test_the_statements_of_the_managers_page_do_not_grow(ritas, area, west, room, statements):
    def count():
        with statements() as seen:
            assert ritas.get("/rooms/kept").status_code == 200
        return len(seen)

    few = count()
    for number in range(8):
        keeping.add_room(None, west if number % 2 else area, f"X{number}")
    db.session.commit()
    assert count() == few
