"""Loading the demonstration organisation: in each language, on any day, of any size, guarded as all else.

Each loading takes seconds, so few are made; `test_demo_organisation.py` looks at the one in English.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Meeting, Phase
from portal.rooms.models import Booking, Hold, Resource, Sort, Status
from tests.cli.conftest import count, held_minutes, is_complete, is_filled
from tests.conftest import NOW, app_for, at, is_sqlite


def test_in_chinese_it_is_complete_and_today_is_busy_on_a_sunday_night_too(run):
    # What a language says does not hang on the database, so the languages are shared out between the two.
    options, locale, department = (
        (["--lang", "zh_Hans"], "en", "综合办公室") if is_sqlite() else ([], "zh_Hant", "綜合辦公室")
    )
    sunday_night = at(23, 50, days=-1)
    with clock.standing_at(sunday_night):
        assert run("demo", *options, PORTAL_LOCALE=locale).exit_code == 0
        is_complete(speaks_english=False, department=department)
        assert held_minutes(sunday_night.date()) > 150
        phases = {meeting.phase(clock.now()) for meeting in db.session.scalars(select(Meeting))}
    assert phases == set(Phase)


def test_a_database_with_people_is_left_alone(run, alice):
    answer = run("demo")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "people already" in answer.stderr
    assert (count(Person), count(Resource)) == (1, 0)


@pytest.fixture
def bare_app(bare_settings: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The application on the database that begins without tables, on that Monday morning."""
    app = app_for(bare_settings["DATABASE_URL"], tmp_path / "instance")
    with app.app_context(), clock.standing_at(NOW):
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_database_without_tables_gets_them_first_and_a_small_house_has_everything_too(bare_app, run_bare):
    answer = run_bare("demo", "--rooms", 5, "--bookings", 200)
    assert "5 rooms" in answer.stdout
    assert "Added 200 bookings" in answer.stdout
    is_filled(200)
    equipment_is_lent()
    a_room_has_requests_and_time_for_getting_ready()


def equipment_is_lent() -> None:
    lent = select(func.count()).select_from(Hold).join(Hold.resource).where(Resource.kind != Sort.ROOM)
    assert db.session.scalars(lent).one() > 10


def a_room_has_requests_and_time_for_getting_ready() -> None:
    bookings = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert any(booking.status == Status.REQUESTED for booking in bookings)
    assert any(len(booking.extras) > 1 for booking in bookings)
    for booking in bookings:
        room = booking.room
        assert booking.holds[0].starts_at == room.kept_from(booking.starts_at)
        assert booking.holds[0].ends_at == room.kept_until(booking.ends_at)
    assert any(booking.holds[0].starts_at < booking.starts_at for booking in bookings)
