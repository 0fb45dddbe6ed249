"""Replies from calendars that come by mail: whom they count for, and what is refused."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from portal.calendars import objects
from portal.calendars.models import CalendarReply
from portal.calendars.receiving import read_mailboxes, receive
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.models import Answer
from portal.meetings.moving import move_meeting
from portal.meetings.people import invite, uninvite
from tests.calendars.conftest import with_portal_settings
from tests.conftest import at

BOB, EVE = "bob@example.org", "eve@example.org"


def stream_of(meeting, *, said="ACCEPTED", person=BOB, method="REPLY", **more):
    """What a calendar answers, as octets; a property that is nothing is left out."""
    event = {
        "UID": meeting.uid, "SEQUENCE": meeting.sequence, "DTSTAMP": "20261123T010000Z",
        f"ATTENDEE;PARTSTAT={said}": f"mailto:{person}", **more,
    }
    lines = [f"{name}:{value}" for name, value in event.items() if value is not None]
    stream = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", f"METHOD:{method}", "BEGIN:VEVENT", *lines,
              "END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(stream).encode()


def reply(meeting, *, sender=BOB, known_by="<1@example.org>", headers=(), **more):
    """A mail as calendars send it (RFC 6047 §4.2)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Bob <{sender}>", "portal@example.org", "Accepted: Board"
    mail["Message-ID"] = known_by
    for header in headers:
        mail["Authentication-Results"] = header
    mail.set_content("Bob has accepted.")
    method = more.get("method", "REPLY")
    mail.add_alternative(stream_of(meeting, **more), "text", "calendar", params={"method": method})
    return mail.as_bytes()


def received(mail):
    """What became of it, at the first meeting that it is to."""
    notes = receive(mail)
    db.session.commit()
    return (str(notes[0].outcome), notes[0].reason) if notes else None


def answer_of(meeting):
    db.session.rollback()
    return meeting.attendees[0].answer


@pytest.fixture
def board(make_meeting, bob):
    return make_meeting(bob, sequence=2)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("ACCEPTED", Answer.ACCEPTED), ("declined", Answer.DECLINED), ("TENTATIVE", Answer.TENTATIVE)],
)
def test_a_reply_is_an_answer_with_its_comment(board, said, becomes):
    assert received(reply(board, said=said, COMMENT="On the train\\, so late")) == ("counted", "")
    assert (answer_of(board), board.attendees[0].comment) == (becomes, "On the train, so late")
    assert board.sequence == 2


def test_a_reply_from_the_future_does_not_outlast_the_next(board):
    assert received(reply(board, DTSTAMP="21000101T000000Z")) == ("counted", "")
    with clock.standing_at(at(9)):
        later = reply(board, said="DECLINED", known_by="<2@example.org>", DTSTAMP="20261123T005900Z")
        assert received(later) == ("counted", "")
    assert answer_of(board) == Answer.DECLINED


def test_a_mail_that_is_read_twice_counts_once(board):
    assert received(reply(board)) == ("counted", "")
    assert received(reply(board, said="DECLINED")) is None
    assert answer_of(board) == Answer.ACCEPTED


@pytest.mark.parametrize(
    ("why", "manner"),
    [
        ("another address", {"sender": EVE}),
        ("Nobody with this address", {"sender": EVE, "person": EVE}),
        ("Nobody with this address", {"UID": "somebody-elses"}),
        ("before the meeting was moved", {"SEQUENCE": 1}),
        ("neither accepts", {"said": "DELEGATED"}),
        ("neither accepts", {"said": "X"}),
        ("no reply", {"method": "REQUEST"}),
        ("cannot be read", {"SEQUENCE": "many"}),
        ("from one person", {"ATTENDEE;CN=EVE;PARTSTAT=ACCEPTED": f"mailto:{EVE}"}),
    ],
)
def test_what_does_not_count_changes_nothing_and_says_why(board, why, manner):
    outcome, reason = received(reply(board, **manner))
    assert outcome == ("outdated" if "SEQUENCE" in manner and manner["SEQUENCE"] == 1 else "refused")
    assert why in reason
    assert answer_of(board) == Answer.NONE


