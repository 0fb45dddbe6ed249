"""Answering, on the meeting's page and on My day; and the lists of my meetings."""

import json

import pytest

from portal.answers import commands as answers
from portal.core import clock
from portal.core.db import db
from portal.meetings import commands
from portal.meetings.models import Answer
from portal.meetings.people import invite
from portal.rooms import commands as rooms
from tests.conftest import HTMX, at


@pytest.fixture
def browser(sign_in, bob):
    return sign_in(bob)


def address(meeting):
    return f"/meetings/{meeting.id}/answer"


def part_of(person, meeting):
    db.session.expire_all()
    return next(attendee for attendee in meeting.attendees if attendee.person_id == person.id)


def test_an_answer_is_one_click(browser, announced, bob):
    answer = browser.post(address(announced), data={"answer": "accepted", "sequence": 0})
    assert (answer.status_code, answer.location) == (303, f"/meetings/{announced.id}")
    assert part_of(bob, announced).answer == Answer.ACCEPTED


def test_htmx_gets_the_form_with_the_new_state(browser, announced, bob):
    answer = browser.post(address(announced), headers=HTMX, data={"answer": "declined", "comment": "On leave"})
    assert "<html" not in answer.text
    assert 'value="declined" aria-pressed="true"' in answer.text
    assert "On leave" in answer.text
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["done"]["words"] == "You have declined."
    assert "answers-changed" in events


def test_answered_on_my_day_the_plain_form_leads_back_there(browser, announced):
    data = {"answer": "tentative", "back": "/my-day"}
    assert browser.post(address(announced), data=data).location == "/my-day"


def test_nobody_is_led_away(browser, announced):
    data = {"answer": "tentative", "back": "https://evil.example/"}
    assert browser.post(address(announced), data=data).location == f"/meetings/{announced.id}"


@pytest.mark.parametrize(
    "data", [{}, {"answer": "needs-action"}, {"answer": "perhaps"}, {"answer": "accepted", "sequence": "x"}]
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_no_answer_is_refused_and_the_comment_kept(browser, announced, bob, data, headers):
    answer = browser.post(address(announced), headers=headers, data={**data, "comment": "Keep me"})
    assert answer.status_code == 422
    assert "Please choose an answer." in answer.text
    assert "Keep me" in answer.text
    assert part_of(bob, announced).answer == Answer.NONE


def test_a_comment_too_long_is_refused_beside_it(browser, announced, bob):
    answer = browser.post(address(announced), headers=HTMX, data={"answer": "accepted", "comment": "x" * 501})
    assert answer.status_code == 422
    assert "At most 500 characters" in answer.text
    assert part_of(bob, announced).answer == Answer.NONE


def test_an_answer_that_a_move_overtook_is_refused_and_can_be_given_again(browser, announced, alice, bob):
    rooms.move(alice, announced.booking, announced.booking.room.id, "Planning", at(11), at(12))
    db.session.commit()
    answer = browser.post(address(announced), headers=HTMX, data={"answer": "accepted", "sequence": 0})
    assert answer.status_code == 422
    assert "moved since you opened this page" in answer.text
    assert 'name="sequence" value="1"' in answer.text
    assert part_of(bob, announced).answer == Answer.NONE


def test_who_was_not_told_gives_no_answer(sign_in, rita, leo, audrey, announced):
    assert sign_in(rita).post(address(announced), data={"answer": "accepted"}).status_code == 404
    assert sign_in(audrey).post(address(announced), data={"answer": "accepted"}).status_code == 403


# --- My day ---


def test_my_day_shows_todays_meetings_and_what_waits_for_an_answer(browser, announced, make_meeting, bob):
    make_meeting([bob], subject="Next week", starts_at=at(9, days=7), ends_at=at(10, days=7))
    text = browser.get("/my-day").text
    today, _, rest = text.partition("Waiting for your answer")
    assert "Planning" in today
    assert "Next week" not in today
    assert "Planning" in rest
    assert "Next week" in rest
    assert text.index("Today’s meetings") < text.index("Waiting for your answer") < text.index("My bookings")


def test_what_is_answered_cancelled_or_over_waits_no_longer(browser, announced, make_meeting, alice, bob):
    answers.answer(bob, announced, Answer.ACCEPTED)
    off = make_meeting([bob], subject="Off", starts_at=at(11), ends_at=at(12))
    commands.cancel_meeting(alice, off)
    make_meeting([bob], subject="Over", starts_at=at(13), ends_at=at(14))
    db.session.commit()
    with clock.standing_at(at(15)):
        assert "No invitation waits for your answer." in browser.get("/my-day").text


def test_today_is_the_day_of_the_readers_clock(sign_in, make_meeting, bob):
    bob.timezone = "America/Los_Angeles"  # where it is Sunday afternoon
    make_meeting([bob], subject="Sunday there", starts_at=at(14), ends_at=at(15))
    make_meeting([bob], subject="Monday there", starts_at=at(16), ends_at=at(17))
    today = sign_in(bob).get("/meetings/today").text
    assert "Sunday there" in today
    assert "Monday there" not in today


def test_the_panel_of_today_refreshes_itself(browser, announced):
    piece = browser.get("/meetings/today", headers=HTMX).text
    assert "<html" not in piece
    assert 'id="meetings-today"' in piece


def test_drafts_are_not_on_the_day_of_those_in_them(browser, draft, alice, bob):
    invite(alice, draft, [bob])
    db.session.commit()
    assert "Planning" not in browser.get("/my-day").text


# --- My meetings ---


def test_my_meetings_are_those_i_organize_or_was_told_of(sign_in, alice, bob, rita, announced, make_meeting):
    make_meeting(subject="Still a draft", starts_at=at(11), ends_at=at(12))
    assert all(words in sign_in(alice).get("/meetings").text for words in ("Planning", "Still a draft"))
    told = sign_in(bob).get("/meetings").text
    assert "Planning" in told
    assert "Still a draft" not in told
    assert "You have no meetings ahead." in sign_in(rita).get("/meetings").text


def test_past_meetings_have_a_page_of_their_own(browser, announced):
    with clock.standing_at(at(12)):
        assert "Planning" not in browser.get("/meetings").text
        assert "Planning" in browser.get("/meetings?when=past").text
        assert "<html" not in browser.get("/meetings?when=past", headers=HTMX).text


def test_a_long_list_has_pages(browser, make_meeting, bob):
    for number in range(51):
        make_meeting([bob], subject=f"Talk {number:02}", starts_at=at(9, days=number), ends_at=at(10, days=number))
    first, second = browser.get("/meetings").text, browser.get("/meetings?page=2").text
    assert "Talk 00" in first
    assert "Talk 50" not in first
    assert "Talk 50" in second


@pytest.mark.parametrize("page", ["/meetings", "/meetings?when=past", "/my-day"])
def test_lists_cost_the_same_however_many_meetings(browser, make_meeting, bob, statements, page):
    make_meeting([bob], starts_at=at(9), ends_at=at(9, 30))
    make_meeting([bob], starts_at=at(13), ends_at=at(13, 30))
    with clock.standing_at(at(12)):
        browser.get(page)
        with statements() as few:
            browser.get(page)
    for number in range(2, 6):
        make_meeting([bob], starts_at=at(9, days=number), ends_at=at(10, days=number))
        make_meeting([bob], starts_at=at(8, number * 5), ends_at=at(8, number * 5 + 5))
        make_meeting([bob], starts_at=at(14, number * 5), ends_at=at(14, number * 5 + 5))
    with clock.standing_at(at(12)), statements() as many:
        browser.get(page)
    assert len(many) == len(few)
