"""Mails reach a real server once; what goes wrong is tried again, and never lost."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications import course
from portal.notifications.delivery import deliver_due
from portal.notifications.models import OutgoingMail
from portal.notifications.worker import run
from tests.conftest import NOW


def mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def later(**span: float):
    """The clock, moved on."""
    return clock.standing_at(NOW + timedelta(**span))


def test_a_mail_is_delivered_once(mail_server, postbox, notice):
    notice()
    assert (deliver_due(), deliver_due()) == (1, 0)
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("bob@example.org", "Room changed")
    assert mails()[0].sent_at == NOW


def test_chinese_words_arrive_as_they_were_written(mail_server, postbox, notice):
    notice(subject="会议改期：预算评审", body="改到 E102，十点开始。\n\n详情：http://127.0.0.1:8000/meetings/1")
    deliver_due()
    (mail,) = postbox.mails
    assert mail["Subject"] == "会议改期：预算评审"
    assert "改到 E102，十点开始。" in mail.get_body(("plain",)).get_content()
    assert 'href="http://127.0.0.1:8000/meetings/1"' in mail.get_body(("html",)).get_content()


def test_nothing_typed_becomes_a_header_or_markup(mail_server, postbox, notice):
    notice(subject="Hello\r\nBcc: eve@example.org", body="<b>bold</b>")
    deliver_due()
    (mail,) = postbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: eve@example.org"
    assert "&lt;b&gt;bold" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("answers", ["recipient_answers", "text_answers"])
def test_a_passing_refusal_is_tried_again_later_as_the_same_mail(mail_server, postbox, notice, answers):
    getattr(postbox, answers).append("451 try later")
    notice()
    deliver_due()
    assert postbox.mails == []
    assert "451" in mails()[0].last_error
    with later(seconds=30):
        assert deliver_due() == 0
    with later(minutes=2):
        assert deliver_due() == 1
    assert postbox.mails[0]["Message-ID"] == mails()[0].message_id


@pytest.mark.parametrize("answers", ["recipient_answers", "text_answers"])
def test_a_final_refusal_is_given_up_and_said(mail_server, postbox, notice, answers):
    getattr(postbox, answers).append("550 no such person")
    notice()
    deliver_due()
    assert mails()[0].given_up_at == NOW
    assert "no such person" in mails()[0].last_error
    with later(days=2):
        assert deliver_due() == 0


def test_one_refusal_does_not_keep_others_from_their_mail(mail_server, postbox, notice, alice, bob, rita):
    postbox.recipient_answers[:] = ["250 OK", "550 no", "250 OK"]
    notice(alice, bob, rita)
    deliver_due()
    assert {mail["To"] for mail in postbox.mails} == {"alice@example.org", "rita@example.org"}


def test_a_connection_dropped_in_a_mail_loses_nothing(mail_server, postbox, notice, alice, bob):
    postbox.text_answers.append("drop")
    notice(alice, bob)
    deliver_due()
    assert [mail["To"] for mail in postbox.mails] == ["bob@example.org"]
    with later(minutes=3):
        deliver_due()
    assert sorted(mail["To"] for mail in postbox.mails) == ["alice@example.org", "bob@example.org"]


def test_a_server_that_is_away_counts_against_no_mail(with_settings, nobody_listens, notice, alice, bob):
    with_settings(smtp_url=nobody_listens)
    notice(alice, bob)
    for minute in range(0, 60, 2):
        with later(minutes=minute):
            deliver_due()
    assert [(mail.attempts, mail.given_up_at) for mail in mails()] == [(0, None), (0, None)]
    assert "away" in mails()[0].last_error


def test_a_mail_that_is_never_taken_is_given_up_in_the_end(mail_server, postbox, notice):
    notice()
    postbox.text_answers[:] = ["451 later"] * course.TRIES
    for hours in range(0, 8 * course.TRIES, 8):
        with later(hours=hours):
            deliver_due()
    assert mails()[0].given_up_at is not None
    assert mails()[0].attempts == course.TRIES


def test_pauses_grow_and_are_bounded():
    assert course.pause_after(1) <= timedelta(minutes=1.2)
    assert timedelta(minutes=12) <= course.pause_after(5) <= timedelta(minutes=20)
    assert course.pause_after(60) <= timedelta(hours=7.2)


def test_workers_at_the_same_time_share_the_mails_and_send_each_once(app, mail_server, postbox, notice, add_person):
    people = [add_person(f"Person{number}") for number in range(40)]
    notice(*people)
    together = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            together.wait()
            while deliver_due(limit=3):
                pass

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(mail["To"] for mail in postbox.mails) == sorted(person.email for person in people)


def test_without_a_server_mails_become_files(app, notice):
    folder: Path = app.config["PORTAL"].outbox_folder
    before = set(folder.glob("*.eml"))
    notice(subject="Written down")
    deliver_due()
    (file,) = set(folder.glob("*.eml")) - before
    assert b"Subject: Written down" in file.read_bytes()
    assert list(folder.glob(".*")) == []


def test_an_address_that_is_none_is_given_up_and_the_rest_goes_on(mail_server, postbox, notice, alice, bob):
    notice(alice, bob)
    mails()[0].address = "nobody at all"
    db.session.commit()
    deliver_due()
    assert mails()[0].given_up_at is not None
    assert [mail["To"] for mail in postbox.mails] == ["bob@example.org"]


def test_what_a_failed_command_said_is_never_sent(mail_server, notice, bob, make_booking):
    from portal.notifications.commands import tell

    booking = make_booking(title="Second", starts_at=NOW + timedelta(hours=4), ends_at=NOW + timedelta(hours=5))
    tell([bob], "booking.moved", "booking", booking, lambda: ("Never", "Never"))
    db.session.rollback()
    assert mails() == []
    assert deliver_due() == 0


KILLED_WORKER = """
import sys
from datetime import datetime
from portal.app import create_app
from portal.core import clock
from portal.notifications import delivery
with create_app().app_context(), clock.standing_at(datetime.fromisoformat(sys.argv[1])):
    delivery.deliver_due()
"""


def test_a_worker_killed_in_the_middle_of_a_mail_has_it_sent_again_as_the_same(
    app, database_url, mail_server, postbox, notice
):
    notice()
    postbox.may_answer.clear()
    settings = app.config["PORTAL"]
    environment = {
        "DATABASE_URL": database_url, "PORTAL_INSTANCE": str(settings.instance), "PORTAL_SMTP_URL": settings.smtp_url
    }
    with subprocess.Popen([sys.executable, "-c", KILLED_WORKER, NOW.isoformat()], env=environment) as worker:
        try:
            assert postbox.has_text.wait(20)
        finally:
            worker.send_signal(signal.SIGKILL)
            postbox.may_answer.set()
    assert mails()[0].sent_at is None
    assert deliver_due() == 0
    with clock.standing_at(NOW + course.LEASE):
        assert deliver_due() == 1
    assert [mail["Message-ID"] for mail in postbox.mails] == [mails()[0].message_id]
    assert mails()[0].sent_at is not None


def test_the_worker_delivers_until_it_is_told_to_stop(app, mail_server, postbox, notice):
    stop = threading.Event()
    postbox.on_mail = stop.set
    notice()
    run(stop, poll_seconds=0.01)
    assert len(postbox.mails) == 1
