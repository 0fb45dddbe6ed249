"""The demonstration organisation: complete, and alive around now. It is loaded once for all tests of here."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import commands as accounts
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.cli import portal
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import speaking_to
from portal.demo import PASSWORD
from portal.meetings.models import Answer, Attendee, Meeting, Phase
from portal.notifications.models import OutgoingMail
from portal.resolutions.models import Light, ProgressReport, Resolution
from portal.rooms.models import Booking
from tests.cli.conftest import count, held_minutes, is_complete, is_filled
from tests.conftest import NOW, SHANGHAI, at
from tests.databases import make_empty

# On one worker, so that no test of elsewhere comes in between.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("loaded", "as_it_was")]


@pytest.fixture(scope="module")
def load(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Load it by `portal demo` into the empty database, in another language than the portal's."""
    settings = {
        "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(tmp_path_factory.mktemp("demo")),
        "PORTAL_LOCALE": "zh_Hans", "PORTAL_TIMEZONE": "Asia/Shanghai",
    }
    return lambda *options: CliRunner(env=settings).invoke(
        portal, ["demo", "--lang", "en", *options], catch_exceptions=False
    )


@pytest.fixture(scope="module")
def loaded(whole_app: Flask, database_url: str, load: Callable[..., Result]) -> Iterator[Result]:
    """The organisation on that Monday morning; what the command said."""
    with whole_app.app_context(), clock.standing_at(NOW), speaking_to("en", SHANGHAI):
        yield load()
        make_empty(database_url)


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Whatever a test does is taken back."""
    yield
    db.session.rollback()


def test_it_is_complete_in_the_language_that_is_said():
    is_complete(speaks_english=True, department="General Office")


def test_there_is_a_meeting_in_every_phase_and_a_resolution_with_every_light():
    phases = Counter(meeting.phase(NOW) for meeting in db.session.scalars(select(Meeting)))
    assert set(phases) == set(Phase)
    assert all(meeting.agenda and meeting.attendees for meeting in db.session.scalars(select(Meeting)))
    assert set(db.session.scalars(select(Attendee.answer))) == set(Answer)
    lights = Counter(one.light(at(8).date()) for one in db.session.scalars(select(Resolution)))
    assert set(lights) == set(Light)
    assert count(ProgressReport) > 5


def test_days_around_today_are_busy_but_not_full():
    for offset in (-1, 0, 1):
        assert 150 < held_minutes(at(8, days=offset).date()) < 420


def test_everything_done_was_done_before_now_and_is_in_the_log():
    assert db.session.scalars(select(func.max(AuditEntry.at))).one() <= NOW
    booked = select(func.count()).where(AuditEntry.action == "booking.created")
    assert db.session.scalars(booked).one() == count(Booking)


def test_no_mail_leaves_for_what_only_seems_to_have_happened():
    due = select(func.count()).where(OutgoingMail.sent_at.is_(None))
    assert (db.session.scalars(due).one(), count(OutgoingMail) > 50) == (0, True)


def test_one_person_of_each_role_can_sign_in(loaded):
    for login in ("employee", "head", "office", "rooms", "leader", "auditor", "admin"):
        assert login in loaded.stdout
        assert accounts.sign_in(login, PASSWORD, "127.0.0.1")
    employee = db.session.scalars(select(Person).where(Person.login == "employee")).one()
    waiting = select(func.count()).where(Attendee.person_id == employee.id, Attendee.answer == Answer.NONE)
    assert db.session.scalars(waiting).one() >= 1


def test_it_is_the_same_each_time_and_filled_days_are_working_days_with_about_eight_bookings_a_room(
    load, database_url
):
    def what_there_is() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        people = db.session.execute(select(Person.login, Person.name).order_by(Person.id))
        bookings = db.session.execute(select(Booking.title, Booking.starts_at, Booking.ends_at).order_by(Booking.id))
        return [tuple(row) for row in people], [tuple(row) for row in bookings]

    people, bookings = what_there_is()
    make_empty(database_url)
    assert "Added 2000 bookings" in load("--bookings", "2000").stdout
    people_again, more_bookings = what_there_is()
    assert people_again == people
    assert more_bookings[:-2000] == bookings
    is_filled(2000)
