"""The mails that leave for a meeting's people, as a mail server gets them and another program reads them."""

from datetime import timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from portal.answers import commands as answers
from portal.calendars import commands as feeds
from portal.core import clock
from portal.core.db import db
from portal.invitations.sending import send_notice
from portal.meetings.commands import cancel_meeting, change_meeting, make_meeting
from portal.meetings.details import Details
from portal.meetings.models import Answer, Confidentiality
from portal.meetings.people import invite, uninvite
from portal.notifications.delivery import deliver_due
from portal.rooms import commands as rooms
from tests.conftest import NOW, at

BOB = "bob@example.org"
LATER, HOUR = NOW + timedelta(minutes=5), timedelta(hours=1)


@pytest.fixture
def delivered(mail_server, postbox):
    """The mails that are sent now to that address, oldest first."""

    def deliver(to=BOB):
        db.session.commit()
        postbox.mails.clear()
        deliver_due()
        return [mail for mail in postbox.mails if mail["To"] == to]

    return deliver


@pytest.fixture
def got(delivered):
    """METHOD and components of what each of those mails carries: by RECURRENCE-ID, the master by nothing."""

    def read(to=BOB):
        return [carried(mail) for mail in delivered(to)]

    return read


def carried(mail):
    calendar = Calendar.from_ical(calendar_part(mail).get_content())
    events = calendar.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == 1
    assert not calendar.walk("VALARM")
    return str(calendar["METHOD"]), {
        event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None: event for event in events
    }


def calendar_part(mail):
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return part


@pytest.fixture
def board(make_booking, alice, bob, rita):
    """Alice's meeting, which Bob and Rita were told of."""
    meeting = make_meeting(
        alice, make_booking(), subject="季度会议", agenda=["一、预算"],
        details=Details(confidentiality=Confidentiality.INVITED),
    )
    invite(alice, meeting, [alice, bob, rita])
    send_notice(alice, meeting)
    db.session.commit()
    return meeting


def test_the_body_is_in_three_forms_and_the_calendar_comes_last_with_the_same_octets_as_a_file(board, delivered):
    (mail,) = delivered()
    assert mail.get_content_type() == "multipart/mixed"
    body, file = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    *words, calendar = body.iter_parts()
    assert [part.get_content_type() for part in words] == ["text/plain", "text/html"]
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "UTF-8"}
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert (file.get_content_type(), file["Content-Disposition"]) == (
        "application/ics", 'attachment; filename="invite.ics"'
    )
    octets = calendar.get_payload(decode=True)
    assert file.get_payload(decode=True) == octets
    assert octets.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, octets.split(b"\r\n"))) <= 75


def test_the_organizer_reads_replies_and_the_portal_writes_on_their_behalf(board, delivered, with_settings):
    with_settings(mail_from="portal@example.org")
    (mail,) = delivered()
    _method, events = carried(mail)
    organizer = events[None]["ORGANIZER"]
    assert (organizer, organizer.params["CN"]) == ("mailto:alice@example.org", "Alice")
    assert organizer.params["SENT-BY"] == "mailto:portal@example.org"
    assert mail["From"].addresses[0].addr_spec == "portal@example.org"


def test_the_organizer_s_own_mail_carries_nothing(board, delivered):
    (mail,) = delivered("alice@example.org")
    assert mail.get_content_type() == "multipart/alternative"


def test_a_mail_says_when_it_was_sent_and_when_the_meeting_was_changed(board, got):
    with clock.standing_at(LATER):
        ((_method, events),) = got()
    assert (events[None]["DTSTAMP"].dt, events[None]["LAST-MODIFIED"].dt) == (LATER, NOW)


