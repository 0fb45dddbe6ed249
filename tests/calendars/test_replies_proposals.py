"""Other times that people propose from their calendars (COUNTER): noted, shown, taken or declined."""

import pytest
from icalendar import Calendar

from portal.audit.models import AuditEntry
from portal.calendars import proposals
from portal.calendars.declining import declined_counter
from portal.calendars.models import CalendarReply, Decision
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Attendee, Part
from portal.notifications.models import Notice
from tests.calendars.test_replies import BOB, EVE, received, reply
from tests.conftest import NOW, at

AFTERNOON = {"DTSTART": "20261123T060000Z", "DTEND": "20261123T070000Z"}  # two to three in Shanghai


def counter(meeting, known_by="<c>", **more):
    return reply(meeting, said="TENTATIVE", method="COUNTER", known_by=known_by, **{**AFTERNOON, **more})


@pytest.fixture
def board(make_meeting, make_booking, bob):
    """In Alice's booking of E101, nine to ten."""
    return make_meeting(bob, sequence=2, booking_id=make_booking().id)


@pytest.fixture
def waiting(board):
    """Bob proposes the afternoon."""
    assert received(counter(board, COMMENT="After lunch?")) == ("counted", "")
    return db.session.query(CalendarReply).one()


def at_once(command, actor, proposal):
    command(actor, proposal)
    db.session.commit()


def told(kind):
    return {notice.recipient.name: notice.body for notice in db.session.query(Notice).filter_by(kind=kind)}


def test_it_changes_nothing_and_reaches_whoever_may_move_the_meeting(board, waiting, olive, bob, sign_in):
    assert (board.starts_at, board.sequence, board.attendees[0].answer) == (at(9), 2, "needs-action")
    assert (waiting.proposed_starts_at, waiting.proposed_ends_at) == (at(14), at(15))
    assert told("proposal.made").keys() == {"Alice"}
    assert "After lunch?" in told("proposal.made")["Alice"]
    assert f"/meetings/{board.id}" in told("proposal.made")["Alice"]
    page = sign_in(board.organizer).get(f"/meetings/{board.id}").text
    assert "Take this time" in page
    assert "After lunch?" in page
    assert "Take this time" in sign_in(olive).get(f"/meetings/{board.id}/replies").text
    assert "Take this time" not in sign_in(bob).get(f"/meetings/{board.id}").text
    assert sign_in(bob).get(f"/meetings/{board.id}/replies").status_code == 403


def test_the_office_hears_of_it_too_but_of_a_secret_only_if_it_is_in_it(board, make_meeting, olive, bob):
    received(counter(board))
    assert told("proposal.made").keys() == {"Alice", "Olive"}
    secret = make_meeting(bob, subject="Takeover", confidentiality="secret")
    assert received(counter(secret, known_by="<s>"))[0] == "counted"
    assert sum("Takeover" in body for body in told("proposal.made").values()) == 1


@pytest.mark.parametrize(
    ("why", "manner"),
    [
        ("past", {"DTSTART": "20261120T060000Z", "DTEND": "20261120T070000Z"}),
        ("later than the start", {"DTEND": "20261123T050000Z"}),
        ("a day at most", {"DTEND": "20261125T070000Z"}),
        ("cannot be read", {"DTEND": None, "DURATION": "P99999999W"}),
        ("cannot be read", {"DTSTART": "20261123T140000"}),  # on nobody's clock
        ("cannot be read", {"DTSTART": None, "DTSTART;TZID=Mars/Base": "20261123T140000"}),
        ("cannot be read", {"DTSTART": None, "DTSTART;VALUE=DATE": "20261123"}),
        ("anyway", {"DTSTART": "20261123T010000Z", "DTEND": "20261123T020000Z"}),
        ("Nobody with this address", {"UID": "somebody-elses"}),
        ("Nobody with this address", {"sender": EVE, "person": EVE}),
        ("another address", {"sender": EVE}),
        ("before the meeting was moved", {"SEQUENCE": 1}),
    ],
)
def test_what_cannot_be_is_listed_with_the_reason(board, why, manner):
    outcome, reason = received(counter(board, **manner))
    assert why in reason
    assert outcome == ("outdated" if "SEQUENCE" in manner else "refused")
    assert told("proposal.made") == {}
    assert proposals.open_proposals(board) == []


def test_what_is_postponed_or_off_takes_none(make_meeting, bob):
    assert "postponed" in received(counter(make_meeting(bob, postponed_at=NOW)))[1]
    assert "cancelled" in received(counter(make_meeting(bob, cancelled_at=NOW), known_by="<2>"))[1]


def test_zones_are_those_of_iana_and_of_windows_whatever_the_mail_makes_of_them(board):
    hostile = "BEGIN:VTIMEZONE\r\nTZID:China Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n" \
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    times = {"DTSTART": None, "DTSTART;TZID=China Standard Time": "20261123T140000"}
    mail = counter(board, **times).replace(b"BEGIN:VEVENT", hostile.encode() + b"BEGIN:VEVENT")
    assert received(mail) == ("counted", "")
    assert proposals.open_proposals(board)[0].proposed_starts_at == at(14)


def test_who_proposes_others_too_proposes_for_themself(board):
    assert received(counter(board, **{"ATTENDEE;PARTSTAT=NEEDS-ACTION": f"mailto:{EVE}"}))[0] == "counted"
    assert received(counter(board, sender=EVE, known_by="<2>"))[0] == "refused"


