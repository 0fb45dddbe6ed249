"""The log is read aloud in the reader's words, to those who may see the record."""

import pytest

from portal.accounts.models import Person
from portal.audit.words import details_for
from portal.core.i18n import speaking_to
from portal.rooms import commands
from tests.conftest import HTMX, SHANGHAI, at


def test_the_log_of_a_booking_says_who_did_what_and_when(sign_in, make_booking, rita, room, bob):
    booking = make_booking()
    commands.move(rita, booking, room.id, "Review", at(11), at(12))
    commands.db.session.commit()
    page = sign_in(bob).get(f"/log/booking/{booking.id}", headers=HTMX).text
    assert page.index("moved the booking") < page.index("booked")
    assert "Rita" in page
    assert "11:00" in page
    assert "<html" not in page


def test_a_record_that_nobody_knows_has_no_log(sign_in, bob):
    browser = sign_in(bob)
    assert browser.get("/log/booking/99").status_code == 404
    assert browser.get("/log/secrets/1").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("audrey", 200), ("adam", 200), ("bob", 403), ("olive", 403), ("leo", 403)]
)
def test_only_auditors_and_administrators_read_the_whole_log(request, sign_in, who, status):
    person: Person = request.getfixturevalue(who)
    assert sign_in(person).get("/log").status_code == status


def test_instants_are_read_in_the_readers_zone_and_empty_details_are_left_out(app):
    with speaking_to("en", SHANGHAI):
        read = details_for({"starts_at": "2026-11-23T01:00:00+00:00", "comment": "", "answer": "accepted"})
    assert read == [("From", "Nov 23, 2026 09:00"), ("Answer", "Accepted")]


def test_what_somebody_typed_is_escaped(sign_in, make_booking, alice):
    booking = make_booking(title="<script>alert(1)</script>")
    page = sign_in(alice).get(f"/log/booking/{booking.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_whole_log_takes_the_same_statements_however_long_it_is(sign_in, audrey, make_booking, statements):
    browser = sign_in(audrey)
    counts = []
    for number in range(2):
        for hour in range(9, 15):
            make_booking(starts_at=at(hour, days=number), ends_at=at(hour + 1, days=number))
        with statements() as seen:
            browser.get("/log")
        counts.append(len(seen))
    assert counts[0] == counts[1]
