"""What anybody may send to the mailbox: whatever it is, a note comes of it, soon and in little memory."""

import time
import tracemalloc
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.calendars.models import CalendarReply, ReplyOutcome
from portal.calendars.receiving import receive
from portal.core.db import db
from portal.meetings.models import Answer
from tests.calendars.test_replies import BOB, EVE, answer_of, reply, stream_of

MEGABYTE = 1 << 20
SECONDS, MEGABYTES = 4, 40
HEAD = b"From: Bob <bob@example.org>\r\nMessage-ID: <1@x>\r\n"
CALENDAR = HEAD + b"Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
OPEN = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"


def nested(levels):
    """Parts within parts, each with a boundary of its own."""
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    )


SAYS_YES = b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
EVENT = CALENDAR + OPEN + b"BEGIN:VEVENT\r\nUID:1\r\n"
STANDARD = (
    b"BEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\n"
    b"END:STANDARD\r\n"
)
ZONE = b"BEGIN:VTIMEZONE\r\nTZID:A\r\n" + STANDARD * 2 + b"END:VTIMEZONE\r\n"
HOSTILE = {
    "parts in parts": nested(9) + b"\n" * 900_000,
    "many parts in parts": nested(9000),
    "mails in mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 25_000,
    "ten mails in mails": (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 9 + b"\n" * 19_000,
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 9_900,
    "sender": b"From: " + b"(" * 400_000 + b"<a@b>," * 90_000 + b"\r\n\r\n",
    "sender folded": b"From:" + b"\r\n =?utf-8?q?=28?=" * 19_000 + b"\r\n\r\n",
    "name of a type": HEAD + b"Content-Type: text/calendar;" + b"a*0*=x;" * 120_000 + b"\r\n\r\n",
    "name of a type folded": HEAD + b"Content-Type: text/calendar" + b';\r\n a="\\"' * 19_000 + b"\r\n\r\n",
    "headers": b"".join(b"X-%d: y\r\n" % number for number in range(19_000)) + b"\r\n",
    "charset": CALENDAR.replace(b"utf-8", b"idna") + b"a" * 100_000,
    "words": CALENDAR[:-2] + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 6 x\r\n\xff" * 9,
    "one line": CALENDAR + OPEN + b"BEGIN:VEVENT\r\nUID:" + b"y" * 190_000,
    "folds": EVENT + b"COMMENT:" + b"y\r\n " * 19_000 + b"\r\n" + SAYS_YES,
    "parameters": EVENT + b"COMMENT" + b';A="b"' * 30_000 + b":1\r\n" + SAYS_YES,
    "components": CALENDAR + OPEN + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 7_000 + b"END:VCALENDAR",
    "deep": CALENDAR + OPEN + b"BEGIN:VALARM\r\n" * 13_000,
    "rule": EVENT + b"DTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=99999999999\r\n" + SAYS_YES,
    "zone": CALENDAR + OPEN + ZONE + b"BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=A:20261123T000000\r\n" + SAYS_YES,
    "zone of a file": EVENT + b"RECURRENCE-ID;TZID=../../etc/passwd:20261123T000000\r\n" + SAYS_YES,
    "dates": EVENT + b"RDATE:" + b"20261123T010000Z," * 11_000 + b"20261123T010000Z\r\n" + SAYS_YES,
    "nulls": CALENDAR + b"\0" * 900_000,
    "too large": CALENDAR + b"x" * 4 * MEGABYTE,
}


def noted(mail):
    """What became of it, with no trace of it left for the next."""
    notes = receive(mail)
    found = [(note.outcome, note.reason) for note in notes]
    db.session.rollback()
    return found


@pytest.mark.parametrize("mail", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_within_bounds_of_time_and_memory(app, mail):
    tracemalloc.start()
    began = time.process_time()
    found = noted(mail)
    took, (_now, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [outcome for outcome, _reason in found] == [ReplyOutcome.REFUSED]
    assert found[0][1].endswith(".")
    assert (took < SECONDS, most < MEGABYTES * MEGABYTE) == (True, True), (took, most)


@pytest.mark.parametrize(
    "sender",
    [
        "bob@example.org, eve@example.org <eve@example.org>", "bob@example.org)<eve@example.org>",
        '"bob@example.org" <eve@example.org>', "<bob@example.org> <eve@example.org>", "Team: bob@example.org;",
        "bob@example.org\r\nFrom: eve@example.org",
    ],
)
def test_no_two_programs_read_two_senders_out_of_one_mail(make_meeting, bob, sender):
    board = make_meeting(bob)
    mail = reply(board, sender=EVE).replace(b"Bob <eve@example.org>", sender.encode())
    receive(mail)
    assert answer_of(board) == Answer.NONE


@pytest.fixture(scope="module")
def seeds():
    """Mails for hypothesis to tear at."""
    meeting = SimpleNamespace(uid="d0f3b6f2-8a3e-4b6e-9d6a-2f8f6f4d3c11", sequence=0)
    times = {"DTSTART;TZID=Asia/Shanghai": "20261123T140000", "DTEND": "20261123T070000Z"}
    return [
        reply(meeting, COMMENT="好的，但是晚到"), reply(meeting, method="COUNTER", **times),
        CALENDAR + stream_of(meeting, person=BOB, **{"RECURRENCE-ID": "20261123T010000Z"}),
    ]


torn = st.tuples(
    st.integers(0, 2),
    st.lists(
        st.tuples(
            st.integers(0, 2000), st.integers(0, 60),
            st.one_of(
                st.binary(max_size=40),
                st.sampled_from(
                    [b"\r\n", b"\r\n ", b"\0", b";", b":", b'"', b"=?utf-16?b?", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n",
                     b"\xff\xfe", b"RRULE:FREQ=SECONDLY\r\n", b"\xed\xa0\x80", b"9" * 30, b"boundary=\r\n", b"--"]
                ),
            ),
        ),
        min_size=1, max_size=6,
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(torn)
def test_a_torn_mail_is_noted_like_any_other(app, seeds, torn):
    which, cuts = torn
    mail = seeds[which]
    for at, length, put in cuts:
        place = at % (len(mail) + 1)
        mail = mail[:place] + put + mail[place + length:]
    found = noted(mail)
    assert found
    assert all(outcome == ReplyOutcome.REFUSED and reason.endswith(".") for outcome, reason in found)
    assert db.session.query(CalendarReply).count() == 0
