"""Making a meeting of a booking, its page, and what its organizer does there."""

import re

import pytest

from portal.answers import commands as answers
from portal.audit.queries import log_of
from portal.core import clock
from portal.core.db import db
from portal.meetings.models import Answer, Meeting
from portal.meetings.people import invite
from tests.conftest import HTMX, at


@pytest.fixture
def as_alice(sign_in, alice):
    return sign_in(alice)


def page_of(meeting, ending=""):
    return f"/meetings/{meeting.id}{ending}"


# --- From booking to draft ---


def test_a_booking_offers_to_become_a_meeting_and_then_leads_there(as_alice, make_booking):
    booking = make_booking()
    assert "Make it a meeting" in as_alice.get(f"/bookings/{booking.id}").text
    answer = as_alice.post(f"/bookings/{booking.id}/meeting", data={"subject": "Plans", "agenda": "One\r\n\r\nTwo"})
    meeting = db.session.query(Meeting).one()
    assert (answer.status_code, answer.location) == (303, page_of(meeting))
    assert [item.title for item in meeting.agenda] == ["One", "Two"]
    booking_page = as_alice.get(f"/bookings/{booking.id}").text
    assert "Make it a meeting" not in booking_page
    assert page_of(meeting) in booking_page


def test_the_form_suggests_the_title_of_the_booking(as_alice, make_booking):
    answer = as_alice.get(f"/bookings/{make_booking().id}/meeting")
    assert 'value="Planning"' in answer.text
    assert "<html" in answer.text


def test_the_dialog_gets_the_form_alone_and_goes_on_to_the_meeting(as_alice, make_booking):
    address = f"/bookings/{make_booking().id}/meeting"
    assert "<html" not in as_alice.get(address, headers=HTMX).text
    answer = as_alice.post(address, headers=HTMX, data={"subject": "Plans"})
    assert answer.headers["HX-Redirect"] == page_of(db.session.query(Meeting).one())