def test_who_was_asked_anew_answers_the_meeting_as_it_was_when_the_mail_came(make_meeting, alice, bob):
    board = make_meeting(bob, format="outside", venue="Hall", location="Hall")
    uninvite(alice, board, board.attendees[0])
    invite(alice, board, [bob])
    send_notice(alice, board)
    mailed = objects.sequence_to(board, BOB)
    assert received(reply(board, SEQUENCE=mailed)) == ("counted", "")
    move_meeting(alice, board, at(14), at(15), venue="Hall")
    assert received(reply(board, SEQUENCE=mailed, known_by="<2@example.org>"))[0] == "outdated"


def test_of_two_replies_to_the_same_the_later_one_counts(board):
    assert received(reply(board, DTSTAMP="20261123T020000Z"))[0] == "counted"
    earlier = reply(board, said="DECLINED", known_by="<2@example.org>", DTSTAMP="20261122T230000Z")
    assert received(earlier)[0] == "outdated"
    assert answer_of(board) == Answer.ACCEPTED


def test_only_whom_the_mail_server_vouches_for_is_believed_if_it_says_so(app, board):
    with with_portal_settings(app, reply_authserv="mx.example.org"):
        forged = "mx.example.org; dmarc=fail", "mx.example.org; dmarc=pass"
        for number, headers in enumerate([(), forged, ("evil.example; dmarc=pass",)]):
            assert "vouch" in received(reply(board, headers=headers, known_by=f"<{number}>"))[1]
        assert received(reply(board, headers=("mx.example.org; spf=pass; dmarc=pass (p=none)",)))[0] == "counted"


@pytest.mark.parametrize(
    "mail",
    [
        b"", b"\x00" * 2000, b"From: <<<>>>;\r\n\r\n",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VEVENT",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 5000,
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\n" * 3000,
        b"X: " + b"y" * 1_200_000,
        b"From: =?utf-8?q?=00?=@x\r\nMessage-ID: <\xff\0>\r\nContent-Type: text/calendar\r\n\r\n"
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
        b"BEGIN:VEVENT\r\nUID:\0\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:\0\r\nSEQUENCE:1\r\nEND:VEVENT\r\nEND:VCALENDAR",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x\r\nSEQUENCE:99999999999\r\nEND:VEVENT\r\nEND:VCALENDAR",
    ],
    ids=["empty", "nulls", "sender", "broken", "parts", "deep", "huge", "nul", "sequence"],
)
def test_hostile_mail_is_refused_in_words(app, mail):
    outcome, reason = received(mail)
    assert outcome == "refused"
    assert reason.endswith(".")


def test_the_worker_reads_a_mailbox_and_puts_each_mail_away(app, board, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.host").write_bytes(reply(board))
    (tmp_path / "new" / "2.host").write_bytes(b"no reply")
    # Nothing can be made of it but a note; the mails after it are read all the same.
    (tmp_path / "new" / "0.host").write_bytes(b"Content-Type: message/rfc822\r\n\r\n" * 3000)
    with with_portal_settings(app, replies=tmp_path):
        assert (read_mailboxes(), read_mailboxes()) == (3, 0)
    assert sorted(file.name for file in (tmp_path / "cur").iterdir()) == ["0.host:2,S", "1.host:2,S", "2.host:2,S"]
    assert answer_of(board) == Answer.ACCEPTED


def test_the_office_sees_what_did_not_count_and_no_secret(sign_in, make_meeting, board, olive, alice, bob, statements):
    secret = make_meeting(bob, subject="Takeover", confidentiality="secret", starts_at=at(12), ends_at=at(13))
    for number in range(3):
        received(reply(board, sender=EVE, known_by=f"<b{number}>"))
    received(reply(secret, sender=EVE, known_by="<s>"))
    received(reply(board, known_by="<good>"))
    office = sign_in(olive)
    with statements() as seen:
        page = office.get("/calendar/replies").text
    few = len(seen)
    assert page.count("another address") == 4
    assert "Board" in page
    assert "Takeover" not in page
    assert "Counted" not in page
    assert "Counted" in office.get("/calendar/replies?which=all").text
    for number in range(20):
        received(reply(board, sender=EVE, known_by=f"<c{number}>"))
    with statements() as seen:
        office.get("/calendar/replies")
    assert len(seen) == few
    assert sign_in(alice).get("/calendar/replies").status_code == 403
    assert db.session.query(CalendarReply).count() == 25
