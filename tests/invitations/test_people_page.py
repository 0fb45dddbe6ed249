"""The page of a meeting's people: finding, adding, looking through, parts, taking off."""

import json
import re

import pytest

from portal.core.db import db
from portal.core.spreadsheets import rows_of
from portal.meetings.guests import Facts, add_guest
from portal.meetings.models import Confidentiality, Part
from portal.meetings.people import change_part, invite
from tests.conftest import HTMX, NOW


@pytest.fixture
def draft(gather):
    return gather()


@pytest.fixture
def announced(gather, bob, leo):
    return gather(bob, leo)


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


def test_odd_searches_find_nobody(browser, address, bob):
    for words in ("", "%", "_", "x" * 300, "'\"<b>"):
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


def test_what_names_nobody_is_refused_with_a_sentence(browser, address, draft):
    numbers = ("0", "-5", "2147483648", "9" * 30, "9" * 5000, "x", 999)
    typed = [{field: number} for field in ("person_id", "department_id") for number in numbers]
    for data in ({}, {"person_id": 1, "part": "king"}, *typed):
        answer = browser.post(address, headers=HTMX, data=data)
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#messages"), data
        assert 'class="refusal"' in answer.text
    assert browser.post(address, data={"group_id": 999}).status_code == 404
    assert names(draft) == []


def test_people_of_a_department_cost_no_statement_each(browser, address, add_person, works, statements):
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
    assert browser.post(f"{page}/people/{bob.id}", data={"part": "chair"}).location == f"{page}/people"
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


def test_one_page_shows_filters_tallies_and_columns_at_the_cost_of_few_people(
    browser, sign_in, gather, alice, works, add_person, statements
):
    people = [add_person(f"Guest{number:02}", department=works if number % 2 else None) for number in range(60)]
    small, large = gather(*people[:3]), gather(*people)
    counts = set()
    for reader in (browser, sign_in(people[0])):
        for query in ("", "?words=guest&part=required&answer=needs-action", "?format=csv"):
            of_each = []
            for meeting in (small, large):
                reader.get(f"/meetings/{meeting.id}/people{query}")
                with statements() as made:
                    answer = reader.get(f"/meetings/{meeting.id}/people{query}")
                of_each.append(len(made))
                assert "Guest02" in answer.text
            assert of_each[0] == of_each[1], (query, made)
            counts.add(of_each[0])
    assert max(counts) < 25
    page = browser.get(f"/meetings/{large.id}/people?page=2").text
    assert "Guest50" in page
    assert "Guest49" not in page
    assert "60 people" in page
    by_unit = re.search(r"Works</a></th>.*?</tr>", page, re.S)[0]
    assert by_unit.count(">30</") == 2


def test_the_list_is_filtered_by_words_part_answer_and_department(browser, gather, alice, bob, leo, helen, works):
    meeting = gather(bob, leo, helen)
    change_part(alice, meeting, meeting.attendees[0], Part.STAFF, duty="Reception")
    meeting.attendees[1].answer, meeting.attendees[1].answered_at = "accepted", NOW
    db.session.commit()
    invite(alice, meeting, [alice])
    add_guest(alice, meeting, Facts("Ann Outside", "ACME", email="ann@outside.org"))
    db.session.commit()
    for query, shown in (
        ("words=recep", ["Bob"]), ("words=HEL", ["Helen"]), ("words=works", ["Alice", "Helen"]),
        ("words=acme", ["Ann Outside"]), ("part=staff", ["Bob"]), ("answer=accepted", ["Leo"]),
        ("answer=untold", ["Alice", "Ann Outside"]), ("answer=needs-action", ["Helen", "Bob"]),
        (f"department={works.id}", ["Alice", "Helen"]), ("department=outside", ["Ann Outside"]),
        ("department=without", ["Leo", "Bob"]), ("department=x&part=king&answer=so", None), ("words=%25", []),
    ):
        rows = browser.get(f"/meetings/{meeting.id}/people?{query}", headers=HTMX).text
        found = [name.strip() for name in re.findall(r'<th scope="row">([^<]+)', rows)]
        assert found == (["Alice", "Ann Outside", "Helen", "Leo", "Bob"] if shown is None else shown), query
    table = browser.get(f"/meetings/{meeting.id}/people?part=staff&format=csv").text
    assert table.splitlines()[1].startswith("Bob,,,Staff,Reception,No answer,,bob@example.org")
    book = browser.get(f"/meetings/{meeting.id}/people?format=xlsx").data
    assert ["Ann Outside", "ACME", "", "Required"] in [row[:4] for row in rows_of(book, 100)]


def test_the_ticked_get_another_part_and_are_taken_off_after_a_second_look(browser, gather, bob, leo, helen):
    meeting = gather(bob, leo, helen)
    address = f"/meetings/{meeting.id}/people/many"
    ids = [one.id for one in meeting.attendees]
    assert browser.post(address, data={"part": "observer"}).status_code == 422
    for nobody in ({"attendee": 10**20}, {"attendee": 2**31}, {"everyone": "yes", "in_words": "a\0b"}):
        assert browser.post(address, data={**nobody, "part": "observer"}).status_code == 422, nobody
    assert browser.post(address, data={"attendee": ids[:2], "part": "chair"}).status_code == 422
    browser.post(address, headers=HTMX, data={"attendee": ids[:2], "part": "observer"})
    browser.post(address, data={"everyone": "yes", "in_part": "required", "part": "chair"})
    db.session.expire_all()
    assert [one.part for one in meeting.attendees] == ["observer", "observer", "chair"]
    look = browser.post(address, headers=HTMX, data={"attendee": ids[:2], "do": "off"})
    assert (look.status_code, look.headers["HX-Retarget"]) == (200, "#dialog")
    assert "Take 2 people off?" in look.text
    assert "2 people know of the meeting and will be told." in look.text
    assert len(names(meeting)) == 3
    browser.post(address, data={"attendee": ids[:2], "do": "off", "sure": "yes"})
    assert names(meeting) == ["Helen"]


def test_the_wrong_roles_change_nobody_and_a_secret_list_is_seen_by_its_people_only(
    sign_in, gather, alice, bob, leo, helen, olive, adam
):
    meeting = gather(bob, subject="Reorganisation", confidentiality=Confidentiality.SECRET)
    one, page = meeting.attendees[0].id, f"/meetings/{meeting.id}"
    changes = (
        f"{page}/people", f"{page}/people/{one}", f"{page}/people/{one}/removal", f"{page}/people/many",
        f"{page}/people/list", f"{page}/people/guests/new", f"{page}/people/{one}/guest", f"{page}/people/group",
        f"{page}/rules", f"{page}/people/list/addition", f"{page}/rules/1/removal",
    )
    for person, seen, changed in ((bob, 200, 403), *((stranger, 404, 404) for stranger in (leo, helen, olive, adam))):
        reader = sign_in(person)
        for query in ("", "?format=xlsx", "?words=b", "/tallies"):
            answer = reader.get(f"{page}/people{query}")
            assert (answer.status_code, seen == 200 or "Reorg" not in answer.text) == (seen, True), person.name
        for address in changes:
            assert reader.post(address, data={"part": "chair"}).status_code == changed, (person.name, address)
    assert names(meeting) == ["Bob"]
    assert "Add people" not in sign_in(bob).get(f"{page}/people").text
    assert "Add people" in sign_in(alice).get(f"{page}/people").text
