"""What a mail looks like on the wire."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notifications.course import Refused
from portal.notifications.mail import Letter, compose

LETTER = Letter(
    7, "bob@example.org", "<7@example.org>", "zh-Hans", "会议改期", "改到 E102", datetime(2026, 11, 23, tzinfo=UTC)
)


@pytest.fixture
def wire(app, with_settings):
    """The octets of a letter, and what a reader's mail program makes of them."""
    with_settings(organisation="市政府办公厅", mail_from="portal@example.org")

    def wire(**changes) -> tuple[bytes, EmailMessage]:
        octets = compose(Letter(**{**vars(LETTER), **changes}), app.config["PORTAL"]).as_bytes()
        return octets, message_from_bytes(octets, policy=policy.default)

    return wire


def test_a_mail_says_from_whom_to_whom_what_and_in_which_language(wire):
    _octets, mail = wire()
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("市政府办公厅", "portal@example.org")
    assert [mail[name] for name in ("To", "Subject", "Message-ID", "Content-Language", "Auto-Submitted")] == [
        "bob@example.org", "会议改期", "<7@example.org>", "zh-Hans", "auto-generated",
    ]
    assert mail["Date"].datetime == LETTER.written_at
    assert mail.get_content_type() == "multipart/alternative"


def test_a_mail_is_seven_bits_and_its_lines_are_not_too_long(wire):
    octets, _mail = wire(subject="预算评审会议" * 40, body="改到十点。" * 900 + "\n" + "x" * 5000)
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998  # RFC 5322 §2.1.1


WORDS = st.text(st.sampled_from("会议改期预算 Ab=?_\"<>&,;:😀é\r\n"), min_size=1, max_size=120)


def test_a_subject_arrives_as_it_was_written_whatever_it_is(app):
    @given(WORDS)
    def arrives(words):
        letter = Letter(**{**vars(LETTER), "subject": words})
        mail = message_from_bytes(compose(letter, app.config["PORTAL"]).as_bytes(), policy=policy.default)
        assert mail["Subject"] == " ".join(words.split())
        assert mail["Bcc"] is None

    arrives()


@pytest.mark.parametrize("name", ["", "Works, Ltd. \"East\"", "市人民政府办公厅（机关事务管理局）会议服务中心" * 3])
def test_the_organisation_s_name_is_the_sender_s(wire, with_settings, name):
    with_settings(organisation=name)
    octets, _mail = wire()
    # The newer parser of Python 3.11 keeps the space between two encoded words of a name; RFC 2047 §6.2 drops it.
    words, address = parseaddr(message_from_bytes(octets)["From"])
    assert (str(make_header(decode_header(words))), address) == (name, "portal@example.org")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("详情：http://127.0.0.1:8000/meetings/1。", "http://127.0.0.1:8000/meetings/1"),
        ("See http://127.0.0.1:8000/meetings/1, please.", "http://127.0.0.1:8000/meetings/1"),
        ("（https://example.org/a?b=1&c=2）", "https://example.org/a?b=1&amp;c=2"),
    ],
)
def test_addresses_in_the_words_become_links(wire, body, address):
    _octets, mail = wire(body=body)
    assert f'<a href="{address}">{address}</a>' in mail.get_body(("html",)).get_content()


def test_no_other_kind_of_address_becomes_a_link(wire):
    _octets, mail = wire(body='javascript:alert(1) "http://<script>')
    html = mail.get_body(("html",)).get_content()
    assert "<a " not in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    "address", ["", "bob", "bob@example.org, eve@example.org", "bob@example.org\r\nBcc: eve@example.org"]
)
def test_what_is_no_single_address_is_refused_for_good(wire, address):
    with pytest.raises(Refused) as refusal:
        wire(address=address)
    assert refusal.value.is_final
