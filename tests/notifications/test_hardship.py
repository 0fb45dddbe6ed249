"""Slow servers, servers that hang up, settings that are wrong, a database that goes: mails wait, and arrive."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.accounts.models import FailedSignIn
from portal.core import clock
from portal.core.db import db
from portal.notifications import course, delivery
from portal.notifications.delivery import deliver_due
from portal.notifications.models import OutgoingMail
from portal.notifications.worker import run
from tests.conftest import NOW


def mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.fixture
def clock_hands() -> Iterator[contextlib.ExitStack]:
    """The clock can be moved on in the middle of a test and goes back after it."""
    with contextlib.ExitStack() as hands:
        yield hands


def test_no_mail_is_begun_that_could_outlast_the_lease(
    mail_server, postbox, notice, clock_hands, alice, bob, rita
):
    notice(alice, bob, rita)
    slow = NOW + course.LEASE - delivery.LONGEST_SENDING + timedelta(seconds=1)
    postbox.on_mail = lambda: clock_hands.enter_context(clock.standing_at(slow))
    deliver_due()
    assert len(postbox.mails) == 1
    assert [(mail.attempts, mail.due_at) for mail in mails()[1:]] == [(0, slow)] * 2
    deliver_due()
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 3


def test_after_a_421_the_next_mail_goes_over_a_new_connection(mail_server, postbox, notice, alice, bob):
    postbox.recipient_answers[:] = ["421 too many mails at once"]
    notice(alice, bob)
    deliver_due()
    assert [mail["To"] for mail in postbox.mails] == ["bob@example.org"]
    assert mails()[0].given_up_at is None
    assert mails()[1].last_error == ""


def test_a_folder_that_cannot_be_written_keeps_mails_waiting(app, notice, with_settings, tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with_settings(instance=tmp_path)
    notice()
    deliver_due()
    (mail,) = mails()
    assert (mail.attempts, mail.given_up_at) == (0, None)
    assert mail.due_at > NOW


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:abc", "http://127.0.0.1:25", "smtp://"])
def test_a_wrong_setting_is_no_mails_fault(app, notice, with_settings, url):
    with_settings(smtp_url=url)
    notice()
    deliver_due()
    (mail,) = mails()
    assert (mail.attempts, mail.given_up_at) == (0, None)
    assert "PORTAL_SMTP_URL" in mail.last_error


def test_a_mail_that_cannot_be_made_is_kept_and_tried_again(mail_server, postbox, notice, with_settings):
    with_settings(mail_from="this is no address")
    notice()
    deliver_due()
    assert mails()[0].last_error
    with_settings(mail_from="portal@example.org")
    with clock.standing_at(NOW + timedelta(minutes=2)):
        deliver_due()
    assert len(postbox.mails) == 1


def test_told_to_stop_a_worker_finishes_the_mail_in_hand_and_leaves_the_rest_due(
    mail_server, postbox, notice, alice, bob, rita
):
    stop = threading.Event()
    postbox.on_mail = stop.set
    notice(alice, bob, rita)
    run(stop, poll_seconds=0.01)
    assert [bool(mail.sent_at) for mail in mails()] == [True, False, False]
    assert [(mail.attempts, mail.due_at) for mail in mails()[1:]] == [(0, NOW)] * 2


class WhenLogged(logging.Handler):
    """Does something once, when the worker first says that it is in trouble."""

    def __init__(self, act):
        super().__init__(logging.ERROR)
        self.act = act

    def emit(self, record):
        act, self.act = self.act, lambda: None
        act()


def rename(before: str, after: str) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


def test_a_worker_outlives_a_database_in_trouble(mail_server, postbox, notice):
    stop = threading.Event()
    postbox.on_mail = stop.set
    notice()
    rename("outgoing_mail", "outgoing_mail_away")
    mended = WhenLogged(lambda: rename("outgoing_mail_away", "outgoing_mail"))
    log = logging.getLogger("portal.worker")
    log.addHandler(mended)
    try:
        run(stop, poll_seconds=0.01)
    finally:
        log.removeHandler(mended)
    assert len(postbox.mails) == 1


def test_a_worker_tidies_up(mail_server, postbox, notice):
    stop = threading.Event()
    postbox.on_mail = stop.set
    db.session.add(FailedSignIn(login="eve", address="192.0.2.1", at=NOW - timedelta(days=1)))
    notice()
    run(stop, poll_seconds=0.01)
    assert db.session.scalars(select(FailedSignIn)).all() == []
