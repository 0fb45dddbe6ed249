"""Mail servers that refuse, hang up or dawdle, at every point of the conversation: each notice arrives all the same."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.notifications import mail as mail_module
from portal.notifications.delivery import deliver_due
from portal.notifications.models import OutgoingMail
from tests.conftest import NOW

BEFORE_A_MAIL = ("CONNECT", "EHLO")
IN_A_MAIL = ("MAIL", "RCPT", "DATA", "TEXT", "END")


def mails() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def deliver_later(**span: float) -> int:
    with clock.standing_at(NOW + timedelta(**span)):
        return deliver_due()


@pytest.mark.parametrize("command", BEFORE_A_MAIL + IN_A_MAIL)
def test_a_server_that_hangs_up_gets_the_same_mail_again(mail_server, postbox, notice, command):
    postbox.hangs_up_at.append(command)
    notice()
    deliver_due()
    assert postbox.mails == []
    assert mails()[0].last_error
    deliver_later(minutes=2)
    assert [mail["Message-ID"] for mail in postbox.mails] == [mails()[0].message_id]
    assert (mails()[0].given_up_at, mails()[0].last_error) == (None, "")


@pytest.mark.parametrize("command", BEFORE_A_MAIL)
def test_a_server_that_hangs_up_before_any_mail_counts_against_none(mail_server, postbox, notice, alice, bob, command):
    notice(alice, bob)
    for day in range(40):
        postbox.hangs_up_at[:] = [command]
        deliver_later(days=day)
    assert [(mail.attempts, mail.given_up_at) for mail in mails()] == [(0, None)] * 2
    deliver_later(days=41)
    assert len(postbox.mails) == 2


@pytest.mark.parametrize("command", IN_A_MAIL)
def test_a_server_that_hangs_up_in_a_mail_keeps_no_other_from_arriving(
    mail_server, postbox, notice, alice, bob, command
):
    postbox.hangs_up_at.append(command)
    notice(alice, bob)
    deliver_due()
    assert [mail["To"] for mail in postbox.mails] == ["bob@example.org"]


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("manner", ["keeps_silent_at", "drips_at"])
def test_a_server_that_dawdles_is_left_in_time_and_asked_again(
    monkeypatch, mail_server, postbox, notice, command, manner
):
    getattr(postbox, manner).append(command)
    notice()
    with monkeypatch.context() as impatient:
        impatient.setattr(mail_module, "TIMEOUT", 0.2)
        deliver_due()
    assert postbox.mails == []
    # On a busy machine the patience may have ended before the command was reached.
    getattr(postbox, manner).clear()
    deliver_later(minutes=2)
    assert len(postbox.mails) == 1
    assert mails()[0].sent_at is not None


@pytest.mark.parametrize("answer", ["451 later", "550 you may not send"])
def test_a_refused_sender_is_our_own_fault_and_no_mail_is_given_up_for_it(mail_server, postbox, notice, answer):
    postbox.sender_answers.append(answer)
    notice()
    deliver_due()
    assert mails()[0].given_up_at is None
    assert answer[:3] in mails()[0].last_error
    deliver_later(minutes=2)
    assert len(postbox.mails) == 1


def test_a_server_in_trouble_over_a_long_weekend_still_gets_the_mail(mail_server, postbox, notice):
    notice()
    for hour in range(4 * 24):
        postbox.text_answers[:] = ["452 the disk is full"]
        deliver_later(hours=hour)
    postbox.text_answers.clear()
    deliver_later(hours=4 * 24 + 8)
    assert len(postbox.mails) == 1