def test_a_moved_meeting_asks_again_and_another_link_does_not(board, got, alice):
    got()
    bob = next(one for one in board.attendees if one.name == "Bob")
    bob.answer, bob.answered_at = Answer.ACCEPTED, NOW
    change_meeting(alice, board, subject="季度会议", purpose="", agenda=["一、预算", "二、人事"],
                   details=Details(confidentiality=Confidentiality.INVITED, online_url="https://meet.example.org/a"))
    ((method, events),) = got()
    who = events[None]["ATTENDEE"].params
    assert (method, events[None]["SEQUENCE"], who["PARTSTAT"], who["RSVP"]) == ("REQUEST", 0, "ACCEPTED", "FALSE")
    assert "二、人事" in events[None]["DESCRIPTION"]
    rooms.move(alice, board.booking, board.booking.room.id, "Planning", at(11), at(12))
    ((method, events),) = got()
    who = events[None]["ATTENDEE"].params
    assert (method, events[None]["SEQUENCE"], who["PARTSTAT"], who["RSVP"]) == ("REQUEST", 1, "NEEDS-ACTION", "TRUE")


def test_another_subject_is_told_and_asks_nobody_again_and_another_agenda_is_not(board, got, alice):
    got()
    change_meeting(alice, board, subject=board.subject, purpose="", agenda=["一、人事"])
    assert got() == []
    change_meeting(alice, board, subject="年度会议", purpose="")
    ((method, events),) = got()
    assert (method, events[None]["SUMMARY"], events[None]["SEQUENCE"]) == ("REQUEST", "年度会议", 0)


def test_whoever_is_taken_off_is_sent_the_end_and_may_be_asked_again(board, got, alice):
    got()
    bob = next(one for one in board.attendees if one.name == "Bob")
    uninvite(alice, board, bob)
    ((method, events),) = got()
    # It is off for him only (RFC 5546 §3.2.5).
    assert (method, events[None]["SEQUENCE"], events[None].get("STATUS")) == ("CANCEL", 1, None)
    assert events[None]["ATTENDEE"] == f"mailto:{BOB}"
    invite(alice, board, [bob.person])
    send_notice(alice, board)
    ((method, events),) = got()
    assert (method, events[None]["SEQUENCE"], board.sequence) == ("REQUEST", 1, 0)


