"""Loading the demonstration organisation: in each language, on any day, of any size, guarded as all else."""

from collections import Counter

import pytest
from sqlalchemy import func, select, text

from portal.accounts.models import Department, Person, Role
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting, Phase
from portal.rooms.models import Area, Booking, Hold, Resource, Room, Sort, Status
from tests.cli.conftest import count, held_minutes
from tests.conftest import NOW, SHANGHAI, at

OVERLAPS = text(
    "SELECT count(*) FROM hold a JOIN hold b ON a.resource_id = b.resource_id AND a.unit = b.unit "
    "AND a.id < b.id "
    "AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at "
    "WHERE a.released_at IS NULL AND b.released_at IS NULL"
)


@pytest.mark.parametrize(
    ("options", "locale", "department"),
    [
        (["--lang", "en"], "zh_Hans", "General Office"), (["--lang", "zh_Hans"], "en", "综合办公室"),
        ([], "zh_Hant", "綜合辦公室"),
    ],
)
def test_the_organisation_is_complete_in_the_language_that_is_said_or_the_portals(run, options, locale, department):
    assert run("demo", *options, PORTAL_LOCALE=locale).exit_code == 0
    assert [count(model) for model in (Department, Person, Room, Area)] == [8, 260, 50, 5]
    kinds = Counter(db.session.scalars(select(Resource.kind).where(Resource.kind != Sort.ROOM)))
    assert kinds == {Sort.EQUIPMENT: 3, Sort.VEHICLE: 2, Sort.INTERPRETER: 2}
    people = db.session.scalars(select(Person)).all()
    assert set.union(*(person.roles for person in people)) == set(Role)
    assert len({person.name for person in people}) == 260
    assert all(any("一" <= sign <= "鿿" for sign in person.name) != ("en" in options) for person in people)
    assert department in db.session.scalars(select(Department.name)).all()


def test_today_is_busy_on_a_sunday_night_too(run):
    sunday_night = at(23, 50, days=-1)
    with clock.standing_at(sunday_night):
        assert run("demo").exit_code == 0
        assert held_minutes(sunday_night.date()) > 150
        phases = {meeting.phase(clock.now()) for meeting in db.session.scalars(select(Meeting))}
    assert phases == set(Phase)


def test_a_database_with_people_is_left_alone(run, alice):
    answer = run("demo")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "people already" in answer.stderr
    assert (count(Person), count(Resource)) == (1, 0)


@pytest.mark.parametrize("rooms", [5, 50])
def test_the_filled_days_are_working_days_with_about_eight_bookings_a_room(run, rooms):
    wanted = 40 * rooms
    answer = run("demo", "--rooms", rooms, "--bookings", wanted)
    assert f"Added {wanted} bookings" in answer.stdout
    assert db.session.execute(OVERLAPS).scalar_one() == 0
    added = db.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(wanted)).all()
    assert {30, 45, 60} == {(one.ends_at - one.starts_at).total_seconds() / 60 for one in added}
    assert all(one.starts_at.astimezone(SHANGHAI).weekday() < 5 for one in added)
    tomorrow = at(0, days=1)
    held = select(func.count()).select_from(Hold).join(Hold.resource).where(
        Resource.kind == Sort.ROOM, Hold.starts_at >= tomorrow, Hold.starts_at < at(0, days=2),
        Hold.released_at.is_(None),
    )
    assert 6 <= db.session.scalars(held).one() / rooms <= 9
    assert min(one.starts_at for one in added) < NOW < max(one.starts_at for one in added)


def test_an_empty_database_gets_its_tables_first(run_bare, bare_tables):
    assert run_bare("demo", "--rooms", 5).exit_code == 0
    assert "booking" in bare_tables()


def test_equipment_is_lent_and_a_room_has_requests_and_time_for_getting_ready(run):
    run("demo", "--rooms", 5)
    lent = select(func.count()).select_from(Hold).join(Hold.resource).where(Resource.kind != Sort.ROOM)
    assert db.session.scalars(lent).one() > 10
    bookings = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert any(booking.status == Status.REQUESTED for booking in bookings)
    assert any(len(booking.extras) > 1 for booking in bookings)
    for booking in bookings:
        room = booking.room
        assert booking.holds[0].starts_at == room.kept_from(booking.starts_at)
        assert booking.holds[0].ends_at == room.kept_until(booking.ends_at)
    assert any(booking.holds[0].starts_at < booking.starts_at for booking in bookings)