@pytest.mark.parametrize(
    "typed",
    [
        {"subject": ""}, {"subject": "   "}, {"subject": "x" * 10_000}, {"subject": "a\0b"},
        {"subject": "P", "purpose": "x" * 5001}, {"subject": "P", "agenda": "x" * 201},
        {"subject": "P", "agenda": "x\n" * 101},
    ],
)
def test_bad_words_are_refused_beside_their_field_and_kept(as_alice, make_booking, typed):
    answer = as_alice.post(f"/bookings/{make_booking().id}/meeting", data={"purpose": "Keep me", **typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert typed.get("purpose", "Keep me") in answer.text
    assert db.session.query(Meeting).count() == 0


def test_strangers_make_no_meeting_of_it(sign_in, bob, make_booking):
    booking = make_booking()
    assert sign_in(bob).get(f"/bookings/{booking.id}/meeting").status_code == 403
    assert sign_in(bob).post(f"/bookings/{booking.id}/meeting", data={"subject": "Mine"}).status_code == 403


def test_a_booking_that_is_a_meeting_leads_to_it(as_alice, draft):
    answer = as_alice.get(f"/bookings/{draft.booking_id}/meeting")
    assert answer.location == page_of(draft)


# --- The page ---


def test_the_page_shows_phase_facts_agenda_people_and_counts(as_alice, announced, bob):
    answers.answer(bob, announced, Answer.ACCEPTED, "Gladly")
    db.session.commit()
    text = as_alice.get(page_of(announced)).text
    current = re.search(r'<li class="announced" aria-current="step">.*?</li>', text)[0]
    assert "Announced" in current
    for words in ("M2026-001", "Mon, Nov 23 09:00–10:00", "E101 · East wing", "To plan", "<li>Budget</li>",
                  "Invited people only"):
        assert words in text
    assert counts(text) == [1, 0, 0, 1]


def counts(text):
    return [int(number) for number in re.findall(r"<li><b>(\d+)</b> <span class=\"mark", text.replace("\n", ""))]


def test_htmx_gets_people_and_phase_alone(as_alice, announced):
    text = as_alice.get(page_of(announced), headers=HTMX).text
    assert "<html" not in text
    assert 'id="people"' in text
    assert 'id="phase" class="phase" hx-swap-oob="true"' in text


def test_a_draft_says_what_is_missing(as_alice, draft, alice, bob):
    assert "Nobody is invited yet." in as_alice.get(page_of(draft)).text
    invite(alice, draft, [bob])
    db.session.commit()
    text = as_alice.get(page_of(draft)).text
    for words in ("Send the notice", "Nobody chairs it yet.", "It has no agenda yet."):
        assert words in text


@pytest.mark.parametrize(("hour", "phase"), [(8, "announced"), (9, "running"), (10, "held")])
def test_the_current_phase_is_marked(as_alice, announced, hour, phase):
    with clock.standing_at(at(hour)):
        assert f'<li class="{phase}" aria-current="step">' in as_alice.get(page_of(announced)).text


def test_a_cancelled_meeting_shows_so_and_offers_nothing(as_alice, announced):
    as_alice.post(page_of(announced, "/cancellation"))
    text = as_alice.get(page_of(announced)).text
    assert '<li class="cancelled" aria-current="step">' in text
    assert "Send the notice" not in text
    assert "/change" not in text


def test_an_attendee_sees_answers_but_no_tools(sign_in, bob, announced):
    text = sign_in(bob).get(page_of(announced)).text
    assert "Will you come?" in text
    for tool in ("/change", "/notice", "/cancellation", "/postponement", "/closing"):
        assert page_of(announced, tool) not in text


@pytest.mark.parametrize("ending", ["", "/change", "/people", "/cancellation"])
def test_strangers_see_no_such_meeting(sign_in, rita, announced, ending):
    assert sign_in(rita).get(page_of(announced, ending)).status_code == 404


@pytest.mark.parametrize("ending", ["/change", "/cancellation", "/postponement", "/closing", "/return"])
def test_attendees_do_not_reach_the_organizers_pages(sign_in, bob, announced, ending):
    assert sign_in(bob).get(page_of(announced, ending)).status_code == 403


def test_a_draft_is_unknown_to_those_in_it(sign_in, draft, alice, bob):
    invite(alice, draft, [bob])
    assert sign_in(bob).get(page_of(draft)).status_code == 404


def test_markup_is_shown_as_typed(sign_in, make_meeting, alice, bob):
    evil = "<script>alert(1)</script>"
    meeting = make_meeting([bob], subject=evil, purpose=evil, agenda=[evil])
    answers.answer(bob, meeting, Answer.ACCEPTED, evil)
    db.session.commit()
    for person in (alice, bob):
        for address in (page_of(meeting), "/meetings", "/my-day", f"/bookings/{meeting.booking_id}"):
            assert evil not in sign_in(person).get(address).text
    assert sign_in(alice).get(page_of(meeting)).text.count("&lt;script&gt;") >= 4
    assert evil not in sign_in(alice).get(page_of(meeting, "/change")).text


# --- Changing and cancelling ---


def test_other_words_are_saved(as_alice, announced):
    typed = {"subject": "Review", "purpose": "", "outcome": "A plan", "capacity": "20", "confidentiality": "internal"}
    answer = as_alice.post(page_of(announced, "/change"), data=typed)
    assert answer.location == page_of(announced)
    assert (announced.subject, announced.purpose, announced.outcome, announced.capacity) == ("Review", "", "A plan", 20)
    assert announced.confidentiality == "internal"
    assert [item.title for item in announced.agenda] == ["Budget", "Rooms"]


def test_bad_changes_are_refused_with_what_was_typed(as_alice, announced):
    answer = as_alice.post(page_of(announced, "/change"), headers=HTMX, data={"subject": "", "purpose": "Typed"})
    assert answer.status_code == 422
    assert "Typed" in answer.text
    assert announced.subject == "Planning"


def test_cancelling_first_says_whom_it_concerns(as_alice, announced):
    assert "2 people will be told." in as_alice.get(page_of(announced, "/cancellation")).text
    as_alice.post(page_of(announced, "/cancellation"))
    assert announced.cancelled_at is not None
    assert as_alice.post(page_of(announced, "/cancellation")).status_code == 422


# --- The log and the cost ---


def test_the_log_of_a_meeting_is_for_those_who_see_it(sign_in, bob, rita, announced):
    assert "sent the notice" in sign_in(bob).get(f"/log/meeting/{announced.id}").text
    assert sign_in(rita).get(f"/log/meeting/{announced.id}").status_code == 404


def test_the_page_costs_the_same_with_5_and_with_60_people(sign_in, make_meeting, add_person, alice, works, statements):
    people = [add_person(f"Guest{number}", department=works) for number in range(60)]
    small = make_meeting(people[:5], starts_at=at(13), ends_at=at(14))
    large = make_meeting(people, starts_at=at(15), ends_at=at(16))
    for browser in (sign_in(alice), sign_in(people[0])):
        for headers in ({}, HTMX):
            browser.get(page_of(small), headers=headers)
            with statements() as few:
                browser.get(page_of(small), headers=headers)
            with statements() as many:
                answer = browser.get(page_of(large), headers=headers)
            assert "60</b>" in answer.text or "<small>60</small>" in answer.text
            assert len(many) == len(few) <= 16


def test_making_and_announcing_are_in_the_log_of_the_meeting(announced):
    assert [entry.action for entry in log_of("meeting", announced.id)] == [
        "meeting.announced", "meeting.invited", "meeting.created",
    ]
