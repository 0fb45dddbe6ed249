"""Finding people to add, adding them, giving them parts, taking them off."""

import json

import pytest

from portal.core.db import db
from portal.meetings.people import invite
from tests.conftest import HTMX


@pytest.fixture
def browser(sign_in, alice):
    return sign_in(alice)


@pytest.fixture
def address(draft):
    return f"/meetings/{draft.id}/people"


def names(meeting):
    db.session.expire_all()
    return [attendee.person.name for attendee in meeting.attendees]


def test_a_search_finds_people_by_name_and_says_how_many(browser, address, bob, leo):
    page = browser.get(f"{address}?q=bo").text
    assert "<html" in page
    assert "1 person found" in page
    assert f'name="person_id" value="{bob.id}"' in page
    assert f'name="person_id" value="{leo.id}"' not in page


def test_htmx_gets_what_was_found_and_the_count_alone(browser, address, bob):
    piece = browser.get(f"{address}?q=bo", headers=HTMX).text
    assert "<html" not in piece
    assert '<p id="found-count" hx-swap-oob="innerHTML">1 person found' in piece
    assert f'name="person_id" value="{bob.id}"' in piece


def test_who_is_in_the_meeting_already_is_not_found(browser, address, draft, alice, bob):
    invite(alice, draft, [bob])
    db.session.commit()
    assert "Nobody else found." in browser.get(f"{address}?q=bob").text


@pytest.mark.parametrize("words", ["", "%", "_", "x" * 300, "'\"<b>"])
def test_odd_searches_find_nobody(browser, address, bob, words):
    answer = browser.get(address, query_string={"q": words}, headers=HTMX)
    assert answer.status_code == 200
    assert "person_id" not in answer.text


def test_a_person_is_added_with_a_part(browser, address, draft, bob):
    answer = browser.post(address, data={"person_id": bob.id, "part": "optional", "q": "bo"})
    assert (answer.status_code, answer.location) == (303, f"{address}?q=bo")
    assert names(draft) == ["Bob"]
    assert draft.attendees[0].part == "optional"


def test_htmx_stays_and_hears_that_the_people_changed(browser, address, draft, bob):
    answer = browser.post(address, headers=HTMX, data={"person_id": bob.id})
    events = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204
    assert "answers-changed" in events
    assert events["done"] == {"words": "1 person is added.", "focus": "people-q"}
    assert names(draft) == ["Bob"]


def test_adding_somebody_twice_changes_nothing(browser, address, draft, bob):
    for _click in range(2):
        answer = browser.post(address, headers=HTMX, data={"person_id": bob.id})
    assert "in the meeting already" in answer.headers["HX-Trigger"]
    assert names(draft) == ["Bob"]


def test_a_department_is_added_without_the_organizer(browser, address, draft, works, helen):
    browser.post(address, data={"department_id": works.id})
    assert names(draft) == ["Helen"]


@pytest.mark.parametrize(
    "typed", [{}, {"person_id": 999}, {"person_id": "x"}, {"person_id": 10**20}, {"department_id": 999},
              {"person_id": 1, "part": "king"}],
)
def test_what_names_nobody_is_refused_with_a_sentence(browser, address, draft, typed):
    answer = browser.post(address, headers=HTMX, data=typed)
    assert answer.status_code == 422
    assert 'class="refusal"' in answer.text
    assert names(draft) == []


def test_people_of_a_department_cost_no_statement_each(browser, address, make_meeting, add_person, works, statements):
    for number in range(3):
        add_person(f"Guest{number}", department=works)
    with statements() as few:
        browser.get(f"{address}?q=guest")
    for number in range(3, 30):
        add_person(f"Guest{number}", department=works)
    with statements() as many:
        assert "12 people found" in browser.get(f"{address}?q=guest").text
    assert len(many) == len(few)


def test_a_part_is_changed_and_somebody_taken_off(browser, announced):
    bob, leo = announced.attendees
    page = f"/meetings/{announced.id}"
    assert browser.post(f"{page}/people/{bob.id}", data={"part": "chair"}).location == page
    assert browser.post(f"{page}/people/{leo.id}/removal", headers=HTMX).status_code == 204
    db.session.expire_all()
    assert [(attendee.person.name, attendee.part) for attendee in announced.attendees] == [("Bob", "chair")]


def test_no_such_part_and_no_such_attendee(browser, announced):
    page = f"/meetings/{announced.id}/people"
    assert browser.post(f"{page}/{announced.attendees[0].id}", data={"part": "king"}).status_code == 422
    assert browser.post(f"{page}/999", data={"part": "chair"}).status_code == 404


def test_attendees_change_no_people(sign_in, bob, announced):
    page = f"/meetings/{announced.id}/people"
    attendee = announced.attendees[0].id
    for address, data in (
        (page, {"person_id": bob.id}), (f"{page}/{attendee}", {"part": "chair"}), (f"{page}/{attendee}/removal", {}),
    ):
        assert sign_in(bob).post(address, data=data).status_code == 403


@pytest.mark.parametrize("field", ["person_id", "department_id"])
@pytest.mark.parametrize("number", ["0", "-5", "2147483648", "9" * 30, "9" * 5000, "x"])
def test_numbers_out_of_reach_are_nobody(browser, address, draft, field, number):
    answer = browser.post(address, data={field: number})
    assert answer.status_code == 422
    assert "Please choose whom to add." in answer.text
    assert names(draft) == []
