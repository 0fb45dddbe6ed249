"""The demonstration organisation: complete, alive around now, and guarded by the database as any other."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from portal.accounts import commands as accounts
from portal.accounts.models import Department, Person, Role
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.db import db
from portal.demo import PASSWORD
from portal.meetings.models import Answer, Attendee, Meeting, Phase
from portal.notifications.models import OutgoingMail
from portal.resolutions.models import Light, ProgressReport, Resolution
from portal.rooms.models import Area, Booking, Hold, Resource, Room, Sort, Status
from tests.conftest import NOW, SHANGHAI, at, make_empty

OVERLAPS = text(
    "SELECT count(*) FROM hold a JOIN hold b ON a.resource_id = b.resource_id AND a.unit = b.unit "
    "AND a.id < b.id "
    "AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at "
    "WHERE a.released_at IS NULL AND b.released_at IS NULL"
)


def count(model: type) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def held_minutes(day: date) -> float:
    """How long a room is held on that day, in minutes, on average."""
    in_rooms = select(Hold).join(Hold.resource).where(Hold.released_at.is_(None), Resource.kind == Sort.ROOM)
    holds = db.session.scalars(in_rooms).all()
    held = [hold.ends_at - hold.starts_at for hold in holds if hold.starts_at.astimezone(SHANGHAI).date() == day]
    return sum(held, timedelta()).total_seconds() / 60 / count(Room)


@pytest.mark.parametrize("lang", ["en", "zh_Hans", "zh_Hant"])
def test_the_organisation_is_complete_in_every_language(run, lang):
    assert run("demo", "--lang", lang).exit_code == 0
    assert [count(model) for model in (Department, Person, Room, Area)] == [8, 260, 50, 5]
    kinds = Counter(db.session.scalars(select(Resource.kind).where(Resource.kind != Sort.ROOM)))
    assert kinds == {Sort.EQUIPMENT: 3, Sort.VEHICLE: 2, Sort.INTERPRETER: 2}
    people = db.session.scalars(select(Person)).all()
    assert set.union(*(person.roles for person in people)) == set(Role)
    assert len({person.name for person in people}) == 260
    assert all(any("一" <= sign <= "鿿" for sign in person.name) != (lang == "en") for person in people)


def test_there_is_a_meeting_in_every_phase_and_a_resolution_with_every_light(run):
    run("demo")
    phases = Counter(meeting.phase(NOW) for meeting in db.session.scalars(select(Meeting)))
    assert set(phases) == set(Phase)
    assert all(meeting.agenda and meeting.attendees for meeting in db.session.scalars(select(Meeting)))
    assert set(db.session.scalars(select(Attendee.answer))) == set(Answer)
    lights = Counter(one.light(at(8).date()) for one in db.session.scalars(select(Resolution)))
    assert set(lights) == set(Light)
    assert count(ProgressReport) > 5


def test_the_language_is_that_of_the_portal_unless_said(run):
    run("demo", PORTAL_LOCALE="zh_Hant")
    assert "綜合辦公室" in db.session.scalars(select(Department.name)).all()


def test_days_around_today_are_busy_but_not_full(run):
    run("demo")
    for offset in (-1, 0, 1):
        assert 150 < held_minutes(at(8, days=offset).date()) < 420


def test_today_is_busy_on_a_sunday_night_too(run):
    sunday_night = at(23, 50, days=-1)
    with clock.standing_at(sunday_night):
        assert run("demo").exit_code == 0
        assert held_minutes(sunday_night.date()) > 150
        phases = {meeting.phase(clock.now()) for meeting in db.session.scalars(select(Meeting))}
    assert phases == set(Phase)


def test_everything_done_was_done_before_now_and_is_in_the_log(run):
    run("demo")
    assert db.session.scalars(select(func.max(AuditEntry.at))).one() <= NOW
    booked = select(func.count()).where(AuditEntry.action == "booking.created")
    assert db.session.scalars(booked).one() == count(Booking)


def test_no_mail_leaves_for_what_only_seems_to_have_happened(run):
    run("demo")
    due = select(func.count()).where(OutgoingMail.sent_at.is_(None))
    assert (db.session.scalars(due).one(), count(OutgoingMail) > 50) == (0, True)


def test_one_person_of_each_role_can_sign_in(run):
    answer = run("demo")
    for login in ("employee", "head", "office", "rooms", "leader", "auditor", "admin"):
        assert login in answer.stdout
        assert accounts.sign_in(login, PASSWORD, "127.0.0.1")
    employee = db.session.scalars(select(Person).where(Person.login == "employee")).one()
    waiting = select(func.count()).where(Attendee.person_id == employee.id, Attendee.answer == Answer.NONE)
    assert db.session.scalars(waiting).one() >= 1


def test_it_is_the_same_each_time(run, app, database_url):
    def what_there_is() -> list[tuple[object, ...]]:
        people = db.session.execute(select(Person.login, Person.name).order_by(Person.id))
        bookings = db.session.execute(select(Booking.title, Booking.starts_at, Booking.ends_at).order_by(Booking.id))
        return [tuple(row) for row in (*people, *bookings)]

    run("demo")
    first = what_there_is()
    make_empty(database_url)
    run("demo")
    assert what_there_is() == first


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