def test_taking_it_moves_room_and_meeting_and_asks_all_again(board, waiting, alice, sign_in):
    answer = sign_in(alice).post(f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "taken"})
    assert answer.status_code == 303
    assert (board.starts_at, board.ends_at, board.booking.starts_at, board.sequence) == (at(14), at(15), at(14), 3)
    assert (waiting.decision, waiting.decided_by) == (Decision.TAKEN, alice)
    assert told("meeting.moved").keys() == {"Bob"}
    assert "took the time" in sign_in(alice).get(f"/log/meeting/{board.id}").text
    assert db.session.query(AuditEntry).filter_by(action="meeting.proposal_taken").count() == 1


def test_a_room_that_is_taken_is_said_beside_the_proposal(board, waiting, alice, bob, make_booking, sign_in):
    make_booking(actor=bob, starts_at=at(14), ends_at=at(15))
    answer = sign_in(alice).post(f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "taken"})
    assert answer.status_code == 422
    assert "already booked" in answer.text
    assert "Choose another room or time" in answer.text
    assert (board.starts_at, waiting.decision) == (at(9), None)


def test_a_meeting_without_a_room_moves_by_itself(make_meeting, alice, bob):
    meeting = make_meeting(bob, format="outside", venue="Town hall", location="Town hall")
    received(counter(meeting))
    at_once(proposals.take, alice, proposals.open_proposals(meeting)[0])
    assert (meeting.starts_at, meeting.location) == (at(14), "Town hall")


def test_declining_it_tells_who_proposed_it_in_words_and_in_their_calendar(board, waiting, alice, sign_in):
    sign_in(alice).post(f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "declined"})
    assert (board.starts_at, board.sequence, waiting.decision) == (at(9), 2, Decision.DECLINED)
    assert "is not moved" in told("proposal.declined")["Bob"]
    method, octets = declined_counter("proposal.declined", board.id, BOB, clock.now())
    (event,) = Calendar.from_ical(octets).walk("VEVENT")
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("DECLINECOUNTER", board.uid, 2)
    assert str(event["ATTENDEE"]) == f"mailto:{BOB}"
    assert "DTSTART" not in event
    assert declined_counter("proposal.declined", board.id, EVE, clock.now()) is None
    assert sign_in(alice).post(
        f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "taken"}
    ).status_code == 422
    board.organizer = waiting.attendee.person
    assert declined_counter("proposal.declined", board.id, BOB, clock.now()) is None


@pytest.mark.parametrize("who", ["bob", "leo", "adam"])
def test_nobody_else_decides(request, board, waiting, who, sign_in):
    browser = sign_in(request.getfixturevalue(who))
    answer = browser.post(f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "taken"})
    assert answer.status_code in {403, 404}
    assert waiting.decision is None


def test_a_proposal_of_another_meeting_or_without_a_decision_is_none(board, waiting, make_meeting, alice, sign_in):
    other, browser = make_meeting(), sign_in(alice)
    assert browser.post(f"/meetings/{other.id}/proposals/{waiting.id}", data={"decision": "taken"}).status_code == 404
    assert browser.post(f"/meetings/{board.id}/proposals/{waiting.id}", data={}).status_code == 400


def test_of_one_person_the_last_counts_and_none_outlasts_a_move(board, waiting, alice):
    later = {"DTSTAMP": "20261123T013000Z", "DTSTART": "20261123T080000Z", "DTEND": "20261123T090000Z"}
    assert received(counter(board, known_by="<2>", **later))[0] == "counted"
    assert [one.proposed_starts_at for one in proposals.open_proposals(board)] == [at(16)]
    assert received(counter(board, known_by="<3>", DTSTAMP="20261122T231000Z"))[0] == "outdated"
    assert received(counter(board, known_by="<4>", SEQUENCE=2**30, DTSTAMP="20261123T014000Z"))[0] == "counted"
    board.sequence += 1
    assert proposals.open_proposals(board) == []


def test_who_keeps_another_ones_room_is_named_instead_of_moving_it(board, waiting, alice, bob, sign_in):
    board.booking.owner_id = bob.id
    db.session.commit()
    answer = sign_in(alice).post(f"/meetings/{board.id}/proposals/{waiting.id}", data={"decision": "taken"})
    assert answer.status_code == 422
    assert "Bob booked the room" in answer.text


def test_a_guest_hears_by_mail(make_meeting, alice, bob):
    from portal.meetings.models import Guest
    from portal.notifications.models import OutsideNotice

    meeting = make_meeting(bob)
    guest = Guest(name="Greta", email="greta@example.net", locale="en")
    meeting.attendees.append(Attendee(guest=guest, part=Part.REQUIRED, invited_at=NOW))
    db.session.commit()
    assert received(counter(meeting, sender=guest.email, person=guest.email))[0] == "counted"
    at_once(proposals.decline, alice, proposals.open_proposals(meeting)[0])
    assert db.session.query(OutsideNotice).filter_by(kind="proposal.declined").one().address == guest.email


def test_the_page_of_a_meeting_reads_them_in_few_statements(board, waiting, alice, sign_in, statements, make_meeting):
    browser = sign_in(alice)

    def count():
        with statements() as seen:
            assert browser.get(f"/meetings/{board.id}/replies?which=all").status_code == 200
        return len(seen)

    few = count()
    for number in range(15):
        received(reply(board, sender=EVE, known_by=f"<{number}>"))
    assert count() == few
    assert "15 replies from calendars did not count" in browser.get(f"/meetings/{board.id}").text
