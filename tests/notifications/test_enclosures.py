"""What mails carry besides their words: papers, links, laid-out notices, objects for calendars."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from portal.core import files
from portal.core.db import db
from portal.notifications import mail as mails
from portal.notifications.commands import tell
from portal.notifications.course import Refused
from portal.notifications.delivery import deliver_due
from portal.notifications.laying import BETWEEN_SHEETS, before_signature
from portal.notifications.mail import Letter, compose
from portal.notifications.models import OutgoingMail
from portal.notifications.words import Enclosed

EVIL = 'Plan</title><script>alert(1)</script>"\r\nBcc: eve@example.org'
FORMAL = f"{EVIL}\n\nBob <b>：\n\n一、时间：https://example.org/a?b=1&c=2。\n二、<i>\n\n办公厅\n11月23日"


@pytest.fixture
def sent(app):
    """A mail as its reader's program takes it."""

    def sent(calendar=None, **changes):
        letter = Letter(
            7, "bob@example.org", "<7@example.org>", "zh-Hans", EVIL, FORMAL, datetime(2026, 11, 23, tzinfo=UTC)
        )
        octets = compose(Letter(**{**vars(letter), **changes}), app.config["PORTAL"], calendar).as_bytes()
        assert octets.isascii()
        return message_from_bytes(octets, policy=policy.default)

    return sent


def test_a_laid_out_notice_lets_nothing_of_its_words_become_markup_or_a_header(sent):
    mail = sent(layout="formal", links=[["Accept <b>", "https://example.org/i/x?answer=accepted&a=1"]])
    html = mail.get_body(("html",)).get_content()
    assert mail["Bcc"] is None
    assert not any(mark in html for mark in ("<script>", "<i>", "<b>"))
    assert '<p class="salutation">Bob &lt;b&gt;：</p>' in html
    assert '<p class="signature">办公厅<br>11月23日</p>' in html
    assert '<a href="https://example.org/a?b=1&amp;c=2">' in html
    assert '<a href="https://example.org/i/x?answer=accepted&amp;a=1">Accept &lt;b&gt;</a>' in html
    plain = mail.get_body(("plain",)).get_content().splitlines()
    assert plain[-2:] == ["", "Accept <b>: https://example.org/i/x?answer=accepted&a=1"]


def test_a_bilingual_notice_has_two_sheets_and_a_note_stands_above_the_signature(sent):
    english = before_signature("Notice\n\nDear Bob,\n\nCome.\n\nOffice", "Too large.")
    html = sent(layout="bilingual", body=FORMAL + BETWEEN_SHEETS + english).get_body(("html",)).get_content()
    assert html.count('class="sheet-title"') == 2
    assert html.index("Come.") < html.index("Too large.") < html.index('<p class="signature">Office')


def test_files_arrive_whole_under_their_names(app, sent):
    content = bytes(range(256)) * 9
    mail = sent(
        attachments=[
            ["预算\r\nBcc: eve@example.org.pdf", "application/pdf", files.keep(content)],
            ["plain.txt", "text/plain", files.keep("会议".encode())],
        ]
    )
    found = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert found == {"预算 Bcc: eve@example.org.pdf": content, "plain.txt": "会议".encode()}
    with pytest.raises(Refused) as refusal:
        sent(attachments=[["gone.pdf", "application/pdf", "0" * 64]])
    assert refusal.value.is_final


def test_an_object_for_calendars_goes_as_an_alternative_and_as_a_file(sent):
    octets = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:会议\r\nEND:VCALENDAR\r\n".encode()
    mail = sent(calendar=("REQUEST", octets))
    body = next(part for part in mail.walk() if part.get_content_subtype() == "calendar")
    assert body["Content-Type"].params["method"] == "REQUEST"
    assert "SUMMARY:会议" in body.get_content()
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == ("invite.ics", octets)


def test_whoever_knows_a_kind_of_record_adds_its_object_and_a_fault_of_theirs_holds_no_other_mail_up(
    app, monkeypatch, mail_server, postbox, make_booking, alice, bob
):
    booking, asked = make_booking(), []

    def make(kind, record_id, address, written_at):
        asked.append((kind, record_id, address, written_at))
        if address.startswith("alice"):
            raise ValueError("cannot be made")
        return "REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    monkeypatch.setitem(mails._objects, "booking", None)
    mails.add_object("booking", make)
    enclosed = Enclosed(links=lambda person_id: [["Accept", f"https://example.org/{person_id}"]])
    tell([alice, bob], "booking.moved", "booking", booking, lambda: ("Moved", "Now."), enclosed=enclosed)
    db.session.commit()
    deliver_due()
    (mail,) = postbox.mails
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"
    ]
    assert f"Accept: https://example.org/{bob.id}" in mail.get_body(("plain",)).get_content()
    assert asked[0][:3] == ("booking.moved", booking.id, "alice@example.org")
    faults = db.session.scalars(select(OutgoingMail.last_error).order_by(OutgoingMail.id)).all()
    assert faults == ["ValueError: cannot be made", ""]