def test_a_cancelled_meeting_is_cancelled_for_all_who_knew_of_it_once(board, got, alice):
    got()
    cancel_meeting(alice, board)
    db.session.commit()
    ((method, events),) = got()
    assert (method, events[None]["SEQUENCE"], events[None]["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    assert got() == []


def test_mail_and_feed_say_the_same(board, got, client, bob):
    ((_method, events),) = got()
    _feed, secret = feeds.make_feed(bob)
    db.session.commit()
    (shown,) = Calendar.from_ical(client.get(f"/feeds/{secret}/calendar.ics").data).walk("VEVENT")
    for name in ("UID", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION", "URL", "STATUS"):
        assert shown[name] == events[None][name]


# --- Dates of a recurring meeting ---


def test_a_first_date_comes_by_itself_and_the_second_makes_it_a_series(make_weekly, bob, alice, got):
    weekly = make_weekly(bob, told=(1,))
    ((method, events),) = got()
    assert (method, list(events), events[None]["UID"]) == ("REQUEST", [None], weekly.series.uid)
    assert "RRULE" not in events[None]
    first = events[None]["SEQUENCE"]
    invite(alice, weekly.dates[3], [bob])
    send_notice(alice, weekly.dates[3])
    ((method, events),) = got()
    assert (method, list(events)) == ("REQUEST", [None])
    assert "RRULE" in events[None]
    assert [one.dts[0].dt for one in events[None]["EXDATE"]] == [at(9), at(9, days=14)]
    assert events[None]["SEQUENCE"] > first


def test_a_change_of_one_date_is_that_instance_alone_and_outranks_all_before(make_weekly, bob, alice, got):
    weekly = make_weekly(bob)
    before = got()[-1][1][None]["SEQUENCE"]
    second = weekly.dates[1]
    rooms.move(alice, second.booking, second.booking.room.id, "Board", at(11, days=7), at(12, days=7))
    ((method, events),) = got()
    assert (method, list(events)) == ("REQUEST", [at(9, days=7)])
    (event,) = events.values()
    assert (event["UID"], event["DTSTART"].dt, event["ATTENDEE"].params["PARTSTAT"]) == (
        weekly.series.uid, at(11, days=7), "NEEDS-ACTION"
    )
    assert event["SEQUENCE"] > before
    # A reply to it counts, one to what was sent before does not.
    assert before < second.sequence <= event["SEQUENCE"]


def test_the_end_of_one_date_is_that_instance_and_of_the_last_the_whole(make_weekly, bob, alice, got):
    weekly = make_weekly(bob, told=(0, 1, 2))
    got()
    cancel_meeting(alice, weekly.dates[0])
    ((method, events),) = got()
    assert (method, list(events), events[at(9)]["STATUS"]) == ("CANCEL", [at(9)], "CANCELLED")
    uninvite(alice, weekly.dates[1], weekly.dates[1].attendees[0])
    ((method, events),) = got()
    assert (method, list(events), events[at(9, days=7)].get("STATUS")) == ("CANCEL", [at(9, days=7)], None)
    cancel_meeting(alice, weekly.dates[2])
    ((method, events),) = got()
    assert (method, list(events), events[None]["STATUS"]) == ("CANCEL", [None], "CANCELLED")
    assert events[None]["UID"] == weekly.series.uid


class Inbox:
    """A calendar that knows nothing but its mails, and takes them as RFC 5546 §2.1.5 and §3.2 say."""

    def __init__(self):
        self.events, self.newest = {}, {}

    def take(self, method, events):
        stamps = {date: (event["SEQUENCE"], event["DTSTAMP"].dt) for date, event in events.items()}
        known = [self.newest[date] for date in (None, *stamps) if date in self.newest]
        assert all(stamp > max(known, default=(-1,)) for stamp in stamps.values()), "it would be ignored"
        self.newest |= stamps
        if None in events:
            self.events = events if method == "REQUEST" else {}
            return
        assert "RRULE" in self.events[None], "a lone override is dropped"
        if method == "CANCEL":
            for event in events.values():
                event["STATUS"] = "CANCELLED"
        self.events |= events

    def starts(self):
        calendar = Calendar()
        for event in self.events.values():
            calendar.add_component(event)
        return standing(calendar)


def standing(calendar):
    found = recurring_ical_events.of(calendar).between(at(0), at(0, days=60))
    return sorted(
        (event["DTSTART"].dt, str(event["ATTENDEE"].params["PARTSTAT"])) for event in found
        if event.get("STATUS") != "CANCELLED"
    )


def test_whoever_reads_mails_only_has_what_the_feed_shows_after_every_step(make_weekly, got, client, alice, bob):
    weekly = make_weekly()
    first, second, third, fourth = weekly.dates
    _feed, secret = feeds.make_feed(bob, choice=feeds.Choice(with_cancelled=False))

    def tell(meeting):
        invite(alice, meeting, [bob])
        send_notice(alice, meeting)

    def accept(meeting):
        answers.answer(bob, meeting, Answer.ACCEPTED)

    def take_off(meeting):
        uninvite(alice, meeting, next(one for one in meeting.attendees if one.person_id == bob.id))

    def move(meeting):
        booking = meeting.booking
        rooms.move(alice, booking, booking.room.id, "Board", booking.starts_at + HOUR, booking.ends_at + HOUR)

    steps = [
        lambda: tell(second), lambda: move(second), lambda: accept(second), lambda: tell(third), lambda: move(third),
        lambda: take_off(second), lambda: move(third), lambda: tell(first), lambda: tell(second),
        lambda: move(second), lambda: rooms.cancel(alice, third.booking), lambda: rooms.restore(alice, third.booking),
        lambda: tell(fourth), lambda: take_off(fourth), lambda: cancel_meeting(alice, first),
        lambda: take_off(second), lambda: tell(second), lambda: cancel_meeting(alice, second),
        lambda: cancel_meeting(alice, third), lambda: tell(fourth),
    ]
    inbox, answered = Inbox(), 2
    for number, step in enumerate(steps):
        with clock.standing_at(NOW + timedelta(minutes=2 * number)):
            step()
            mails = got()
            assert len(mails) == (number != answered)
            for method, events in mails:
                inbox.take(method, events)
            shown = standing(Calendar.from_ical(client.get(f"/feeds/{secret}/calendar.ics").data))
        if number != answered:
            # What Bob answers on the portal changes no mail before the next.
            assert inbox.starts() == shown, f"after step {number}"
    assert len(shown) == 1
