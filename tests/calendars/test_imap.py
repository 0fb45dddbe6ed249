"""A mailbox on a mail server: what is new is read, what was dealt with is marked, and nothing makes the worker wait."""

import logging
import time

import pytest
import trustme

from portal.calendars import imap, receiving
from portal.calendars.models import CalendarReply
from portal.calendars.receiving import read_mailboxes
from portal.core.db import db
from portal.core.settings import BadSetting, from_environment
from portal.meetings.models import Answer
from tests.calendars.conftest import with_portal_settings
from tests.calendars.test_replies import EVE, answer_of, reply
from tests.imap import PASSWORD, running_reactor, serving


@pytest.fixture(scope="session")
def twisted_loop():
    with running_reactor():
        yield


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def imap_server(twisted_loop, authority, tmp_path, monkeypatch):
    """A mailbox on a server that this process trusts, as a machine of the house would."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with serving(authority) as server:
        yield server


@pytest.fixture
def board(make_meeting, bob):
    return make_meeting(bob)


@pytest.fixture
def read(app, imap_server):
    """Read the mailbox as the worker does, and answer how many mails were new."""

    def read_it(way="plain", **more):
        with with_portal_settings(app, reply_imap=imap_server.address(way, **more)):
            return read_mailboxes()

    return read_it


@pytest.mark.parametrize("way", ["plain", "starttls", "imaps"])
def test_what_is_new_counts_and_is_marked_as_seen(board, imap_server, read, way):
    imap_server.mailbox.put(reply(board))
    imap_server.mailbox.put(reply(board, sender=EVE, known_by="<2>"))
    assert read(way) == 2
    assert read(way) == 0
    assert imap_server.mailbox.seen() == [True, True]
    assert answer_of(board) == Answer.ACCEPTED


def test_a_server_that_knows_only_login_is_told_the_password_so(board, imap_server, read):
    imap_server.mailbox.put(reply(board))
    imap_server.mailbox.offers_plain = False
    assert read() == 1
    assert any(command.startswith(b"LOGIN") for command in imap_server.mailbox.commands)


def test_another_folder_is_read_by_its_name(board, imap_server, read):
    imap_server.mailbox.put(reply(board))
    assert read(folder="Our%20replies") == 1
    assert any(command.startswith(b'SELECT "Our replies"') for command in imap_server.mailbox.commands)


def test_a_mail_stays_new_until_what_became_of_it_is_kept(board, imap_server, read, monkeypatch):
    imap_server.mailbox.put(reply(board))
    with monkeypatch.context() as patched:
        patched.setattr(receiving.db.session, "commit", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read()
    db.session.rollback()
    assert imap_server.mailbox.seen() == [False]
    assert read() == 1
    assert imap_server.mailbox.seen() == [True]


def test_a_mail_that_is_too_large_is_not_fetched_and_bars_no_other(board, imap_server, read):
    mail = reply(board, sender=EVE, known_by="<large>")
    imap_server.mailbox.put(mail + b"x" * imap.MOST_OCTETS)
    imap_server.mailbox.put(b"\0" * 100)
    imap_server.mailbox.put(reply(board))
    assert read() == 3
    noted = db.session.query(CalendarReply).filter_by(message_id="<large>").one()
    assert (noted.sender, "larger" in noted.reason) == (EVE, True)
    assert not any(b"<0.1000000>" in command for command in imap_server.mailbox.commands if b" 101 " in command)
    assert answer_of(board) == Answer.ACCEPTED


@pytest.mark.parametrize(
    ("manner", "command"),
    [("hangs_up_at", b"UID"), ("keeps_silent_at", b"AUTHENTICATE"), ("drips_at", b"SELECT"), ("floods_at", b"UID")],
)
def test_a_server_that_misbehaves_makes_nobody_wait(imap_server, read, board, monkeypatch, caplog, manner, command):
    monkeypatch.setattr(imap, "TIMEOUT", 0.3)
    monkeypatch.setattr(imap, "LONGEST_SESSION", 0.6)
    imap_server.mailbox.put(reply(board))
    setattr(imap_server.mailbox, manner, command)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert read() == 0
    assert time.monotonic() - began < 3
    assert "cannot be read now" in caplog.text
    assert PASSWORD not in caplog.text


def test_who_is_not_let_in_says_so_without_the_password(imap_server, read, caplog):
    with caplog.at_level(logging.WARNING):
        assert read(password="wrong-secret") == 0
    assert "refuses user or password" in caplog.text
    assert "wrong-secret" not in caplog.text


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(imap_server, read, monkeypatch, caplog):
    monkeypatch.delenv("SSL_CERT_FILE")
    with caplog.at_level(logging.WARNING):
        assert (read("imaps"), read("starttls")) == (0, 0)
    assert caplog.text.count("CERTIFICATE_VERIFY_FAILED") == 2
    assert not any(command.startswith((b"LOGIN", b"AUTHENTICATE")) for command in imap_server.mailbox.commands)


def test_no_password_goes_in_clear_to_another_machine(imap_server, read, monkeypatch, caplog):
    monkeypatch.setattr(imap, "_is_this_machine", lambda _sock: False)
    with caplog.at_level(logging.WARNING):
        assert read() == 0
    assert "no encryption" in caplog.text
    assert not any(command.startswith((b"LOGIN", b"AUTHENTICATE")) for command in imap_server.mailbox.commands)


@pytest.mark.parametrize(
    "address",
    ["imaps://host/INBOX", "http://u:secret@host", "imaps://u:secret@host:99999/", "imaps://u:secret%0d%0a@host",
     "imaps://u:secret@[host", "imaps://u:secret@host/邮件"],
)
def test_an_address_that_is_none_is_refused_at_the_start(tmp_path, address):
    given = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_REPLY_ADDRESS": "r@example.org", "PORTAL_REPLY_IMAP": address}
    with pytest.raises(BadSetting, match="PORTAL_REPLY_IMAP") as refused:
        from_environment(given)
    assert "secret" not in str(refused.value)
    with pytest.raises(BadSetting, match="PORTAL_REPLY_ADDRESS"):
        from_environment({**given, "PORTAL_REPLY_ADDRESS": ""})
